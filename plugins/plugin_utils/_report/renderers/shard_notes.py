# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a report was merged from, in a few sentences, or in one. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import first_few, quantity

from ..model.shards import Doubled, Shards
from .overview import short_name, shorten

# Limits on what is named of each sort, and on the places of a name.
_MAX_NAMES = 3
_MAX_BROKEN = 5


def shard_notes(shards: Shards) -> Iterator[str]:
    """Yield the sentences. All but the first are about something that is not as expected."""
    yield f"merged from {quantity(len(shards.files), 'report')}"
    for broken in shards.broken[:_MAX_BROKEN]:
        yield f"not merged: {short_name(broken.file)}: {shorten(broken.reason)}"
    if len(shards.broken) > _MAX_BROKEN:
        yield f"... and {quantity(len(shards.broken) - _MAX_BROKEN, 'more report')} not merged"
    yield from notes_on_cells(shards)


def brief_note(shards: Shards) -> str:
    """Return what the sentences are about, in one. What is not as expected follows a semicolon."""
    parts = [f"merged from {quantity(len(shards.files), 'report')}"]
    in_several = shards.doubled_in_several
    for number, what, says in (
        (len(shards.broken), "report", "not merged"),
        (len(shards.missing_hosts), "expected host", "in no report"),
        (in_several, "cell", "in more than one"),
        (shards.doubled_in_one, "cell", "twice in one"),
        (0 if in_several else len(shards.hosts_in_several), "host", "in more than one"),
        (len(shards.several_places), "name", "of several servers"),
    ):
        if number:
            parts.append(f"{quantity(number, what)} {says}")
    return "; ".join(parts)


def notes_on_cells(shards: Shards) -> Iterator[str]:
    """Yield the sentences about hosts, cells and servers that are not as expected."""
    if shards.missing_hosts:
        hosts = quantity(len(shards.missing_hosts), "expected host")
        yield f"{hosts} in no report: {_named(shards.missing_hosts)}"
    for is_in_one, says in _doubled(shards):
        examples = [one for one in shards.doubled if one.is_in_one == is_in_one]
        yield ": ".join([says, *map(doubled_text, examples[:1])])
    if shards.hosts_in_several and not shards.doubled_in_several:
        hosts = quantity(len(shards.hosts_in_several), "host")
        yield f"{hosts} in more than one report: {_named(shards.hosts_in_several)}"
    for name, places in shards.several_places[:_MAX_NAMES]:
        yield f"the name {short_name(name)} stands for {_named(places)}"


def doubled_text(doubled: Doubled) -> str:
    """Return a cell that is in two reports, or twice in one."""
    cell = f"{short_name(doubled.host)} → {short_name(doubled.server)}"
    if doubled.is_in_one:
        return f"{cell} twice in {short_name(doubled.taken)}"
    return f"{cell} of {short_name(doubled.taken)}, not of {short_name(doubled.dropped)}"


def doubled_title(shards: Shards) -> str:
    """Return how many cells are in several reports, and how many are twice in one."""
    return "; ".join(says for _is_in_one, says in _doubled(shards))


def _doubled(shards: Shards) -> Iterator[tuple[bool, str]]:
    """Yield whether cells are twice in one report, with their number and which of them counts."""
    for is_in_one, number, says in (
        (False, shards.doubled_in_several, "in more than one report, the newest counts"),
        (True, shards.doubled_in_one, "twice in one report, the first counts"),
    ):
        if number:
            yield is_in_one, f"{quantity(number, 'cell')} {says}"


def _named(names: Sequence[str]) -> str:
    return first_few([short_name(one) for one in names], _MAX_NAMES)

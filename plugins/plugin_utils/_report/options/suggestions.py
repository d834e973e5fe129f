# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the name that was meant by a mistyped one, also among the variables of hosts. No I/O."""

from __future__ import annotations

import keyword
import typing as t
from collections.abc import Callable, Iterable, Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.nearest import nearest
from ansible_collections.mailops.smtp.plugins.module_utils._net.text import first_few

from ..untrusted import mapping, one_line, sequence

_MAX_NAME = 60
_MAX_NAMES = 3

# More choices are not listed: an inventory may have thousands of hosts.
_MAX_CHOICES = 10


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return the end of a sentence that suggests the nearest of some names, or a choice of them."""
    known = sorted(names)
    meant = known[0] if len(known) == 1 else nearest(name, known)
    if meant is not None:
        return f"; did you mean {meant}?"
    listed = 0 < len(known) <= _MAX_CHOICES
    return f"; choose one of {', '.join(known)}" if listed else ""


def no_servers(names: Sequence[str], servers: Iterable[str]) -> str:
    """Return the problem of one or more names that are no servers of the report."""
    named = first_few(list(map(quoted, names)), _MAX_NAMES)
    if len(names) > 1:
        return f"{named} are no servers of the report"
    return f"{named} is no server of the report{did_you_mean(names[0], servers)}"


def quoted(value: t.Any) -> str:
    """Return a value of an option in quotes, limited in length."""
    line = one_line(value)
    return f"'{line if len(line) <= _MAX_NAME else line[: _MAX_NAME - 3] + '...'}'"


def is_name(name: str) -> bool:
    """Return whether a text can be the name of a variable."""
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name)


def holds_results(value: t.Any) -> bool:
    """Return whether a value looks like the result of smtp_handshake, once or in a loop."""
    found = mapping(value)
    results = sequence(found.get("results"))
    one = mapping(results[0]) if results else found
    return isinstance(one.get("passed"), bool) and "replies" in one


def holds_targets(value: t.Any) -> bool:
    """Return whether a value looks like a list of targets."""
    targets = sequence(value)
    return bool(targets) and all(
        not mapping(one).keys().isdisjoint(("host", "mx", "socket")) for one in targets
    )


def holds_receipts(value: t.Any) -> bool:
    """Return whether a value looks like the result of mail_receipt."""
    return isinstance(mapping(value).get("receipts"), Sequence)


def variables_that(
    looks_right: Callable[[t.Any], bool], hosts: Iterable[Mapping[str, t.Any]]
) -> list[str]:
    """Return the matching variables of the first host that has any."""
    for known in hosts:
        found = [name for name, value in known.items() if is_name(name) and looks_right(value)]
        if found:
            return found[:_MAX_NAMES]
    return []

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a reader must know of how a report came about, in sentences below its title. No I/O."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import first_few

from .overview import short_name
from .shard_notes import brief_note, shard_notes

if t.TYPE_CHECKING:
    from ..report import Report

_MAX_NAMES = 3


class Note(t.NamedTuple):
    """A sentence. `is_surprise` is whether it is about something that is not as expected."""

    text: str
    is_surprise: bool = False


def notes(report: Report) -> Iterator[Note]:
    """Yield the sentences of a report."""
    for number, text in enumerate(shard_notes(report.shards) if report.shards else ()):
        yield Note(text, number > 0)
    yield from _on_container(report)


def brief_notes(report: Report) -> Iterator[Note]:
    """Yield the sentences for a page that tells what was merged in a part of its own."""
    if report.shards:
        text = brief_note(report.shards)
        yield Note(text, ";" in text)
    yield from _on_container(report)


def _on_container(report: Report) -> Iterator[Note]:
    inside = report.plan.in_container
    if inside:
        named = first_few([short_name(one) for one in inside], _MAX_NAMES, "host")
        yield Note(f"measured from within the container of the controller: {named}")

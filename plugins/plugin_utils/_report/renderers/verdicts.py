# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why the task of each host fails, in one short line. No I/O.

Two hundred failed hosts stay readable. The report has the details.
"""

from __future__ import annotations

import dataclasses
import itertools
import typing as t
from collections.abc import Iterator, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import quantity

from .overview import shorten

if t.TYPE_CHECKING:
    from ..model.cells import Cell
    from ..report import Report

# What makes a host fail: any broken cell, or only a cell that broke since the baseline.
FAIL_ON_BROKEN, FAIL_ON_NEW = "broken", "new"
FAIL_ON = (FAIL_ON_BROKEN, FAIL_ON_NEW)

# Limits in characters, of a line, of the name of a host, and of the reason why it could not ask.
MAX_LINE = 200
_MAX_HOST = 60
_MAX_REASON = 240

# Limit on the causes, and the servers without one, that a line names. Then the least characters of
# each.
_MAX_PARTS = 3
_MIN_PART = 40


@dataclasses.dataclass(frozen=True, slots=True)
class HostVerdict:
    """Why one host fails: the number of its broken cells, and a message of one line."""

    broken: int
    total: int
    message: str


def verdicts(report: Report, fail_on: str) -> dict[str, HostVerdict]:
    """Return the verdict on each host that fails."""
    found: dict[str, HostVerdict] = {}
    for host, broken in itertools.groupby(counted_cells(report, fail_on), lambda cell: cell.host):
        its_cells = list(broken)
        total = len(report.by_host[host])
        message = _line(report, its_cells, total, fail_on)
        found[host] = HostVerdict(len(its_cells), total, message)
    return found


def verdict_on_all(report: Report, fail_on: str) -> HostVerdict | None:
    """Return the one verdict on a report that was merged, or None if it has nothing that counts."""
    broken = list(counted_cells(report, fail_on))
    if not broken:
        return None
    hosts = quantity(len({cell.host for cell in broken}), "host")
    total = len(report.cells)
    since = " since the baseline" if fail_on == FAIL_ON_NEW else ""
    head = f"{len(broken):,} of {quantity(total, 'cell')} of {hosts} broken{since}: "
    message = head + _fitted(list(_parts(report, broken)), MAX_LINE - len(head))
    return HostVerdict(len(broken), total, message)


def counted_cells(report: Report, fail_on: str) -> Iterator[Cell]:
    """Yield the cells that count as broken."""
    return (cell for cell in report.not_passed if _counts_against_host(report, cell, fail_on))


def _counts_against_host(report: Report, cell: Cell, fail_on: str) -> bool:
    if fail_on == FAIL_ON_NEW and report.comparison is not None:
        return cell.key in report.comparison.worse
    return True


def _line(report: Report, broken: Sequence[Cell], total: int, fail_on: str) -> str:
    first = broken[0]
    host = shorten(first.host, _MAX_HOST)
    if first.missing is not None:  # then no cell of the host has a dialogue
        return f"{host} asked none of {total} servers: {shorten(first.missing.reason, _MAX_REASON)}"
    since = " since the baseline" if fail_on == FAIL_ON_NEW else ""
    head = f"{host} found {len(broken)} of {total} servers broken{since}: "
    return head + _fitted(list(_parts(report, broken)), MAX_LINE - len(head))


class _Part(t.NamedTuple):
    """A part of a line, of which `text` may be cut."""

    before: str
    text: str
    after: str


def _parts(report: Report, broken: Sequence[Cell]) -> Iterator[_Part]:
    """Yield the causes of cells, the first cause first, and then each cell without a cause."""
    numbers = {cell.key: report.cause_numbers.get(cell.key) for cell in broken}
    for number in sorted({number for number in numbers.values() if number is not None}):
        yield _Part(f"cause {number} (", report.causes.found[number - 1].sentence, ")")
    for cell in broken:
        if numbers[cell.key] is None:
            reason = cell.reasons[0] if cell.reasons else cell.short
            yield _Part("", f"{cell.server}: {reason}", "")


def _fitted(parts: Sequence[_Part], room: int) -> str:
    """Return the first parts as one text, each cut to its share of the room."""
    shown = parts[:_MAX_PARTS]
    end = f" and {len(parts) - len(shown):,} more" if len(parts) > len(shown) else ""
    room -= len(end)
    texts: list[str] = []
    for index, part in enumerate(shown):
        share = room // (len(shown) - index) - len(f", {part.before}{part.after}")
        texts.append(f"{part.before}{shorten(part.text, max(share, _MIN_PART))}{part.after}")
        room -= len(texts[-1]) + len(", ")
    return ", ".join(texts) + end

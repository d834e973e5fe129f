# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The matrix for a terminal: hosts down, servers across, and what is broken below. No I/O.

It fits the terminal's width, and its height too: of a large fleet only the hosts that have
something broken are shown. It is plain text, whose pieces have the names of Ansible's own colours.
"""

from __future__ import annotations

import itertools
import typing as t
from collections.abc import Iterator, Sequence

from .cells import ERROR, FAILED, NOT_RUN, PASSED

if t.TYPE_CHECKING:
    from .cells import Cell, Report

# More hosts than that are shown only where something is broken, and not more of those; so many
# failures are told.
MAX_ROWS = 60
MAX_TOLD = 40

# A host's name is cut there, a sentence there.
_MAX_HOST = 32
_MAX_TEXT = 300

_GAP = "  "

# The names of settings of Ansible's, of which its user may have chosen the colours.
COLORS = {PASSED: "COLOR_OK", FAILED: "COLOR_ERROR", ERROR: "COLOR_ERROR", NOT_RUN: "COLOR_SKIP"}
_WORSE, _BETTER, _OTHER = "COLOR_ERROR", "COLOR_OK", "COLOR_CHANGED"
_CHANGES = {"broke": _WORSE, "healed": _BETTER}


class Piece(t.NamedTuple):
    """A piece of a line, and the setting that has its colour; None for none."""

    text: str
    color: str | None = None


Line = list[Piece]


def render(report: Report, columns: int) -> Iterator[Line]:
    """Give the lines, of pieces, none of them wider than `columns` where that can be."""
    yield [Piece(_headline(report))]
    if report.cells:
        yield []
        yield from _matrix(report, columns)
    broken = report.broken
    if broken:
        yield []
    together = [list(cells) for _key, cells in itertools.groupby(broken, _together)]
    for cells in together[:MAX_TOLD]:
        yield from _told(cells)
    more = sum(map(len, together[MAX_TOLD:]))
    if more:
        yield [Piece(f"... and {more:,} more that are broken")]
    yield from _changes(report)


def plain(line: Line) -> str:
    """Give a line without its colours."""
    return "".join(piece.text for piece in line)


def _headline(report: Report) -> str:
    counts = report.counts
    told = [
        f"{counts[verdict]} {word}"
        for verdict, word in (
            (PASSED, "passed"),
            (FAILED, "failed"),
            (ERROR, "without an answer"),
            (NOT_RUN, "not run"),
        )
        if counts[verdict] or verdict == PASSED
    ]
    hosts, servers = len(report.hosts), len(report.servers)
    return f"{_many(hosts, 'host')}, {_many(servers, 'server')}: {', '.join(told)}"


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _matrix(report: Report, columns: int) -> Iterator[Line]:
    """Draw it in as many parts as the width needs, and say what the columns' numbers stand for."""
    rows = list(report.rows)
    if len(rows) > MAX_ROWS:
        rows = [row for row in rows if not all(cell is None or cell.passed for cell in row[1])]
    left_out = len(report.hosts) - len(rows)
    more = max(0, len(rows) - MAX_ROWS)
    rows = rows[:MAX_ROWS]
    first = min(_MAX_HOST, max((len(host) for host, _cells in rows), default=0))
    titles = [str(number) for number in range(1, len(report.servers) + 1)]
    widths = [
        max(len(title), *(len(_shown(row, index)) for _host, row in rows)) if rows else len(title)
        for index, title in enumerate(titles)
    ]
    for part in _parts(widths, columns - first):
        yield [Piece(" " * first)] + [
            Piece(_GAP + titles[index].ljust(widths[index])) for index in part
        ]
        for host, row in rows:
            name = host if len(host) <= _MAX_HOST else host[: _MAX_HOST - 3] + "..."
            yield [Piece(name.ljust(first))] + [
                Piece(_GAP + _shown(row, index).ljust(widths[index]), _color(row[index]))
                for index in part
            ]
        yield []
    if more:
        yield [Piece(f"... and {_many(more, 'more host')} with something broken")]
    if left_out:
        yield [Piece(f"{_many(left_out, 'host')} not shown: all is well there")]
    for title, server in zip(titles, report.servers, strict=True):
        yield [Piece(f"{title.rjust(len(titles[-1]))} = {server}")]


def _parts(widths: Sequence[int], room: int) -> Iterator[list[int]]:
    """Part the columns so that each part fits the room; a part has one column at least."""
    part: list[int] = []
    used = 0
    for index, width in enumerate(widths):
        if part and used + len(_GAP) + width > room:
            yield part
            part, used = [], 0
        part.append(index)
        used += len(_GAP) + width
    if part:
        yield part


def _shown(row: Sequence[Cell | None], index: int) -> str:
    """Give what stands in a cell. A host that was not reached says so once, in its first one."""
    cell = row[index]
    if cell is None:
        return ""
    if cell.missing is None:
        return cell.short
    before = row[index - 1] if index else None
    return '"' if before is not None and before.missing == cell.missing else cell.short


def _color(cell: Cell | None) -> str | None:
    return None if cell is None else COLORS[cell.verdict]


def _together(cell: Cell) -> t.Hashable:
    """Tell what a cell is told with: a host that has asked no server says so once."""
    return (cell.host, cell.missing or cell.server)


def _told(cells: Sequence[Cell]) -> Iterator[Line]:
    """Say why a cell is broken, or all of a host's, and what to check first."""
    cell = cells[0]
    name = cell.name if len(cells) == 1 else f"{cell.host} → {len(cells)} servers"
    yield [Piece(_cut(f"{name}: {'; '.join(cell.reasons)}"), COLORS[cell.verdict])]
    for advice in itertools.islice(cell.advice, 1):
        yield [Piece(f"    check next: {advice}")]


def _changes(report: Report) -> Iterator[Line]:
    """Say what has changed since the run that this one was held against."""
    comparison = report.comparison
    if comparison is None:
        return
    yield []
    counts = ", ".join(f"{count} {what}" for what, count in comparison.counts.items())
    yield [Piece(f"Since {comparison.since}: {counts or 'no change'}")]
    for change in comparison.changes[:MAX_TOLD]:
        between = " → " if change.before and change.after else ""
        told = f"{change.what:12} {change.name}: {change.before}{between}{change.after}"
        yield [Piece(_cut(told), _CHANGES.get(change.what, _OTHER))]
    if len(comparison.changes) > MAX_TOLD:
        yield [Piece(f"... and {len(comparison.changes) - MAX_TOLD} more changes")]


def _cut(told: str) -> str:
    return told if len(told) <= _MAX_TEXT else told[: _MAX_TEXT - 3] + "..."

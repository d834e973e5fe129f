# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The causes and the matrix for a terminal: hosts down, servers across. No I/O.

The causes come first, so that the first screen says what to mend. Below the matrix is what to check
for each cause, and every failure that has no cause.

The lines fit the width of the terminal. The matrix of a large fleet shows only hosts with something
broken. A line is made of pieces of plain text, each with the name of one of Ansible's colours.
"""

from __future__ import annotations

import collections
import itertools
import textwrap
import typing as t
from collections.abc import Iterator, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import first_few, quantity

from ..compare.compare import NEW
from ..model.verdict import ERROR, FAILED, NOT_RUN, PASSED, VERDICTS
from . import overview
from .notes import notes
from .overview import broken_groups
from .prose import without_backticks

if t.TYPE_CHECKING:
    from ..causes.model import Cause
    from ..compare.compare import Comparison
    from ..model.cells import Cell
    from ..report import Report

# Above these numbers of hosts and servers, only those with something broken are shown, up to the
# same numbers. Then the limit on failures, and on changes.
MAX_ROWS = 60
MAX_COLUMNS = 60
MAX_FAILURES = 40

# Limits in characters, of the name of a host and of a sentence.
_MAX_HOST = 32
_MAX_TEXT = 300

# Limit on the hosts that are named together, since they found the same.
_MAX_HOSTS = 5

# Limits on the lines that the causes take above the matrix, and on those that one cause takes. A
# terminal that is narrower than the last one gets lines that it has to break.
MAX_CAUSE_LINES = 10
_LINES_OF_A_CAUSE = 3
_MIN_WIDTH = 30

# Stands for a space at which a line is not broken. No text of a report has it.
_NO_BREAK = "\x00"

# A text has been said where its last characters have been.
_END_OF_TEXT = 12

_GAP = "  "

# Settings of Ansible, which have the colours that its user prefers.
COLORS = {PASSED: "COLOR_OK", FAILED: "COLOR_ERROR", ERROR: "COLOR_ERROR", NOT_RUN: "COLOR_SKIP"}
_WORSE, _BETTER, _OTHER = "COLOR_ERROR", "COLOR_OK", "COLOR_CHANGED"
_CHANGE_COLORS = {"broke": _WORSE, "healed": _BETTER}


class Piece(t.NamedTuple):
    """A piece of a line, and the setting that has its colour, or None."""

    text: str
    color: str | None = None


Line = list[Piece]
Row = tuple[str, Sequence["Cell | None"]]


def render(report: Report, columns: int) -> Iterator[Line]:
    """Yield the lines. None of the matrix is wider than `columns`, unless a single column is."""
    yield [Piece(_headline(report))]
    for note in notes(report):
        yield [Piece(_shorten(note.text), _WORSE if note.is_surprise else None)]
    above = _causes_above(report, max(_MIN_WIDTH, columns))
    if above.lines:
        yield []
        yield from above.lines
    if report.cells:
        yield []
        yield from _matrix(report, columns)
    below = [*_cause_notes(report, above), *_unexplained_lines(report)]
    if below:
        yield []
        yield from below
    yield from _change_lines(report)


def render_diagnoses(report: Report) -> Iterator[Line]:
    """Yield what hosts have found out about the causes, in at most three lines for each."""
    diagnosed = [
        (number, cause)
        for number, cause in enumerate(report.causes.found, 1)
        if cause.diagnosis is not None
    ]
    for number, cause in diagnosed[:MAX_FAILURES]:
        yield from _diagnosis_lines(number, cause)
    if len(diagnosed) > MAX_FAILURES:
        yield [Piece(f"... and {quantity(len(diagnosed) - MAX_FAILURES, 'more cause')}")]


def _diagnosis_lines(number: int, cause: Cause) -> Iterator[Line]:
    diagnosis = cause.diagnosis
    if diagnosis is None:
        return
    name = f"{diagnosis.host} → {diagnosis.server}"
    color = _OTHER if diagnosis.certainty == "proven" else None
    yield [Piece(_shorten(f"{number}. {name}: {overview.finding(diagnosis)}"), color)]
    if diagnosis.problem:
        return
    for fact in diagnosis.evidence[:1]:  # the one that decided
        says = f"; {fact.says}" if fact.says else ""
        yield [Piece(_shorten(f"    {fact.fact}: {fact.value}{says}"))]
    for advice in cause.advice[:1]:
        yield [Piece(_shorten(f"    check next: {without_backticks(advice)}"))]


def plain_text(line: Line) -> str:
    """Return a line without colours."""
    return "".join(piece.text for piece in line)


def _headline(report: Report) -> str:
    wanted = [one for one in VERDICTS if report.counts[one] or one == PASSED]
    hosts, servers = len(report.hosts), len(report.servers)
    counts = overview.verdict_counts(report, *wanted)
    return f"{quantity(hosts, 'host')}, {quantity(servers, 'server')}: {counts}"


def _matrix(report: Report, columns: int) -> Iterator[Line]:
    """Yield the table, and notes about what it leaves out."""
    found = list(report.hosts)
    if len(found) > MAX_ROWS:
        found = [host for host, verdicts in report.verdicts_by_host.items() if verdicts]
    servers, notes = _servers(report)
    rows = [
        (host, [report.by_host[host].get(server) for server in servers])
        for host in found[:MAX_ROWS]
    ]
    if rows and servers:
        yield from _table_lines(rows, servers, columns)
    if len(found) > len(rows):
        notes.append(
            f"... and {quantity(len(found) - len(rows), 'more host')} with something broken"
        )
    if len(report.hosts) > len(found):
        all_well = quantity(len(report.hosts) - len(found), "host")
        notes.append(f"{all_well} not shown: all is well there")
    yield from _paragraph(notes)


def _servers(report: Report) -> tuple[Sequence[str], list[str]]:
    """Return the servers that the table shows, and notes about the others.

    If there are too many, the servers that are broken for most hosts are shown, since a compromised
    host may have invented others.
    """
    if len(report.servers) <= MAX_COLUMNS:
        return report.servers, []
    broken = collections.Counter(cell.server for cell in report.broken)
    most = dict(broken.most_common(MAX_COLUMNS))
    shown = [server for server in report.servers if server in most]
    notes = []
    if len(broken) > len(shown):
        more = quantity(len(broken) - len(shown), "more server")
        notes.append(f"... and {more} with something broken")
    if len(report.servers) > len(broken):
        all_well = quantity(len(report.servers) - len(broken), "server")
        notes.append(f"{all_well} not shown: nothing is broken there")
    return shown, notes


def _table_lines(rows: Sequence[Row], servers: Sequence[str], columns: int) -> Iterator[Line]:
    """Yield the table, in several parts if it is wider than the terminal.

    If the names of the servers are too wide for the heads of the columns, numbers stand for them.
    """
    first = min(_MAX_HOST, max(len(host) for host, _cells in rows))
    titles, legend = servers, []
    widths = _widths(rows, titles)
    if sum(widths) + len(_GAP) * len(widths) > columns - first:
        titles = [str(number) for number in range(1, len(servers) + 1)]
        widths = _widths(rows, titles)
        wide = len(titles[-1])
        legend = [f"{n:>{wide}} = {server}" for n, server in enumerate(servers, 1)]
    for number, part in enumerate(_parts(widths, columns - first)):
        if number:
            yield []
        widths[part[-1]] = 0  # nothing stands to the right of it
        yield [Piece(" " * first)] + [_padded(titles[index], widths[index]) for index in part]
        for host, row in rows:
            name = host if len(host) <= _MAX_HOST else host[: _MAX_HOST - 3] + "..."
            yield [Piece(name.ljust(first))] + [
                _padded(_cell_text(row, index), widths[index], _color(row[index])) for index in part
            ]
    yield from _paragraph(legend)


def _paragraph(texts: Sequence[str]) -> Iterator[Line]:
    """Yield lines, after a blank one."""
    if texts:
        yield []
    for text in texts:
        yield [Piece(_shorten(text))]


def _widths(rows: Sequence[Row], titles: Sequence[str]) -> list[int]:
    """Return the width that each column needs."""
    return [
        max([len(title), *(len(_cell_text(row, index)) for _host, row in rows)])
        for index, title in enumerate(titles)
    ]


def _padded(text: str, width: int, color: str | None = None) -> Piece:
    return Piece(_GAP + text.ljust(width), color)


def _parts(widths: Sequence[int], width_left: int) -> Iterator[list[int]]:
    """Split the columns into parts that fit the width. A part has at least one column."""
    part: list[int] = []
    used = 0
    for index, width in enumerate(widths):
        if part and used + len(_GAP) + width > width_left:
            yield part
            part, used = [], 0
        part.append(index)
        used += len(_GAP) + width
    if part:
        yield part


def _cell_text(row: Sequence[Cell | None], index: int) -> str:
    """Return the text of a square. A host that asked no server says why in its first square."""
    cell = row[index]
    if cell is None:
        return ""
    if cell.missing is None:
        return cell.short
    before = row[index - 1] if index else None
    return '"' if before is not None and before.missing == cell.missing else cell.short


def _color(cell: Cell | None) -> str | None:
    return None if cell is None else COLORS[cell.verdict]


class _Above(t.NamedTuple):
    """What stands above the matrix: the lines, and the text of each cause as it is shown."""

    lines: Sequence[Line] = ()
    texts: Sequence[str] = ()


def _causes_above(report: Report, columns: int) -> _Above:
    """Return the causes: a line for each as far as there is room, and more while some is left."""
    found = report.causes.found
    room = MAX_CAUSE_LINES
    if len(found) > room or report.causes.unexplained:
        room -= 1
    lines: list[Line] = []
    texts: list[str] = []
    shown = found[:room]
    for number, cause in enumerate(shown, 1):
        most = min(_LINES_OF_A_CAUSE, room - len(lines) - (len(shown) - number))
        broken = _wrapped(
            f"{number}. {overview.cause_sentence(cause)}", _count_of(cause), columns, most
        )
        texts.append(" ".join(map(str.strip, broken)))
        lines += [[Piece(text, _cause_color(report, cause))] for text in broken]
    rest = overview.causes_not_shown(report, len(shown))
    return _Above([*lines, [Piece(rest)]] if rest else lines, texts)


def _count_of(cause: Cause) -> str:
    return f"[{quantity(len(cause.cells), 'cell')}]"


def _wrapped(text: str, count: str, columns: int, most: int) -> list[str]:
    """Break the text of a cause at spaces, and cut it after `most` lines, before its count."""
    wrapper = textwrap.TextWrapper(
        columns, subsequent_indent=" " * (text.index(" ") + 1), break_on_hyphens=False
    )
    lines = wrapper.wrap(f"{text} {count.replace(' ', _NO_BREAK)}")
    if len(lines) > most:
        first, *rest = wrapper.wrap(text)
        kept, left = [first, *rest[: most - 1]], rest[most - 1 :]
        last = " ".join([kept[-1], *map(str.strip, left)])
        lines = [*kept[:-1], f"{overview.shorten(last, columns - len(count) - 1)} {count}"]
    return [line.replace(_NO_BREAK, " ") for line in lines]


def _cause_color(report: Report, cause: Cause) -> str:
    host, server = cause.cells[0]
    return COLORS[report.by_host[host][server].verdict]


def _cause_notes(report: Report, above: _Above) -> Iterator[Line]:
    """Yield what to check for each cause, and what could not be said of it above the matrix."""
    found = report.causes.found
    for number, cause in enumerate(found[:MAX_FAILURES], 1):
        color = _cause_color(report, cause)
        advice = [without_backticks(one) for one in cause.advice[:1]]
        if number > len(above.texts):
            yield [Piece(_shorten(f"{number}. {cause.sentence} {_count_of(cause)}"), color)]
        elif not _says_all(report, cause, above.texts[number - 1]):
            yield [Piece(_shorten(f"{number}. {_reason(report, cause)}"), color)]
        else:
            yield from ([Piece(_shorten(f"{number}. check next: {one}"))] for one in advice)
            continue
        yield from ([Piece(_shorten(f"    check next: {one}"))] for one in advice)
    if len(found) > MAX_FAILURES:
        yield [Piece(f"... and {quantity(len(found) - MAX_FAILURES, 'more cause')}")]


def _says_all(report: Report, cause: Cause, shown: str) -> bool:
    """Whether the text of a cause has what the server or the system said, up to its end."""
    host, server = cause.cells[0]
    cell = report.by_host[host][server]
    said = cell.failure.text if cell.failure is not None else cell.reasons[0]
    return " ".join(said.split())[-_END_OF_TEXT:] in shown


def _reason(report: Report, cause: Cause) -> str:
    """Return the reason of one cell of a cause."""
    host, server = cause.cells[0]
    cell = report.by_host[host][server]
    name = cell.host if cell.missing is not None else cell.name
    return f"{name}: {'; '.join(cell.reasons)}"


def _unexplained_lines(report: Report) -> Iterator[Line]:
    """Yield the failures that no cause explains."""
    groups = _groups(report)
    for cells in groups[:MAX_FAILURES]:
        yield from _failure_lines(cells)
    more = sum(map(len, groups[MAX_FAILURES:]))
    if more:
        yield [Piece(f"... and {more:,} more that are broken")]


def _groups(report: Report) -> list[list[Cell]]:
    """Return the broken cells without a cause in groups, each of which has one entry.

    A group has all cells of a host that asked no server, or the cells of all hosts that found a
    server broken in the same way.
    """
    groups: dict[t.Hashable, list[Cell]] = {}
    for cells in broken_groups(report):
        without_cause = [cell for cell in cells if cell.key not in report.cause_numbers]
        if without_cause:
            cell = without_cause[0]
            key = cell.key if cell.missing else (cell.server, *cell.reasons)
            groups.setdefault(key, []).extend(without_cause)
    return list(groups.values())


def _subject(cells: Sequence[Cell]) -> str:
    """Name the hosts and the servers of a group. It has one host or one server."""
    cell = cells[0]
    if len(cells) == 1:
        return cell.name
    if cell.missing is not None:
        return f"{cell.host} → {len(cells)} servers"
    return f"{first_few([one.host for one in cells], _MAX_HOSTS)} → {cell.server}"


def _failure_lines(cells: Sequence[Cell]) -> Iterator[Line]:
    """Yield why the cells of a group are broken, and what to check first."""
    cell = cells[0]
    name = _subject(cells)
    yield [Piece(_shorten(f"{name}: {'; '.join(cell.reasons)}"), COLORS[cell.verdict])]
    for advice in itertools.islice(cell.advice, 1):
        yield [Piece(_shorten(f"    check next: {without_backticks(advice)}"))]


def _change_lines(report: Report) -> Iterator[Line]:
    """Yield what has changed since the baseline."""
    comparison = report.comparison
    if comparison is None:
        return
    yield []
    counts = overview.change_counts(comparison)
    yield [Piece(_shorten(f"Since {comparison.since}: {counts}"))]
    yield from _cause_change_lines(comparison)
    groups = overview.change_groups(comparison)
    for group in groups[:MAX_FAILURES]:
        change = group[0]
        hosts = overview.hosts_label(one.host for one in group)
        servers = overview.servers_label(one.server for one in group)
        between = " → " if change.before and change.after else ""
        line = f"{change.what:12} {hosts} → {servers}: {change.before}{between}{change.after}"
        yield [Piece(_shorten(line), _CHANGE_COLORS.get(change.what, _OTHER))]
    more = sum(map(len, groups[MAX_FAILURES:]))
    if more:
        yield [Piece(f"... and {more:,} more changes")]


def _cause_change_lines(comparison: Comparison) -> Iterator[Line]:
    """Yield the causes that came and went."""
    changes = list(overview.cause_changes(comparison))
    for what, sentence in changes[:MAX_FAILURES]:
        color = _WORSE if what == NEW else _BETTER
        yield [Piece(_shorten(f"{f'cause {what}':12} {sentence}"), color)]
    if len(changes) > MAX_FAILURES:
        yield [Piece(f"... and {len(changes) - MAX_FAILURES:,} more causes that came or went")]


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 3] + "..."

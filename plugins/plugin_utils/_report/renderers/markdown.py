# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A page in GitHub-flavoured Markdown, such as for $GITHUB_STEP_SUMMARY. No I/O.

GitHub refuses a summary of more than 1 MiB, so the page ends earlier and counts what it leaves out.
Texts from outside are in code spans, where nothing is markup, a link, or a mention of a user.
"""

from __future__ import annotations

import functools
import itertools
import re
import typing as t
from collections.abc import Callable, Iterator, Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import quantity

from ..._advice.remedy import SERVERS
from ..model.verdict import ERROR, FAILED, NOT_RUN, PASSED, VERDICT_WORDS, VERDICTS, Verdict
from ..untrusted import one_line
from . import overview
from .cause_groups import groups_by_cause
from .not_shown import not_shown
from .notes import notes
from .prose import Span, spans

if t.TYPE_CHECKING:
    from ..causes.model import Cause
    from ..compare.compare import Change
    from ..model.cells import Cell, CellKey
    from ..report import Report

    _Item = t.TypeVar("_Item")
    _Write = Callable[[_Item], str]

# Below GitHub's limit of 1,048,576 bytes, with room for the lines that say what is left out.
MAX_BYTES = 1_000_000

# Limit on the cells of the table. A larger one does not help anybody on such a page.
_MOST_CELLS = 10_000

_MAX_ADVICE = 3

# Limit on the facts of a cause that a diagnosis has found.
_MAX_FACTS = 3

# Limit on the cells of a cause that are listed. They are all in the matrix.
_MAX_CELLS_OF_CAUSE = 10

# A symbol for each verdict. Cells that passed have none, so that the others stand out.
_SYMBOLS = {PASSED: "✅", FAILED: "❌", ERROR: "🔺", NOT_RUN: "⏳"}

# A word without a meaning in Markdown, at any position in a line. A word that GitHub makes a link
# of, as a name of a web server or of a commit.
_WORD = re.compile(r"[(\"]?[A-Za-z0-9]+(?:[-'./,][A-Za-z0-9]+)*[)\"]?[.,:;?!]?|[….,:;?!)]{1,3}|\(")
_LINK = re.compile(r"\W*(?:www\.|[0-9a-f]{7,}\b)", re.IGNORECASE)

# What is code within a sentence: a bracket that opens before it is none of it, nor is a stop.
_AROUND = re.compile(r"([(])?(.+?)((?(1)[)]?)[.,;]?)")

# A pipe ends a cell of a table, even in a code span.
_PIPE = "&#124;"


def render(report: Report, max_bytes: int = MAX_BYTES) -> Iterator[str]:
    """Yield the page in parts, up to `max_bytes`."""
    budget = ByteBudget(max_bytes)
    yield from budget.fill(*_head(report))
    yield from _causes(report, budget)
    yield from _matrix(report, budget)
    yield from _changes(report, budget)
    yield from _details(report, budget)


def code(text: str) -> str:
    r"""Return a text as a code span of one line, with a fence that does not occur in it.

    A pipe would end a cell of a table. The backslash that escapes it (GFM 4.10) is ambiguous after
    another backslash. So a pipe is written as an entity between two code spans.

    >>> code("550 `no` such user")
    '``550 `no` such user``'
    """
    return _PIPE.join(map(_span, one_line(text).split("|")))


def prose(advice: str) -> str:
    """Return advice as one line, with the parts in backticks as code.

    Plain words stay as they are. Everything that Markdown or GitHub could interpret, such as a
    link, a mention or the number of an issue, becomes code, too: the text comes from a probing
    host.

    >>> prose("Ask for `mynetworks`, or see http://example.com now.")
    'Ask for `mynetworks`, or see `http://example.com` now.'
    """
    pieces = itertools.groupby(_parts(one_line(advice).strip(" ")), lambda piece: piece.code)
    return "".join(
        (code if is_code else str)("".join(piece.text for piece in run)) for is_code, run in pieces
    )


def _parts(advice: str) -> Iterator[Span]:
    """Split a text into words and spaces, each of which is code or not."""
    for span in spans(advice):
        if span.code:
            yield span
            continue
        for piece in re.findall(" +|[^ ]+", span.text):
            if piece == " " or (_WORD.fullmatch(piece) and not _LINK.match(piece)):
                yield Span(piece, False)
            else:
                yield from _code_in_prose(piece)


def _code_in_prose(piece: str) -> Iterator[Span]:
    """Split what is code from the brackets around it and from the stop after it."""
    found = _AROUND.fullmatch(piece)
    opening, inner, closing = found.groups("") if found else ("", piece, "")
    for text, is_code in ((opening, False), (inner, True), (closing, False)):
        if text:
            yield Span(text, is_code)


def _span(text: str) -> str:
    if not text:
        return ""
    runs = {len(run) for run in re.findall("`+", text)}
    fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    # A renderer removes one space at each end if both have one and not all are (CommonMark 6.1).
    ends = text[0] + text[-1]
    pad = " " if "`" in ends or (ends == "  " and text.strip()) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


class _Entry(t.NamedTuple):
    """A cell of the details, or all cells of a host that asked no server, and their cause.

    The last entry of a cause has the number of its cells that are left out.
    """

    cells: list[Cell]
    cause: int | None
    left_out: int


class ByteBudget:
    """The bytes that are left. After the first piece that does not fit, no other fits."""

    def __init__(self, size: int) -> None:
        self._left = size

    def fits(self, piece: str) -> bool:
        """Return whether a piece fits, and take its bytes."""
        size = len(piece.encode("utf-8"))
        self._left = self._left - size if size <= self._left else -1
        return self._left >= 0

    def fill(self, *pieces: str) -> Iterator[str]:
        """Yield the pieces that fit."""
        return filter(self.fits, pieces)

    def fill_each(
        self,
        items: Sequence[_Item],
        write: _Write[_Item],
        label: str,
        size_of: Callable[[_Item], int] = lambda _item: 1,
    ) -> Iterator[str]:
        """Yield the items that fit, and then a line that counts the others."""
        for number, item in enumerate(items):
            piece = write(item)
            if not self.fits(piece):
                count = sum(map(size_of, items[number:]))
                yield f"\n*… and {count:,} {label}: no room is left here.*\n"
                return
            yield piece


def _head(report: Report) -> Iterator[str]:
    symbol = _SYMBOLS[FAILED] if report.broken else _SYMBOLS[PASSED]
    yield f"## {symbol} SMTP: {overview.headline(report)}\n\n"
    counts = overview.verdict_counts(report, *VERDICTS)
    hosts, servers = len(report.hosts), len(report.servers)
    scope = f"{quantity(hosts, 'host')}, {quantity(servers, 'server')}"
    created = code(overview.display_time(report.created))
    yield f"{scope}: {counts}.\n{created} {code(report.made_by)}\n"
    for note in notes(report):
        yield f"\n{code(note.text)}\n"


def _causes(report: Report, budget: ByteBudget) -> Iterator[str]:
    if not report.broken:
        return
    yield from budget.fill("\n### What to mend\n\n")
    found = report.causes.found
    yield from budget.fill_each(list(enumerate(found, 1)), _cause, "more causes")
    unexplained = len(report.causes.unexplained)
    if unexplained:
        cells = quantity(unexplained, "broken cell")
        yield from budget.fill(f"\n{cells} without a cause in common: see the details.\n")


def _cause(numbered: tuple[int, Cause]) -> str:
    """Return an entry for a cause, with what a diagnosis has found, and the first advice."""
    number, cause = numbered
    cells = quantity(len(cause.cells), "cell")
    lines = [f"{number}. {cells}: {prose(overview.cause_sentence(cause))}"]
    lines += [f"   - {one}" for one in _found(cause)]
    lines += [f"   - check next: {prose(overview.shorten(one))}" for one in cause.advice[:1]]
    to_do = cause.to_do
    if to_do is not None:
        lines += [f"   - check: {prose(overview.shorten(one))}" for one in to_do.check[:_MAX_FACTS]]
        lines += [
            f"   - change in {prose(SERVERS.get(server, server))}: {prose(overview.shorten(one))}"
            for server, one in to_do.change
        ]
    return "".join(f"{line}\n" for line in lines)


def _found(cause: Cause) -> Iterator[str]:
    """Yield what a diagnosis has found, and its first facts, which decided."""
    diagnosis = cause.diagnosis
    if diagnosis is None:
        return
    asked = f"asked from {_name(diagnosis.host)}" if not diagnosis.problem else ""
    yield " ".join(filter(None, [prose(overview.finding(diagnosis)), asked and f"({asked})"]))
    for fact in diagnosis.evidence[:_MAX_FACTS]:
        parts = (overview.shorten(one) for one in (fact.fact, fact.value, fact.says))
        name, value, says = map(prose, parts)
        yield f"{name}: {value}{f' — {says}' if says else ''}"


def _details(report: Report, budget: ByteBudget) -> Iterator[str]:
    entries = list(_entries(report))
    if entries:
        yield from budget.fill("\n### Details\n\n")
        yield from budget.fill_each(entries, _failure, "more that are broken", _size_of)


def _entries(report: Report) -> Iterator[_Entry]:
    """Yield the first cells of each cause, and every cell without a cause."""
    for cause, groups in groups_by_cause(report).items():
        shown = groups if cause is None else groups[:_MAX_CELLS_OF_CAUSE]
        for cells in shown:
            rest = groups[len(shown) :] if cells is shown[-1] else []
            yield _Entry(cells, cause, sum(map(len, rest)))


def _size_of(entry: _Entry) -> int:
    return len(entry.cells) + entry.left_out


def _failure(entry: _Entry) -> str:
    """Return an entry for a cell, or for all cells of a host. Without a cause it has advice."""
    cell = entry.cells[0]
    servers = _servers([one.server for one in entry.cells])
    reason = code(overview.shorten("; ".join(cell.reasons)))
    cause = f" (cause {entry.cause})" if entry.cause else ""
    lines = [f"- {_SYMBOLS[cell.verdict]} {_name(cell.host)} → {servers}: {reason}{cause}"]
    if entry.cause is None:
        advice = [prose(overview.shorten(one)) for one in cell.advice[:_MAX_ADVICE]]
        lines += [f"  - check next: {one}" for one in advice]
    if entry.left_out:
        lines.append(f"- and {quantity(entry.left_out, 'more cell')} of cause {entry.cause}")
    return "".join(f"{line}\n" for line in lines)


def _changes(report: Report, budget: ByteBudget) -> Iterator[str]:
    comparison = report.comparison
    if comparison is None:
        return
    counts = overview.change_counts(comparison)
    since = code(overview.display_time(comparison.since))
    yield from budget.fill(f"\n### What changed\n\nSince {since}: {counts}.\n")
    changed = list(overview.cause_changes(comparison))
    if changed:
        yield from budget.fill("\n")
        yield from budget.fill_each(changed, _cause_change, "more causes that came or went")
    groups = overview.change_groups(comparison)
    if groups:
        yield from budget.fill(
            "\n" + table_row("What", "Host", "Server", "Before", "Now") + table_rule(5)
        )
        yield from budget.fill_each(groups, _change, "more changes", len)


def _cause_change(change: tuple[str, str]) -> str:
    """Return an entry for a cause that came or went."""
    what, sentence = change
    return f"- cause {what}: {prose(sentence)}\n"


def _change(group: list[Change]) -> str:
    """Return a row for a change, which several servers may have."""
    change = group[0]
    return table_row(
        change.what,
        code(overview.hosts_label(one.host for one in group)),
        code(overview.servers_label(one.server for one in group)),
        code(overview.shorten(change.before)),
        code(overview.shorten(change.after)),
    )


def _servers(names: list[str]) -> str:
    return _name(names[0]) if len(names) == 1 else overview.servers_label(names)


def _name(value: str) -> str:
    return code(overview.short_name(value))


def _matrix(report: Report, budget: ByteBudget) -> Iterator[str]:
    if not report.cells:
        return
    table = overview.table(report, most_cells=_MOST_CELLS)
    yield from budget.fill(f"\n### Hosts and servers\n\n{_legend()}")
    if table.rows:
        head = table_row("", *map(_name, table.servers)) + table_rule(len(table.servers) + 1)
        yield from budget.fill("\n" + head)
        write = functools.partial(_host_row, report.cause_numbers)
        yield from budget.fill_each(table.rows, write, "more hosts of the table")
    for left_out in not_shown(report, table):
        yield f"\n{left_out.sentence}.\n"


def _legend() -> str:
    """Explain the texts and symbols of the table."""
    meanings: dict[Verdict, str] = {
        FAILED: "the server answered, and not as it should",
        ERROR: "no answer came, or the host could not ask",
        NOT_RUN: "planned, and not yet run",
    }
    words = (
        f"{_SYMBOLS[verdict]} {VERDICT_WORDS[verdict]} ({meaning})"
        for verdict, meaning in meanings.items()
    )
    cause = "(1) the number of its cause"
    return f"ok passed, {', '.join(words)}, {cause}; an empty cell was not planned.\n"


def _host_row(cause_numbers: Mapping[CellKey, int], row: tuple[str, Sequence[Cell | None]]) -> str:
    host, cells = row
    texts = (_table_cell(cell, cause_numbers.get(cell.key)) if cell else "" for cell in cells)
    return table_row(_name(host), *texts)


def _table_cell(cell: Cell, cause: int | None) -> str:
    verdict = cell.verdict
    if verdict == PASSED:
        return "ok"
    number = f" ({cause})" if cause else ""
    return f"{_SYMBOLS[verdict]} {code(overview.shorten(cell.short, 40))}{number}"


def table_row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def table_rule(columns: int) -> str:
    return f"|{' --- |' * columns}\n"

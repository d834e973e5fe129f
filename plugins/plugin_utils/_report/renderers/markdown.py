# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A page in GitHub-flavoured Markdown, such as for $GITHUB_STEP_SUMMARY. No I/O.

GitHub refuses a summary of more than 1 MiB, so the page ends earlier and counts what it leaves out.
Texts from outside are in code spans, where nothing is markup, a link, or a mention of a user.
"""

from __future__ import annotations

import itertools
import re
import typing as t
from collections.abc import Callable, Iterator, Sequence

from ..model.verdict import ERROR, FAILED, NOT_RUN, PASSED, VERDICT_WORDS, VERDICTS, Verdict
from ..untrusted import one_line
from . import overview
from .prose import Span, spans

if t.TYPE_CHECKING:
    from ..compare.compare import Change
    from ..model.cells import Cell
    from ..report import Report

    _Item = t.TypeVar("_Item")
    _Write = Callable[[_Item], str]

# Below GitHub's limit of 1,048,576 bytes, with room for the lines that say what is left out.
MAX_BYTES = 1_000_000

# Limit on the cells of the table. A larger one does not help anybody on such a page.
_MOST_CELLS = 10_000

_MAX_ADVICE = 3

# A symbol for each verdict. Cells that passed have none, so that the others stand out.
_SYMBOLS = {PASSED: "✅", FAILED: "❌", ERROR: "🔺", NOT_RUN: "⏳"}

# A word without a meaning in Markdown, at any position in a line. A word that GitHub makes a link
# of, as a name of a web server or of a commit.
_WORD = re.compile(r"[(\"]?[A-Za-z0-9]+(?:[-'./][A-Za-z0-9]+)*[)\"]?[.,:;?!]?|[.,:;?!)]{1,3}|\(")
_LINK = re.compile(r"\W*(?:www\.|[0-9a-f]{7,}\b)", re.IGNORECASE)

# A pipe ends a cell of a table, even in a code span.
_PIPE = "&#124;"


def render(report: Report, max_bytes: int = MAX_BYTES) -> Iterator[str]:
    """Yield the page in parts, up to `max_bytes`."""
    budget = _ByteBudget(max_bytes)
    yield from budget.fill(*_head(report))
    yield from _matrix(report, budget)
    groups = overview.broken_groups(report)
    if groups:
        yield from budget.fill("\n### What is broken\n\n")
        yield from budget.fill_each(groups, _failure, "more that are broken")
    yield from _changes(report, budget)


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
            plain = piece == " " or (_WORD.fullmatch(piece) and not _LINK.match(piece))
            yield Span(piece, not plain)


def _span(text: str) -> str:
    if not text:
        return ""
    runs = {len(run) for run in re.findall("`+", text)}
    fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    # A renderer removes one space at each end if both have one and not all are (CommonMark 6.1).
    ends = text[0] + text[-1]
    pad = " " if "`" in ends or (ends == "  " and text.strip()) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


class _ByteBudget:
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

    def fill_each(self, items: Sequence[_Item], write: _Write[_Item], label: str) -> Iterator[str]:
        """Yield the items that fit, and then a line that counts the others."""
        for number, item in enumerate(items):
            piece = write(item)
            if not self.fits(piece):
                rest = items[number:]
                count = sum(len(one) if isinstance(one, list) else 1 for one in rest)
                yield f"\n*… and {count:,} {label}: no room is left here.*\n"
                return
            yield piece


def _head(report: Report) -> Iterator[str]:
    symbol = _SYMBOLS[FAILED] if report.broken else _SYMBOLS[PASSED]
    yield f"## {symbol} SMTP: {overview.headline(report)}\n\n"
    counts = overview.verdict_counts(report, *VERDICTS)
    hosts, servers = len(report.hosts), len(report.servers)
    scope = f"{overview.quantity(hosts, 'host')}, {overview.quantity(servers, 'server')}"
    created = code(overview.display_time(report.created))
    yield f"{scope}: {counts}.\n{created} {code(report.made_by)}\n"


def _failure(cells: list[Cell]) -> str:
    """Return an entry for a cell, or for all cells of a host, with advice."""
    cell = cells[0]
    servers = _servers([one.server for one in cells])
    reason = code(overview.shorten("; ".join(cell.reasons)))
    lines = [f"- {_SYMBOLS[cell.verdict]} {_name(cell.host)} → {servers}: {reason}"]
    for advice in cell.advice[:_MAX_ADVICE]:
        lines.append(f"  - check next: {prose(overview.shorten(advice))}")
    return "".join(f"{line}\n" for line in lines)


def _changes(report: Report, budget: _ByteBudget) -> Iterator[str]:
    comparison = report.comparison
    if comparison is None:
        return
    counts = overview.change_counts(comparison)
    since = code(overview.display_time(comparison.since))
    yield from budget.fill(f"\n### What changed\n\nSince {since}: {counts}.\n")
    groups = overview.change_groups(comparison)
    if groups:
        yield from budget.fill("\n" + _row("What", "Host", "Server", "Before", "Now") + _rule(5))
        yield from budget.fill_each(groups, _change, "more changes")


def _change(group: list[Change]) -> str:
    """Return a row for a change, which several servers may have."""
    change = group[0]
    return _row(
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


def _matrix(report: Report, budget: _ByteBudget) -> Iterator[str]:
    if not report.cells:
        return
    table = overview.table(report, most_cells=_MOST_CELLS)
    yield from budget.fill(f"\n### Hosts and servers\n\n{_legend()}")
    if table.rows:
        head = _row("", *map(_name, table.servers)) + _rule(len(table.servers) + 1)
        yield from budget.fill("\n" + head)
        yield from budget.fill_each(table.rows, _host_row, "more hosts of the table")
    for names, what in (
        (table.more, "something is broken on {}, for which it has no room"),
        (table.not_run, "not run yet on {}"),
        (table.well, "all is well on {}"),
    ):
        if names:
            yield f"\nNot in the table: {what.format(overview.quantity(len(names), 'host'))}.\n"
    for names, what in (
        (table.more_servers, "something is broken with {}, for which it has no room"),
        (table.well_servers, "nothing is broken with {}"),
    ):
        if names:
            yield f"\nNot in the table: {what.format(overview.quantity(len(names), 'server'))}.\n"


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
    return f"ok passed, {', '.join(words)}; an empty cell was not planned.\n"


def _host_row(row: tuple[str, Sequence[Cell | None]]) -> str:
    host, cells = row
    return _row(_name(host), *map(_table_cell, cells))


def _table_cell(cell: Cell | None) -> str:
    if cell is None:
        return ""
    verdict = cell.verdict
    if verdict == PASSED:
        return "ok"
    return f"{_SYMBOLS[verdict]} {code(overview.shorten(cell.short, 40))}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _rule(columns: int) -> str:
    return f"|{' --- |' * columns}\n"

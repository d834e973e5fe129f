# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A page in GitHub-flavoured Markdown, such as for $GITHUB_STEP_SUMMARY. No I/O.

GitHub refuses a summary of more than 1 MiB as a whole, so the page ends before, and counts what is
left out. Text that is not ours stands in code spans: nothing in them is markup, a link, or a
mention of somebody.
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

# Of GitHub's 1,048,576 bytes. Lines that count what is left out come on top, and are few.
MAX_BYTES = 1_000_000

# A table of more cells is no help on such a page: so of large fleets only what is broken is there.
_MOST_CELLS = 10_000

_MAX_ADVICE = 3

# What passed has none in the table, so that the others are seen.
_SYMBOLS = {PASSED: "✅", FAILED: "❌", ERROR: "🔺", NOT_RUN: "⏳"}

# A word that means nothing to Markdown, wherever it stands in a line; a name that GitHub makes a
# link of; and what it might take for the name of a commit.
_WORD = re.compile(r"[(\"]?[A-Za-z0-9]+(?:[-'./][A-Za-z0-9]+)*[)\"]?[.,:;?!]?|[.,:;?!)]{1,3}|\(")
_LINK = re.compile(r"\W*(?:www\.|[0-9a-f]{7,}\b)", re.IGNORECASE)

# Two pipes would be the ends of cells of a table, even in a code span.
_PIPE = "&#124;"


def render(report: Report, max_bytes: int = MAX_BYTES) -> Iterator[str]:
    """Return the page in parts, as many as there is room for."""
    budget = _ByteBudget(max_bytes)
    yield from budget.fill(*_head(report))
    yield from _matrix(report, budget)
    groups = overview.broken_groups(report)
    if groups:
        yield from budget.fill("\n### What is broken\n\n")
        yield from budget.fill_each(groups, _failure, "more that are broken")
    yield from _changes(report, budget)


def code(text: str) -> str:
    r"""Return a text of one line as a code span, with a fence that does not occur in it.

    A pipe would end a cell of a table, and the backslash that is for that (GFM 4.10) is itself
    ambiguous after another one; so it stands outside, as an entity, between two spans.

    >>> code("550 `no` such user")
    '``550 `no` such user``'
    """
    return _PIPE.join(map(_span, one_line(text).split("|")))


def prose(told: str) -> str:
    """Return advice as a text of one line, in which what stands in backticks is code.

    Words of letters stay as they are. Whatever Markdown or GitHub might make something of, be it a
    link, a mention or a number of an issue, is code too: the text comes from a probing host.

    >>> prose("Ask for `mynetworks`, or see http://example.com now.")
    'Ask for `mynetworks`, or see `http://example.com` now.'
    """
    pieces = itertools.groupby(_parts(one_line(told).strip(" ")), lambda piece: piece.code)
    return "".join(
        (code if is_code else str)("".join(piece.text for piece in run)) for is_code, run in pieces
    )


def _parts(told: str) -> Iterator[Span]:
    """Part a text into words and spaces, each of them code or not."""
    for span in spans(told):
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
    # One space is taken off both ends (CommonMark 6.1) where both have one, unless all are spaces.
    ends = text[0] + text[-1]
    pad = " " if "`" in ends or (ends == "  " and text.strip()) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


class _ByteBudget:
    """So many bytes, to be filled from the beginning: after what does not fit, nothing does."""

    def __init__(self, size: int) -> None:
        self._left = size

    def fits(self, piece: str) -> bool:
        """Say whether there is room for a piece, and take it."""
        size = len(piece.encode("utf-8"))
        self._left = self._left - size if size <= self._left else -1
        return self._left >= 0

    def fill(self, *pieces: str) -> Iterator[str]:
        """Return what there is room for."""
        return filter(self.fits, pieces)

    def fill_each(self, items: Sequence[_Item], write: _Write[_Item], label: str) -> Iterator[str]:
        """Write things as long as there is room, and count the others: all that are in a list."""
        for number, item in enumerate(items):
            piece = write(item)
            if not self.fits(piece):
                rest = items[number:]
                count = sum(len(one) if isinstance(one, list) else 1 for one in rest)
                yield f"\n*… and {count:,} {label}: no room is left here.*\n"
                return
            yield piece


def _head(report: Report) -> Iterator[str]:
    shape = _SYMBOLS[FAILED] if report.broken else _SYMBOLS[PASSED]
    yield f"## {shape} SMTP: {overview.headline(report)}\n\n"
    counts = overview.verdict_counts(report, *VERDICTS)
    hosts, servers = len(report.hosts), len(report.servers)
    scope = f"{overview.quantity(hosts, 'host')}, {overview.quantity(servers, 'server')}"
    created = code(overview.display_time(report.created))
    yield f"{scope}: {counts}.\n{created} {code(report.made_by)}\n"


def _failure(cells: list[Cell]) -> str:
    """Tell of a cell, or of all of a host, and what to check next."""
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
    """Tell of a change, or of the same one with several servers."""
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


def _name(told: str) -> str:
    return code(overview.short_name(told))


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
    """Say what stands in a cell; no answer and a host that could not ask are both errors."""
    told: dict[Verdict, str] = {
        FAILED: "the server answered, and not as it should",
        ERROR: "no answer came, or the host could not ask",
        NOT_RUN: "planned, and not yet run",
    }
    words = (
        f"{_SYMBOLS[verdict]} {VERDICT_WORDS[verdict]} ({why})" for verdict, why in told.items()
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

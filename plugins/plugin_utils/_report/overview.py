# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a page shows of a report, however large that is: the failures, and a table. No I/O.

Of a fleet, the table has only the hosts and the servers where something is broken: these are what
is looked for, and no browser is quick with fifty thousand cells.
"""

from __future__ import annotations

import collections
import itertools
import re
import typing as t
from collections.abc import Iterator, Sequence

from .cells import ERROR, FAILED, NOT_RUN, PASSED
from .compare import BROKE, HEALED
from .reading import shown

if t.TYPE_CHECKING:
    from .cells import Cell, Failure, Report
    from .compare import Change, Comparison

# A table of more cells than that is folded, and never has more than that.
FOLD_ABOVE = 2_000
MOST_CELLS = 40_000

# A sentence and a name are cut there: the transcript has it all.
_MAX_TEXT = 600
_MAX_NAME = 200

_BROKEN = (FAILED, ERROR)

# Of the changes, what is worse comes first, and what is better next.
_ORDER = {BROKE: 0, "failure": 1, HEALED: 2}

VERDICT_WORDS = {
    PASSED: "passed",
    FAILED: "failed",
    ERROR: "no answer",
    NOT_RUN: "not run",
}


class Table(t.NamedTuple):
    """The table, and the names of what is not in it.

    A row has a cell for each of `servers`, None where a host is not meant to ask one. All is well
    on the hosts `well`, and none of their cells is broken on the hosts `not_run`; on the hosts
    `more` something is broken, and there was no room for them.
    """

    servers: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell | None]]]
    folded: bool = False
    well: Sequence[str] = ()
    not_run: Sequence[str] = ()
    more: Sequence[str] = ()
    well_servers: Sequence[str] = ()


def table(report: Report, fold_above: int = FOLD_ABOVE, most_cells: int = MOST_CELLS) -> Table:
    """Give the whole table where it is small, and else the part where something is broken."""
    rows = list(report.rows)
    if len(rows) * len(report.servers) <= fold_above:
        return Table(report.servers, rows)
    broken = [row for row in rows if _any(row[1], *_BROKEN)]
    columns = [
        index
        for index in range(len(report.servers))
        if any(_any([cells[index]], *_BROKEN) for _host, cells in broken)
    ]
    room = most_cells // max(1, len(columns))
    others = [row for row in rows if not _any(row[1], *_BROKEN)]
    return Table(
        [report.servers[index] for index in columns],
        [(host, [cells[index] for index in columns]) for host, cells in broken[:room]],
        folded=True,
        well=[host for host, cells in others if not _any(cells, NOT_RUN)],
        not_run=[host for host, cells in others if _any(cells, NOT_RUN)],
        more=[host for host, _cells in broken[room:]],
        well_servers=[
            server for index, server in enumerate(report.servers) if index not in set(columns)
        ],
    )


def together(report: Report) -> list[list[Cell]]:
    """Give the broken cells; those of a host that has asked no server are told as one."""
    groups = itertools.groupby(report.broken, lambda cell: (cell.host, cell.missing or cell.server))
    return [list(cells) for _key, cells in groups]


def broken_by_server(report: Report) -> dict[str, int]:
    """Count the broken cells of each server that has one."""
    return collections.Counter(cell.server for cell in report.broken)


def changes(comparison: Comparison) -> list[list[Change]]:
    """Give the changes, the worst first; what is the same for servers of one host is one group."""
    found = sorted(comparison.changes, key=lambda change: _rank(change.what))
    groups = itertools.groupby(
        found, lambda change: (change.what, change.host, change.before, change.after)
    )
    return [list(group) for _key, group in groups]


def change_counts(comparison: Comparison) -> str:
    """Count the changes of each sort, the worst first."""
    counts = sorted(comparison.counts.items(), key=lambda count: _rank(count[0]))
    return ", ".join(f"{count:,} {what}" for what, count in counts) or "no change"


def servers(names: Sequence[str]) -> str:
    """Give the name of one server, or say how many they are."""
    return name(names[0]) if len(names) == 1 else many(len(names), "server")


def headline(report: Report) -> str:
    """Say in a sentence how it is."""
    counts, total = report.counts, report.counts["total"]
    broken = counts[FAILED] + counts[ERROR]
    if broken:
        return f"{broken:,} of {many(total, 'check')} broken"
    if counts[PASSED] == 0:
        return "Nothing was checked"
    if counts[NOT_RUN]:
        return f"{counts[PASSED]:,} of {many(total, 'check')} passed, none is broken"
    return "The only check passed" if total == 1 else f"All {total:,} checks passed"


def when(created: str) -> str:
    """Give a time as 2026-11-24 12:00 UTC, and anything else as it is."""
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?Z", created)
    return f"{found[1]} {found[2]} UTC" if found else created


def many(number: int, what: str) -> str:
    """Count things: 1 host, 2 hosts."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def cut(told: str, most: int = _MAX_TEXT) -> str:
    """Give a text of one line, and of one that is too long the beginning."""
    told = shown(told)
    return told if len(told) <= most else told[: most - 3] + "..."


def name(told: str) -> str:
    """Give the name of a host or a server: what a compromised host sends may be endless."""
    return cut(told, _MAX_NAME)


def facts(failure: Failure, why: str) -> Iterator[tuple[str, str]]:
    """Give what is known of a failure and `why` does not say: stage, kind, and the reply."""
    yield "Stage", name(failure.stage)
    yield "Kind", name(failure.kind)
    code = " ".join(str(word) for word in (failure.code, failure.enhanced_code) if word)
    if code and code not in why:
        yield "Code", name(code)
    if failure.text and failure.text not in why:
        yield "Text", cut(failure.text)


def _rank(what: str) -> int:
    return _ORDER.get(what, len(_ORDER))


def _any(cells: Sequence[Cell | None], *verdicts: str) -> bool:
    return any(cell is not None and cell.verdict in verdicts for cell in cells)

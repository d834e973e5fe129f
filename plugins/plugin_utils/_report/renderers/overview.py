# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Choose what a page shows of a report of any size, and word what the pages have in common. No I/O.

The table of a large fleet has only hosts and servers with something broken. A reader looks for
those, and a browser is slow with fifty thousand cells.
"""

from __future__ import annotations

import collections
import itertools
import re
import typing as t
from collections.abc import Iterable, Iterator, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import quantity

from ..compare.compare import BROKE, GONE, HEALED, MOVED, NEW
from ..model.verdict import ERROR, FAILED, NOT_RUN, PASSED, VERDICT_WORDS, Verdict
from ..untrusted import one_line

if t.TYPE_CHECKING:
    from ..causes.model import Cause, Certainty, Diagnosis
    from ..compare.compare import Change, Comparison
    from ..model.cells import Cell
    from ..model.failures import Failure
    from ..report import Report

# A table of more cells is folded: rows and columns without a broken cell are left out.
FOLD_ABOVE = 2_000

# Limits on the cells and the columns of a folded table. A compromised host may invent servers.
MOST_CELLS = 40_000
MOST_COLUMNS = 200

# Limits in characters, of a sentence and of a name. The transcript has the whole text.
_MAX_TEXT = 600
_MAX_NAME = 200

_BROKEN = {FAILED, ERROR}

# How sure a diagnosis is, before the cause that it found.
_FOUND: dict[Certainty, str] = {
    "proven": "proven",
    "consistent": "likely, all facts fit",
    "open": "not decided, most likely",
}

# The order of changes: for the worse, then for the better, then all others.
_CHANGE_ORDER = {BROKE: 0, "failure": 1, HEALED: 2, MOVED: 3}


class Table(t.NamedTuple):
    """The table, and the hosts and servers that it leaves out.

    A row has a cell for each of `servers`, or None if the host was not meant to ask it. The hosts
    `well` have only cells that passed. The hosts `not_run` have no broken cell, but some that were
    not run. The hosts `more` and the servers `more_servers` have broken cells, and the table has no
    room for them.
    """

    servers: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell | None]]]
    folded: bool = False
    well: Sequence[str] = ()
    not_run: Sequence[str] = ()
    more: Sequence[str] = ()
    well_servers: Sequence[str] = ()
    more_servers: Sequence[str] = ()


def table(report: Report, fold_above: int = FOLD_ABOVE, most_cells: int = MOST_CELLS) -> Table:
    """Return the whole table if it is small, and otherwise the part with broken cells."""
    if len(report.hosts) * len(report.servers) <= fold_above:
        return Table(report.servers, list(report.rows))
    verdicts = report.verdicts_by_host
    broken = [host for host, found in verdicts.items() if found & _BROKEN]
    others = [host for host, found in verdicts.items() if not found & _BROKEN]
    count = collections.Counter(cell.server for cell in report.broken)
    most = dict(count.most_common(MOST_COLUMNS))
    columns = [server for server in report.servers if server in most]
    room = most_cells // max(1, len(columns))
    return Table(
        columns,
        [
            (host, [report.by_host[host].get(server) for server in columns])
            for host in broken[:room]
        ],
        folded=True,
        well=[host for host in others if NOT_RUN not in verdicts[host]],
        not_run=[host for host in others if NOT_RUN in verdicts[host]],
        more=broken[room:],
        well_servers=[server for server in report.servers if server not in count],
        more_servers=[
            server for server in report.servers if server in count and server not in most
        ],
    )


def broken_groups(report: Report) -> list[list[Cell]]:
    """Return the broken cells in groups: one for a host that asked no server, or one for a cell."""
    groups = itertools.groupby(report.broken, lambda cell: (cell.host, cell.missing or cell.server))
    return [list(cells) for _key, cells in groups]


def broken_by_server(report: Report) -> dict[str, int]:
    """Count the broken cells of each server, without those of hosts that could not ask."""
    return collections.Counter(cell.server for cell in report.broken if not cell.unasked)


def cause_sentence(cause: Cause) -> str:
    """Return what a cause says, shortened, since it quotes hosts and servers."""
    return shorten(cause.sentence)


def finding(diagnosis: Diagnosis) -> str:
    """Return what a diagnosis has found, and how sure it is, or why there is none."""
    if diagnosis.problem:
        return f"not diagnosed: {shorten(diagnosis.problem)}"
    if not diagnosis.cause:
        return "the log of the server names no cause"
    return f"{_FOUND[diagnosis.certainty]}: {shorten(diagnosis.cause)}"


def cause_finding(report: Report, cell: Cell) -> str | None:
    """Return what a diagnosis has found about a cell's cause, or None if no host was asked."""
    number = report.cause_numbers.get(cell.key)
    diagnosis = report.causes.found[number - 1].diagnosis if number is not None else None
    return finding(diagnosis) if diagnosis is not None else None


def cause_label(report: Report, cell: Cell) -> str | None:
    """Return the number and the sentence of a cell's cause, or None if it has none."""
    number = report.cause_numbers.get(cell.key)
    if number is None:
        return None
    return f"{number}. {cause_sentence(report.causes.found[number - 1])}"


def causes_not_shown(report: Report, shown: int) -> str:
    """Say how many causes follow the first ones, and how many broken cells have no cause.

    The text is empty if all causes are shown, and no cell is without one.
    """
    more, unexplained = len(report.causes.found) - shown, len(report.causes.unexplained)
    parts = []
    if more > 0:
        parts.append(f"and {quantity(more, 'more cause')}")
    if unexplained:
        verb = "is" if unexplained == 1 else "are"
        parts.append(f"{quantity(unexplained, 'broken cell')} {verb} unexplained")
    return "; ".join(parts)


def change_groups(comparison: Comparison) -> list[list[Change]]:
    """Return the changes in groups, the worst first.

    The same change of several servers of one host is a group. So is a server that has moved, with
    all hosts that asked it.
    """
    found = sorted(comparison.changes, key=lambda change: _change_rank(change.what))
    groups: dict[t.Hashable, list[Change]] = {}
    for change in found:
        whose = change.server if change.what == MOVED else change.host
        groups.setdefault((change.what, whose, change.before, change.after), []).append(change)
    return list(groups.values())


def cause_changes(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """Yield each cause that came or went: NEW or GONE, and what it says."""
    for what, sentences in ((NEW, comparison.causes_new), (GONE, comparison.causes_gone)):
        for sentence in sentences or ():
            yield what, shorten(sentence)


def change_counts(comparison: Comparison) -> str:
    """Return the number of changes of each sort as a text, the worst first."""
    counts = sorted(comparison.counts.items(), key=lambda count: _change_rank(count[0]))
    return ", ".join(f"{count:,} {what}" for what, count in counts) or "no change"


def servers_label(names: Iterable[str]) -> str:
    """Return the name of a single server, or the number of servers."""
    return _one_or_many(names, "server")


def hosts_label(names: Iterable[str]) -> str:
    """Return the name of a single host, or the number of hosts."""
    return _one_or_many(names, "host")


def verdict_counts(report: Report, *wanted: Verdict) -> str:
    """Return the number of cells with each verdict: 2 passed, 1 failed, 3 errors, 2 not run."""
    parts = []
    for verdict in wanted:
        number, word = report.counts[verdict], VERDICT_WORDS[verdict]
        parts.append(quantity(number, word) if verdict == ERROR else f"{number:,} {word}")
        if verdict == ERROR and report.unasked:
            parts[-1] += f" ({report.unasked:,} could not ask)"
    return ", ".join(parts)


def headline(report: Report) -> str:
    """Return the result of the report in a sentence."""
    counted, total = report.counts, report.counts["total"]
    broken = counted[FAILED] + counted[ERROR]
    if broken:
        return f"{broken:,} of {quantity(total, 'check')} broken"
    if counted[PASSED] == 0:
        return "Nothing was checked"
    if counted[NOT_RUN]:
        return f"{counted[PASSED]:,} of {quantity(total, 'check')} passed, none is broken"
    return "The only check passed" if total == 1 else f"All {total:,} checks passed"


def display_time(created: str) -> str:
    """Return a time in the form 2026-11-24 12:00 UTC, and any other text as it is."""
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?Z", created)
    return f"{found[1]} {found[2]} UTC" if found else created


def shorten(value: str, most: int = _MAX_TEXT) -> str:
    """Return a text as one line, cut after `most` characters."""
    line = one_line(value)
    return line if len(line) <= most else line[: most - 3] + "..."


def short_name(value: str) -> str:
    """Return the name of a host or a server, shortened, since a compromised host may send any."""
    return shorten(value, _MAX_NAME)


def failure_facts(failure: Failure, reason: str) -> Iterator[tuple[str, str]]:
    """Yield the stage and the kind of a failure, and of its reply what `reason` does not say."""
    yield "Stage", short_name(failure.stage)
    yield "Kind", short_name(failure.kind)
    code = " ".join(str(word) for word in (failure.code, failure.enhanced_code) if word)
    if code and code not in reason:
        yield "Code", short_name(code)
    if failure.text and failure.text not in reason:
        yield "Text", shorten(failure.text)


def _change_rank(what: str) -> int:
    return _CHANGE_ORDER.get(what, len(_CHANGE_ORDER))


def _one_or_many(names: Iterable[str], what: str) -> str:
    different = list(dict.fromkeys(names))
    return short_name(different[0]) if len(different) == 1 else quantity(len(different), what)

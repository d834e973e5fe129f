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
from collections.abc import Iterable, Iterator, Sequence

from ..compare.compare import BROKE, HEALED, MOVED
from ..model.verdict import ERROR, FAILED, NOT_RUN, PASSED, VERDICT_WORDS, Verdict
from ..untrusted import one_line

if t.TYPE_CHECKING:
    from ..compare.compare import Change, Comparison
    from ..model.cells import Cell
    from ..model.failures import Failure
    from ..report import Report

# A table of more cells than that is folded, and never has more than that.
FOLD_ABOVE = 2_000
MOST_CELLS = 40_000

# Nor does it have more columns: a host may have made up servers.
MOST_COLUMNS = 200

# A sentence and a name are cut there: the transcript has it all.
_MAX_TEXT = 600
_MAX_NAME = 200

_BROKEN = {FAILED, ERROR}

# Of the changes, what is worse comes first, and what is better next.
_CHANGE_ORDER = {BROKE: 0, "failure": 1, HEALED: 2, MOVED: 3}


class Table(t.NamedTuple):
    """The table, and the names of what is not in it.

    A row has a cell for each of `servers`, None where a host is not meant to ask one. All is well
    on the hosts `well`, and none of their cells is broken on the hosts `not_run`; on the hosts
    `more` something is broken, and there was no room for them, as there was none for the servers
    `more_servers`.
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
    """Return the whole table where it is small, and else the part where something is broken."""
    if len(report.hosts) * len(report.servers) <= fold_above:
        return Table(report.servers, list(report.rows))
    verdicts = {host: _verdicts_of(cells.values()) for host, cells in report.by_host.items()}
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
    """Return the broken cells; those of a host that has asked no server are told as one."""
    groups = itertools.groupby(report.broken, lambda cell: (cell.host, cell.missing or cell.server))
    return [list(cells) for _key, cells in groups]


def broken_by_server(report: Report) -> dict[str, int]:
    """Count the broken cells of each server that has one, but those of hosts that did not ask."""
    return collections.Counter(cell.server for cell in report.broken if not cell.unasked)


def change_groups(comparison: Comparison) -> list[list[Change]]:
    """Return the changes, the worst first.

    What is the same for servers of one host is one group, and so is a server that has moved.
    """
    found = sorted(comparison.changes, key=lambda change: _change_rank(change.what))
    groups: dict[t.Hashable, list[Change]] = {}
    for change in found:
        whose = change.server if change.what == MOVED else change.host
        groups.setdefault((change.what, whose, change.before, change.after), []).append(change)
    return list(groups.values())


def change_counts(comparison: Comparison) -> str:
    """Count the changes of each sort, the worst first."""
    counts = sorted(comparison.counts.items(), key=lambda count: _change_rank(count[0]))
    return ", ".join(f"{count:,} {what}" for what, count in counts) or "no change"


def servers_label(names: Iterable[str]) -> str:
    """Return the name of one server, or say how many they are."""
    return _one_or_many(names, "server")


def hosts_label(names: Iterable[str]) -> str:
    """Return the name of one host, or say how many they are."""
    return _one_or_many(names, "host")


def verdict_counts(report: Report, *wanted: Verdict) -> str:
    """Count the cells of each verdict that is wanted: 2 passed, 1 failed, 3 errors, 2 not run."""
    told = []
    for verdict in wanted:
        number, word = report.counts[verdict], VERDICT_WORDS[verdict]
        told.append(quantity(number, word) if verdict == ERROR else f"{number:,} {word}")
        if verdict == ERROR and report.unasked:
            told[-1] += f" ({report.unasked:,} could not ask)"
    return ", ".join(told)


def headline(report: Report) -> str:
    """Say in a sentence how it is."""
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
    """Return a time as 2026-11-24 12:00 UTC, and anything else as it is."""
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?Z", created)
    return f"{found[1]} {found[2]} UTC" if found else created


def quantity(number: int, what: str) -> str:
    """Count things: 1 host, 2 hosts."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def shorten(told: str, most: int = _MAX_TEXT) -> str:
    """Return a text of one line, and of one that is too long the beginning."""
    told = one_line(told)
    return told if len(told) <= most else told[: most - 3] + "..."


def short_name(told: str) -> str:
    """Return the name of a host or a server: what a compromised host sends may be endless."""
    return shorten(told, _MAX_NAME)


def failure_facts(failure: Failure, why: str) -> Iterator[tuple[str, str]]:
    """Return what is known of a failure and `why` does not say: stage, kind, and the reply."""
    yield "Stage", short_name(failure.stage)
    yield "Kind", short_name(failure.kind)
    code = " ".join(str(word) for word in (failure.code, failure.enhanced_code) if word)
    if code and code not in why:
        yield "Code", short_name(code)
    if failure.text and failure.text not in why:
        yield "Text", shorten(failure.text)


def _change_rank(what: str) -> int:
    return _CHANGE_ORDER.get(what, len(_CHANGE_ORDER))


def _verdicts_of(cells: Iterable[Cell]) -> set[str]:
    return {cell.verdict for cell in cells}


def _one_or_many(names: Iterable[str], what: str) -> str:
    different = list(dict.fromkeys(names))
    return short_name(different[0]) if len(different) == 1 else quantity(len(different), what)

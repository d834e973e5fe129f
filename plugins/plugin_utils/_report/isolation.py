# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One host's results cost no other host its report. No I/O.

Results are read when they are told, and a probing host may have returned what nobody foresaw. So
what is made of a report is made again where it ends with an exception: without the results of the
hosts that it fails for by themselves. As long as nothing is wrong, this costs nothing; and else as
much as the report of each host by itself, which is as much as one report of all.
"""

from __future__ import annotations

import dataclasses
import itertools
import typing as t
from collections.abc import Callable

from .compare.compare import compare
from .files import NotWritten
from .input.collect import unreadable_reason
from .model.cells import Missing
from .model.verdict import ERROR

if t.TYPE_CHECKING:
    from .model.cells import Cell
    from .report import Report

_Made = t.TypeVar("_Made")

# A host that cannot be told of has no more cells than that, each with the reason.
_MAX_CELLS = 1_000


def without_unreadable(
    report: Report,
    make: Callable[[Report], _Made],
    try_out: Callable[[Report], object] | None = None,
) -> tuple[Report, _Made]:
    """Make something of a report, and return what it is made of: without what cannot be read.

    `try_out` does the same for one host's report, and leaves nothing behind; it is `make` where
    that leaves nothing behind either. Raise what `make` raises where no host by itself is the
    reason, and NotWritten, which has none in what was returned.
    """
    try:
        return report, make(report)
    except NotWritten:
        raise
    except Exception:
        reasons = dict(_reasons(report, try_out or make))
        if not reasons:
            raise
        readable = _with_reasons(report, reasons)
        return readable, make(readable)


def _reasons(report: Report, make: Callable[[Report], object]) -> t.Iterator[tuple[str, str]]:
    """Return each host that fails by itself, with the reason."""
    for host, cells in itertools.groupby(report.cells, lambda cell: cell.host):
        try:
            make(_of_one_host(report, host, list(cells)))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this host's
            yield host, unreadable_reason(error)


def _of_one_host(report: Report, host: str, cells: list[Cell]) -> Report:
    """Return the report of one host."""
    return dataclasses.replace(
        report,
        hosts=(host,),
        servers=tuple(cell.server for cell in cells),
        cells=cells,
        comparison=None,
    )


def _with_reasons(report: Report, reasons: dict[str, str]) -> Report:
    """Put a reason in the place of some hosts' results."""
    cells: list[Cell] = []
    for host, its_cells in itertools.groupby(report.cells, lambda cell: cell.host):
        if host not in reasons:
            cells.extend(its_cells)
            continue
        missing = Missing(ERROR, "no result", reasons[host])
        for cell in itertools.islice(its_cells, _MAX_CELLS):
            cells.append(dataclasses.replace(cell, dialogues=(), missing=missing))
    readable = dataclasses.replace(report, cells=cells, comparison=None)
    if report.comparison is None:
        return readable
    comparison = compare(report.comparison.baseline, readable)
    return dataclasses.replace(readable, comparison=comparison)

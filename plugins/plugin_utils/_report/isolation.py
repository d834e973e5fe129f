# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep the results of one host from breaking the report of the others. No I/O.

Results are read when they are rendered, and a compromised host may have returned something that the
code did not foresee. If making something of a report ends with an exception, it is tried for each
host alone, and then made again without the results of the hosts that fail. This costs nothing
unless something is wrong, and then as much as one more report.
"""

from __future__ import annotations

import dataclasses
import itertools
import typing as t
from collections.abc import Callable

from .files import NotWritten
from .input.collect import unreadable_reason
from .model.cells import Missing
from .model.verdict import ERROR

if t.TYPE_CHECKING:
    from .model.cells import Cell
    from .report import Report

_Made = t.TypeVar("_Made")

# Limit on the cells of a host whose results cannot be read, each of which has the reason.
_MAX_CELLS = 1_000


def without_unreadable(
    report: Report,
    make: Callable[[Report], _Made],
    try_out: Callable[[Report], object] | None = None,
) -> tuple[Report, _Made]:
    """Make something of a report. Return the report without unreadable results, and what was made.

    `try_out` does the same as `make` for the report of one host, but leaves no file behind. Leave
    it out if `make` writes nothing. Raise NotWritten as it is, and any other exception of `make`
    that no host causes alone.
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
    """Yield each host whose own report fails, with the reason."""
    for host, cells in itertools.groupby(report.cells, lambda cell: cell.host):
        try:
            make(_of_one_host(report, host, list(cells)))
        except Exception as error:  # noqa: BLE001 - any exception is a reason
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
    """Return the report with a reason in place of the results of some hosts."""
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
    return readable.compared_with(report.comparison.baseline)

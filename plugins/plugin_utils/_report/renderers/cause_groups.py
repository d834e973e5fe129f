# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The broken cells of each cause, for pages that show both. No I/O."""

from __future__ import annotations

import typing as t

from . import overview

if t.TYPE_CHECKING:
    from ..model.cells import Cell
    from ..report import Report


def groups_by_cause(report: Report) -> dict[int | None, list[list[Cell]]]:
    """Return the broken cells by the number of their cause, and those without one under None.

    They are in groups: one for a cell, or one for a host that asked no server. The causes come in
    their order, and the cells without a cause last.
    """
    found: dict[int | None, list[list[Cell]]] = {
        number: [] for number in (*range(1, len(report.causes.found) + 1), None)
    }
    for cells in overview.broken_groups(report):
        parts: dict[int | None, list[Cell]] = {}
        for cell in cells:
            parts.setdefault(report.cause_numbers.get(cell.key), []).append(cell)
        for number, part in parts.items():
            found[number].append(part)
    return found

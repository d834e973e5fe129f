# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report: the matrix of a run, and what was found by comparing it. No I/O."""

from __future__ import annotations

import dataclasses

from .compare.compare import Comparison
from .model.matrix import Matrix


@dataclasses.dataclass(frozen=True, kw_only=True)
class Report(Matrix):
    """A matrix with when and by what it was made, and with what has changed since a baseline.

    `created` is such as 2026-11-24T12:00:00Z.
    """

    created: str
    made_by: str
    comparison: Comparison | None = None

    @classmethod
    def of(cls, matrix: Matrix, created: str, made_by: str) -> Report:
        """Return the report of a matrix, without a comparison."""
        return cls(
            hosts=matrix.hosts,
            servers=matrix.servers,
            cells=matrix.cells,
            created=created,
            made_by=made_by,
        )

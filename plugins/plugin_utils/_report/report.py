# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report: the matrix of a run, and what was found by comparing it. No I/O."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence

from .._advice.own_rows import NO_ROWS, OwnRows
from .causes.causes import causes_of
from .causes.model import Causes, Diagnosis
from .compare.baseline import Baseline
from .compare.compare import Comparison, compare
from .diagnosis.attach import with_diagnoses
from .diagnosis.to_do import with_remedies
from .model.cells import CellKey
from .model.matrix import Matrix
from .model.plan import Plan
from .model.shards import Shards


@dataclasses.dataclass(frozen=True, kw_only=True)
class Report(Matrix):
    """A matrix with when and by what it was made, and with what has changed since a baseline.

    `created` is such as 2026-11-24T12:00:00Z. `groups` are the inventory groups of each host.
    `diagnoses` are what hosts have found out about some cells. `own_rows` is a user's own advice.
    `plan` is what the run was to do. `shards` are the reports that it was merged from, if it was.
    """

    created: str
    made_by: str
    groups: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)
    comparison: Comparison | None = None
    diagnoses: Mapping[CellKey, Sequence[Diagnosis]] = dataclasses.field(default_factory=dict)
    own_rows: OwnRows = NO_ROWS
    plan: Plan = dataclasses.field(default_factory=Plan)
    shards: Shards | None = None

    @functools.cached_property
    def causes(self) -> Causes:
        """What explains the red cells."""
        found = with_diagnoses(causes_of(self, self.groups), self.diagnoses)
        return with_remedies(found, self, self.own_rows)

    @functools.cached_property
    def cause_numbers(self) -> dict[CellKey, int]:
        """The number of the cause of each cell that has one; the first cause is number 1."""
        return {
            key: number for number, cause in enumerate(self.causes.found, 1) for key in cause.cells
        }

    def compared_with(self, baseline: Baseline) -> Report:
        """Return the report with what has changed since a baseline.

        The causes are those of this report, found once: they do not depend on a baseline.
        """
        comparison = compare(baseline, self, self.causes)
        compared = dataclasses.replace(self, comparison=comparison)
        vars(compared)["causes"] = self.causes
        return compared

    @classmethod
    def of(
        cls,
        matrix: Matrix,
        created: str,
        made_by: str,
        groups: Mapping[str, Sequence[str]] | None = None,
    ) -> Report:
        """Return the report of a matrix, without a comparison."""
        return cls(
            hosts=matrix.hosts,
            servers=matrix.servers,
            cells=matrix.cells,
            created=created,
            made_by=made_by,
            groups=groups or {},
        )

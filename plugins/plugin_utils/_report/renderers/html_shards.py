# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reports that a page was merged from: one that is old or is missing can be seen. No I/O."""

from __future__ import annotations

import typing as t

from .overview import display_time, short_name, shorten
from .shard_notes import doubled_text, doubled_title, notes_on_cells

if t.TYPE_CHECKING:
    from ..model.plan import Slice
    from ..model.shards import Shards

# Limits on the reports, and on the cells that are in several.
MAX_REPORTS = 1_000
MAX_DOUBLED = 300


class ReportView(t.NamedTuple):
    """A report that was merged. `slice` is such as `2 of 5`, or empty."""

    file: str
    slice: str
    created: str
    hosts: int
    cells: int


class ShardsView:
    """What a report was merged from, with what there is no room for."""

    def __init__(self, shards: Shards) -> None:
        self.total = len(shards.files)
        self.notes = list(notes_on_cells(shards))
        self.reports = [
            ReportView(
                short_name(one.file),
                _slice_text(one.slice),
                short_name(display_time(one.created)),
                one.hosts,
                one.cells,
            )
            for one in shards.files[:MAX_REPORTS]
        ]
        self.more_reports = len(shards.files) - len(self.reports)
        self.broken = [
            (short_name(one.file), shorten(one.reason)) for one in shards.broken[:MAX_REPORTS]
        ]
        self.more_broken = len(shards.broken) - len(self.broken)
        self.doubled_title = doubled_title(shards)
        self.doubled = list(map(doubled_text, shards.doubled[:MAX_DOUBLED]))
        self.more_doubled = shards.doubled_total - len(self.doubled)


def _slice_text(part: Slice | None) -> str:
    return f"{part.number:,} of {part.count:,}" if part is not None else ""

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a report was merged from, and what is wrong with that. No I/O."""

from __future__ import annotations

import dataclasses
import typing as t

from .plan import Slice


class ReadShard(t.NamedTuple):
    """A report that was merged, with the number of its hosts and of its cells that count."""

    file: str
    created: str
    made_by: str
    slice: Slice | None
    hosts: int
    cells: int


class BrokenShard(t.NamedTuple):
    """A report that could not be merged, and why."""

    file: str
    reason: str


class Doubled(t.NamedTuple):
    """A cell that two reports have: the files of the one that counts, and of the other.

    Both are the same if one report has the cell twice.
    """

    host: str
    server: str
    taken: str
    dropped: str

    @property
    def is_in_one(self) -> bool:
        """Return whether one report has it twice."""
        return self.taken == self.dropped


@dataclasses.dataclass(frozen=True, slots=True)
class Shards:
    """The reports that make a merged report, the newest first.

    `doubled` are the first cells that are in several reports or twice in one, and `doubled_total`
    is the number of all. `doubled_in_one` is the number of those that are twice in one.
    `several_places` has each name of a server that stands for several places, with these.
    """

    files: tuple[ReadShard, ...]
    broken: tuple[BrokenShard, ...] = ()
    missing_hosts: tuple[str, ...] = ()
    doubled: tuple[Doubled, ...] = ()
    doubled_total: int = 0
    hosts_in_several: tuple[str, ...] = ()
    several_places: tuple[tuple[str, tuple[str, ...]], ...] = ()
    doubled_in_one: int = 0

    @property
    def doubled_in_several(self) -> int:
        """Return the number of cells that are in several reports."""
        return self.doubled_total - self.doubled_in_one

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run was to do, so that its report can be merged with those of other slices. No I/O."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class Slice:
    """Which part of a run this is, and of how many parts. The first is number 1."""

    number: int
    count: int


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """The planned servers by their titles, the slice, and the versions that made the report.

    The planned hosts, with their groups, are those of the report. `in_container` are the hosts with
    a local connection, if the controller ran in a container.
    """

    servers: tuple[str, ...] = ()
    slice: Slice | None = None
    versions: Mapping[str, str] = dataclasses.field(default_factory=dict)
    in_container: tuple[str, ...] = ()

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A matrix as bits."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.grid import (
    Members,
    indices,
)
from ansible_collections.mailops.smtp.tests.unit.random_matrix import grid_of_cells


def test_a_set_has_the_hosts_of_its_bits() -> None:
    assert list(indices(0b1001_0010)) == [1, 4, 7]
    assert list(indices(0)) == []
    assert Members("group", "dmz", 0b1001_0010).size == 3


def test_a_grid_knows_who_passed_and_who_saw_what() -> None:
    cells = {(0, 0): None, (1, 0): "x", (2, 0): "y", (0, 1): "x", (2, 1): None}
    grid = grid_of_cells(["a", "b", "c"], ["s", "t"], cells)
    assert grid.passed == [0b001, 0b100]
    assert grid.red == {"x": [0b010, 0b001], "y": [0b100, 0]}
    assert grid.failed == [0b110, 0b001]
    assert (grid.all_hosts, grid.all_servers) == (0b111, 0b11)

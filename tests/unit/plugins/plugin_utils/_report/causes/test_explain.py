# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The smallest set of explanations: planted faults are found, in matrices of any size."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.explain import (
    Explanations,
    explain,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.grid import (
    Grid,
    Members,
)
from ansible_collections.mailops.smtp.tests.unit.random_matrix import (
    Planted,
    grid_of_cells,
    planted,
)

MATRICES = 300


def explained(seen: Planted) -> Explanations:
    """Explain a matrix."""
    return explain(seen.grid, seen.host_sets, seen.server_sets)


def red_cells(grid: Grid) -> int:
    """Count the red cells of a grid."""
    return sum(bits.bit_count() for columns in grid.red.values() for bits in columns)


def accounted(found: Explanations) -> int:
    """Count the cells that are explained, and those that are named as unexplained."""
    left = sum(
        bits.bit_count() for columns in found.unexplained.values() for bits in columns.values()
    )
    return sum(one.count for one in found.found) + left


@pytest.mark.thorough
def test_what_was_planted_is_found_exactly(capsys: pytest.CaptureFixture[str]) -> None:
    exact = 0
    for seed in range(MATRICES):
        seen = planted(seed)
        found = explained(seen)
        assert accounted(found) == red_cells(seen.grid), f"seed {seed}"
        rectangles = {
            (one.hosts.bits, one.servers.bits, one.symptom)
            for one in found.found
            if not one.is_path
        }
        exact += rectangles == seen.faults
    with capsys.disabled():
        print(f"\nCauses: the planted set exactly in {exact} of {MATRICES} random matrices")
    assert exact >= 0.95 * MATRICES


@pytest.mark.parametrize("seed", range(5))
def test_the_largest_matrix_is_explained_in_few_steps(seed: int) -> None:
    seen = planted(seed, hosts=100, servers=500)
    found = explained(seen)
    assert accounted(found) == red_cells(seen.grid)
    assert len([one for one in found.found if not one.is_path]) <= 10


def grid_of(rows: str) -> Grid:
    """Read a matrix: a row for each host, a letter for each cell, where a dot has passed."""
    lines = rows.split()
    cells = {
        (host, server): None if letter == "." else letter
        for host, line in enumerate(lines)
        for server, letter in enumerate(line)
    }
    return grid_of_cells(
        [f"h{at}" for at in range(len(lines))], [f"s{at}" for at in range(len(lines[0]))], cells
    )


def rectangles(rows: str, *host_sets: Members) -> list[tuple[str, str, str, int]]:
    """Return each explanation: sort and name of its hosts, the sort of its servers, its cells."""
    found = explain(grid_of(rows), host_sets, []).found
    return [(one.hosts.sort, one.hosts.name, one.servers.sort, one.count) for one in found]


def test_without_a_red_cell_there_is_nothing_to_explain() -> None:
    assert rectangles("... ...") == []


def test_one_host_and_one_server_are_one_cause() -> None:
    assert rectangles("x") == [("one", "h0", "all", 1)]


def test_a_server_that_nobody_reaches() -> None:
    assert rectangles(".x. .x. .x. .x.") == [("all", "", "one", 4)]


def test_a_host_that_reaches_nothing() -> None:
    assert rectangles(".... .... xxxx ....") == [("one", "h2", "all", 4)]


def test_two_hosts_that_reach_nothing_are_one_cause() -> None:
    assert rectangles("..... xxxxx ..... xxxxx") == [("list", "", "all", 10)]


def test_a_cell_in_which_two_causes_meet_belongs_to_one() -> None:
    rows = "..... x.... x.... xyyyy x.... x...."
    assert sorted(rectangles(rows)) == [("all", "", "one", 5), ("one", "h3", "all", 4)]


def test_a_group_is_called_by_its_name() -> None:
    dmz = Members("group", "dmz", 0b00111)
    assert rectangles(".x. .x. .x. ... ...", dmz) == [("group", "dmz", "one", 3)]


def test_a_few_cells_without_a_rectangle_are_told_one_by_one() -> None:
    rows = "x.... ..y.. ..... .....".replace(" ", "\n")
    assert sorted(rectangles(rows)) == [("one", "h0", "one", 1), ("one", "h1", "one", 1)]


def test_many_scattered_cells_are_unexplained() -> None:
    size = 20
    lines = [["."] * size for _host in range(size)]
    for at in range(size):
        lines[at][at * 7 % size] = "abcdefghij"[at % 10]
    grid = grid_of(" ".join(map("".join, lines)))
    found = explain(grid, [], [])
    assert found.found == []
    assert accounted(found) == size


@pytest.mark.parametrize("hosts", [1, 2])
def test_servers_that_fail_for_each_of_a_few_hosts_are_not_scattered(hosts: int) -> None:
    found = explain(grid_of(" ".join(["abc.defg"] * hosts)), [], [])
    assert found.unexplained == {}
    assert sorted(str(one.symptom) for one in found.found) == list("abcdefg")
    assert all(one.count == hosts for one in found.found)


def test_those_that_fail_for_one_of_two_hosts_are() -> None:
    found = explain(grid_of("abcd... ...defg"), [], [])
    assert [one.symptom for one in found.found] == ["d"]
    assert len(found.unexplained) == 6


def test_a_server_that_fails_for_hosts_with_nothing_in_common_is_one_cause() -> None:
    rows = "x. x. .. .. x. .. x. .. x. .."
    assert rectangles(rows) == [("list", "", "one", 5)]


def test_one_cell_that_passed_does_not_speak_against_many_that_did_not() -> None:
    rows = " ".join(["x.."] * 9 + ["..."])
    (one,) = explain(grid_of(rows), [], []).found
    assert (one.hosts.sort, one.count, one.exceptions) == ("all", 9, 1)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The broken cells, sorted by what explains them."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.cause_groups import (
    groups_by_cause,
)
from ansible_collections.mailops.smtp.tests.unit import reports


def test_cells_come_by_their_cause_and_those_of_a_host_that_is_down_together():
    found = groups_by_cause(reports.fleet())
    assert {
        number: [[cell.host for cell in cells] for cells in groups]
        for number, groups in found.items()
    } == {1: [["down", "down"]], 2: [["app1"]], 3: [["app1"]], None: []}


def test_cells_without_a_cause_come_last():
    found = groups_by_cause(reports.scattered())
    assert list(found) == [None]
    assert len(found[None]) == len(reports.UNLIKE)

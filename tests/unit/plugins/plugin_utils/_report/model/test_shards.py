# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cell that one report has twice is told apart from one that several have."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.shards import (
    Doubled,
    Shards,
)


def test_a_cell_is_in_one_report_if_both_files_are_the_same() -> None:
    assert Doubled("web1", "mx1:25", "a.json", "a.json").is_in_one
    assert not Doubled("web1", "mx1:25", "b.json", "a.json").is_in_one


def test_the_cells_that_are_not_in_one_report_are_in_several() -> None:
    assert Shards((), doubled_total=7, doubled_in_one=5).doubled_in_several == 2

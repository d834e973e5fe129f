# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report is a matrix with when and by what it was made."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import matrix_of
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import CREATED, MADE_BY, passed, probed


def test_a_report_has_all_of_its_matrix_and_nothing_to_compare_with() -> None:
    matrix = matrix_of([probed("web1", passed({"host": "mx1.example.com"}))])
    report = Report.of(matrix, CREATED, MADE_BY)
    assert (report.hosts, report.servers, report.cells) == (
        matrix.hosts,
        matrix.servers,
        matrix.cells,
    )
    assert (report.created, report.made_by, report.comparison) == (CREATED, MADE_BY, None)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report is a matrix with when and by what it was made."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import (
    Host,
    matrix_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import as_json
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    CREATED,
    MADE_BY,
    failed,
    passed,
    probed,
)


def test_a_report_has_all_of_its_matrix_and_nothing_to_compare_with() -> None:
    matrix = matrix_of([probed("web1", passed({"host": "mx1.example.com"}))])
    report = Report.of(matrix, CREATED, MADE_BY)
    assert (report.hosts, report.servers, report.cells) == (
        matrix.hosts,
        matrix.servers,
        matrix.cells,
    )
    assert (report.created, report.made_by, report.comparison) == (CREATED, MADE_BY, None)


def test_a_report_knows_the_causes_of_its_red_cells() -> None:
    servers = [{"host": "relay1", "port": 25}, {"host": "relay2", "port": 25}]
    results = [failed(servers[0], "connect", "connect", None, "Connection refused")]
    results.append(passed(servers[1]))
    hosts = [Host(f"web{at}", {"results": results}, servers, left=False) for at in range(3)]
    report = Report.of(matrix_of(hosts), CREATED, MADE_BY, {"web1": ["dmz"]})
    (cause,) = report.causes.found
    assert cause.sentence == "no host can connect to relay1:25 (Connection refused)"
    assert report.cause_numbers == {(f"web{at}", "relay1:25"): 1 for at in range(3)}


def test_a_report_is_compared_without_a_second_search_for_causes() -> None:
    servers = [{"host": "relay1", "port": 25}]
    then, now = (
        Report.of(
            matrix_of([Host("web1", {"results": [one]}, servers, left=False)]), CREATED, MADE_BY
        )
        for one in (passed(servers[0]), failed(servers[0], text="no"))
    )
    compared = now.compared_with(read_baseline(as_json.render(then)))
    assert compared.causes is now.causes
    assert compared.comparison is not None
    assert compared.comparison.causes_new == (now.causes.found[0].sentence,)

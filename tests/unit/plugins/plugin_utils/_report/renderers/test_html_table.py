# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of the page: which rows it has, under which headings, and where its cells lead."""

from __future__ import annotations

import dataclasses

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.html_table import (
    TableView,
)
from ansible_collections.mailops.smtp.tests.unit import reports


def fleet(hosts: int = 4, servers: int = 2, groups: bool = True):
    """Return a report in which every second host is refused by the first server."""
    items = [{"host": f"mx{number}"} for number in range(servers)]
    made = reports.report(
        *(
            reports.probed(
                f"web{number}",
                (reports.failed if number % 2 else reports.passed)(items[0]),
                *map(reports.passed, items[1:]),
            )
            for number in range(hosts)
        )
    )
    named = {f"web{number}": [("even", "odd")[number % 2]] for number in range(hosts)}
    return dataclasses.replace(made, groups=named if groups else {})


def rows(view):
    return {one.heading: [row.host for row in one.rows] for one in view.sections}


def test_rows_stand_under_their_groups():
    assert rows(TableView(fleet(), {})) == {"even": ["web0", "web2"], "odd": ["web1", "web3"]}
    assert rows(TableView(fleet(groups=False), {})) == {"": ["web0", "web1", "web2", "web3"]}


def test_hosts_without_a_group_come_last():
    report = fleet()
    named = dataclasses.replace(report, groups={"web2": ["x"], "web3": ["x"]})
    assert rows(TableView(named, {})) == {"x": ["web2", "web3"], "other hosts": ["web0", "web1"]}


def test_rows_and_columns_that_all_passed_are_folded_in_a_large_table():
    view = TableView(fleet(100, 50), {})
    assert view.folded
    assert view.columns == [("mx0:25", 50)]
    assert rows(view) == {"odd": [f"web{number}" for number in range(1, 100, 2)]}
    (others,) = view.others
    assert others.title == "50 hosts and 49 servers not shown: all passed"
    assert others.names[0] == ("web0", "transcripts/web0/")
    assert others.names[-1] == ("mx49:25", "")


def test_heads_of_many_columns_are_turned():
    assert not TableView(fleet(servers=14), {}).turned
    assert TableView(fleet(servers=15), {}).turned


def test_cell_leads_into_the_page_or_to_its_transcript_and_has_the_number_of_its_cause():
    report = fleet()
    view = TableView(report, {("web1", "mx0:25"): "b7"})
    cells = {row.host: row.cells for one in view.sections for row in one.rows}
    assert [(cell.href, cell.cause) for cell in cells["web1"] if cell] == [
        ("#b7", "1"),
        ("transcripts/web1/mx1-25.txt", ""),
    ]
    (scattered, *_others) = TableView(reports.scattered(), {}).sections
    assert {cell.cause for row in scattered.rows for cell in row.cells if cell} == {"", "?"}

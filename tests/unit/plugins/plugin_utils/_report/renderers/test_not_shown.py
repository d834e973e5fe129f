# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages say of hosts and servers that their table leaves out."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import overview
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.not_shown import (
    not_shown,
)
from ansible_collections.mailops.smtp.tests.unit import reports

SERVERS = [{"host": f"mx{number}"} for number in range(3)]


def sentences(*hosts: Host, **limits: int) -> list[str]:
    report = reports.report(*hosts)
    table = overview.table(report, fold_above=0, **limits)
    return [one.sentence for one in not_shown(report, table)]


def good(name: str) -> Host:
    return reports.probed(name, *map(reports.passed, SERVERS))


def bad(name: str) -> Host:
    return reports.probed(name, *map(reports.passed, SERVERS[1:]), reports.failed(SERVERS[0]))


def test_what_passed_is_one_sentence():
    assert sentences(good("web1"), good("web2"), bad("app1")) == [
        "2 hosts and 2 servers not shown: all passed"
    ]
    assert sentences(bad("app1")) == ["2 servers not shown: all passed"]


def test_what_was_not_run_has_not_passed():
    assert sentences(good("web1"), bad("app1"), Host("late", None, SERVERS, left=False)) == [
        "1 host not shown: not run yet",
        "1 host and 2 servers not shown: nothing is broken there",
    ]


def test_what_the_table_has_no_room_for_comes_first():
    assert sentences(bad("app1"), bad("app2"), most_cells=1) == [
        "1 host not shown: broken, but the table has no room",
        "2 servers not shown: all passed",
    ]


def test_table_that_has_everything_leaves_nothing_out():
    report = reports.fleet()
    assert list(not_shown(report, overview.table(report))) == []

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix has each cell in its row and column, and counts them."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.tests.unit.reports import (
    failed,
    passed,
    probed,
    report,
    unreachable,
)

MX1 = {"host": "mx1.example.com"}
MX2 = {"host": "mx2.example.com", "port": 587}


def test_hosts_need_not_have_the_same_servers() -> None:
    given = report(probed("web1", passed(MX1)), probed("app1", passed(MX2)))
    assert [(host, [cell and cell.short for cell in cells]) for host, cells in given.rows] == [
        ("web1", ["ok", None]),
        ("app1", [None, "ok"]),
    ]


def test_cells_are_counted_by_what_became_of_them() -> None:
    given = report(
        probed("web1", passed(MX1), failed(MX2)),
        unreachable("down", [MX1, MX2]),
        Host("late", None, [MX1], left=False),
    )
    assert given.counts == {"total": 5, "passed": 1, "failed": 1, "error": 2, "not_run": 1}
    assert [cell.key for cell in given.broken] == [
        ("web1", "mx2.example.com:587"),
        ("down", "mx1.example.com:25"),
        ("down", "mx2.example.com:587"),
    ]
    assert given.unasked == 2


def test_a_server_that_a_host_was_not_to_ask_takes_no_place_in_its_row() -> None:
    given = report(probed("web1", passed(MX1)), probed("app1", passed(MX2)))
    assert {host: list(cells) for host, cells in given.by_host.items()} == {
        "web1": ["mx1.example.com:25"],
        "app1": ["mx2.example.com:587"],
    }

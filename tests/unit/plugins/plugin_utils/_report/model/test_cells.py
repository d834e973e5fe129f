# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a cell is what became of its dialogues, the worst first."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.cells import Cell
from ansible_collections.mailops.smtp.tests.unit.reports import (
    failed,
    passed,
    probed,
    report,
    unreachable,
)

MX1 = {"host": "mx1.example.com"}
MX2 = {"host": "mx2.example.com", "port": 587}


def the_cell(*hosts: Host) -> Cell:
    (cell,) = report(*hosts).cells
    return cell


@pytest.mark.parametrize("kind", ["local", "internal"])
def test_what_a_host_lacks_is_neither_an_answer_nor_an_outage_of_the_server(kind: str) -> None:
    given = report(
        probed("web1", failed(MX1, "connect", kind, None, "no route to this network")),
        probed("app1", failed(MX1, "connect", "timeout", None, "no answer within 10 s")),
        unreachable("down", [MX1]),
    )
    assert [(cell.verdict, cell.short, cell.unasked) for cell in given.cells] == [
        ("error", kind, True),
        ("error", "timeout", False),
        ("error", "unreachable", True),
    ]
    assert given.unasked == 2


def test_a_cell_with_an_answer_and_a_lack_is_one_of_the_server() -> None:
    item = {**MX1, "every_address": True}
    results = [
        failed({**item, "address": "192.0.2.1"}),
        failed({**item, "address": "2001:db8::1"}, "connect", "local", None, "no IPv6"),
    ]
    cell = the_cell(probed("web1", *results))
    assert (cell.verdict, cell.unasked) == ("failed", False)


def test_a_cell_of_several_dialogues_counts_those_that_did_not_pass() -> None:
    results = [
        passed({"mx": "example.org", "host": "mx1"}),
        failed({"mx": "example.org", "host": "mx2"}),
    ]
    cell = the_cell(probed("web1", *results))
    assert (cell.verdict, cell.short) == ("failed", "550 1/2")
    assert cell.reasons == ["mx2:25: 550 no such user in reply to rcpt_to (permanent)"]


def test_a_cell_is_known_by_its_host_and_its_server() -> None:
    cell = the_cell(probed("web1", passed(MX2)))
    assert cell.key == ("web1", "mx2.example.com:587")
    assert cell.name == "web1 → mx2.example.com:587"

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a host has registered, or has not, its cells are in the report, with their reason."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.cells import Cell
from ansible_collections.mailops.smtp.tests.unit.reports import (
    failed,
    fleet,
    passed,
    probed,
    report,
    unreachable,
)

MX1 = {"host": "mx1.example.com"}
MX2 = {"host": "mx2.example.com", "port": 587}


def outcomes(*hosts: Host) -> list[tuple[str, str, str, str]]:
    """Return what became of each cell."""
    return [(cell.host, cell.server, cell.verdict, cell.short) for cell in report(*hosts).cells]


def the_cell(*hosts: Host) -> Cell:
    (cell,) = report(*hosts).cells
    return cell


def test_a_fleet_has_a_cell_for_each_planned_pair() -> None:
    given = fleet()
    assert given.hosts == ("web1", "app1", "down", "late")
    assert given.servers == ("mx1.example.com:25 (relay)", "mx2.example.com:587")
    assert given.counts == {"total": 8, "passed": 2, "failed": 1, "error": 3, "not_run": 2}
    assert [cell.short for cell in given.cells] == [
        *("ok", "ok", "550", "timeout"),
        *("unreachable", "unreachable", "not run", "not run"),
    ]
    assert given.broken == [cell for cell in given.cells if cell.host in ("app1", "down")]


def test_a_host_that_left_the_play_is_a_row() -> None:
    gone = Host("gone", None, [MX1, MX2], left=True)
    assert outcomes(gone) == [
        ("gone", "mx1.example.com:25", "error", "no result"),
        ("gone", "mx2.example.com:587", "error", "no result"),
    ]
    assert "left the play" in report(gone).cells[0].reasons[0]


def test_a_host_that_the_play_has_not_come_to_has_not_run() -> None:
    assert the_cell(Host("late", None, [MX1], left=False)).verdict == "not_run"
    skipped = {"skipped": True, "changed": False}
    assert the_cell(Host("late", skipped, [MX1], left=False)).verdict == "not_run"
    assert the_cell(Host("late", skipped, [MX1], left=True)).verdict == "error"


def test_a_host_whose_plan_is_not_known_has_a_cell_for_each_server_of_the_others() -> None:
    assert outcomes(
        Host("gone", None, [], left=True), probed("web1", passed(MX1), passed(MX2))
    ) == [
        ("gone", "mx1.example.com:25", "error", "no result"),
        ("gone", "mx2.example.com:587", "error", "no result"),
        ("web1", "mx1.example.com:25", "passed", "ok"),
        ("web1", "mx2.example.com:587", "passed", "ok"),
    ]


def test_such_a_host_has_a_file_for_each_server_where_those_of_others_are_called_the_same() -> None:
    given = report(
        Host("gone", None, [], left=True),
        probed("web1", passed({"host": "example.com"})),
        unreachable("down", [{"mx": "example.com"}]),
    )
    files = [cell.file for cell in given.cells if cell.host == "gone"]
    assert files == ["example.com-25.txt", "example.com-25--2.txt"]


def test_where_no_plan_is_known_no_host_is_missing() -> None:
    given = report(Host("gone", None, [], left=True), unreachable("down", []))
    assert [(cell.host, cell.verdict) for cell in given.cells] == [
        ("gone", "error"),
        ("down", "error"),
    ]
    assert given.servers == ("any server",)


def test_a_host_that_could_not_run_the_module_says_why_in_a_line() -> None:
    registered = {
        "failed": True,
        "msg": "MODULE FAILURE: No start of json char found",
        "module_stderr": "Traceback (most recent call last):\n  File ...\nMemoryError: \x1b[2J\n",
    }
    cell = the_cell(Host("web1", registered, [MX1], left=False))
    assert cell.verdict == "error"
    assert cell.reasons == ["MODULE FAILURE: No start of json char found MemoryError: \\x1b[2J"]


def test_a_wrong_option_is_told() -> None:
    registered = {"failed": True, "msg": "helo: there is a line break in it"}
    cell = the_cell(Host("web1", registered, [MX1], left=False))
    assert cell.reasons == ["helo: there is a line break in it"]


def test_the_mail_exchangers_of_a_domain_are_one_cell() -> None:
    item = {"mx": "example.com", "name": "partner"}
    results = [
        passed({**item, "host": "mx1"}),
        failed({**item, "host": "mx2"}),
        failed({**item, "host": "mx3"}, "connect", "timeout", None, "no answer"),
    ]
    cell = the_cell(probed("web1", *results))
    assert cell.server == "MX of example.com:25 (partner)"
    assert [dialogue.title for dialogue in cell.dialogues] == [
        "mx1:25 (partner)",
        "mx2:25 (partner)",
        "mx3:25 (partner)",
    ]
    assert (cell.verdict, cell.short) == ("failed", "550 2/3")
    assert [reason.partition(":25 (partner): ")[0] for reason in cell.reasons] == ["mx2", "mx3"]


def test_the_addresses_of_a_name_are_one_cell() -> None:
    results = [passed({**MX1, "address": f"192.0.2.{number}"}) for number in (1, 2)]
    cell = the_cell(probed("web1", *results))
    assert (cell.server, cell.short) == ("mx1.example.com:25", "ok")
    assert [dialogue.file for dialogue in cell.dialogues] == [
        "mx1.example.com-25-192.0.2.1.txt",
        "mx1.example.com-25-192.0.2.2.txt",
    ]


def test_two_domains_side_by_side_are_two_cells() -> None:
    results = [
        passed({"mx": domain, "host": host})
        for domain, host in (("a.example", "mx1"), ("a.example", "mx2"), ("b.example", "mx1"))
    ]
    assert [
        (cell.server, len(cell.dialogues)) for cell in report(probed("web1", *results)).cells
    ] == [
        ("MX of a.example:25", 2),
        ("MX of b.example:25", 1),
    ]


def test_a_domain_without_exchangers_is_one_cell() -> None:
    result = failed({"mx": "example.com"}, "connect", "resolve", None, "no such domain")
    cell = the_cell(probed("web1", result))
    assert (cell.server, cell.verdict) == ("MX of example.com:25", "error")


def test_the_items_of_a_loop_are_cells() -> None:
    results = [{**passed(MX1), "item": "mx1.example.com"}, {**failed(MX2), "item": 587}]
    registered = {"results": results, "msg": "All items completed", "changed": False}
    assert outcomes(Host("web1", registered, [], left=False)) == [
        ("web1", "mx1.example.com:25", "passed", "ok"),
        ("web1", "mx2.example.com:587", "failed", "550"),
    ]


def test_one_dialogue_alone_is_a_cell() -> None:
    result = passed(MX1)
    del result["item"]
    assert outcomes(Host("web1", result, [MX1], left=False)) == [
        ("web1", "mx1.example.com:25", "passed", "ok")
    ]


def test_targets_that_are_the_same_are_numbered() -> None:
    given = report(probed("web1", passed(MX1), failed(MX1), passed({"host": "MX1.example.com"})))
    assert [(cell.server, cell.file) for cell in given.cells] == [
        ("mx1.example.com:25", "mx1.example.com-25.txt"),
        ("mx1.example.com:25 #2", "mx1.example.com-25--2.txt"),
        ("MX1.example.com:25 #3", "MX1.example.com-25--3.txt"),
    ]


def test_a_host_that_was_not_reached_has_the_files_that_it_would_have_had() -> None:
    planned: list[dict[str, t.Any]] = [MX1, MX1, MX2]
    there = report(probed("web1", *[passed(item) for item in planned]))
    lost = report(unreachable("web1", planned))
    assert [(cell.server, cell.file) for cell in there.cells] == [
        (cell.server, cell.file) for cell in lost.cells
    ]


def test_what_a_loop_has_not_come_to_is_no_less_planned() -> None:
    items = [{"host": "mx1"}, {"host": "mx2"}, {"host": "mx3"}]
    lost = {"item": items[1], "unreachable": True, "msg": "lost"}
    host = Host("web1", {"results": [passed(items[0]), lost]}, items, left=False)
    cells = report(host).cells
    assert [(cell.server, cell.verdict) for cell in cells] == [
        ("mx1:25", "passed"),
        ("mx2:25", "error"),
        ("mx3:25", "error"),
    ]
    assert cells[2].reasons == ["the host has results of other servers, and not of this"]

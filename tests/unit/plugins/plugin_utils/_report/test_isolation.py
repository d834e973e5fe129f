# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever one host has returned, the report of the others is made, and all verdicts stand."""

from __future__ import annotations

import collections
import dataclasses
import json
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import compare
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.files import NotWritten
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input import collect
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.isolation import (
    without_unreadable,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import (
    as_json,
    terminal,
    verdicts,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.formats import (
    RENDERERS,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import failed, passed, probed, report

MX1 = {"host": "mx1.example.com"}


class Unreadable(dict[str, t.Any]):
    """A dictionary that cannot be read, as a container of Ansible's that templates what it gives.

    It can be read until somebody looks for what a renderer looks for.
    """

    def get(self, key: str, default: t.Any = None) -> t.Any:
        if key in ("replies", "seconds", "transcript", "started", "failure"):
            raise KeyError(f"{key} of the host's own")
        return super().get(key, default)


def with_one_that_cannot_be_read() -> Report:
    return report(
        probed("web1", passed(MX1)),
        probed("evil", Unreadable(failed(MX1))),
        probed("app1", failed(MX1)),
    )


def whole(render: t.Callable[[Report], t.Iterator[str]]) -> t.Callable[[Report], object]:
    """Return what makes all of a file."""
    return lambda one: "".join(render(one))


MAKERS: dict[str, t.Callable[[Report], object]] = {
    **{name: whole(render) for name, (_file, render) in RENDERERS.items()},
    "terminal": lambda one: list(terminal.render(one, 80)),
    "verdicts": lambda one: verdicts.verdicts(one, "broken"),
    "comparison": lambda one: compare(read_baseline(as_json.render(report())), one),
}


@pytest.mark.parametrize("name", MAKERS)
def test_a_host_that_cannot_be_told_of_is_a_row_with_the_reason(name: str) -> None:
    given = with_one_that_cannot_be_read()
    with pytest.raises(KeyError):
        MAKERS[name](given)
    readable, made = without_unreadable(given, MAKERS[name])
    assert made
    assert [(cell.host, cell.verdict) for cell in readable.cells] == [
        ("web1", "passed"),
        ("evil", "error"),
        ("app1", "failed"),
    ]
    (reason,) = readable.cells[1].reasons
    assert reason.startswith("the results of the host cannot be read: KeyError: ")
    assert readable.cells[0] is given.cells[0]


def test_the_reason_is_printable_and_short_whatever_the_host_has_returned() -> None:
    def make(one: Report) -> None:
        if "evil" in one.hosts and one.by_host["evil"]["mx1.example.com:25"].dialogues:
            raise ValueError("\x9b2J\n" * 10_000)

    readable, _made = without_unreadable(with_one_that_cannot_be_read(), make)
    (reason,) = readable.cells[1].reasons
    assert reason.isprintable()
    assert len(reason) <= 5_000


def test_what_can_be_read_is_made_once() -> None:
    made: list[Report] = []
    given = report(probed("web1", passed(MX1)))
    assert without_unreadable(given, made.append) == (given, None)
    assert made == [given]


def test_a_comparison_is_made_anew_without_that_host() -> None:
    earlier = read_baseline(as_json.render(report(probed("evil", passed(MX1)))))
    now = report(probed("evil", passed(MX1)), probed("web1", passed(MX1)))
    found = dataclasses.replace(now, comparison=compare(earlier, now))

    def make(one: Report) -> str:
        if any(cell.host == "evil" and cell.dialogues for cell in one.cells):
            raise ValueError("no")
        return "made"

    readable, made = without_unreadable(found, make)
    assert made == "made"
    assert readable.comparison is not None
    assert [change.what for change in readable.comparison.changes] == ["broke", "new"]


def test_a_fault_that_no_host_is_the_reason_for_is_raised() -> None:
    def make(one: Report) -> None:
        if len(one.hosts) > 1:
            raise ValueError("a fault of ours")

    with pytest.raises(ValueError, match="a fault of ours"):
        without_unreadable(with_one_that_cannot_be_read(), make)


def test_a_file_that_cannot_be_written_is_no_fault_of_a_host() -> None:
    tried: list[Report] = []

    def make(one: Report) -> None:
        tried.append(one)
        raise NotWritten("the disk is full")

    with pytest.raises(NotWritten):
        without_unreadable(with_one_that_cannot_be_read(), make)
    assert len(tried) == 1


class Undefined(dict[str, t.Any]):
    """A dictionary of which nothing can be read at all."""

    def get(self, key: str, default: t.Any = None) -> t.Any:
        raise RecursionError("maximum recursion depth exceeded")


def test_results_that_no_cell_can_be_made_of_are_a_reason_for_each_planned_server() -> None:
    mx2 = {"host": "mx2.example.com"}
    given = report(
        Host("evil", Undefined(results=[]), [MX1, mx2], left=False), probed("web1", passed(MX1))
    )
    assert [(cell.host, cell.server, cell.verdict) for cell in given.cells] == [
        ("evil", "mx1.example.com:25", "error"),
        ("evil", "mx2.example.com:25", "error"),
        ("web1", "mx1.example.com:25", "passed"),
    ]
    assert "RecursionError: maximum recursion depth" in given.cells[0].reasons[0]


def test_a_plan_that_cannot_be_read_either_is_a_reason_for_the_servers_of_others() -> None:
    given = report(
        Host("evil", None, [Undefined(host="mx1")], left=False), probed("web1", passed(MX1))
    )
    assert [(cell.host, cell.server, cell.verdict) for cell in given.cells] == [
        ("evil", "mx1.example.com:25", "error"),
        ("web1", "mx1.example.com:25", "passed"),
    ]


def test_more_results_than_there_is_room_for_are_one_reason() -> None:
    results = [passed(MX1)] * (collect.MAX_RESULTS + 1)
    given = report(
        Host("evil", {"results": results}, [MX1], left=False), probed("web1", passed(MX1))
    )
    assert [(cell.host, cell.verdict) for cell in given.cells] == [
        ("evil", "error"),
        ("web1", "passed"),
    ]
    assert "has returned 100,001 results, and a report has room for" in given.cells[0].reasons[0]


def test_servers_that_nobody_planned_do_not_fill_the_report() -> None:
    made_up = [passed({"host": f"x{number}"}) for number in range(collect.MAX_UNPLANNED + 2)]
    given = report(
        Host("evil", {"results": made_up}, [MX1], left=False), probed("web1", passed(MX1))
    )
    assert given.servers == ("mx1.example.com:25",)
    assert given.cells[0].reasons == [
        "the host has returned results of 102 servers, and was to ask 1"
    ]


def test_hosts_that_are_lost_have_cells_for_the_servers_that_most_hosts_ask() -> None:
    made_up = [passed({"host": f"x{number}"}) for number in range(2_000)]
    given = report(
        probed("evil", *made_up),
        *(probed(f"web{number}", passed(MX1)) for number in range(3)),
        *(Host(f"gone{number}", None, [], left=True) for number in range(5)),
    )
    count = collections.Counter(cell.host for cell in given.cells)
    assert count["gone4"] == collect.MAX_ASSUMED
    assert given.by_host["gone4"]["mx1.example.com:25"].verdict == "error"


def test_a_made_up_server_takes_no_place_of_others_in_the_json_report() -> None:
    made_up = [passed({"host": f"x{number}"}) for number in range(50)]
    given = report(probed("evil", *made_up), probed("web1", passed(MX1)))
    document = json.loads("".join(as_json.render(given)))
    assert len(document["cells"]) == 51

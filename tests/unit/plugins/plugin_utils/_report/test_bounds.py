# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""However much a host returns, the work grows as what it returns, and what is shown does not."""

from __future__ import annotations

import dataclasses
import itertools
import json
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import compare
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.document.causes import (
    causes_result,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.naming import unique_name
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import (
    as_json,
    csv_table,
    html,
    junit,
    markdown,
    prometheus,
    terminal,
    transcripts,
    verdicts,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    failed,
    passed,
    probed,
    replies,
    report,
    unreachable,
)
from ansible_collections.mailops.smtp.tests.unit.work import assert_ends, assert_linear

pytestmark = pytest.mark.thorough

MX1 = {"host": "mx1.example.com"}

MAKERS: dict[str, t.Callable[[Report], object]] = {
    "json": lambda one: list(as_json.render(one)),
    "csv": lambda one: list(csv_table.render(one)),
    "html": lambda one: list(html.render(one)),
    "junit": lambda one: list(junit.render(one)),
    "markdown": lambda one: list(markdown.render(one)),
    "prometheus": lambda one: list(prometheus.render(one)),
    "transcripts": lambda one: list(transcripts.render(one)),
    "terminal": lambda one: list(terminal.render(one, 80)),
    "verdicts": lambda one: verdicts.verdicts(one, "broken"),
    "comparison": lambda one: compare(read_baseline(as_json.render(one)), one, one.causes),
    "causes": lambda one: causes_result(one.causes),
}


def named_after_each_other(size: int) -> list[str]:
    """Return names of which each is what the one before would be called the second time."""
    names = list(itertools.accumulate(range(size), lambda name, _number: name + " #2", initial="x"))
    return [*names, *["x"] * size, *names]


def names_taken_beforehand(size: int) -> list[str]:
    """Return the numbers of a name, and then the name, again and again."""
    return [*(f"x #{number}" for number in range(2, size)), *["x"] * size]


@pytest.mark.parametrize("make", [named_after_each_other, names_taken_beforehand])
def test_names_that_are_taken_cost_no_more_than_they_are_many(
    make: t.Callable[[int], list[str]],
) -> None:
    def number_all(names: list[str]) -> None:
        earlier: dict[str, int] = {}
        found = [unique_name(name, earlier, " #{}") for name in names]
        assert len(set(found)) == len(names)

    assert_linear(number_all, make, sizes=(100, 400, 1600))


def test_a_host_whose_results_are_named_after_each_other_is_a_row_of_all_of_them() -> None:
    """1,200 names that ask for each other's place once ended the report of all hosts."""
    names = [f"mx1:25{' #2' * number}" for number in range(1_200)]
    results = [passed({"socket": name}) for name in [*names, names[0]]]
    given = report(probed("evil", *results), probed("web1", passed(MX1)))
    assert len(given.cells) == 1_202
    assert len({cell.server for cell in given.cells}) == 1_202
    assert len({path for path, _text in transcripts.render(given)}) == 1_202


def many_servers(size: int) -> Report:
    """Return a report in which one host has made up servers, and others were lost."""
    made_up = [failed({"host": f"x{number}"}) for number in range(size)]
    return report(
        probed("evil", *made_up),
        *(probed(f"web{number}", passed(MX1)) for number in range(20)),
        *(unreachable(f"down{number}", [MX1]) for number in range(20)),
    )


def many_dialogues(size: int) -> Report:
    """Return a report with one cell of many dialogues."""
    item = {"mx": "example.com"}
    return report(probed("evil", *(failed({**item, "host": f"x{n}"}) for n in range(size))))


def many_replies(size: int) -> Report:
    """Return a report with one dialogue in which everything is long."""
    result = failed(
        MX1,
        replies=replies(*[("rcpt_to", 550, "no")] * size),
        capabilities={f"X{number}": ["y"] for number in range(size)},
        transcript=["[0.001] S: 550 no"] * size,
        seconds={f"s{number}": 0.1 for number in range(size)},
    )
    result["failure"]["advice"] = ["Ask `them`."] * size
    return report(probed("evil", result))


@pytest.mark.parametrize("make", [many_servers, many_dialogues, many_replies])
@pytest.mark.parametrize("name", MAKERS)
def test_what_is_made_of_results_costs_no_more_than_they_are_many(
    name: str, make: t.Callable[[int], Report]
) -> None:
    assert_linear(MAKERS[name], make, sizes=(60, 240, 960))


@pytest.mark.parametrize("make", [many_servers, many_dialogues, many_replies])
def test_what_is_shown_and_registered_does_not_grow(make: t.Callable[[int], Report]) -> None:
    given = make(3_000)
    lines = [terminal.plain_text(line) for line in terminal.render(given, 80)]
    assert len(lines) < 1_000
    assert max(map(len, lines)) <= 300
    (verdict,) = [one for host, one in verdicts.verdicts(given, "broken").items() if host == "evil"]
    assert len(verdict.message) <= verdicts.MAX_LINE
    assert len(json.dumps(causes_result(given.causes))) < 2_000_000
    assert len("".join(markdown.render(given))) < 1_050_000


def test_of_servers_that_a_host_has_made_up_the_others_keep_their_place() -> None:
    """In the table of a page, and on the terminal: what is broken for most hosts comes first."""
    made_up = [failed({"host": f"x{number}"}) for number in range(5_000)]
    given = report(
        probed("evil", *made_up), *(probed(f"web{number}", failed(MX1)) for number in range(20))
    )
    table = "".join(html.render(given)).partition('<table id="squares"')[2].partition("</table>")[0]
    assert 'scope="col"><span>mx1.example.com:25<small>20 broken' in table
    assert 'scope="row"><a href="transcripts/web19/">web19</a>' in table
    shown = [terminal.plain_text(line) for line in terminal.render(given, 80)]
    assert any(line.endswith("= mx1.example.com:25") for line in shown)
    assert "... and 4,941 more servers with something broken" in shown


def endless(told: str) -> list[Report]:
    """Return reports in which a text of 720 kB is in each place that may have one."""
    reports = []
    for change in (
        {"msg": told},
        {"failure": {**failed(MX1)["failure"], "kind": told}},
        {"failure": {**failed(MX1)["failure"], "stage": told, "enhanced_code": told}},
        {"failure": {**failed(MX1)["failure"], "text": told, "advice": [told]}, "msg": None},
        {"item": {"host": told, "name": told, "port": told, "address": told}},
        {"replies": replies(("greeting", 220, told)), "capabilities": {told: [told]}},
    ):
        reports.append(report(probed("evil", {**failed(MX1), **change})))
    lost = {"failed": True, "msg": told, "module_stderr": told}
    return [*reports, report(Host("evil", lost, [MX1], left=False))]


@pytest.mark.parametrize("word", ["requires ", "; ", "a`", "1 Jan 2026 ", "[0", "x" * 50 + " "])
def test_a_text_without_an_end_is_told_as_its_beginning(word: str) -> None:
    for given in endless(word * (720_000 // len(word))):
        lines = [terminal.plain_text(line) for line in terminal.render(given, 80)]
        assert max(map(len, lines)) <= 300
        assert len(verdicts.verdicts(given, "broken")["evil"].message) < 350
        assert len(json.dumps(causes_result(given.causes))) < 5_000
        assert sum(map(len, given.cells[0].reasons)) < 12_000
        assert len(given.cells[0].short) <= 60


def make_all_of_endless_texts(word: str) -> None:
    """Make every format of texts of 720 kB; called in a process of its own."""
    for given in endless(word * (720_000 // len(word))):
        for make in MAKERS.values():
            make(given)
        earlier = read_baseline(as_json.render(given))
        make_all = dataclasses.replace(given, comparison=compare(earlier, given))
        list(markdown.render(make_all))


@pytest.mark.parametrize("word", ["requires ", "; ", "a`", " (", "1 Jan 2026 ", "a1-"])
def test_no_pattern_takes_longer_than_the_text_is(word: str) -> None:
    assert_ends(make_all_of_endless_texts, word, cpu_seconds=20)


def compare_capabilities(size: int) -> None:
    """Compare two servers that offer many things, each others; called in a process of its own."""
    then, now = (
        report(probed("evil", passed(MX1, capabilities={f"{mark}{n}": [] for n in range(size)})))
        for mark in ("X", "Y")
    )
    (change,) = compare(read_baseline(as_json.render(then)), now).changes
    assert change.what == "capabilities"


def test_capabilities_are_compared_in_as_many_steps_as_there_are() -> None:
    assert_ends(compare_capabilities, 60_000, cpu_seconds=10)


def test_of_many_dialogues_of_a_cell_a_verdict_is_one_line() -> None:
    item = {"mx": "example.com"}
    given = report(
        probed("web1", *(failed({**item, "host": f"x{n}"}, text="y" * 5_000) for n in range(90)))
    )
    message = verdicts.verdicts(given, "broken")["web1"].message
    assert len(message) <= verdicts.MAX_LINE
    assert "\n" not in message

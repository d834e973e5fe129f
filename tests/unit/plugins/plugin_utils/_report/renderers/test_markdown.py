# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page in Markdown, as GitHub's own reader reads it. It is told to let raw HTML through."""

from __future__ import annotations

import dataclasses
import html.parser
import json
import re

import cmarkgfm
import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import compare
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import (
    as_json,
    markdown,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.untrusted import one_line
from ansible_collections.mailops.smtp.tests.unit import reports
from cmarkgfm.cmark import Options
from hypothesis import example, given
from hypothesis import strategies as st

GITHUB_BYTES = 1024 * 1024

# All that the page is made of.
OURS = {
    "h2",
    "h3",
    "p",
    "ol",
    "ul",
    "li",
    "code",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "em",
}

# What Markdown and GitHub make something of, and what ends a code span or a cell of a table.
PITFALLS = [
    "`", "``", " ` ", "a`b``c```d", "|", "\\|", "\\\\|", "\\", "`|`", "a|", "|a", " ", "  ", " a ",
    "<script>alert(1)</script>", "<!--", "&amp;", "&#124;", "@octocat", "#1", "**b**", "_i_",
    "![x](http://example.com/x.png)", "[x](javascript:a())", "www.example.com", "~~s~~", ":tada:",
    "http://example.com", "<http://example.com>", "alice@example.com", "$x$", "| --- |", "# x", "",
]  # fmt: skip


class Reader(html.parser.HTMLParser):
    """The elements of a page, the text in each that is a cell or an item, and in code."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.cells: list[str] = []
        self.outside_code = ""
        self._open: list[str] = []
        self.feed(
            cmarkgfm.github_flavored_markdown_to_html(source, options=Options.CMARK_OPT_UNSAFE)
        )
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self._open.append(tag)
        if tag in ("td", "th", "li", "p", "h2", "h3"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data.rstrip("\n")
        if "code" not in self._open:
            self.outside_code += data


def read(report: Report, **bounds: int) -> Reader:
    return Reader("".join(markdown.render(report, **bounds)))


def compared(now: Report) -> Report:
    """Return a report that was held against that of the fleet."""
    earlier = json.loads("".join(as_json.render(reports.fleet())))
    comparison = compare(read_baseline([json.dumps(earlier)]), now)
    return dataclasses.replace(now, comparison=comparison)


def refused(hosts: int, servers: int) -> Report:
    """Return a report in which everything is broken."""
    results = [reports.failed({"host": f"mx{number}.example.com"}) for number in range(servers)]
    return reports.report(*(reports.probed(f"host{host}", *results) for host in range(hosts)))


hostile = st.lists(
    st.sampled_from(PITFALLS) | st.text(st.characters(exclude_categories=["C"]), max_size=5),
    max_size=6,
).map("".join)


def every_pitfall(test):
    for pitfall in PITFALLS:
        test = example(pitfall)(test)
    return test


@every_pitfall
@given(hostile)
def test_any_text_stays_text_in_a_line(text):
    found = Reader(f"- x {markdown.code(text)} y\n")
    assert found.cells == [f"x {one_line(text)} y"]
    assert set(found.elements) <= {"ul", "li", "code"}
    assert found.outside_code.strip("\n").replace("|", "") == "x  y"


@every_pitfall
@given(hostile)
def test_any_text_stays_text_in_a_table(text):
    found = Reader(f"| a | {markdown.code(text)} |\n| --- | --- |\n| b | {markdown.code(text)} |\n")
    assert found.cells == ["a", one_line(text), "b", one_line(text)]
    assert set(found.elements) <= {"table", "thead", "tbody", "tr", "th", "td", "code"}
    assert found.outside_code.replace("|", "").split() == ["a", "b"]


@every_pitfall
@given(hostile)
def test_any_advice_stays_text(text):
    found = Reader(f"- x {markdown.prose(text)}\n")
    told = one_line(text).replace("`", "")
    assert [cell.removeprefix("x").strip(" ") for cell in found.cells] == [told.strip(" ")]
    assert set(found.elements) <= {"ul", "li", "code"}
    for mark in ("@", "#", "://", "~~", "**", "$", "&", "_", "["):
        assert mark not in found.outside_code
    # Within a word it is no link (GitHub Flavored Markdown, section 6.9).
    assert not re.search(r"(?<!\w)www\.", found.outside_code)


@every_pitfall
@given(hostile)
def test_any_sentence_of_a_cause_stays_text(text):
    found = Reader(f"1. 2 cells: {markdown.prose(text)}\n")
    told = one_line(text).replace("`", "").strip(" ")
    assert [cell.removeprefix("2 cells:").strip(" ") for cell in found.cells] == [told]
    assert set(found.elements) <= {"ol", "li", "code"}


def test_brackets_and_stops_around_code_are_prose():
    sentence = "2,510 hosts (mx1:25, mx2:25 …) at rcpt_to (550); 3 others"
    assert markdown.prose(sentence) == (
        "2,510 hosts (`mx1:25`, `mx2:25` …) at `rcpt_to` (550); 3 others"
    )


def test_advice_is_prose_with_its_commands_as_code():
    told = "Postfix has `mynetworks`; see postconf(5), or ask @octocat of deadbeef1 in 5.7.1."
    assert markdown.prose(told) == (
        "Postfix has `mynetworks`; see `postconf(5)`, or ask `@octocat` of `deadbeef1` in 5.7.1."
    )
    found = Reader(f"- {markdown.prose(told)}\n")
    assert found.cells == [told.replace("`", "")]


@pytest.mark.parametrize("report", [reports.fleet(), reports.nasty(), compared(reports.nasty())])
def test_page_is_made_of_what_we_write_alone(report):
    found = read(report)
    assert set(found.elements) <= OURS
    assert "@" not in found.outside_code
    assert "://" not in found.outside_code


def test_hostile_text_is_told_as_it_is():
    found = read(reports.nasty())
    assert any(one_line(reports.NASTY) in cell for cell in found.cells)


def test_what_to_mend_comes_first_then_the_matrix_then_details():
    found = read(reports.fleet())
    assert found.cells[0] == "❌ SMTP: 4 of 8 checks broken"
    assert found.cells[1].startswith(
        "4 hosts, 2 servers: 2 passed, 1 failed, 3 errors (2 could not ask), 2 not run."
    )
    headings = ("What to mend", "Hosts and servers", "Details")
    assert [cell for cell in found.cells if cell in headings] == list(headings)
    at = found.cells.index("What to mend")
    assert found.cells[at + 1 : at + 4] == [
        "2 cells: Ansible cannot reach down (Failed to connect to the host via ssh)",
        (
            "1 cell: mx1.example.com:25 (relay) refuses app1 at rcpt_to (550 no such user);"
            " all others get through"
        ),
        "check next: Ask the server's side.",
    ]
    at = found.cells.index("Details")
    assert found.cells[at - 15 : at] == [
        *("", "mx1.example.com:25 (relay)", "mx2.example.com:587"),
        *("web1", "ok", "ok"),
        *("app1", "❌ 550 (2)", "🔺 timeout (3)"),
        *("down", "🔺 unreachable (1)", "🔺 unreachable (1)"),
        *("late", "⏳ not run", "⏳ not run"),
    ]
    assert found.cells[at + 1 : at + 3] == [
        (
            "🔺 down → 2 servers: Ansible cannot reach the host:"
            " Failed to connect to the host via ssh (cause 1)"
        ),
        (
            "❌ app1 → mx1.example.com:25 (relay): 550 no such user in reply to rcpt_to (permanent)"
            " (cause 2)"
        ),
    ]


def test_commands_of_a_cause_are_code():
    bad = reports.failed({"host": "mx1"})
    bad["failure"]["advice"] = ["Run `postconf -n` there."]
    written = "".join(markdown.render(reports.report(reports.probed("web1", bad))))
    assert "   - check next: Run `postconf -n` there.\n" in written


def test_of_the_cells_of_a_cause_some_are_listed_and_the_others_counted():
    found = read(refused(20, 3))
    assert "60 cells: every server refuses every host at rcpt_to (550 no such user)" in found.cells
    listed = [cell for cell in found.cells if cell.endswith("(cause 1)")]
    assert len(listed) == 10
    assert found.cells[-1] == "and 50 more cells of cause 1"


def test_cells_without_a_cause_are_all_told_with_advice():
    found = read(reports.scattered())
    assert "6 broken cells without a cause in common: see the details." in found.cells
    told = [cell for cell in found.cells if cell.startswith("❌ web")]
    assert len(told) == len(reports.UNLIKE)
    assert found.cells.count("check next: Ask the server's side.") == 6


def test_changes_come_before_the_details():
    relay = {"host": "mx1.example.com", "name": "relay"}
    now = reports.report(reports.probed("web1", reports.failed(relay)))
    found = read(compared(now))
    headings = ("What to mend", "Hosts and servers", "What changed", "Details")
    assert [cell for cell in found.cells if cell in headings] == list(headings)
    at = found.cells.index("What changed")
    assert found.cells[at + 1] == "Since 2026-11-24 12:00 UTC: 1 broke, 7 gone."
    assert found.cells[at + 7 : at + 12] == [
        "broke",
        "web1",
        "mx1.example.com:25 (relay)",
        "ok",
        "550 no such user in reply to rcpt_to (permanent)",
    ]


def test_where_all_is_well_it_says_so():
    found = read(reports.report(reports.probed("web1", reports.passed({"host": "mx1"}))))
    assert found.cells[0] == "✅ SMTP: The only check passed"
    assert not {"What to mend", "Details"} & set(found.cells)


def unlike(hosts: int) -> Report:
    """Return a report of that many failures that have nothing in common."""
    items = [{"host": f"mx{number}.example.com"} for number in range(3)]
    rows = []
    for host in range(hosts * 2):
        results = [reports.passed(item) for item in items]
        if host % 2:
            word = "".join(chr(97 + int(digit)) for digit in str(host))
            results[host % 3] = reports.failed(items[host % 3], text=f"{word} {'x ' * 250}")
        rows.append(reports.probed(f"web{host}", *results))
    return reports.report(*rows)


@pytest.mark.thorough
def test_page_ends_where_github_would_refuse_it():
    report = unlike(1_500)
    written = "".join(markdown.render(report))
    assert 900_000 < len(written.encode("utf-8")) < GITHUB_BYTES
    found = Reader(written)
    told = sum(cell.startswith("❌ web") for cell in found.cells)
    assert 0 < told < 1_500
    more = f"… and {1_500 - told:,} more that are broken: no room is left here."
    assert more in found.cells
    assert set(found.elements) <= OURS


@pytest.mark.parametrize("size", range(0, 4_000, 250))
def test_wherever_it_ends_it_is_whole(size):
    report = compared(refused(8, 3))
    written = "".join(markdown.render(report, max_bytes=size))
    assert len(written.encode("utf-8")) < size + 500
    found = Reader(written)
    assert set(found.elements) <= OURS
    assert "|" not in found.outside_code  # no row of a table without its head


def test_one_endless_text_does_not_take_the_room_of_the_others():
    endless = "x" * 2_000_000
    item = {"host": endless, "name": endless}
    failure = {"stage": endless, "kind": endless, "text": endless, "advice": [endless]}
    evil = reports.failed(item, failure=failure, msg=endless)
    report = reports.report(
        reports.probed("evil", evil), reports.probed("web1", reports.failed({"host": "mx1"}))
    )
    found = read(report)
    assert any(cell.startswith("❌ web1 → mx1:25") for cell in found.cells)
    at = found.cells.index("Details")
    assert found.cells[at - 2] == ""
    assert found.cells[at - 1].startswith("❌ 550")


def test_table_of_a_fleet_has_what_is_broken_and_counts_the_rest():
    items = [{"host": f"mx{number}.example.com"} for number in range(50)]
    good = [reports.passed(item) for item in items]
    hosts = [reports.probed(f"host{host}", *good) for host in range(50)]
    hosts[7] = reports.probed("host7", *good[:-1], reports.failed(items[-1]))
    found = read(reports.report(*hosts))
    at = found.cells.index("Details")
    assert found.cells[at - 5 : at] == [
        *("", "mx49.example.com:25", "host7", "❌ 550 (1)"),
        "49 hosts and 49 servers not shown: all passed.",
    ]


def test_causes_that_came_and_went_are_told():
    mx1 = {"host": "mx1"}
    before = reports.report(reports.probed("web1", reports.failed(mx1, text="full")))
    now = reports.report(reports.probed("web1", reports.failed(mx1, code=554, text="go away")))
    document = json.loads("".join(as_json.render(before)))
    comparison = compare(read_baseline([json.dumps(document)]), now, now.causes)
    found = read(dataclasses.replace(now, comparison=comparison))
    changed = [cell for cell in found.cells if cell.startswith("cause ")]
    assert changed == [
        "cause new: mx1:25 refuses web1 at rcpt_to (554 go away)",
        "cause gone: mx1:25 refuses web1 at rcpt_to (550 full)",
    ]


def test_what_a_host_has_found_out_stands_below_its_cause():
    page = "".join(markdown.render(reports.diagnosed_fleet()))
    assert (
        "   - proven: The server does not know the recipient. (asked from `app1`)\n"
        "   - another recipient: 250 Ok — it is the recipient\n"
        "   - the same dialogue again: 550 no such user — it fails\n"
        "   - check next: Check the recipient with `postmap -q`.\n"
    ) in page
    assert "   - not diagnosed: the host has returned no diagnosis\n" in page


def test_how_to_check_a_cause_and_what_to_change_stand_below_it():
    page = "".join(markdown.render(reports.fleet()))
    assert "\n   - check: `postmap -q" in page
    assert "\n   - change in Postfix: " in page

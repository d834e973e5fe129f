# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page, as a parser of HTML reads it. What a browser makes of it is in tests/interop."""

from __future__ import annotations

import base64
import collections
import dataclasses
import hashlib
import html.parser
import itertools
import json
import re

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import compare
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import as_json
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import html as page_of
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.untrusted import one_line
from ansible_collections.mailops.smtp.tests.unit import reports

# Elements without an end.
VOID = {"meta", "link", "input"}

MX1 = {"host": "mx1.example.com"}


class Element:
    """An element: its name, its attributes, and all text in it."""

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.text = ""
        self.inside: list[str] = []


class Page(html.parser.HTMLParser):
    """All elements of a page. An end that does not belong to the last beginning is an error."""

    def __init__(self, pieces: object) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.source = "".join(pieces)  # type: ignore[arg-type]
        self.feed(self.source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        element.inside = [one.attributes.get("id", one.name) for one in self._open]
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, name: str, **attributes: str) -> list[Element]:
        """Return the elements of a name that have these attributes."""
        return [
            element
            for element in self.elements
            if element.name == name and attributes.items() <= element.attributes.items()
        ]

    def one(self, name: str, **attributes: str) -> Element:
        """Return the only element of a name that has these attributes."""
        (found,) = self.all(name, **attributes)
        return found

    def table(self) -> list[list[str]]:
        """Return the words of the matrix, row by row."""
        rows: list[list[str]] = []
        for element in self.elements:
            if "squares" in element.inside and element.name == "tr":
                rows.append([])
            elif "squares" in element.inside and element.name in ("td", "th"):
                rows[-1].append(element.text)
        return rows


def page(report: Report, **bounds: int) -> Page:
    return Page(page_of.render(report, **bounds))


def compared() -> Report:
    """Return the fleet a day later: web1 has broken, app1 has healed."""
    earlier = json.loads("".join(as_json.render(reports.fleet())))
    earlier["created"] = "2026-11-23T12:00:00Z"
    relay = {"host": "mx1.example.com", "name": "relay"}
    now = reports.report(
        reports.probed("web1", reports.failed(relay, text="greylisted", code=450)),
        reports.probed("app1", reports.passed(relay)),
    )
    comparison = compare(read_baseline([json.dumps(earlier)]), now)
    return dataclasses.replace(now, comparison=comparison)


def several() -> Report:
    """Return a report of two hosts and a server with two addresses, one of which fails for one."""
    target = {"host": "mx.example.com", "every_address": True}
    one, two = {**target, "address": "192.0.2.1"}, {**target, "address": "192.0.2.2"}
    return reports.report(
        reports.probed("web1", reports.passed(one), reports.failed(two)),
        reports.probed("web2", reports.passed(one), reports.passed(two)),
    )


def many(hosts: int, servers: int, broken: set[tuple[int, int]], **result: object) -> Report:
    """Return a report of many hosts and servers, some of which are broken for some."""
    items = [{"host": f"mx{number}.example.com"} for number in range(servers)]
    return reports.report(
        *(
            reports.probed(
                f"host{host}",
                *(
                    reports.failed(item, **result)  # type: ignore[arg-type]
                    if (host, number) in broken
                    else reports.passed(item, **result)
                    for number, item in enumerate(items)
                ),
            )
            for host in range(hosts)
        )
    )


def test_headline_counts_and_says_when():
    found = page(reports.fleet())
    assert found.one("h1").text == "4 of 8 checks broken"
    assert found.one("title").text == "4 of 8 checks broken \u2013 SMTP, 2026-11-24 12:00 UTC"
    assert found.one("time").attributes["datetime"] == reports.CREATED
    counts = [element.text for element in found.elements if element.name in ("dt", "dd")]
    assert counts[:8] == ["passed", "2", "failed", "1", "error", "3", "not run", "2"]


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (reports.report(), "Nothing was checked"),
        (reports.report(reports.probed("web1", reports.passed(MX1))), "The only check passed"),
        (many(2, 2, set()), "All 4 checks passed"),
        (many(1, 1, {(0, 0)}), "1 of 1 check broken"),
    ],
)
def test_headline_of(report, said):
    assert page(report).one("h1").text == said


def test_matrix_has_hosts_down_and_servers_across():
    found = page(reports.fleet())
    assert found.table() == [
        # Nothing is known of the server where a host could not ask, so that is not broken.
        ["", "mx1.example.com:25 (relay)1 broken", "mx2.example.com:5871 broken"],
        ["web1", "ok", "ok"],
        ["app1", "failed: 550", "error: timeout"],
        ["down", "error: unreachable", "error: unreachable"],
        ["late", "not run", "not run"],
    ]
    heads = [element for element in found.all("th") if "squares" in element.inside]
    assert [head.attributes["scope"] for head in heads] == ["col"] * 2 + ["row"] * 4
    assert [one.text for one in found.all("caption")] != [""]


def test_every_cell_that_has_something_to_tell_leads_there():
    found = page(reports.fleet())
    targets = collections.Counter(one.attributes.get("id") for one in found.elements)
    links = [one for one in found.all("a") if "squares" in one.inside]
    assert len(links) == 6  # two of eight have not been run
    assert all(targets[link.attributes["href"][1:]] == 1 for link in links)


def test_broken_cell_is_told_with_all_that_helps():
    found = page(reports.fleet()).all("article")
    told = " ".join(found[0].text.split())
    assert told.startswith("app1 → mx1.example.com:25 (relay)")
    for words in (
        "failed: 550",
        "550 no such user in reply to rcpt_to (permanent)",
        "Stage rcpt_to".replace(" ", ""),
        "Ask the server's side. Look into its log.",
        "[0.013] S: 220 mx1.example.com ESMTP",
    ):
        assert words in told


def test_commands_and_options_in_advice_are_code():
    result = reports.failed(MX1)
    result["failure"]["advice"] = ["Set `mynetworks`, see `<b>`: <i>."]
    found = page(reports.report(reports.probed("web1", result)))
    (item,) = [one for one in found.all("li") if "article" in one.inside or "b1" in one.inside]
    assert item.text == "Set mynetworks, see <b>: <i>."
    assert [one.text for one in found.all("code") if "b1" in one.inside] == ["mynetworks", "<b>"]


def test_host_that_could_not_ask_looks_otherwise_than_a_server_that_gave_no_answer():
    found = page(reports.fleet())
    cells = [one for one in found.all("td") if "squares" in one.inside]
    looks = {one.text: one.attributes["class"] for one in cells if "class" in one.attributes}
    assert looks["error: timeout"] == "error"
    assert looks["error: unreachable"] == "error unasked"
    legend = " ".join(one.text for one in found.all("li") if "matrix" in one.inside)
    assert "nothing is known of the server" in legend


def test_matrix_comes_first_then_what_is_broken_then_what_changed():
    found = page(compared())
    sections = [one.attributes["id"] for one in found.all("section")]
    assert sections == ["matrix", "broken", "changes", "passed"]
    links = [one.attributes["href"] for one in found.all("a") if "nav" in one.inside]
    assert links == ["#matrix", "#broken", "#changes", "#passed"]


def test_code_and_text_are_told_where_the_sentence_does_not_say_them():
    result = reports.failed(MX1, code=550, text="no such user", msg="mx1 port 25: refused")
    told = page(reports.report(reports.probed("web1", result))).one("article").text
    assert "Code550" in told
    assert "Textno such user" in told


def test_host_that_cannot_be_reached_is_told_once():
    told = [one.text for one in page(reports.fleet()).all("article") if "down" in one.text]
    assert len(told) == 1
    assert "2 servers" in told[0]
    assert "mx1.example.com:25 (relay), mx2.example.com:587" in told[0]


def test_each_dialogue_of_a_cell_is_told_and_the_broken_ones_first():
    found = page(several())
    first, second = "mx.example.com:25 at 192.0.2.2", "mx.example.com:25 at 192.0.2.1"
    assert [one.text for one in found.all("h4")] == [first, second]
    assert [one.text for one in found.all("h3") if "passed" in one.inside] == [second, first]


def test_what_has_changed_is_told_the_worst_first():
    found = page(compared())
    section = found.one("section", id="changes")
    assert "Since 2026-11-23 12:00 UTC: 1 broke, 1 healed, 6 gone." in section.text
    rows = [one.text for one in found.all("tr", **{"class": "item"})]
    assert rows[0] == (
        "brokeweb1mx1.example.com:25 (relay)ok450 greylisted in reply to rcpt_to (permanent)"
    )
    assert rows[1].startswith("healedapp1")
    assert rows[-1] == "gonelate2 serversthe play has not come to this host"
    assert "new since 2026-11-23 12:00 UTC" in found.one("article").text


def test_without_a_baseline_nothing_is_said_of_changes():
    assert page(reports.fleet()).all("section", id="changes") == []


@pytest.mark.parametrize(
    "report", [reports.fleet, reports.nasty, compared, several, reports.report]
)
def test_elements_are_well_nested_headed_and_named_once(report):
    found = page(report())  # the nesting is the parser's to check
    names = [one.attributes["id"] for one in found.elements if "id" in one.attributes]
    assert len(names) == len(set(names))
    levels = [int(one.name[1]) for one in found.elements if re.fullmatch("h[1-6]", one.name)]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))
    for element in found.elements:
        labels = element.attributes.get("aria-labelledby") or element.attributes.get("for") or ""
        assert set(labels.split()) <= set(names)


def test_hostile_text_stays_text():
    good, bad = page(reports.fleet()), page(reports.nasty())
    assert {one.name for one in bad.elements} <= {one.name for one in good.elements} | {"h4"}
    assert len(bad.all("script")) == 1
    attributes = {name for one in bad.elements for name in one.attributes}
    assert attributes <= {name for one in good.elements for name in one.attributes}
    assert not any(name.startswith("on") for name in attributes)
    told = bad.all("article")[0].text
    assert one_line(reports.NASTY) in told
    assert "<script>alert(1)</script>" in told


@pytest.mark.parametrize("report", [reports.fleet, reports.nasty])
def test_links_stay_within_the_report(report):
    found = page(report())
    links = [one.attributes["href"] for one in found.elements if "href" in one.attributes]
    assert links
    for link in links:
        assert re.match(r"#\w+$|transcripts/[A-Za-z0-9._/-]+$|data:image/svg", link)
    assert not any("src" in one.attributes for one in found.elements)
    assert not re.search(r"url\(|@import", found.one("style").text)


def test_policy_lets_in_the_style_and_the_script_of_the_page_alone():
    found = page(reports.nasty())
    (policy,) = [
        one.attributes["content"]
        for one in found.all("meta")
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; ")
    for name in ("style", "script"):
        digest = hashlib.sha256(found.one(name).text.encode("utf-8")).digest()
        assert f"{name}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert "unsafe" not in policy
    assert not any("style" in one.attributes for one in found.elements)


def test_transcripts_of_failures_come_first_while_there_is_room():
    transcript = ["S: 220 " + "x" * 93] * 10
    report = many(2, 2, {(1, 1)}, transcript=transcript)
    whole = page(report)
    assert len(whole.all("pre")) == 4
    found = page(report, transcript_bytes=2_500)
    assert len(found.all("pre")) == 2
    assert [one.inside[-1] for one in found.all("pre")] == ["details", "p1"]
    links = [one.attributes["href"] for one in found.all("a") if "squares" in one.inside]
    assert links == [
        "#p1",
        "transcripts/host0/mx1.example.com-25.txt",
        "transcripts/host1/mx0.example.com-25.txt",
        "#b1",
    ]
    assert "if the report transcripts was asked for" in found.one("footer").text


def test_transcript_of_a_failure_without_room_is_a_link():
    report = many(1, 1, {(0, 0)}, transcript=["x" * 3_000])
    found = page(report, transcript_bytes=2_500)
    assert found.all("pre") == []
    told = found.one("article").text
    assert "Its transcript is in transcripts/host0/mx0.example.com-25.txt, if" in told


def test_failures_without_room_are_counted_and_lead_to_their_files():
    report = many(4, 1, {(host, 0) for host in range(4)})
    found = page(report, text_bytes=2_000)
    told = len(found.all("article"))
    assert 0 < told < 4
    assert f"{4 - told} more are broken" in found.one("section", id="broken").text
    links = [one.attributes["href"] for one in found.all("a") if "squares" in one.inside]
    assert links[-1] == "transcripts/host3/mx0.example.com-25.txt"


def test_table_of_a_fleet_has_what_is_broken_and_names_the_rest():
    found = page(many(60, 40, {(7, 3), (9, 30)}))
    assert found.table() == [
        ["", "mx3.example.com:251 broken", "mx30.example.com:251 broken"],
        ["host7", "failed: 550", "ok"],
        ["host9", "ok", "failed: 550"],
    ]
    others = found.all("details", **{"class": "others"})
    assert [one.text.split("\n")[0] for one in others] == [
        "All is well on 58 hosts",
        "Nothing is broken with 38 servers",
    ]
    links = [one.attributes["href"] for one in found.all("a")]
    assert {"transcripts/host7/", "transcripts/host8/"} <= set(links)  # in the table, and not


def test_page_of_a_fleet_where_all_is_well_is_short():
    found = page(many(60, 40, set()))
    assert found.one("h1").text == "All 2,400 checks passed"
    assert len(found.source) < 50_000
    assert "All is well on 60 hosts" in found.source


def test_page_is_bounded_whatever_is_said():
    everything = {(host, number) for host in range(60) for number in range(50)}
    report = many(60, 50, everything, transcript=["<\"&'>" * 200] * 10)
    pieces = list(page_of.render(report))
    assert 8_000_000 < sum(len(piece.encode("utf-8")) for piece in pieces) < 15_000_000
    assert max(map(len, pieces)) < 2_000_000


def test_endless_texts_are_cut():
    failure = dict.fromkeys(("stage", "kind", "enhanced_code", "text"), reports.LONG)
    advice = [reports.LONG] * 1_000
    item = {"host": reports.LONG, "name": reports.LONG}
    result = reports.failed(
        item, text=reports.LONG, failure={**failure, "code": 550, "advice": advice}
    )
    found = page(reports.report(reports.probed("web1", result)))
    assert len(found.one("article").text) < 7_000
    assert len(found.one("section", id="matrix").text) < 1_000


def test_of_many_dialogues_some_are_told():
    target = {"host": "mx.example.com", "every_address": True}
    results = [
        reports.failed({**target, "address": f"2001:db8::{number}"}) for number in range(1, 31)
    ]
    found = page(reports.report(reports.probed("web1", *results)))
    assert len(found.all("pre")) == 20
    assert "There are 10 more dialogues in this cell." in found.one("article").text


def test_of_many_servers_of_a_host_that_is_down_some_are_named():
    items = [{"host": f"mx{number}.example.com"} for number in range(150)]
    found = page(reports.report(reports.unreachable("down", items)))
    told = found.one("article").text
    assert "150 servers" in told
    assert "mx99.example.com:25, ..." in told

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

# Texts of failures that nobody takes for the same.
WORDS = (
    *reports.UNLIKE, "golf", "hotel", "india", "juliet", "kilo", "lima",
)  # fmt: skip


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


def three_causes() -> Report:
    """Return 20 hosts and 6 servers: 35 cells are broken, and three things are to be mended."""
    items = [{"host": f"mx{number}.example.com"} for number in range(6)]
    hosts, groups = [], {}
    for number in range(20):
        group = ("web", "web", "batch", "dmz")[number // 5]
        results = [reports.passed(item) for item in items]
        results[3] = reports.failed(items[3], "connect", "tls", None, "the certificate has expired")
        if group == "batch":
            results[0] = reports.failed(items[0], code=554, text="Relay access denied")
        if group == "dmz":
            timeout = ("connect", "timeout", None, "no answer within 10 s")
            results[4:] = [reports.failed(item, *timeout) for item in items[4:]]
        hosts.append(reports.probed(f"{group}{number}", *results))
        groups[f"{group}{number}"] = ["all", group]
    return dataclasses.replace(reports.report(*hosts), groups=groups)


def within(found: Page, name: str, *, of: str) -> list[Element]:
    """Return the elements of a name that are in another, which has an identifier or a name."""
    return [one for one in found.all(name) if of in one.inside]


def words(element: Element) -> str:
    return " ".join(element.text.split())


def test_first_screen_says_what_to_mend():
    """Forty broken cells were forty cards, which all said the same."""
    found = page(three_causes())
    assert [words(one) for one in found.all("h3")] == [
        "Cause 1 TLS with mx3.example.com:25 fails for every host (the certificate has expired)",
        (
            "Cause 2 group dmz gets no answer from mx4.example.com:25 and mx5.example.com:25"
            " (no answer within 10 s); all others get through"
        ),
        (
            "Cause 3 mx0.example.com:25 refuses group batch at rcpt_to (554 Relay access denied);"
            " all others get through"
        ),
    ]
    assert [words(one) for one in found.all("p", **{"class": "badges"})] == [
        "20 cells", "10 cells", "5 cells",
    ]  # fmt: skip


def test_card_says_where_it_lies_how_sure_it_is_and_who_has_it():
    told = [words(one) for one in page(three_causes()).all("article")]
    for card, told_there in zip(
        told,
        (
            "Lies withthe server Certaintyconsistent: it fits all cells Stageconnect Kindtls",
            (
                "Hosts dmz, 5 hosts: dmz15, dmz16, dmz17, dmz18, dmz19"
                " Servers mx4.example.com:25, mx5.example.com:25"
            ),
            "other hosts15 cells of other hosts at the same servers passed — the servers work",
        ),
        strict=True,
    ):
        assert told_there in card
    assert "Hosts all 20 hosts web0, web1" in told[0]


def test_card_has_a_transcript_of_each_kind_of_cell_and_the_others_behind_a_fold():
    found = page(three_causes())
    (to_do, example, others, *rest) = within(found, "details", of="c3")
    assert words(to_do).startswith("How to check it, and what to change")
    assert words(example).startswith("Transcript of batch10 → mx0.example.com:25 failed: 554")
    assert "[0.013] S: 220 mx1.example.com ESMTP" in example.text
    assert words(others).startswith("4 other cells")
    assert len(rest) == 4
    assert not any("open" in one.attributes for one in found.all("details"))


def test_each_broken_cell_of_the_matrix_names_its_cause_and_leads_into_its_card():
    found = page(three_causes())
    cells = [one for one in within(found, "td", of="squares") if "data-cause" in one.attributes]
    links = [
        one
        for one in within(found, "a", of="squares")
        if "failed" in one.text or "error" in one.text
    ]
    assert len(cells) == len(links) == 35
    places = {one.attributes["id"]: one.inside for one in found.elements if "id" in one.attributes}
    for cell, link in zip(cells, links, strict=True):
        card = f"c{cell.attributes['data-cause']}"
        assert card in places[link.attributes["href"][1:]]
    jumps = [one.attributes for one in found.all("a") if "data-find" in one.attributes]
    assert [one["data-find"] for one in jumps] == ["cause:1", "cause:2", "cause:3"]
    assert {one["href"] for one in jumps} == {"#matrix"}


def test_cells_without_a_cause_have_a_card_of_their_own():
    found = page(reports.scattered())
    card = found.one("article")
    assert card.attributes["id"] == "unexplained"
    assert words(card).startswith("Cause ? 6 broken cells have no cause in common 6 cells")
    assert len(found.all("pre")) >= 6
    assert words(card).count("Ask the server's side.") == 6  # each has advice of its own
    assert {
        one.attributes["data-cause"]
        for one in within(found, "td", of="squares")
        if "failed" in one.text
    } == {"?"}


def test_rows_stand_under_the_groups_of_their_hosts():
    found = page(three_causes())
    heads = [
        one for one in within(found, "th", of="squares") if one.attributes["scope"] == "rowgroup"
    ]
    assert [one.text for one in heads] == ["web", "batch", "dmz"]
    assert len(within(found, "tbody", of="squares")) == 3
    assert [row[0] for row in found.table()][:3] == ["", "web", "web0"]


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
    told = words(page(reports.fleet()).one("article", id="c2"))
    for part in (
        "app1 → mx1.example.com:25 (relay) failed: 550",
        "550 no such user in reply to rcpt_to (permanent)",
        "Stagercpt_to",
        "Ask the server's side. Look into its log.",
        "[0.013] S: 220 mx1.example.com ESMTP",
    ):
        assert part in told
    assert told.count("Ask the server's side.") == 1  # the cell does not repeat what the card says


def test_commands_and_options_in_advice_are_code():
    result = reports.failed(MX1)
    result["failure"]["advice"] = ["Set `mynetworks`, see `<b>`: <i>."]
    found = page(reports.report(reports.probed("web1", result)))
    item = within(found, "li", of="c1")[0]
    assert item.text == "Set mynetworks, see <b>: <i>."
    assert [one.text for one in within(found, "code", of="c1")][:2] == ["mynetworks", "<b>"]


def test_host_that_could_not_ask_looks_otherwise_than_a_server_that_gave_no_answer():
    found = page(reports.fleet())
    cells = [one for one in found.all("td") if "squares" in one.inside]
    looks = {one.text: one.attributes["class"] for one in cells if "class" in one.attributes}
    assert looks["error: timeout"] == "error"
    assert looks["error: unreachable"] == "error unasked"
    legend = " ".join(one.text for one in found.all("li") if "matrix" in one.inside)
    assert "nothing is known of the server" in legend


def test_causes_come_first_then_the_matrix_then_details():
    found = page(compared())
    sections = [one.attributes["id"] for one in found.all("section")]
    assert sections == ["causes", "matrix", "changes", "passed"]
    links = [one.attributes["href"] for one in found.all("a") if "nav" in one.inside]
    assert links == ["#causes", "#matrix", "#changes", "#passed"]


def test_code_and_text_are_told_where_the_sentence_does_not_say_them():
    result = reports.failed(MX1, code=550, text="no such user", msg="mx1 port 25: refused")
    told = page(reports.report(reports.probed("web1", result))).one("article").text
    assert told.count("Code550") == 2  # of the cause, and of the cell
    assert "Textno such user" in told


def test_host_that_cannot_be_reached_is_told_once():
    (told,) = [words(one) for one in page(reports.fleet()).all("article") if "down" in one.text]
    assert "down → 2 servers error: unreachable" in told
    assert "mx1.example.com:25 (relay), mx2.example.com:587" in told


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
    assert {one.name for one in bad.elements} <= {one.name for one in good.elements}
    assert len(bad.all("script")) == 1
    attributes = {name for one in bad.elements for name in one.attributes}
    assert attributes <= {name for one in good.elements for name in one.attributes}
    assert not any(name.startswith("on") for name in attributes)
    told = " ".join(one.text for one in bad.all("article"))
    assert one_line(reports.NASTY) in told
    # The sentence of a cause quotes the server.
    assert any("<script>alert(1)</script>" in one.text for one in bad.all("h3"))


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
    assert [one.inside[-1] for one in found.all("pre")] == ["b1", "p1"]
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


def test_cells_without_room_are_counted_and_lead_to_their_card():
    report = many(6, 1, {(host, 0) for host in range(6)})
    found = page(report, text_bytes=8_000)
    card = found.one("article")
    there = [one for one in found.all("div") if re.fullmatch(r"b\d+", one.attributes.get("id", ""))]
    assert 1 < len(there) < 6
    assert f"This page has no room for {6 - len(there)} more." in card.text
    links = [one.attributes["href"] for one in within(found, "a", of="squares")]
    assert links[0] == "#b1"
    assert links[-1] == "#c1"


def test_causes_without_room_are_counted_and_lead_to_their_files():
    found = page(three_causes(), text_bytes=13_000)
    assert [one.attributes["id"] for one in found.all("article")] == ["c1", "c2"]
    section = found.one("section", id="causes").text
    assert "5 more cells are broken, which this page has no room to tell of." in section
    (link, *_others) = [
        one for one in within(found, "a", of="squares") if one.text == "failed: 554"
    ]
    assert link.attributes["href"] == "transcripts/batch10/mx0.example.com-25.txt"


def test_causes_that_explain_little_are_behind_a_fold():
    items = [{"host": f"mx{number}"} for number in range(12)]
    report = reports.report(
        *(
            reports.probed(
                f"web{host}",
                *(
                    reports.failed(item, text=f"no {word}")
                    for item, word in zip(items, WORDS, strict=True)
                ),
            )
            for host in range(3)
        )
    )
    found = page(report)
    assert len(report.causes.found) == 12
    folded = [one for one in found.all("article") if "details" in one.inside]
    assert [one.attributes["id"] for one in folded] == ["c11", "c12"]
    assert "2 more causes, each of which explains less" in found.source


def test_causes_that_came_and_went_are_told():
    before = reports.report(reports.probed("web1", reports.failed(MX1, text="full")))
    now = reports.report(reports.probed("web1", reports.failed(MX1, code=554, text="go away")))
    document = json.loads("".join(as_json.render(before)))
    comparison = compare(read_baseline([json.dumps(document)]), now, now.causes)
    found = page(dataclasses.replace(now, comparison=comparison))
    assert [words(one) for one in within(found, "li", of="changes")] == [
        "cause new mx1.example.com:25 refuses web1 at rcpt_to (554 go away)",
        "cause gone mx1.example.com:25 refuses web1 at rcpt_to (550 full)",
    ]


def test_passing_cell_without_a_transcript_says_why():
    found = page(reports.report(reports.probed("web1", reports.passed(MX1, transcript=[]))))
    assert "Its transcript was not kept, since it passed." in found.one("section", id="passed").text


def test_passing_cells_are_told_while_there_is_room():
    found = page(many(10, 2, set(), transcript=[]), text_bytes=5_000)
    told = [one.attributes.get("id", "") for one in found.all("div")]
    number = sum(one.startswith("p") for one in told)
    assert 0 < number < 20
    assert f"{number} of 20, with what is known of each" in found.one("section", id="passed").text


def test_table_of_a_fleet_has_what_is_broken_and_names_the_rest():
    found = page(many(60, 40, {(7, 3), (9, 30)}))
    assert found.table() == [
        ["", "mx3.example.com:251 broken", "mx30.example.com:251 broken"],
        ["host7", "failed: 550", "ok"],
        ["host9", "ok", "failed: 550"],
    ]
    (others,) = found.all("details", **{"class": "others"})
    assert others.text.startswith("58 hosts and 38 servers not shown: all passed")
    assert "host59" in others.text
    assert "mx39.example.com:25" in others.text
    links = [one.attributes["href"] for one in found.all("a")]
    assert {"transcripts/host7/", "transcripts/host8/"} <= set(links)  # in the table, and not


def test_page_of_a_fleet_where_all_is_well_is_short():
    found = page(many(60, 40, set()))
    assert found.one("h1").text == "All 2,400 checks passed"
    assert len(found.source) < 50_000
    assert "60 hosts and 40 servers not shown: all passed" in found.source


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
    assert len(found.one("article").text) < 12_000
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


def test_the_dark_colors_are_for_a_screen_alone():
    """Light text would be printed on white paper."""
    style = page(reports.fleet()).one("style").text
    assert re.findall(r"@media ([^{]*dark[^{]*)\{", style) == [
        "screen and (prefers-color-scheme: dark) "
    ]

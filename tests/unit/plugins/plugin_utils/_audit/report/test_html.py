# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page needs no network, and no text of a server is markup."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.audits import Audit
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.html import render
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.model import AuditReport
from ansible_collections.mailops.smtp.tests.unit.audit_reports import (
    audit,
    baseline_of,
    lost,
    nasty_report,
    outcome,
    report_of,
)


class Reader(HTMLParser):
    """Reads the tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.heads: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.heads += [tag] if re.fullmatch("h[1-6]", tag) else []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(report: AuditReport) -> Reader:
    return Reader("".join(render(report)))


def test_a_finding_is_a_card_with_evidence_changes_and_transcript() -> None:
    page = read(report_of(audit(relay_02="finding", measured="relays"), audit("web2")))

    assert page.tags.count("article") == 1
    for words in (
        "relay-02 is not as it should be.",
        "RCPT TO:<bob@example.net>: 250 2.1.5 Ok",
        "sound from web2 (untrusted)",
        "it relays for web1 and not for web2",
        "Change in Postfix",
        "STIG RHEL-09-252050 (V-257951)",
        "Transcript from web1",
    ):
        assert words in page.text


def test_all_checks_of_each_audit_are_in_a_table() -> None:
    page = read(report_of(audit(), audit("web2"), lost()))

    assert page.tags.count("table") == 3  # and one of what each check proves
    assert "relay:25 from web9 (untrusted): no result: no route" in page.text
    assert "article" not in page.tags


def test_changes_are_told() -> None:
    page = read(report_of(audit(relay_02="finding"), since=baseline_of(audit())))
    same = read(report_of(audit(), since=baseline_of(audit())))

    assert "worse relay-02 at relay:25 from web1 (untrusted): sound, now finding" in page.text
    assert "Nothing became worse, and nothing better." in same.text


def test_a_large_page_is_limited() -> None:
    before = baseline_of(*(audit(server=f"relay{n}:25") for n in range(320)))
    audits = [
        audit(server=f"relay{n}:25", relay_02="finding", measured="relays") for n in range(320)
    ]
    page = read(report_of(*audits, since=before))

    assert page.tags.count("article") == 300
    assert "There are 20 more findings" in page.text
    assert "There are 20 more, which" in page.text  # statements about vantages
    assert "There are 20 more changes" in page.text


def test_a_page_of_a_fleet_has_what_failed_and_is_short() -> None:
    """A thousand hosts have found the same, but one that found something and one that is lost."""
    fine = [audit(f"web{n}") for n in range(998)]
    pieces = list(
        render(report_of(*fine, audit("bad", relay_02="finding"), lost("gone")), table_bytes=50_000)
    )
    page = Reader("".join(pieces))

    assert "relay:25 from gone (untrusted): no result: no route" in page.text
    assert "relay:25 from bad (untrusted): 1 finding, 2 sound" in page.text
    assert "more without a finding, for whose checks this page has no room" in page.text
    assert "relay:25 from web997 (untrusted): 3 sound" in page.text
    assert sum(map(len, pieces)) < 250_000
    assert len(pieces) < 1_000


def test_a_page_says_how_many_with_a_finding_have_no_table() -> None:
    bad = [audit(f"bad{n}", relay_02="finding") for n in range(20)]
    page = Reader("".join(render(report_of(*bad), table_bytes=1)))

    assert "This page has no room for the checks of 20 of these audits." in page.text


def test_the_parts_of_the_page_are_reached_from_its_head() -> None:
    page = read(report_of(audit(relay_02="finding"), audit("web2"), since=baseline_of(audit())))
    sound = read(report_of(audit()))

    leads = ["#findings", "#vantages", "#changes", "#servers", "#checks"]
    assert [one for one in page.addresses if one.startswith("#")][:5] == leads
    assert "#f1" in page.addresses  # from the table of the server to the card
    assert {one[1:] for one in page.addresses if one.startswith("#")} <= set(page.ids)
    assert [one for one in sound.addresses if one.startswith("#")] == ["#servers", "#checks"]


def test_headings_are_nested_and_ids_are_unique() -> None:
    page = read(report_of(audit(relay_02="finding"), audit("web2"), since=baseline_of(audit())))

    levels = [int(one[1]) for one in page.heads]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))
    assert len(page.ids) == len(set(page.ids))


def test_a_fold_has_something_in_it() -> None:
    page = read(report_of(lost()))

    assert "details" not in page.tags


@pytest.mark.parametrize(
    "nothing_proven", [lost(), audit(outcomes=[outcome("relay-02", "undecided", "421 x")])]
)
def test_the_icon_is_red_if_an_audit_failed(nothing_proven: Audit) -> None:
    red = "%23c1121f"

    assert red in "".join(render(report_of(audit(), nothing_proven)))
    assert red in "".join(render(report_of(audit(relay_02="finding"))))
    assert red not in "".join(render(report_of(audit())))


def test_findings_are_counted_by_their_word() -> None:
    assert " finding 1 " in read(report_of(audit(relay_02="finding"))).text
    page = read(report_of(audit(relay_02="finding", relay_17="finding")))

    assert " findings 2 " in page.text


def test_the_page_loads_and_runs_nothing() -> None:
    page = read(nasty_report())

    assert "script" not in page.tags
    assert all(one.startswith(("data:", "#")) for one in page.addresses)
    assert "<script>alert(1)</script>" in page.text

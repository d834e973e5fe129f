# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page needs no network, and no text of a server is markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.html import render
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.model import AuditReport
from ansible_collections.mailops.smtp.tests.unit.audit_reports import (
    audit,
    baseline_of,
    lost,
    nasty_report,
    report_of,
)


class Reader(HTMLParser):
    """Reads the tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

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

    assert page.tags.count("table") == 2
    assert "relay:25 from web9 (untrusted): no result: no route" in page.text
    assert "article" not in page.tags


def test_changes_are_told() -> None:
    page = read(report_of(audit(relay_02="finding"), since=baseline_of(audit())))
    same = read(report_of(audit(), since=baseline_of(audit())))

    assert "worse relay-02 at relay:25 from web1 (untrusted): sound, now finding" in page.text
    assert "Nothing became worse, and nothing better." in same.text


def test_a_large_page_is_limited() -> None:
    audits = [audit(server=f"relay{n}:25", relay_02="finding") for n in range(320)]
    page = read(report_of(*audits))

    assert page.tags.count("article") == 300
    assert "There are 20 more findings" in page.text
    assert "There are 20 more audits" in page.text


def test_the_page_loads_and_runs_nothing() -> None:
    page = read(nasty_report())

    assert "script" not in page.tags
    assert all(one.startswith("data:") for one in page.addresses)
    assert "<script>alert(1)</script>" in page.text

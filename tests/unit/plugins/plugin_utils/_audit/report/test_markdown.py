# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page in Markdown has the findings, and no text of a server is markup."""

from __future__ import annotations

import re

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.markdown import render
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.model import AuditReport
from ansible_collections.mailops.smtp.tests.unit.audit_reports import (
    audit,
    baseline_of,
    lost,
    nasty_report,
    outcome,
    report_of,
)

# A code span: its fences have the same length (CommonMark 6.1).
CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")


def page(report: AuditReport) -> str:
    return "".join(render(report))


def test_a_finding_has_evidence_changes_and_references() -> None:
    shown = page(report_of(audit(relay_02="finding")))

    assert shown.startswith("## ❌ SMTP audit: 1 server, audited from 1 host: 1 finding, 2 sound")
    assert "#### 1. `relay-02 at relay:25`" in shown
    assert "`RCPT TO:<bob@example.net>: 250 2.1.5 Ok`" in shown
    assert "- Change in Postfix: Set `mynetworks` to what may relay." in shown
    assert "- See: RFC 5321 section 3.6.2, CVE-1999-0512" in shown
    assert "STIG RHEL-09-252050" in shown


def test_a_sound_server_has_no_findings() -> None:
    shown = page(report_of(audit()))

    assert shown.startswith("## ✅")
    assert "### Findings" not in shown
    assert "| `relay:25` | `web1` |" in shown


def test_a_lost_host_is_no_success() -> None:
    assert page(report_of(lost())).startswith("## 🔺")


def test_an_audit_that_proves_nothing_is_no_success() -> None:
    unproven = audit(outcomes=[outcome("relay-02", "undecided", "421 x")])

    assert page(report_of(unproven)).startswith("## 🔺")


def test_servers_with_what_failed_come_first() -> None:
    shown = page(report_of(audit(), audit("web2", relay_02="finding"), lost("web9")))

    assert re.findall(r"\| `(web\d)` \|", shown) == ["web9", "web2", "web1"]


def test_of_evidence_that_differs_by_host_the_first_is_told() -> None:
    audits = [
        audit(f"web{n}", outcomes=[outcome("relay-02", "finding", f"250 queued as {n}")])
        for n in range(100)
    ]
    shown = page(report_of(*audits))

    assert shown.count("- Evidence from") == 5
    assert "- Other evidence from " in shown


def test_vantages_and_changes_are_told() -> None:
    since = baseline_of(audit(), audit("web2"))
    shown = page(report_of(audit(relay_02="finding"), audit("web2"), since=since))

    assert "### Vantages" in shown
    assert "- worse: relay-02 at" in shown


def test_the_page_ends_where_it_is_full() -> None:
    audits = [audit(server=f"relay{n}:25", relay_02="finding") for n in range(200)]
    shown = "".join(render(report_of(*audits), 20_000))

    assert len(shown.encode()) < 21_000
    assert "more findings: no room is left here" in shown


def test_hostile_texts_are_code() -> None:
    shown = page(nasty_report())

    assert "<script>" in shown
    for line in shown.splitlines():
        outside = CODE.sub("", line)
        assert "<script>" not in outside
        assert "@root" not in outside

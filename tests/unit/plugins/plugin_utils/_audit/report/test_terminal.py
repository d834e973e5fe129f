# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The terminal shows the findings first, and fits its width."""

from __future__ import annotations

import dataclasses

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import checks_of_collection
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.model import AuditReport
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.terminal import render
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.terminal import (
    plain_text,
)
from ansible_collections.mailops.smtp.tests.unit.audit_reports import (
    CREATED,
    MADE_BY,
    audit,
    baseline_of,
    lost,
    nasty_report,
    outcome,
    report_of,
)


def lines(report: AuditReport, columns: int = 500) -> list[str]:
    return [plain_text(line) for line in render(report, columns)]


def test_a_finding_says_what_it_means_what_it_rests_on_and_what_to_change() -> None:
    assert lines(report_of(audit(relay_02="finding"))) == [
        "1 server, audited from 1 host: 1 finding, 2 sound",
        "",
        "1. relay-02 at relay:25: relay-02 is not as it should be.",
        "   evidence: RCPT TO:<bob@example.net>: 250 2.1.5 Ok [from web1 (untrusted)]",
        "   see: RFC 5321 section 3.6.2; CVE-1999-0512; STIG RHEL-09-252050 (V-257951)",
        "   change in Postfix: Set mynetworks to what may relay.",
        "   change in Exim: See the ACL.",
        "",
        "relay:25 from web1 (untrusted): 1 finding, 2 sound",
    ]


def test_of_evidence_that_differs_by_host_the_first_is_shown() -> None:
    audits = [
        audit(f"web{n}", outcomes=[outcome("relay-02", "finding", f"250 queued as {n}")])
        for n in range(1_000)
    ]
    shown = [one for one in lines(report_of(*audits)) if "evidence" in one]

    assert shown[0] == "   evidence: 250 queued as 0 [from web0 (untrusted)]"
    assert shown[-1].startswith("   other evidence: from web5 (untrusted), web6 (untrusted)")
    assert len(shown) == 6


def greeted(greeting: str) -> AuditReport:
    """Return a report of a finding at a server with a greeting."""
    before = ("[0.000] *: connected", f"[0.010] S: 220 {greeting}")
    found = outcome("relay-02", "finding")
    return report_of(
        audit(outcomes=[dataclasses.replace(found, transcript=(*before, *found.transcript))])
    )


def test_of_a_product_that_the_greeting_names_only_its_change_is_shown() -> None:
    shown = [one for one in lines(greeted("mx.example.com ESMTP Exim 4.97")) if "change" in one]

    assert shown == ["   change in Exim: See the ACL."]


def test_a_product_without_a_known_change_is_told() -> None:
    shown = [one for one in lines(greeted("mx.example.com ESMTP Haraka")) if "change" in one]

    assert shown == ["   change: nothing is known for Haraka, but for Postfix, Exim"]


def test_of_products_that_are_not_known_each_has_two_lines_at_most() -> None:
    entry = next(one for one in checks_of_collection() if one.check.id == "relay-02")
    found = audit(outcomes=[outcome("relay-02", "finding")])
    report = AuditReport(
        audits=[found], entries={"relay-02": entry}, created=CREATED, made_by=MADE_BY
    )
    shown = lines(report, 60)

    start = next(n for n, one in enumerate(shown) if "change in Postfix" in one)
    of_products = shown[start : shown.index("", start)]
    assert len(entry.change) > 3
    assert len(of_products) <= 2 * len(entry.change)
    assert any(one.endswith(" ...") for one in of_products)


def test_the_same_change_is_said_once() -> None:
    report = report_of(audit(relay_02="finding"), audit(server="mx:25", relay_02="finding"))

    assert "   change: as for 1" in lines(report)
    assert sum("change in Postfix" in line for line in lines(report)) == 1


def test_vantages_are_compared() -> None:
    shown = lines(report_of(audit(relay_02="finding", measured="relays"), audit("web2")))

    assert any(line.startswith("   vantages: it relays for web1 and not for") for line in shown)
    assert any(line.startswith("   others: sound from web2") for line in shown)
    assert "Vantages" in shown


def test_a_server_without_a_result_comes_first_of_the_servers() -> None:
    shown = lines(report_of(audit(), lost("web9", problem="no route")))

    assert shown[-2:] == [
        "relay:25 from web9 (untrusted): no result: no route",
        "relay:25 from web1 (untrusted): 3 sound",
    ]


def test_the_headline_is_red_if_an_audit_proves_nothing() -> None:
    (head, *_others) = render(report_of(lost()), 100)

    assert head[0].color == "COLOR_ERROR"


def test_what_became_worse_and_better_is_told() -> None:
    since = baseline_of(audit(relay_02="finding"))
    shown = lines(report_of(audit(relay_17="finding"), since=since))

    assert shown[-3:] == [
        "Since 2026-11-28T12:00:00Z: 1 worse, 1 better",
        "  worse: relay-17 at relay:25 from web1 (untrusted): sound, now finding",
        "  better: relay-02 at relay:25 from web1 (untrusted): finding, now sound",
    ]


def test_no_line_is_wider_than_the_terminal() -> None:
    report = report_of(audit(relay_02="finding", measured="relays"), audit("web2"))

    assert max(map(len, lines(report, 60))) <= 60


def test_a_fleet_is_limited_and_the_rest_is_counted() -> None:
    audits = [audit(server=f"relay{n}:25", relay_02="finding") for n in range(500)]
    shown = lines(report_of(*audits))

    assert "... and 440 more findings" in shown
    assert "... and 440 more audits" in shown
    assert len(shown) < 300


def test_hostile_texts_are_shown_and_do_nothing() -> None:
    assert all(line.isprintable() for line in lines(nasty_report()))

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts that all formats have."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report import wording
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.audits import Audit
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.changes import Change
from ansible_collections.mailops.smtp.tests.unit.audit_reports import (
    audit,
    lost,
    outcome,
    report_of,
)


def test_the_headline_counts_servers_hosts_and_verdicts() -> None:
    seen_twice = audit(relay_02="finding"), audit("web2", relay_02="finding", helo_01="undecided")

    assert wording.headline(report_of(*seen_twice, lost())) == (
        "1 server, audited from 3 hosts: 1 finding, 4 sound, 1 undecided, 1 audit without a result"
    )


def test_the_headline_of_a_page_leaves_out_what_is_below_it() -> None:
    report = report_of(audit(relay_02="finding"), lost())

    assert wording.brief_headline(report) == (
        "1 server, audited from 2 hosts: 1 finding, 1 audit without a result"
    )
    assert wording.brief_headline(report_of(audit())).endswith("from 1 host: 0 findings")


def test_the_headline_says_that_there_are_no_findings() -> None:
    assert wording.headline(report_of(audit())).endswith("from 1 host: 0 findings, 3 sound")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (audit(), "3 sound"),
        (audit(ended_early="421 too many"), "3 sound; ended early: 421 too many"),
        (lost(problem="x"), "no result: x"),
        (
            audit(outcomes=[outcome("relay-02", "undecided", "421 x")]),
            "nothing proven: 421 x (1 undecided)",
        ),
    ],
)
def test_the_state_of_an_audit(given: Audit, text: str) -> None:
    assert wording.state(report_of(given), given) == text


def test_what_is_claimed_and_what_is_measured_are_both_said() -> None:
    assert wording.measured(audit(measured="relays")) == (
        "said to be untrusted; the server relays for it without a login"
    )
    assert wording.measured(lost()) == ""
    assert wording.measured(audit(profile="none", measured="unknown")) == "said to be untrusted"


def test_hosts_with_the_same_evidence_are_named_together() -> None:
    audits = [audit(f"web{n}", relay_02="finding") for n in range(1, 10)]
    other = audit("web0", outcomes=[outcome("relay-02", "finding", "250 queued")])
    (finding,) = report_of(*audits, other).findings

    (first, hosts), (second, other_host) = wording.evidence(finding)
    assert first == "RCPT TO:<bob@example.net>: 250 2.1.5 Ok"
    assert hosts.startswith("web1 (untrusted), web2 (untrusted)")
    assert hosts.endswith("and 3 more")
    assert (second, other_host) == ("250 queued", "web0 (untrusted)")


def test_of_evidence_that_differs_by_host_the_first_is_told() -> None:
    """A server may name the host, or the id of the message, in each reply."""
    audits = [
        audit(f"web{n}", outcomes=[outcome("relay-02", "finding", f"250 queued as {n}")])
        for n in range(1_000)
    ]
    same = [audit(f"app{n}", outcomes=[outcome("relay-02", "finding", "250 Ok")]) for n in (1, 2)]
    (finding,) = report_of(*audits, *same).findings

    found = wording.evidence(finding)
    assert found[0] == ("250 Ok", "app1 (untrusted), app2 (untrusted)")
    assert found[-1] == ("250 queued as 3", "web3 (untrusted)")
    left_out = wording.other_evidence(finding)
    assert left_out.startswith("web4 (untrusted), web5 (untrusted)")
    assert left_out.endswith("and 990 more")


def test_without_more_evidence_nothing_is_left_out() -> None:
    (finding,) = report_of(audit(relay_02="finding")).findings

    assert wording.other_evidence(finding) == ""


def test_what_others_have_found_is_said() -> None:
    (finding,) = report_of(
        audit(relay_02="finding"), audit("web2"), audit("web3", relay_02="undecided")
    ).findings

    assert wording.others(finding) == "sound from web2 (untrusted); undecided from web3 (untrusted)"


def test_a_finding_about_strangers_has_what_their_comparison_shows() -> None:
    report = report_of(
        audit(relay_02="finding", helo_01="finding", measured="relays"), audit("web2")
    )
    by_id = {one.entry.check.id: list(wording.compared(report, one)) for one in report.findings}

    assert [text.split(",")[0] for text in by_id["relay-02"]] == [
        "it relays for web1 and not for web2",
        "a finding from web1 and sound from web2",
    ]
    assert by_id["helo-01"] == []


def test_what_to_change_and_what_it_bears_on() -> None:
    (finding,) = report_of(audit(relay_02="finding")).findings

    assert [name for name, _text in wording.changes_needed(finding)] == ["Postfix", "Exim"]
    assert wording.bears_on(finding) == (
        "RFC 5321 section 3.6.2; CVE-1999-0512; STIG RHEL-09-252050 (V-257951)"
    )


def test_a_change_is_a_line() -> None:
    change = Change("worse", "web1", "untrusted", "r:25", "relay-02", "not_applicable", "finding")

    assert wording.change_text(change) == (
        "relay-02 at r:25 from web1 (untrusted): not applicable, now finding"
    )
    assert wording.change_text(change._replace(check="")).startswith("the audit at r:25")


def test_a_comparison_names_its_server_and_check() -> None:
    report = report_of(audit(relay_17="finding"), audit("web2"))

    assert wording.statement_text(report.statements[-1]).startswith("relay:25: relay-17: a finding")

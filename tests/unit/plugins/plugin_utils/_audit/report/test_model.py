# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report finds what is not sound, and what proves nothing."""

from __future__ import annotations

from ansible_collections.mailops.smtp.tests.unit.audit_reports import (
    audit,
    lost,
    outcome,
    report_of,
)


def test_a_finding_has_all_hosts_that_saw_it_and_those_that_did_not() -> None:
    report = report_of(
        audit("web1", relay_02="finding"),
        audit("web2", relay_02="finding"),
        audit("web3"),
        audit("app1", relay_02="not_applicable"),
        audit("web1", "other:25"),
    )

    (finding,) = report.findings
    assert finding.title == "relay-02 at relay:25"
    assert [one.audit.host for one in finding.seen] == ["web1", "web2"]
    assert [one.audit.host for one in finding.others] == ["web3"]


def test_controls_and_relaying_come_before_what_matters_less() -> None:
    report = report_of(audit(helo_01="finding", relay_02="finding", ctl_local="finding"))

    assert [one.entry.check.id for one in report.findings] == ["ctl-local", "relay-02", "helo-01"]


def test_hosts_servers_and_verdicts_are_counted() -> None:
    report = report_of(audit(), audit("web2", relay_02="finding"), lost("web3", "mx:25"))

    assert (report.hosts, report.servers) == (["web1", "web2", "web3"], ["relay:25", "mx:25"])
    assert report.counts == {
        "finding": 1,
        "undecided": 0,
        "sound": 5,
        "not_applicable": 0,
        "no_result": 1,
    }


def test_what_failed_comes_first() -> None:
    unproven = audit("web3", outcomes=[outcome("relay-02", "undecided", "421")])
    report = report_of(audit("web1"), audit("web2", relay_02="finding"), unproven, lost("web4"))

    assert [one.host for one in report.worst_first] == ["web3", "web4", "web2", "web1"]
    assert report.is_bad


def test_a_report_is_bad_if_an_audit_proves_nothing() -> None:
    unproven = audit(outcomes=[outcome("relay-02", "undecided", "421")])

    assert report_of(unproven).is_bad
    assert not report_of(audit()).is_bad
    assert not report_of().is_bad


def test_an_audit_of_which_only_a_control_is_sound_proves_nothing() -> None:
    outcomes = [outcome("ctl-local", "sound"), outcome("relay-02", "undecided", "421")]
    alone = audit(outcomes=outcomes, passed=["ctl-local"])
    report = report_of(alone)

    assert report.problem_of(alone) == "nothing proven: 421"


def test_a_control_that_passed_is_the_proof_of_a_host_for_which_no_check_applies() -> None:
    outcomes = [outcome("ctl-local", "sound"), outcome("relay-02", "not_applicable")]
    able = audit(outcomes=outcomes, passed=["ctl-local"])

    assert report_of(able).problem_of(able) is None


def test_an_audit_that_ended_early_says_why_it_proves_nothing() -> None:
    early = audit(outcomes=[outcome("relay-02", "undecided")], ended_early="the server sent 421")

    assert report_of(early).problem_of(early) == "nothing proven: the server sent 421"


def test_an_audit_without_checks_proves_nothing() -> None:
    empty = audit(outcomes=[])

    assert report_of(empty).problem_of(empty) == "nothing proven: no check applies"


def test_an_audit_without_a_result_says_why() -> None:
    host = lost(problem="unreachable")

    assert report_of(host).problem_of(host) == "no result: unreachable"
    again = lost(problem="no result: no Python")
    assert report_of(again).problem_of(again) == "no result: no Python"


def test_an_audit_with_a_sound_check_has_no_problem() -> None:
    good = audit(helo_01="undecided")

    assert report_of(good).problem_of(good) is None

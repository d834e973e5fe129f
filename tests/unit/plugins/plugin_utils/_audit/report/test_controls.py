# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a stranger is refused counts if another host, or another recipient, was accepted."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import checks_of_collection
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.audits import Audit
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.controls import (
    ACCEPTS_OWN,
    revised,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.model import AuditReport
from ansible_collections.mailops.smtp.tests.unit import audit_reports
from ansible_collections.mailops.smtp.tests.unit.audit_reports import (
    CREATED,
    MADE_BY,
    lost,
    outcome,
)
from ansible_collections.mailops.smtp.tests.unit.work import assert_linear

ENTRIES = {entry.check.id: entry for entry in checks_of_collection()}


def stranger(host: str = "web1", **changes: t.Any) -> Audit:
    """Return an audit of a stranger who is refused, by checks of the collection."""
    outcomes = [outcome("relay-02", "sound"), outcome("cmd-vrfy", "sound")]
    return audit_reports.audit(host, **{"outcomes": outcomes, **changes})


def trusted(*passed: str, measured: str = "unknown", **changes: t.Any) -> Audit:
    return audit_reports.audit(
        "app1", claimed="trusted", measured=measured, passed=passed, outcomes=[], **changes
    )


def report_of(*audits: Audit) -> AuditReport:
    return AuditReport(
        audits=revised(audits, ENTRIES), entries=ENTRIES, created=CREATED, made_by=MADE_BY
    )


def verdict(*audits: Audit, check: str = "relay-02") -> str:
    """Return the verdict on a check by the first audit."""
    return report_of(*audits).audits[0].by_id[check].verdict


def doubts(*audits: Audit) -> list[str]:
    return [one.says for one in report_of(*audits).statements if one.what == "no control"]


def test_of_strangers_alone_a_refusal_is_no_proof() -> None:
    found = report_of(stranger(), stranger("web2"))

    says = (
        "no host with relay rights was in the run, so refusals may be those of a server that"
        " refuses everything; those that web1, web2 got are undecided"
    )
    assert doubts(stranger(), stranger("web2")) == [says]
    for audit in found.audits:
        assert audit.by_id["relay-02"].verdict == "undecided"
        assert audit.by_id["relay-02"].evidence.endswith(
            "554 5.7.1 Relay access denied; it is no proof, as no host with relay rights was in the"
            " run"
        )


def test_a_check_that_trusted_hosts_make_too_is_left_alone() -> None:
    assert verdict(stranger(), check="cmd-vrfy") == "sound"


def test_a_control_that_a_trusted_host_has_passed_counts_for_strangers() -> None:
    audits = stranger(), trusted("ctl-trusted")

    assert (verdict(*audits), doubts(*audits)) == ("sound", [])


@pytest.mark.parametrize("measured", ["relays", "relays for own senders"])
def test_a_server_that_relays_for_any_host_does_not_refuse_everything(measured: str) -> None:
    assert verdict(stranger(), trusted(measured=measured)) == "sound"


def test_a_control_that_has_not_passed_is_named_with_its_host() -> None:
    audits = stranger(), trusted(measured="does not relay")

    assert verdict(*audits) == "undecided"
    assert doubts(*audits)[0].startswith("ctl-trusted has not passed from app1, so refusals may")


def test_a_trusted_host_without_a_result_is_no_control() -> None:
    gone = dataclasses.replace(lost("app1"), claimed="trusted")

    assert verdict(stranger(), gone) == "undecided"


def test_the_control_of_another_server_does_not_count() -> None:
    assert verdict(stranger(), trusted("ctl-trusted", server="mx:25")) == "undecided"


@pytest.mark.parametrize("its", ["sound", "finding"])
def test_a_stranger_who_was_accepted_with_another_recipient_is_no_blocked_one(its: str) -> None:
    both = [outcome("relay-02", "sound"), outcome(ACCEPTS_OWN, its)]
    audits = stranger(outcomes=both), stranger("web2")

    assert verdict(*audits) == "sound"
    assert doubts(*audits)[0].endswith("those that web2 got are undecided")


def test_a_recipient_that_was_refused_too_shows_nothing() -> None:
    both = [outcome("relay-02", "sound"), outcome(ACCEPTS_OWN, "not_applicable")]

    assert verdict(stranger(outcomes=both)) == "undecided"


def test_a_mail_exchanger_has_a_control_of_its_own() -> None:
    assert (verdict(stranger(profile="mx")), doubts(stranger(profile="mx"))) == ("sound", [])


def test_a_submission_service_needs_a_host_that_logs_in() -> None:
    alone = stranger(profile="submission")
    user = dataclasses.replace(trusted("ctl-authed"), claimed="authed")

    assert doubts(alone)[0].startswith("no host that logs in was in the run")
    assert verdict(alone, user) == "sound"


def test_a_host_that_also_logs_in_to_the_same_server_is_the_control_of_itself() -> None:
    alone = stranger(server="relay:587", profile="submission", place="relay:587")
    same = trusted("ctl-authed", server="relay:587 (login)", place="relay:587")
    user = dataclasses.replace(same, claimed="authed", profile="submission")

    assert verdict(alone, user) == "sound"
    assert verdict(alone, dataclasses.replace(user, place="relay:465")) == "undecided"


def test_findings_and_strangers_who_were_refused_nothing_need_no_words() -> None:
    found = stranger(outcomes=[outcome("relay-02", "finding")], measured="relays")
    nothing = stranger(outcomes=[outcome("cmd-vrfy", "sound")])

    assert verdict(found) == "finding"
    assert (doubts(found), doubts(nothing)) == ([], [])


def test_the_doubt_is_not_repeated_with_each_finding() -> None:
    found = [outcome("relay-02", "sound"), outcome("pr-xclient", "finding")]
    report = report_of(stranger(outcomes=found))
    from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.wording import compared

    assert list(compared(report, report.findings[0])) == []


def test_the_check_that_accepts_a_recipient_does_so_from_strangers() -> None:
    check = ENTRIES[ACCEPTS_OWN].check
    ((name, wanted),) = check.requires.items()
    step = next(one for one in check.steps if name in one.replies)

    assert (check.vantages, wanted) == (("untrusted",), ("accepted",))
    assert step.texts == ("RCPT TO:<{user}>",)


def test_the_work_grows_no_faster_than_the_hosts() -> None:
    def fleet(size: int) -> list[Audit]:
        return [stranger(f"web{number}") for number in range(size)]

    assert_linear(lambda audits: revised(audits, ENTRIES), fleet, (50, 200, 800))

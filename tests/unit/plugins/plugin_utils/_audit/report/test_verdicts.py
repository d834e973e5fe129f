# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host fails for its findings, and for servers about which it has proven nothing."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.model import AuditReport
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.verdicts import (
    MAX_LINE,
    verdicts,
)
from ansible_collections.mailops.smtp.tests.unit.audit_reports import (
    audit,
    baseline_of,
    lost,
    report_of,
)
from ansible_collections.mailops.smtp.tests.unit.work import assert_linear


def test_a_sound_server_fails_no_host() -> None:
    assert verdicts(report_of(audit(helo_01="undecided"), audit("web2"))) == {}


def test_only_the_host_that_saw_a_finding_fails() -> None:
    found = verdicts(report_of(audit(relay_02="finding"), audit("web2")))

    assert list(found) == ["web1"]
    assert found["web1"].message == (
        "web1: 1 finding: relay-02 at relay:25 (relay-02 is not as it should be.)"
    )


def test_a_server_without_a_result_fails_its_host() -> None:
    found = verdicts(report_of(lost("web9", problem="unreachable")))

    message = "web9: 1 server without proof: relay:25: no result: unreachable"
    assert (found["web9"].no_result, found["web9"].message) == (1, message)


def test_what_is_undecided_fails_a_host_only_if_asked() -> None:
    report = report_of(audit(helo_01="undecided", relay_02="finding"), audit("web2"))

    assert verdicts(report)["web1"].undecided == 0
    verdict = verdicts(report, "undecided")["web1"]
    assert (verdict.findings, verdict.undecided) == (1, 1)
    assert verdict.message.startswith("web1: 1 finding and 1 undecided: relay-02 at relay:25 (")
    assert "helo-01 at relay:25 (RCPT TO:<bob@example.net>: 554 5.7.1" in verdict.message


def test_what_is_undecided_about_a_server_without_proof_counts_once() -> None:
    names = ("ctl_local", "relay_02", "relay_17")
    found = verdicts(report_of(audit(**dict.fromkeys(names, "undecided"))), "undecided")

    assert (found["web1"].undecided, found["web1"].no_result) == (0, 1)


def test_nothing_fails_a_host_that_only_reports() -> None:
    assert verdicts(report_of(audit(relay_02="finding"), lost()), "never") == {}


def test_a_known_finding_fails_unless_only_new_ones_count() -> None:
    since = baseline_of(audit(relay_02="finding"))
    report = report_of(audit(relay_02="finding"), since=since)

    assert verdicts(report)["web1"].message.startswith("web1: 1 finding: relay-02")
    assert verdicts(report, "new") == {}


def test_of_what_is_new_only_what_became_worse_fails() -> None:
    since = baseline_of(audit(relay_02="finding"), audit("web2"), lost("web3"))
    found = verdicts(
        report_of(
            audit(relay_02="finding"),
            audit("web2", relay_17="finding", helo_01="undecided"),
            lost("web3"),
            since=since,
        ),
        "new",
    )

    assert list(found) == ["web2"]
    assert found["web2"].message.startswith("web2: 1 finding since the baseline: relay-17 at")


def test_what_is_undecided_and_was_sound_is_no_failure() -> None:
    since = baseline_of(audit())

    assert verdicts(report_of(audit(relay_02="undecided"), since=since), "new") == {}


def test_the_work_grows_no_faster_than_the_hosts() -> None:
    def fleet(size: int) -> AuditReport:
        return report_of(*[audit(f"web{number}", relay_02="finding") for number in range(size)])

    assert_linear(verdicts, fleet, (50, 200, 800))


def test_a_line_is_short_however_much_there_is() -> None:
    audits = [audit(server=f"relay{n}:25", relay_02="finding") for n in range(50)]
    verdict = next(iter(verdicts(report_of(*audits)).values()))

    assert len(verdict.message) <= MAX_LINE
    assert verdict.findings == 50
    assert verdict.message.endswith("and 47 more")

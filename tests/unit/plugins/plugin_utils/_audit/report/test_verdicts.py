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


def test_with_a_baseline_only_what_became_worse_fails() -> None:
    since = baseline_of(audit(relay_02="finding"), audit("web2"), lost("web3"))
    found = verdicts(
        report_of(
            audit(relay_02="finding"),
            audit("web2", relay_17="finding", helo_01="undecided"),
            lost("web3"),
            since=since,
        )
    )

    assert list(found) == ["web2"]
    assert found["web2"].message.startswith("web2: 1 finding since the baseline: relay-17 at")


def test_what_is_undecided_and_was_sound_is_no_failure() -> None:
    since = baseline_of(audit())

    assert verdicts(report_of(audit(relay_02="undecided"), since=since)) == {}


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

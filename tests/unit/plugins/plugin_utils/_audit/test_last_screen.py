# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last lines of an audit say what was found, and where the report is."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.last_screen import last_screen
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.output import Output
from ansible_collections.mailops.smtp.tests.unit.audit_reports import (
    audit,
    baseline_of,
    lost,
    report_of,
)


def lines(*audits: t.Any, **changes: t.Any) -> list[str]:
    """Return the last lines of a run with such audits."""
    report = report_of(*audits, since=changes.pop("since", None))
    output = Output(report)
    output.show()
    result = output.result({host: host for host in report.hosts}, "finding")
    return list(last_screen({**result, **changes}))


def test_the_findings_follow_the_result_and_then_the_page_of_the_report() -> None:
    files = ["/r/audit.json", "/r/audit.html"]

    assert lines(audit(relay_02="finding"), audit("web2", relay_02="finding"), files=files) == [
        "1 server, audited from 2 hosts: 1 finding, 4 sound",
        "1. relay-02 at relay:25: relay-02 is not as it should be. [from web1, web2]",
        "Report: /r/audit.html",
    ]


def test_an_audit_without_a_finding_says_so() -> None:
    assert lines(audit()) == [
        "1 server, audited from 1 host: 0 findings, 3 sound",
        "The report is above. With smtp_audit_report_dir it is also a file.",
    ]


def test_a_host_that_fails_without_a_finding_says_why() -> None:
    shown = lines(*[lost(f"web{number}") for number in range(5)])

    assert shown[1] == "web0: 1 server without proof: relay:25: no result: no route"
    assert shown[4] == "... and 2 more hosts without a finding failed"


def test_what_has_changed_is_counted() -> None:
    assert lines(audit(relay_02="finding"), since=baseline_of(audit()))[-2] == (
        "Since 2026-11-28T12:00:00Z: 1 worse, 0 better"
    )


def test_however_many_findings_there_are_they_fit_on_the_screen() -> None:
    shown = lines(*[audit("h" * 300, f"relay{n}:25", relay_02="finding") for n in range(200)])

    assert len(shown) == 11
    assert max(map(len, shown)) <= 200
    assert shown[9] == "... and 192 more"


def test_the_hosts_of_a_finding_are_counted() -> None:
    shown = lines(*[audit(f"web{number}", relay_02="finding") for number in range(9)])

    assert shown[1].endswith("[from web0, web1, web2 and 6 more]")

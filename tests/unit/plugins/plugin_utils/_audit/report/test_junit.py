# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A JUnit file has a test case for each check, server, host and vantage."""

from __future__ import annotations

from xml.etree import ElementTree

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.junit import render
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.model import AuditReport
from ansible_collections.mailops.smtp.tests.unit.audit_reports import (
    audit,
    lost,
    nasty_report,
    report_of,
)


def read(report: AuditReport) -> ElementTree.Element:
    return ElementTree.fromstring("".join(render(report)).encode())  # noqa: S314 - it is ours


def test_a_finding_is_a_failure_and_what_is_undecided_is_skipped() -> None:
    suites = read(report_of(audit(relay_02="finding", helo_01="undecided")))
    (suite,) = suites

    cases = {case.attrib["name"].partition(":")[0]: case for case in suite.iter("testcase")}
    assert list(cases) == ["audit", "ctl-local", "relay-02", "relay-17", "helo-01"]
    assert [child.tag for name in cases for child in cases[name]] == ["failure", "skipped"]
    assert cases["relay-02"].attrib["classname"] == "relay:25.web1.untrusted"
    failure = cases["relay-02"][0]
    assert failure.attrib == {"message": "relay-02 is not as it should be.", "type": "finding"}
    assert failure.text is not None
    assert failure.text.startswith(
        "RCPT TO:<bob@example.net>: 250 2.1.5 Ok\nChange in Postfix: Set"
    )
    assert failure.text.endswith("S: 250 2.1.5 Ok")
    assert suite.attrib["name"] == "relay:25 from web1 (untrusted)"
    assert [suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")] == [
        "5",
        "1",
        "0",
        "1",
    ]


def test_a_host_without_a_result_is_an_error() -> None:
    (suite,) = read(report_of(lost(problem="no <route>")))

    (case,) = suite.iter("testcase")
    assert case[0].tag == "error"
    assert case[0].text == "no result: no <route>"


def test_all_suites_are_counted() -> None:
    suites = read(report_of(audit(relay_02="finding"), audit("web2"), lost()))

    assert [suites.attrib[name] for name in ("tests", "failures", "errors")] == ["9", "1", "1"]


def test_a_file_that_is_full_has_short_texts() -> None:
    report = report_of(audit(relay_02="finding"))
    shown = "".join(render(report, 100))

    (failure,) = ElementTree.fromstring(shown.encode()).iter("failure")  # noqa: S314 - it is ours
    assert failure.text == "RCPT TO:<bob@example.net>: 250 2.1.5 Ok"


def test_hostile_texts_are_text() -> None:
    (failure,) = read(nasty_report()).iter("failure")

    assert failure.text is not None
    assert "<script>" in failure.text

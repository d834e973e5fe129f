# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The json report is as its schema says, whatever hosts return."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.as_json import render
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.model import AuditReport
from ansible_collections.mailops.smtp.tests.unit.audit_reports import (
    audit,
    baseline_of,
    lost,
    nasty_report,
    report_of,
)
from ansible_collections.mailops.smtp.tests.unit.work import assert_linear

SCHEMA = Path(__file__).parents[6] / "docs" / "smtp_audit.schema.json"

REPORTS = {
    "findings": report_of(audit(relay_02="finding", measured="relays"), audit("web2")),
    "lost": report_of(lost()),
    "compared": report_of(audit(relay_02="finding"), since=baseline_of(audit())),
    "hostile": nasty_report(),
    "empty": report_of(),
}


def document(report: AuditReport) -> dict[str, t.Any]:
    found: dict[str, t.Any] = json.loads("".join(render(report)))
    return found


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_it_is_as_its_schema_says(report: AuditReport) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    errors = jsonschema.Draft202012Validator(schema).iter_errors(document(report))

    assert [f"{one.json_path}: {one.message}" for one in errors] == []


def test_the_schema_refuses_what_is_not_such_a_report() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    wrong = document(REPORTS["findings"])
    wrong["audits"][0]["checks"][0]["verdict"] = "good"

    assert not jsonschema.Draft202012Validator(schema).is_valid(wrong)


def test_a_finding_has_its_evidence_and_what_it_bears_on() -> None:
    (finding,) = document(REPORTS["findings"])["findings"]

    assert (finding["check"], finding["server"]) == ("relay-02", "relay:25")
    assert [(one["host"], one["from"], one["reply"]["code"]) for one in finding["seen"]] == [
        ("web1", "untrusted", 250)
    ]
    assert [one["host"] for one in finding["others"]] == ["web2"]
    assert finding["controls"] == ["STIG RHEL-09-252050 (V-257951)"]
    assert finding["transcripts"][0]["lines"][-1] == "[0.010] S: 250 2.1.5 Ok"
    assert len(finding["compared"]) == 2


def test_each_audit_is_a_line() -> None:
    lines = "".join(render(REPORTS["findings"])).splitlines()

    assert sum(line.startswith('    {"host": "web') for line in lines) == 2


def test_the_work_grows_no_faster_than_the_audits() -> None:
    def fleet(size: int) -> AuditReport:
        return report_of(
            *[audit(f"web{n}", f"relay{n % 7}:25", relay_02="finding") for n in range(size)]
        )

    assert_linear(lambda report: list(render(report)), fleet, (50, 200, 800))


def test_changes_are_in_it() -> None:
    comparison = document(REPORTS["compared"])["comparison"]

    assert [one["what"] for one in comparison["changes"]] == ["worse"]

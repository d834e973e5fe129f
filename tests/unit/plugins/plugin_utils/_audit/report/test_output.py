# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files are written as far as they can be, and the result has the verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ansible_collections.mailops.smtp.plugins.modules import smtp_audit_report
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report import formats
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.model import AuditReport
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.output import Output
from ansible_collections.mailops.smtp.tests.unit.audit_reports import (
    audit,
    baseline_of,
    report_of,
)
from ansible_collections.mailops.smtp.tests.unit.returned import keys, problems

NAMES = {"web1": "web-one", "web2": "web-two"}


def test_each_format_is_a_file(tmp_path: Path) -> None:
    output = Output(report_of(audit()))
    output.write(tmp_path / "out", formats.FORMATS, check_mode=False)

    result = output.result(NAMES, "finding")
    names = ["audit.csv", "audit.html", "audit.json", "audit.md", "audit.xml"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    assert (result["changed"], result["not_written"]) == (True, "")
    assert sorted(Path(one).name for one in result["files"]) == names


def test_in_check_mode_no_file_is_written(tmp_path: Path) -> None:
    output = Output(report_of(audit()))
    output.write(tmp_path / "out", ["json"], check_mode=True)

    assert output.result(NAMES, "finding")["files"] == [str(tmp_path / "out" / "audit.json")]
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_told_and_costs_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    output = Output(report_of(audit(relay_02="finding")))
    output.write(tmp_path / "file", ["json"], check_mode=False)

    result = output.result(NAMES, "finding")
    assert result["not_written"] == f"dest: {tmp_path}/file is not a folder"
    assert result["changed"] is False
    assert list(result["verdicts"]) == ["web-one"]


def test_a_format_that_fails_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def render(_report: AuditReport) -> Iterator[str]:
        yield "half"
        raise ValueError("a bug")

    monkeypatch.setitem(formats.RENDERERS, "csv", ("audit.csv", render))
    output = Output(report_of(audit()))
    output.write(tmp_path, ["csv", "json"], check_mode=False)

    result = output.result(NAMES, "finding")
    assert result["not_written"] == "csv: cannot be made: ValueError: a bug"
    assert [Path(one).name for one in result["files"]] == ["audit.json"]


def test_the_result_has_findings_vantages_and_changes(capsys: pytest.CaptureFixture[str]) -> None:
    report = report_of(
        audit(relay_02="finding", measured="relays"), audit("web2"), since=baseline_of(audit())
    )
    output = Output(report)
    output.show()

    result = output.result(NAMES, "finding")
    assert [one["check"] for one in result["findings"]] == ["relay-02"]
    assert result["vantages"][0]["what"] == "contradiction"
    assert [one["check"] for one in result["comparison"]["worse"]] == ["relay-02"]

    documented = yaml.safe_load(smtp_audit_report.RETURN)
    assert problems(result, documented) == []
    assert keys(result["vantages"]) == keys(documented["vantages"]["sample"])
    assert keys(result["verdicts"]["web-one"]) == keys(documented["verdicts"]["sample"]["web1"])
    seen = documented["findings"]["contains"]["seen"]["sample"]
    assert keys(result["findings"][0]["seen"]) == keys(seen)
    worse = documented["comparison"]["contains"]["worse"]["sample"]
    assert keys(result["comparison"]["worse"]) == keys(worse)
    assert result["lines"][0] in capsys.readouterr().out

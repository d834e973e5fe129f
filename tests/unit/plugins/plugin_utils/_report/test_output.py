# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made of a report: files that can be written, reasons for the others, and a result."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.diagnosis.read import (
    Answer,
    read_answers,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.output import (
    MAX_NOT_WRITTEN,
    Output,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import as_json
from ansible_collections.mailops.smtp.tests.unit.reports import (
    diagnosis,
    failed,
    passed,
    probed,
    registered_answers,
    report,
    scattered,
)

MX1, MX2 = {"host": "mx1.example.com"}, {"host": "mx2.example.com"}
HOSTS = (probed("web1", passed(MX1), failed(MX2)), probed("app1", passed(MX1), passed(MX2)))


def output_of(*hosts: Host) -> Output:
    return Output([(host.name, host) for host in hosts])


def test_the_result_counts_cells_and_says_which_hosts_fail() -> None:
    output = output_of(*HOSTS)
    output.show()
    result = output.result("broken")
    assert result["msg"] == "3 of 4 passed"
    assert list(result["verdicts"]) == ["web1"]
    assert result["matrix"][0] == "2 hosts, 2 servers: 3 passed, 1 failed"
    assert (result["files"], result["not_written"], result["changed"]) == ([], "", False)


def test_the_result_has_the_causes_and_the_number_of_cells_without_one() -> None:
    result = output_of(*HOSTS).result("broken")
    (cause,) = result["causes"]
    assert cause["sentence"].startswith("mx2.example.com:25 refuses web1 at rcpt_to")
    assert (cause["hosts"], cause["hosts_total"], cause["cells"]) == (["web1"], 1, 1)
    assert result["unexplained"] == 0


def test_cells_without_a_cause_are_counted_in_the_result() -> None:
    rows = scattered().by_host.items()
    hosts = [
        probed(name, *(cell.dialogues[0].result for cell in cells.values())) for name, cells in rows
    ]
    result = output_of(*hosts).result("broken")
    assert (result["causes"], result["unexplained"]) == ([], 6)


def answers_of(host: str) -> list[Answer]:
    """Return the answers of a host about its second target."""
    return list(read_answers(registered_answers((host, 1, diagnosis())), "use"))


def test_the_result_says_whom_to_ask_by_the_names_of_the_inventory() -> None:
    output = Output([("web\x1b1", HOSTS[0]), ("app1", HOSTS[1])])
    question = {"target": 1, "dialogue": 1, "cause": 1}
    assert output.result("broken")["diagnose"] == [
        {"host": "web\x1b1", "targets": [question], "causes": [1]}
    ]


def test_a_cause_has_the_answer_of_a_host_and_is_not_asked_about_again() -> None:
    output = Output([("web\x1b1", HOSTS[0]), ("app1", HOSTS[1])])
    output.add(answers_of("web\x1b1"))
    result = output.result("broken")
    (cause,) = result["causes"]
    assert (cause["certainty"], cause["diagnosis"]["host"]) == ("proven", "web1")
    assert result["diagnose"] == []


@pytest.mark.parametrize("only_diagnoses", [True, False])
def test_the_matrix_is_shown_once_and_returned_with_what_was_found(
    capsys: pytest.CaptureFixture[str], *, only_diagnoses: bool
) -> None:
    output = output_of(*HOSTS)
    output.add(answers_of("web1"))
    output.show(only_diagnoses=only_diagnoses)
    shown = capsys.readouterr().out
    assert ("2 hosts, 2 servers" in shown) != only_diagnoses
    assert "proven: The server does not know the recipient." in shown
    lines = output.result("broken")["matrix"]
    assert lines[0].startswith("2 hosts, 2 servers")
    assert lines[-1] == "    check next: Check the recipient with postmap -q."


def test_verdicts_have_the_names_of_the_inventory() -> None:
    """A report shows names without control characters."""
    output = Output([("web\x1b1", HOSTS[0])])
    assert list(output.result("broken")["verdicts"]) == ["web\x1b1"]


def test_files_are_written_and_named(tmp_path: Path) -> None:
    output = output_of(*HOSTS)
    output.write(tmp_path, ["json", "transcripts"], check_mode=False)
    result = output.result("broken")
    assert result["files"] == [str(tmp_path / "report.json"), str(tmp_path / "transcripts")]
    assert json.loads((tmp_path / "report.json").read_text())["counts"] == result["summary"]
    assert (tmp_path / "transcripts" / "web1" / "mx2.example.com-25.txt").exists()
    assert result["changed"] is True


def test_check_mode_names_the_files_and_writes_none(tmp_path: Path) -> None:
    output = output_of(*HOSTS)
    output.write(tmp_path, ["json"], check_mode=True)
    assert output.result("broken")["files"] == [str(tmp_path / "report.json")]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("name", "may_be_read_by_all"), [("json", False), ("prometheus", True)])
def test_only_metrics_may_be_read_by_all(
    tmp_path: Path, name: str, may_be_read_by_all: bool
) -> None:
    output_of(*HOSTS).write(tmp_path, [name], check_mode=False)
    (file,) = tmp_path.iterdir()
    assert bool(file.stat().st_mode & 0o004) is may_be_read_by_all


def test_a_file_that_cannot_be_written_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    output = output_of(*HOSTS)
    output.write(tmp_path, ["json", "csv"], check_mode=False)
    result = output.result("broken")
    assert result["not_written"] == f"dest: {tmp_path}/report.json is not a file"
    assert result["files"] == [str(tmp_path / "report.csv")]


def test_of_many_reasons_the_first_are_named(tmp_path: Path) -> None:
    (tmp_path / "transcripts").mkdir()
    hosts = [probed(f"web{number}", passed(MX1)) for number in range(MAX_NOT_WRITTEN + 2)]
    for host in hosts:
        (tmp_path / "transcripts" / host.name).write_text("")
    output = output_of(*hosts)
    output.write(tmp_path, ["transcripts"], check_mode=False)
    told = output.result("broken")["not_written"]
    assert told.count("is not a folder") == MAX_NOT_WRITTEN
    assert told.endswith("; and 2 more")


def test_changes_since_a_baseline_are_in_the_result() -> None:
    output = output_of(*HOSTS)
    before = report(
        *(host._replace(registered={"results": [passed(MX1), passed(MX2)]}) for host in HOSTS)
    )
    output.compare(read_baseline(as_json.render(before)))
    comparison: dict[str, t.Any] = output.result("new")["comparison"]
    assert comparison["counts"] == {"broke": 1}
    (sentence,) = comparison["causes_new"]
    assert sentence.startswith("mx2.example.com:25 refuses web1 at rcpt_to (550 no such user)")
    assert comparison["causes_gone"] == []
    assert output.result("new")["changed"] is True

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook that merges reports, as people run it."""

from __future__ import annotations

import json
import subprocess
import typing as t
from pathlib import Path

import pytest
from ansible.release import __version__
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import as_json
from ansible_collections.mailops.smtp.tests.unit.reports import failed, passed, probed, report
from ansible_collections.mailops.smtp.tests.unit.runs import run_playbook

MX1 = {"host": "mx1.example.com"}
TEMPLATE = "{{ lookup('pipe', 'touch owned') }}"

MERGE = "mailops.smtp.merge"

# Every way to call the action wrongly, in one play.
WRONG = """
- hosts: localhost
  gather_facts: false
  tasks:
    - mailops.smtp.smtp_report: "{{ item }}"
      loop:
        - {}
        - {expected_hosts: [a]}
        - {shards: [slices], variable: handshake}
        - {shards: [slices], hosts: []}
        - {shards: [slices], formats: [json]}
        - {shards: [slices], fail_on: new}
        - {shards: [slices], baseline: none.json}
        - {shards: [none, "none*"]}
        - {shards: []}
        - {shards: [merged/report.json], dest: merged}
        - {shards: [none], dest: wrong.yml, formats: [json]}
      ignore_errors: true
      register: wrong
    - ansible.builtin.copy:
        dest: "{{ playbook_dir }}/wrong.json"
        content: "{{ wrong.results | map(attribute='msg') | to_json }}"
"""


# Variables of the playbook that are wrong, and what is told.
WRONG_VARIABLES: list[tuple[dict[str, t.Any], str]] = [
    ({}, "smtp_check_shards is not set"),
    ({"smtp_check_expected_hosts": "{{ dmz }}"}, "smtp_check_expected_hosts: 'dmz' is undefined"),
    (
        {"smtp_check_shards": "slices", "smtp_check_expected_hosts": "web1,all"},
        "smtp_check_expected_hosts names the group all",
    ),
    ({"smtp_check_reports": "jsn"}, "smtp_check_reports: 'jsn' is not one of"),
    ({"smtp_check_report": "json"}, "did you mean smtp_check_reports?"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    hosts = {
        "1": probed("web1", passed(MX1)),
        "2": probed("web2", failed(MX1, text=TEMPLATE)),
    }
    for name, host in hosts.items():
        (tmp_path / "slices" / name).mkdir(parents=True)
        text = "".join(as_json.render(report(host)))
        (tmp_path / "slices" / name / "report.json").write_text(text)
    return tmp_path


def core_reads_texts() -> bool:
    """Return whether a template makes a list of a text in brackets."""
    return tuple(map(int, __version__.split(".")[:2])) < (2, 19)


def run(folder: Path, **variables: t.Any) -> subprocess.CompletedProcess[str]:
    inventory: dict[str, t.Any] = {"all": {"hosts": {"web1": {}, "web2": {}, "web3": {}}}}
    (folder / "variables.json").write_text(json.dumps(variables))
    return run_playbook(folder, inventory, MERGE, "-e", "@variables.json")


def test_the_verdict_on_all_shards_is_that_of_the_playbook(folder: Path) -> None:
    ran = run(
        folder,
        smtp_check_shards="slices",
        smtp_check_expected_hosts="{{ groups['all'] }}",
        smtp_check_report_dir="slices/merged",
        smtp_check_reports=["json", "junit"],
        smtp_check_servers=["of the role, in the same file"],
    )
    assert ran.returncode == 2, ran.stdout
    assert "2 of 3 cells of 2 hosts broken: cause 1 (" in ran.stdout
    assert "1 expected host in no report: web3" in ran.stdout
    merged = json.loads((folder / "slices/merged/report.json").read_text())
    assert merged["counts"] == {"total": 3, "passed": 1, "failed": 1, "error": 1, "not_run": 0}
    assert merged["hosts"] == ["web1", "web2", "web3"]
    assert not (folder / "owned").exists()

    # Now the merged report is among the shards, and is not taken for one of them.
    again = run(
        folder,
        smtp_check_shards=["slices", "cut.json"],
        smtp_check_report_dir="slices/merged",
        smtp_check_reports="json",
        smtp_check_baseline="slices/merged/report.json",
        smtp_check_fail_on="new",
    )
    assert again.returncode == 2, again.stdout
    assert "not merged: cut.json: there is no such file" in again.stdout
    assert "1 of 3 cells of 1 host broken since the baseline: cause 1 (shard " in again.stdout
    shards = json.loads((folder / "slices/merged/report.json").read_text())["shards"]
    assert [one["file"] for one in shards["files"]] == [
        "slices/1/report.json",
        "slices/2/report.json",
    ]


def test_a_merge_in_which_all_passed_is_green(folder: Path) -> None:
    ran = run(
        folder,
        smtp_check_shards="['slices/1']" if core_reads_texts() else ["slices/1"],
        smtp_check_expected_hosts=None,
        smtp_check_report_dir="merged",
        smtp_check_reports=None,
        smtp_check_fail="{{ smtp_check_report.counts.failed > 3 }}",
    )
    assert ran.returncode == 0, ran.stdout
    assert "1 host, 1 server: 1 passed" in ran.stdout
    written = sorted(one.name for one in (folder / "merged").iterdir())
    assert written == ["report.html", "report.json", "transcripts"]


def test_a_misspelt_variable_is_an_error(folder: Path) -> None:
    ran = run(folder, smtp_check_shards="slices", smtp_check_expected_host=["web9"])
    assert ran.returncode == 2
    assert "smtp_check_expected_host is no variable of the role" in ran.stdout
    assert "did you mean smtp_check_expected_hosts?" in ran.stdout


def test_options_that_cannot_be_are_named(folder: Path) -> None:
    (folder / "wrong.yml").write_text(WRONG)
    (folder / "merged").mkdir()
    (folder / "merged" / "report.json").write_text("")
    tasks = [
        {"mailops.smtp.smtp_check_merge_start": None, "vars": wrong, "ignore_errors": True}
        for wrong, _words in WRONG_VARIABLES
    ]
    play = {"hosts": "localhost", "gather_facts": False, "tasks": tasks}
    (folder / "variables.yml").write_text(json.dumps([play]))
    playbooks = ("wrong.yml", "variables.yml")
    ran = run_playbook(folder, {}, *playbooks, ANSIBLE_INJECT_FACT_VARS="False")
    assert ran.returncode == 0, ran.stdout
    for _wrong, words in WRONG_VARIABLES:
        assert words in ran.stdout, ran.stdout
    said = json.loads((folder / "wrong.json").read_text())
    assert said == [
        "one of variable and shards is required",
        "expected_hosts needs shards, the reports to merge",
        "variable cannot be used with shards, which have their own results",
        "hosts cannot be used with shards, which have their own results",
        "formats needs dest, the folder for the files",
        "fail_on: new needs baseline, the json report of an earlier run",
        "baseline: none.json cannot be read: No such file or directory",
        "shards: no shard can be read; none: there is no such file",
        "shards names no report, so nothing would be checked",
        "shards names no report, so nothing would be checked",
        f"dest: {folder}/wrong.yml is not a folder",
    ]

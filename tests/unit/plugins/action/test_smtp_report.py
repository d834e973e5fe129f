# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One playbook makes reports in every way; each test looks at one of them.

What the hosts would have registered is in the inventory, so no server is needed.
"""

from __future__ import annotations

import json
import stat
import sys
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.tests.unit.reports import NASTY, failed, passed
from ansible_collections.mailops.smtp.tests.unit.runs import run_playbook

FORMATS = {
    "csv": "report.csv",
    "html": "report.html",
    "json": "report.json",
    "junit": "junit.xml",
    "markdown": "report.md",
    "prometheus": "smtp_handshake.prom",
    "transcripts": "transcripts",
}

# No inventory can have half a surrogate pair in it, and neither can a result.
HARMFUL = NASTY.replace("\udcff", "")

MX1 = {"host": "mx1.example.com"}
MX2 = {"host": "mx2.example.com", "name": "{{ lookup('pipe', 'id') }}"}

PLAYBOOK = """
- name: A host that is out of the play before the report
  hosts: all
  gather_facts: false
  tasks:
    - name: Leave
      ansible.builtin.fail:
      when: inventory_hostname == 'gone'

    - name: Without files
      mailops.smtp.smtp_report:
        variable: handshake
        planned: planned
      run_once: true
      register: shown

    - name: With all files
      mailops.smtp.smtp_report:
        variable: handshake
        planned: planned
        dest: "{{ folder }}/new folder/reports"
        formats: [csv, html, json, junit, markdown, prometheus, transcripts]
      run_once: true
      register: written

    - name: In check mode
      mailops.smtp.smtp_report:
        variable: handshake
        dest: "{{ folder }}/checked"
        formats: [json]
      check_mode: true
      run_once: true
      register: checked

    - name: Against an earlier run
      mailops.smtp.smtp_report:
        variable: handshake_later
        hosts: [web1]
        baseline: "{{ folder }}/new folder/reports/report.json"
        fail_on: new
      diff: true
      run_once: true
      register: compared

    - name: With nothing to report on
      mailops.smtp.smtp_report:
        variable: handshake
        hosts: []
        baseline: "{{ folder }}/new folder/reports/report.json"
        dest: "{{ folder }}/empty"
        formats: [json]
      diff: true
      run_once: true
      register: empty

    - name: With options that cannot be
      mailops.smtp.smtp_report:
        variable: handshake
        hosts: []
        dest: "{{ item.dest | default(omit) }}"
        formats: "{{ item.formats | default(omit) }}"
        baseline: "{{ item.baseline | default(omit) }}"
        fail_on: "{{ item.fail_on | default(omit) }}"
      loop:
        - formats: [json]
        - fail_on: new
        - baseline: "{{ folder }}/none.json"
        - baseline: "{{ folder }}/playbook.yml"
        - baseline: "{{ folder }}/inventory.json"
        - dest: "{{ folder }}"
          formats: [pdf]
      run_once: true
      register: refused
      ignore_errors: true

    - name: Where no folder can be
      mailops.smtp.smtp_report:
        variable: handshake
        dest: "{{ folder }}/playbook.yml/reports"
        formats: [json]
      run_once: true
      register: unwritable
      ignore_errors: true

    - name: Keep what was returned
      ansible.builtin.copy:
        content: "{{ lookup('ansible.builtin.vars', item) | to_json }}"
        dest: "{{ folder }}/returned/{{ item }}.json"
        mode: "0600"
      delegate_to: localhost
      run_once: true
      loop: [shown, written, checked, compared, empty, refused, unwritable]
"""


class Run(t.NamedTuple):
    """What the playbook printed, its folder, and what each task returned."""

    printed: str
    folder: Path
    returned: dict[str, dict[str, t.Any]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the playbook."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "returned").mkdir()
    planned = [MX1, MX2]
    down = {"unreachable": True, "changed": False, "msg": "Failed to connect to the host via ssh"}
    hosts: dict[str, dict[str, t.Any]] = {
        "web1": {
            "handshake": {"results": [passed(MX1), failed(MX2, text=HARMFUL)]},
            "handshake_later": {"results": [failed(MX1, kind="transient", code=450), passed(MX2)]},
        },
        "down": {"handshake": down, "planned": planned},
        "gone": {},
        "late": {"planned": planned},
    }
    local = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "folder": str(folder),
    }
    inventory = {"all": {"hosts": hosts, "vars": local}}
    (folder / "playbook.yml").write_text(PLAYBOOK)
    ran = run_playbook(
        folder,
        inventory,
        "playbook.yml",
        ANSIBLE_LOG_PATH="ansible.log",
        ANSIBLE_FORCE_COLOR="true",
    )
    assert ran.returncode == 2, ran.stdout
    returned = {path.stem: json.loads(path.read_text()) for path in (folder / "returned").iterdir()}
    assert len(returned) == 7, ran.stdout
    return Run(ran.stdout, folder, returned)


def test_every_host_of_the_play_is_counted(run: Run) -> None:
    """The one that has probed, those that could not, and the one that was not run."""
    shown = run.returned["shown"]
    assert shown["summary"] == {"total": 8, "passed": 1, "failed": 1, "error": 4, "not_run": 2}
    assert shown["changed"] is False
    assert shown["files"] == []
    assert shown["comparison"] is None


def test_the_matrix_is_on_the_terminal_in_color_and_in_the_log_without(run: Run) -> None:
    """A host's row has the color of what became of each cell."""
    red = "\x1b[0;31m"
    assert f"{red}  550" in run.printed
    log = (run.folder / "ansible.log").read_text()
    assert "4 hosts, 2 servers: 1 passed, 1 failed, 4 without an answer, 2 not run" in log
    ours, _its_own_difference = log.split("Against an earlier run")
    assert "\x1b" not in ours
    assert "uid=" not in run.printed + log


def test_each_host_has_a_verdict_of_its_own(run: Run) -> None:
    """For a task that fails it."""
    verdicts = run.returned["shown"]["verdicts"]
    assert verdicts["web1"]["broken"] == 1
    assert verdicts["web1"]["message"].startswith("web1 found 1 of 2 servers broken:\n- mx2.")
    assert verdicts["down"]["message"] == (
        "down asked none of 2 servers: Ansible cannot reach the host: "
        "Failed to connect to the host via ssh"
    )
    assert "the host left the play before the probe" in verdicts["gone"]["message"]
    assert "the play has not come to this host" in verdicts["late"]["message"]


def test_the_files_are_written_for_their_owner_and_group(run: Run) -> None:
    """Folders are made; only what another user has to read is for all."""
    written = run.returned["written"]
    folder = run.folder / "new folder" / "reports"
    assert written["changed"] is True
    assert written["files"] == [str(folder / name) for name in FORMATS.values()]
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*.*")}
    folders = [folder.parent, folder, *(path for path in folder.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o750}
    public = folder / FORMATS["prometheus"]
    assert {mode for path, mode in modes.items() if path.is_file() and path != public} == {0o640}
    assert modes[public] == 0o644
    assert len(list((folder / "transcripts").glob("*/*.txt"))) == 8
    assert not list(folder.rglob(".*"))


def test_what_was_said_is_data_in_every_file(run: Run) -> None:
    """Neither Ansible nor Jinja has looked into it."""
    report = json.loads((run.folder / "new folder" / "reports" / "report.json").read_text())
    assert "mx2.example.com:25 ({{ lookup('pipe', 'id') }})" in report["servers"]
    for path in (run.folder / "new folder" / "reports").rglob("*.*"):
        assert path.is_dir() or "uid=" not in path.read_text(encoding="utf-8")


def test_check_mode_writes_nothing(run: Run) -> None:
    """And says what it would have written."""
    checked = run.returned["checked"]
    assert checked["changed"] is True
    assert checked["files"] == [str(run.folder / "checked" / "report.json")]
    assert not (run.folder / "checked").exists()


def test_only_what_got_worse_counts_against_a_host(run: Run) -> None:
    """Where that is asked for: one broke, one healed, and other hosts are gone."""
    compared = run.returned["compared"]
    assert compared["changed"] is True
    assert compared["comparison"]["counts"] == {"broke": 1, "healed": 1, "gone": 6}
    assert compared["verdicts"]["web1"]["broken"] == 1
    assert (
        "servers broken since the baseline:\n- mx1.example.com:25: 450"
        in (compared["verdicts"]["web1"]["message"])
    )
    assert "web1 → mx1.example.com:25 broke: ok\n" in compared["diff"]["before"]
    assert "web1 → mx1.example.com:25 broke: 450 " in compared["diff"]["after"]
    assert "--- before: " in run.printed


def test_without_a_host_only_the_options_are_checked(run: Run) -> None:
    """As the role does it before anything is connected."""
    empty = run.returned["empty"]
    assert empty["changed"] is False
    assert empty["comparison"] is None
    assert "diff" not in empty
    assert not list((run.folder / "empty").iterdir())


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        (0, "formats: needs dest, the folder that the files go into"),
        (1, "fail_on: 'new' needs baseline, the json report of an earlier run"),
        (2, "none.json cannot be read: No such file or directory"),
        (3, "playbook.yml is not JSON: "),
        (4, "inventory.json cannot be used: it is not a json report of mailops.smtp.smtp_report"),
        (5, "value of formats must be one or more of: csv, html, json, junit, markdown,"),
    ],
)
def test_options_that_cannot_be_are_named(run: Run, number: int, problem: str) -> None:
    """With what is wrong, and where."""
    result = run.returned["refused"]["results"][number]
    assert result["failed"] is True
    assert problem in result["msg"]


def test_a_folder_that_cannot_be_written_is_named(run: Run) -> None:
    """The matrix was shown before that, so the run was not for nothing."""
    message = run.returned["unwritable"]["msg"]
    assert message.startswith("dest: ")
    assert "playbook.yml/reports cannot be written: Not a directory" in message

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One playbook makes reports in every way; each test looks at one of them.

What the hosts would have registered is in the inventory, so no server is needed.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible_collections.mailops.smtp.plugins.modules import smtp_report
from ansible_collections.mailops.smtp.tests.unit import runs
from ansible_collections.mailops.smtp.tests.unit.reports import NASTY, failed, passed
from ansible_collections.mailops.smtp.tests.unit.returned import keys, problems
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
        advice: "{{ item.advice | default(omit) }}"
        fail_on: "{{ item.fail_on | default(omit) }}"
      loop:
        - formats: [json]
        - fail_on: new
        - baseline: "{{ folder }}/none.json"
        - baseline: "{{ folder }}/playbook.yml"
        - baseline: "{{ folder }}/inventory.json"
        - dest: "{{ folder }}"
          formats: [pdf]
        - dest: "{{ folder }}/playbook.yml"
          formats: [json]
        - dest: "{{ folder }}/playbook.yml/reports"
          formats: [json]
        - dest: "{{ folder }}"
          formats: [json, htm]
        - dest: "{{ folder }}"
          formats: "{{ folder }}/report.md"
        - baseline: "{{ folder }}"
        - fail_on: borken
        - dest: "{{ folder }}/blocked"
          formats: [html]
        - dest: "{{ folder }}/blocked"
          formats: [transcripts]
        - advice: "{{ folder }}/none.yml"
        - advice: "{{ folder }}/inventory.json"
        - baseline: /dev/zero
        - dest: false
          formats: [json]
      run_once: true
      register: refused
      ignore_errors: true

    - name: With names that are none
      mailops.smtp.smtp_report:
        variable: "{{ item.variable | default('handshake') }}"
        planned: "{{ item.planned | default(omit) }}"
        receipts: "{{ item.receipts | default(omit) }}"
        use: "{{ item.use | default(omit) }}"
        hosts: "{{ item.hosts | default(omit) }}"
      loop:
        - variable: handshak
        - variable: "{{ probe }}"
        - variable: "{{ [probe] }}"
        - variable: report.json
        - planned: plan
        - receipts: receipt
        - use: the use
        - hosts: [web2]
      loop_control:
        label: a mistake
      run_once: true
      register: misnamed
      ignore_errors: true

    - name: With an option that is none
      mailops.smtp.smtp_report:
        variable: handshake
        format: [json]
      run_once: true
      register: unknown
      ignore_errors: true

    - name: Where no folder can be
      mailops.smtp.smtp_report:
        variable: handshake
        dest: "{{ folder }}/playbook.yml/reports"
        formats: [json]
      run_once: true
      register: unwritable

    - name: Where some files cannot be
      mailops.smtp.smtp_report:
        variable: handshake
        planned: planned
        dest: "{{ folder }}/blocked"
        formats: [html, json, transcripts, csv]
      run_once: true
      register: partly

    - name: Where the folder of one host cannot be
      mailops.smtp.smtp_report:
        variable: handshake
        planned: planned
        dest: "{{ folder }}/by a link"
        formats: [transcripts, json]
      run_once: true
      register: linked

    - name: Keep what was returned
      ansible.builtin.copy:
        content: "{{ lookup('ansible.builtin.vars', item) | to_json }}"
        dest: "{{ folder }}/returned/{{ item }}.json"
        mode: "0600"
      delegate_to: localhost
      run_once: true
      loop: "{{ 'shown written checked compared empty refused misnamed unknown unwritable'.split()
        + ['partly', 'linked'] }}"
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
            "looked": {"receipts": []},
            "probe": passed(MX1),
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
    (folder / "elsewhere").mkdir()
    (folder / "blocked" / "report.html").mkdir(parents=True)
    (folder / "blocked" / "transcripts").symlink_to(folder / "elsewhere")
    (folder / "real" / "transcripts").mkdir(parents=True)
    (folder / "real" / "transcripts" / "web1").symlink_to(folder / "elsewhere")
    (folder / "by a link").symlink_to(folder / "real")
    ran = run_playbook(
        folder,
        inventory,
        "playbook.yml",
        ANSIBLE_LOG_PATH="ansible.log",
        ANSIBLE_FORCE_COLOR="true",
    )
    assert ran.returncode == 2, ran.stdout
    returned = {path.stem: json.loads(path.read_text()) for path in (folder / "returned").iterdir()}
    assert len(returned) == 11, ran.stdout
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
    assert "4 hosts, 2 servers: 1 passed, 1 failed, 4 errors (4 could not ask), 2" in log
    ours, _its_own_difference = log.split("Against an earlier run")
    assert "\x1b" not in ours
    assert "uid=" not in run.printed + log


def test_each_host_has_a_verdict_of_its_own(run: Run) -> None:
    """For a task that fails it."""
    verdicts = run.returned["shown"]["verdicts"]
    assert verdicts["web1"]["broken"] == 1
    assert verdicts["web1"]["message"].startswith("web1 found 1 of 2 servers broken: cause 3 (mx2.")
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
        "servers broken since the baseline: cause 1 (mx1.example.com:25 defers web1 at rcpt_to (450"
        in (compared["verdicts"]["web1"]["message"])
    )
    assert "web1 → mx1.example.com:25 broke: ok\n" in compared["diff"]["before"]
    assert "web1 → mx1.example.com:25 broke: 450 " in compared["diff"]["after"]
    assert compared["diff"]["after"].startswith("cause: mx1.example.com:25 defers web1 at rcpt_to")
    assert compared["diff"]["before"].count("cause: ") == len(compared["comparison"]["causes_gone"])
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
        (0, "formats needs dest, the folder for the files"),
        (1, "fail_on: new needs baseline, the json report of an earlier run"),
        (2, "none.json cannot be read: No such file or directory"),
        (3, "playbook.yml is not JSON: "),
        (4, "inventory.json cannot be used: it is not a json report of mailops.smtp.smtp_report"),
        (5, "formats: 'pdf' is not a format; choose one of csv, html, json, junit, markdown, "),
        (6, "playbook.yml is not a folder"),
        (7, "playbook.yml is not a folder"),
        (8, "formats: 'htm' is not a format; did you mean html?"),
        (9, "did you mean markdown?"),
        (10, " is a folder; name the json report in it, "),
        (11, "fail_on cannot be 'borken'; did you mean broken?"),
        (12, "blocked/report.html is not a file"),
        (13, "blocked/transcripts is a symbolic link, which is not followed; remove it"),
        (14, "advice cannot be used: "),
        (15, "inventory.json: "),
        (16, "baseline: /dev/zero cannot be read: it is not a regular file"),
        (17, "dest must be a path, not false; write it in quotes"),
    ],
)
def test_options_that_cannot_be_are_named(run: Run, number: int, problem: str) -> None:
    """With what is wrong, and where."""
    result = run.returned["refused"]["results"][number]
    assert result["failed"] is True
    assert problem in result["msg"]


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        (0, "variable: no host has a variable handshak; did you mean handshake?"),
        (1, "variable must be the name of a variable, not its value; did you mean probe?"),
        (2, "variable must be the name of a variable, not its value; choose one of handshake, "),
        (
            3,
            "variable must be the name of a variable, not 'report.json'; choose one of handshake, ",
        ),
        (4, "planned: no host has a variable plan; did you mean planned?"),
        (5, "receipts: no host has a variable receipt; did you mean looked?"),
        (6, "use must be the name of a variable, not 'the use'"),
        (7, "hosts: 'web2' is not in the inventory; did you mean web1?"),
    ],
)
def test_a_name_that_is_none_is_told_with_the_one_that_was_meant(
    run: Run, number: int, problem: str
) -> None:
    """Otherwise the report would be of nothing, and nobody would see it."""
    result = run.returned["misnamed"]["results"][number]
    assert result["failed"] is True
    assert result["msg"].startswith(problem)
    assert len(result["msg"]) < 150


def test_an_option_that_is_none_is_told_with_the_one_that_was_meant(run: Run) -> None:
    """And without all others."""
    message = run.returned["unknown"]["msg"]
    assert message == "'format' is not an option; did you mean formats?"


def test_a_report_that_cannot_be_written_costs_no_verdict(run: Run) -> None:
    """The failure to write is one more, for the role to fail with."""
    result = run.returned["unwritable"]
    assert result["failed"] is False
    assert result["verdicts"]["web1"]["broken"] == 1
    assert result["summary"]["passed"] == 1
    assert result["files"] == []
    assert result["not_written"] == f"dest: {run.folder}/playbook.yml is not a folder"
    assert "[WARNING]: smtp_report: dest: " in run.printed


def test_a_file_that_cannot_be_written_stops_no_other(run: Run) -> None:
    """Each says why; nothing is written by way of a link, and no verdict is lost."""
    result = run.returned["partly"]
    blocked = run.folder / "blocked"
    assert result["failed"] is False
    assert result["not_written"] == (
        f"dest: {blocked}/report.html is not a file; "
        f"dest: {blocked}/transcripts is a symbolic link, which is not followed; remove it"
    )
    assert result["files"] == [str(blocked / "report.json"), str(blocked / "report.csv")]
    assert json.loads((blocked / "report.json").read_text())["counts"] == result["summary"]
    assert result["verdicts"] == run.returned["written"]["verdicts"]


def test_a_link_in_the_place_of_a_host_is_not_followed_and_stops_no_other_host(run: Run) -> None:
    """The folder of the report may itself be a link: its user has made it."""
    result = run.returned["linked"]
    transcripts = run.folder / "real" / "transcripts"
    assert "transcripts/web1 is a symbolic link" in result["not_written"]
    assert list((run.folder / "elsewhere").iterdir()) == []
    assert [path.name for path in transcripts.iterdir() if not path.is_symlink()]
    assert (transcripts / "down" / "mx1.example.com-25.txt").exists()
    assert (run.folder / "real" / "report.json").exists()


def test_the_matrix_is_returned_line_by_line(run: Run) -> None:
    """So other callbacks print it as lines."""
    matrix = run.returned["shown"]["matrix"]
    assert matrix[0].startswith("4 hosts, 2 servers: 1 passed, ")
    log = (run.folder / "ansible.log").read_text()
    assert all(line in log for line in matrix)


@pytest.mark.parametrize("task", ["shown", "written", "compared", "empty"])
def test_what_is_returned_is_as_documented(run: Run, task: str) -> None:
    documented = yaml.safe_load(smtp_report.RETURN)
    del documented["shards"]
    returned = run.returned[task]
    returned.pop("diff", None)
    assert problems(returned, documented) == []
    verdict = keys(documented["verdicts"]["sample"]["web1"])
    assert all(keys(one) == verdict for one in returned["verdicts"].values())
    targets = keys(documented["diagnose"]["contains"]["targets"]["sample"])
    assert all(keys(one["targets"]) == targets for one in returned["diagnose"])


# What probing hosts can do


HOSTS_THAT_MEDDLE = """
- name: Facts that would be settings
  hosts: all
  gather_facts: false
  tasks:
    - name: Return a fact, as any module can
      ansible.builtin.set_fact:
        smtp_check_report_dir: "{{ folder }}/elsewhere"
        cacheable: true
      when: inventory_hostname == 'evil'

    - name: At the beginning
      mailops.smtp.smtp_report:
        variable: handshake
        hosts: []
        dest: "{{ smtp_check_report_dir }}"
        formats: [json]
      run_once: true
      register: began
      ignore_errors: true

    - name: At the end
      mailops.smtp.smtp_report:
        variable: handshake
        dest: "{{ smtp_check_report_dir }}"
        formats: [json]
      run_once: true
      register: ended

    - name: Fail as the role does
      ansible.builtin.fail:
        msg: "{{ ended.verdicts[inventory_hostname].message }}"
      when: inventory_hostname in ended.verdicts
      ignore_errors: true

    - name: Keep what was returned
      ansible.builtin.copy:
        content: "{{ {'began': began, 'ended': ended} | to_json }}"
        dest: "{{ folder }}/returned.json"
        mode: "0600"
      delegate_to: localhost
      run_once: true
"""

# A soft hyphen is not seen, and the report shows it as an escape.
UNSEEN = "we\u00adb1"


@pytest.fixture(scope="module")
def meddled(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a playbook in which the first host has returned a fact that chooses a folder."""
    folder = tmp_path_factory.mktemp("meddled")
    hosts: dict[str, dict[str, t.Any]] = {
        "evil": {"handshake": {"results": [passed(MX1)]}},
        UNSEEN: {"handshake": {"results": [failed(MX1)]}},
        "=1+1": {"handshake": {"results": [passed(MX1)]}},
    }
    local = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "folder": str(folder),
        "smtp_check_report_dir": str(folder / "reports"),
    }
    (folder / "playbook.yml").write_text(HOSTS_THAT_MEDDLE)
    inventory = {"all": {"hosts": hosts, "vars": local}}
    ran = run_playbook(folder, inventory, "playbook.yml", ANSIBLE_STDOUT_CALLBACK="minimal")
    assert ran.returncode == 0, ran.stdout
    return Run(ran.stdout, folder, json.loads((folder / "returned.json").read_text()))


def test_a_fact_that_would_be_a_setting_is_refused_before_anything_is_asked(meddled: Run) -> None:
    """The host is named, and the fact."""
    began = meddled.returned["began"]
    assert began["failed"] is True
    assert began["msg"].startswith("the host evil has returned the fact smtp_check_report_dir, ")


def test_a_fact_that_would_be_a_setting_chooses_nothing(meddled: Run) -> None:
    """Nothing is written, nothing that the host says counts, and all others keep their verdict."""
    ended = meddled.returned["ended"]
    assert ended["failed"] is False
    assert not (meddled.folder / "elsewhere").exists()
    assert not (meddled.folder / "reports").exists()
    assert ended["not_written"].endswith(", so no file is written")
    assert "evil has returned the fact smtp_check_report_dir" in ended["not_written"]
    assert set(ended["verdicts"]) == {"evil", UNSEEN}
    assert "550 no such user" in ended["verdicts"][UNSEEN]["message"]
    assert ended["summary"]["passed"] == 1


def test_a_host_finds_its_verdict_by_the_name_that_the_inventory_has(meddled: Run) -> None:
    """Also where that cannot be shown as it is: it must fail."""
    assert "we\\xadb1" in "\n".join(meddled.returned["ended"]["matrix"])
    assert meddled.printed.count("FAILED! => ") == 3  # the check, and two hosts


def test_the_matrix_is_found_in_what_the_minimal_callback_prints(meddled: Run) -> None:
    """Each of its lines is a line, and stands within a screen of the end of the report's task."""
    printed = meddled.printed.splitlines()
    (line,) = [number for number, line in enumerate(printed) if line.strip() == '"matrix": [']
    matrix = meddled.returned["ended"]["matrix"]
    shown = [json.loads(one.strip().rstrip(",")) for one in printed[line + 1 :][: len(matrix)]]
    assert shown == matrix


PRINTS_JSON = """
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = '{name: json, type: stdout, short_description: what a program reads}'


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "json"

    def v2_playbook_on_stats(self, stats):
        self._display.display('{"stats": {}}')
"""


def test_what_a_program_reads_stays_json(tmp_path: Path) -> None:
    """The matrix goes where people look then, and is not in the way."""
    (tmp_path / "callbacks").mkdir()
    (tmp_path / "callbacks" / "json.py").write_text(PRINTS_JSON)
    report = {"mailops.smtp.smtp_report": {"variable": "handshake"}}
    play = {"hosts": "all", "gather_facts": False, "tasks": [report]}
    (tmp_path / "playbook.yml").write_text(json.dumps([play]))
    (tmp_path / "inventory.json").write_text(
        json.dumps({"all": {"hosts": {"web1": {"handshake": {"results": [passed(MX1)]}}}}})
    )
    ran = subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", "-iinventory.json", "playbook.yml"],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(Path(runs.__file__).parents[5]),
            "ANSIBLE_STDOUT_CALLBACK": "json",
            "ANSIBLE_CALLBACK_PLUGINS": "callbacks",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=True,
    )
    assert json.loads(ran.stdout) == {"stats": {}}
    assert "1 host, 1 server: 1 passed" in ran.stderr

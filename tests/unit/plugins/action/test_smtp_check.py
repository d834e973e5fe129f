# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role with hosts that return wrong results or fail early, and with wrong variables."""

from __future__ import annotations

import base64
import json
import os
import socketserver
import threading
import time
import typing as t
from pathlib import Path

import pytest
from ansible.errors import AnsibleAction
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.verdict import result_of_verdict
from ansible_collections.mailops.smtp.tests.unit.role_runs import (
    HONEST,
    assert_mistakes_are_told_without_secrets,
    check,
    each_case,
    each_login,
    lying,
    passes,
)
from ansible_collections.mailops.smtp.tests.unit.runs import run_playbook
from ansible_collections.mailops.smtp.tests.unit.scripted import ScriptedServer, closed_port

ANSWERS = "S: 220 mx\nC: /EHLO/\nS: 250 mx\nC: QUIT\nS: 221 bye"


class TestAHostThatLies:
    """A host that returns wrong values is a row with a reason, and controls nothing else."""

    def test_its_facts_change_neither_folder_nor_verdict(
        self, tmp_path: Path, scripted: t.Any
    ) -> None:
        server: ScriptedServer = scripted(ANSWERS)
        facts = {
            "smtp_check_report_dir": str(tmp_path / "elsewhere"),
            "smtp_check_fail": False,
            "smtp_check_report": {"verdicts": {}, "not_written": ""},
        }
        liar = {"results": [{"passed": False}], "changed": False, "ansible_facts": facts}
        status, printed = check(
            tmp_path,
            {"a-liar": lying(tmp_path, "liar", liar), "honest": HONEST},
            smtp_check_servers=[{"host": "127.0.0.1", "port": server.port}],
        )

        assert status == 2, printed
        assert not (tmp_path / "elsewhere").exists()
        assert "a-liar found 1 of 1 servers broken" in printed
        assert "honest found" not in printed

    def test_an_invalid_result_is_a_row_with_a_reason(
        self, tmp_path: Path, scripted: t.Any
    ) -> None:
        server: ScriptedServer = scripted(ANSWERS)
        strange = {"failed": True, "msg": "requires " * 80_000}
        status, printed = check(
            tmp_path,
            {"strange": lying(tmp_path, "strange", strange), "honest": HONEST},
            smtp_check_servers=f"127.0.0.1:{server.port}",
        )

        assert status == 2, printed
        assert "2 hosts, 1 server: 1 passed" in printed
        assert "strange asked none of 1 servers" in printed


def test_a_failure_of_become_is_a_failure_of_the_host(tmp_path: Path) -> None:
    host = {
        **HONEST,
        "ansible_become": True,
        "ansible_become_user": "nobody",
        "ansible_become_exe": "/nonexistent/sudo",
    }
    status, printed = check(
        tmp_path,
        {"web1": host, "web2": host},
        smtp_check_servers=f"127.0.0.1:{closed_port()}",
        smtp_check_report_dir="reports",
    )

    assert status == 2, printed
    assert "2 hosts, 1 server: 0 passed" in printed
    assert "web2 asked none of 1 servers" in printed
    assert (tmp_path / "reports" / "report.html").exists()


def test_a_lack_of_the_host_for_one_server_does_not_hide_the_others(
    tmp_path: Path, scripted: t.Any
) -> None:
    server: ScriptedServer = scripted(ANSWERS)
    lacking = {"host": "127.0.0.1", "port": 9, "tls": "required", "ca_path": "/nonexistent"}
    status, printed = check(
        tmp_path,
        {"web1": HONEST},
        smtp_check_servers=[lacking, f"127.0.0.1:{server.port}"],
    )

    assert status == 2, printed
    assert "1 host, 2 servers: 1 passed" in printed
    assert "ca_path: /nonexistent" in printed


WRONG: list[tuple[dict[str, t.Any], str]] = [
    ({"smtp_check_recipient": "a@b.c"}, "did you mean smtp_check_rcpt_to?"),
    ({"smtp_check_message": True}, "smtp_check_message must be a dictionary"),
    ({"smtp_check_receipt": {"path": "/m"}}, "no message is sent; set smtp_check_message"),
    ({"smtp_check_server_logs": {"relay": "web3"}}, "web3, which is not in the inventory"),
    ({"smtp_check_throttle": -1}, "smtp_check_throttle must be 0 or more, not -1"),
    ({"smtp_check_rate": -1}, "smtp_check_rate must be 0 or more, not -1"),
    ({"smtp_check_servers": []}, "smtp_check_servers is empty; name a server"),
    ({"smtp_check_tls": "yes"}, "smtp_check_tls: 'yes' is not one of opportunistic, required"),
    ({"smtp_check_throttle": "all"}, "smtp_check_throttle must be a whole number, not a text"),
    ({"smtp_check_fail": None}, "smtp_check_fail must be true or false, not null"),
    ({"smtp_check_helo": "{{ name_of_none }}"}, "smtp_check_helo: 'name_of_none' is undefined"),
    ({"smtp_check_servers": "{{ name_of_none }}"}, "smtp_check_servers: 'name_of_none' is undefi"),
    ({"_raw_params": "relay2"}, "-e: a value ends at the first blank"),
    ({"smtp_check_report_dir": "/dev/null/x"}, "smtp_check_report_dir: /dev/null is not a folder"),
    ({"smtp_check_baseline": "none.json"}, "smtp_check_baseline: none.json cannot be read"),
    ({"smtp_check_advice": "none.yml"}, "smtp_check_advice cannot be used: none.yml cannot be"),
]


@pytest.fixture(scope="module")
def refusals(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return what is printed for each wrong variable."""
    cases = [{"smtp_check_servers": "relay", **wrong} for wrong, _words in WRONG]
    return each_case(tmp_path_factory.mktemp("run"), "smtp_check", cases)


@pytest.mark.parametrize(
    ("number", "words"), [(at, words) for at, (_wrong, words) in enumerate(WRONG)]
)
def test_a_wrong_variable_fails_all_hosts_before_any_connects(
    refusals: list[str], number: int, words: str
) -> None:
    printed = refusals[number]

    assert printed.count("The role has failed.") == 2, printed
    assert words in " ".join(printed.split())
    assert "Hold the dialogues" not in printed
    assert "argument_spec_data" not in printed


def test_a_date_of_yaml_is_refused_before_any_host_connects(tmp_path: Path) -> None:
    """JSON has no dates, and the module would see none."""
    play = """
- hosts: all
  gather_facts: false
  tasks:
    - block: [{ansible.builtin.import_role: {name: mailops.smtp.smtp_check}}]
      rescue: [{ansible.builtin.debug: {msg: The role has failed.}}]
      vars: {smtp_check_message: {headers: {X-Since: 2026-01-31}}}
    - block: [{ansible.builtin.import_role: {name: mailops.smtp.smtp_check}}]
      rescue: [{ansible.builtin.debug: {msg: The role has failed.}}]
      vars: {smtp_check_receipt: {path: /m, mailboxes: [2026-01-31]}, smtp_check_message: {}}
"""
    (tmp_path / "play.yml").write_text(play)
    inventory = {"all": {"hosts": {"web1": {**HONEST, "smtp_check_servers": "relay"}}}}
    printed = run_playbook(tmp_path, inventory, "play.yml").stdout

    for option in ("message.headers.X-Since", "receipt.mailboxes[0]"):
        problem = f"smtp_check_{option} must be a text, not a date; write it in quotes"
        assert problem in printed, printed
    assert printed.count("The role has failed.") == 2, printed
    assert "Hold the dialogues" not in printed


def test_a_password_that_is_encrypted_in_place_logs_in_and_is_never_shown(
    tmp_path: Path, scripted: t.Any
) -> None:
    password = "S3cret-Wörter"
    response = base64.b64encode(f"\0ann\0{password}".encode()).decode()
    server: ScriptedServer = scripted(
        "S: 220 mx\nC: /EHLO/\nS: 250-mx\nS: 250 AUTH PLAIN\n"
        f"C: AUTH PLAIN {response}\nS: 535 5.7.8 not {response}\nC: QUIT\nS: 221 bye"
    )
    right = {
        "servers": [f"127.0.0.1:{server.port}"],
        "options": {"allow_plaintext_auth": True},
        "login_user": "ann",
        "diagnose": False,
    }
    printed, logged = each_login(tmp_path, "smtp_check", password, right)

    assert "refuses web1 at auth (535 5.7.8 not (not shown))" in printed, printed
    secrets = ("S3cret", response[:-4])
    assert_mistakes_are_told_without_secrets("smtp_check", printed, logged, secrets)


def test_each_host_but_the_first_goes_through_two_tasks(tmp_path: Path, scripted: t.Any) -> None:
    """Each further task of each host costs the controller about a twelfth of a ping."""
    server: ScriptedServer = scripted(*[ANSWERS] * 3)
    status, printed = check(
        tmp_path,
        {"web1": HONEST, "web2": HONEST, "web3": HONEST},
        smtp_check_servers=[f"127.0.0.1:{server.port}"],
    )

    assert status == 0, printed
    assert [passes(printed, host) for host in ("web2", "web3")] == [2, 2], printed
    assert "Validating arguments" not in printed


class CountingServer(socketserver.ThreadingTCPServer):
    """Counts the dialogues that are held at once. Each waits a moment for another one to come."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Dialogue)
        self.crowded = threading.Event()
        self.open = self.most = 0
        self.starts: list[float] = []
        self.lock = threading.Lock()


class _Dialogue(socketserver.StreamRequestHandler):
    server: CountingServer

    def handle(self) -> None:
        server = self.server
        with server.lock:
            server.open += 1
            server.most = max(server.most, server.open)
            server.starts.append(time.monotonic())
            if server.open > 1:
                server.crowded.set()
        server.crowded.wait(0.3)
        self.wfile.write(b"220 mx\r\n")
        while not self.rfile.readline().startswith(b"QUIT"):
            self.wfile.write(b"250 mx\r\n")
        with server.lock:
            server.open -= 1
        self.wfile.write(b"221 bye\r\n")


def test_a_server_sees_no_more_dialogues_than_the_fleet_may_hold(tmp_path: Path) -> None:
    """Two hosts with two dialogues each would hold four at once."""
    begun = time.monotonic()
    with CountingServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        status, printed = check(
            tmp_path,
            {"web1": HONEST, "web2": HONEST},
            smtp_check_servers=[{"host": "127.0.0.1", "port": port, "name": n} for n in "ab"],
            smtp_check_per_server=1,
            smtp_check_rate=40,
        )
        server.shutdown()

    assert status == 0, printed
    assert server.most == 1
    assert len(server.starts) == 4
    # The first host takes two turns of 1.5 seconds, which begin before Ansible starts it.
    assert server.starts[2] - begun > 3


def test_a_local_connection_in_a_container_is_told(
    tmp_path: Path, scripted: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server: ScriptedServer = scripted(ANSWERS)
    monkeypatch.setenv("container", "podman")
    status, printed = check(
        tmp_path,
        {"here": HONEST},
        smtp_check_servers=f"127.0.0.1:{server.port}",
        smtp_check_report_dir="reports",
        smtp_check_reports=["json"],
    )

    assert status == 0, printed
    assert "measured from within the container of the controller: here" in printed
    report = json.loads((tmp_path / "reports" / "report.json").read_text())
    assert report["plan"]["in_container"] == ["here"]


@pytest.mark.thorough
def test_below_a_long_recap_the_last_lines_say_what_is_broken(tmp_path: Path) -> None:
    status, printed = check(
        tmp_path,
        {f"web{number}": HONEST for number in range(13)},
        smtp_check_servers=f"127.0.0.1:{closed_port()}",
        smtp_check_report_dir="reports",
    )

    assert status == 2, printed
    assert printed.count("fatal: [") == 13
    assert printed.count("Origin: ") <= 1  # an error is shown once, and not for each host
    _before, _recap, after = printed.partition("PLAY RECAP")
    last = [line for line in after.splitlines() if line and "ok=" not in line][1:]
    first = next(at for at, line in enumerate(last) if line.startswith("13 hosts have failed."))
    assert last[first].endswith("13 of 13 cells are broken:")
    assert last[first + 1].startswith("1. no host can connect to 127.0.0.1:")
    found_out = last[first + 2 : -1]
    assert found_out
    assert all(line.startswith("   ") for line in found_out)
    assert last[-1] == f"Report: {tmp_path}/reports/report.html"


PLAY = """
- hosts: all
  gather_facts: false
  {setting}
  roles: [mailops.smtp.smtp_check]
  tasks:
    - ansible.builtin.debug: {{msg: "{{{{ inventory_hostname }}}} goes on"}}
"""


@pytest.mark.parametrize(
    ("setting", "goes_on"),
    [
        ("strategy: free", True),
        ("serial: 1", True),
        pytest.param("max_fail_percentage: 60", True, marks=pytest.mark.thorough),
        pytest.param("max_fail_percentage: 40", False, marks=pytest.mark.thorough),
        ("any_errors_fatal: true", False),
    ],
)
def test_a_failed_host_ends_the_play_for_the_others_only_if_the_play_says_so(
    tmp_path: Path, scripted: t.Any, setting: str, goes_on: bool
) -> None:
    server: ScriptedServer = scripted(ANSWERS)
    (tmp_path / "play.yml").write_text(PLAY.format(setting=setting))
    hosts = {
        "well": {**HONEST, "smtp_check_servers": [f"127.0.0.1:{server.port}"]},
        "lost": {**HONEST, "smtp_check_servers": [f"127.0.0.1:{closed_port()}"]},
    }
    ran = run_playbook(tmp_path, {"all": {"hosts": hosts}}, "play.yml")

    assert ran.returncode == 2, ran.stdout
    assert ("well goes on" in ran.stdout) == goes_on, ran.stdout
    assert "lost goes on" not in ran.stdout
    assert "lost found 1 of 1 servers broken" in ran.stdout
    assert "well found" not in ran.stdout


FREE = """
- hosts: all
  gather_facts: false
  strategy: free
  pre_tasks:
    - ansible.builtin.command: cat {{ folder }}/begin
      when: inventory_hostname == "late"
      timeout: 60
  roles: [mailops.smtp.smtp_check]
  tasks:
    - ansible.builtin.shell: echo {{ goes_on[inventory_hostname] }}
      args: {chdir: "{{ folder }}"}
      timeout: 60
    - ansible.builtin.debug:
        msg: "{{ inventory_hostname }} keeps a report on {{ smtp_check_report.summary.passed }}"
"""


def test_a_report_does_not_replace_that_of_a_host_that_is_done_already(
    tmp_path: Path, scripted: t.Any
) -> None:
    """With the strategy free, hosts report one by one. The late host waits for the early one."""
    server: ScriptedServer = scripted(ANSWERS, ANSWERS)
    for name in ("begin", "end"):
        os.mkfifo(tmp_path / name)
    variables = {
        "folder": str(tmp_path),
        "goes_on": {"early": "> begin; cat end", "late": "> end"},
        "smtp_check_servers": [f"127.0.0.1:{server.port}"],
        "smtp_check_fail": False,
    }
    (tmp_path / "play.yml").write_text(FREE)
    inventory = {"all": {"hosts": {"early": HONEST, "late": HONEST}, "vars": variables}}
    ran = run_playbook(tmp_path, inventory, "play.yml")

    assert ran.returncode == 0, ran.stdout
    assert "early keeps a report on 1" in ran.stdout, ran.stdout
    assert "late keeps a report on 2" in ran.stdout


KEEP = """
- hosts: all
  gather_facts: false
  roles: [mailops.smtp.smtp_check]
  tasks:
    - ansible.builtin.copy: {content: "{{ smtp_check_result | to_json }}", dest: "{{ kept }}"}
"""

TO_RCPT = """S: 220 mx
C: /EHLO/
S: 250-mx.example.com
S: 250-SIZE 10240000
S: 250-8BITMIME
S: 250 PIPELINING
C: /MAIL/
S: 250 2.1.0 Ok
C: /RCPT/
S: 250 2.1.5 Ok
C: QUIT
S: 221 2.0.0 Bye"""


@pytest.mark.thorough
@pytest.mark.parametrize(("transcripts", "well", "kept"), [("failures", 200, 0), ("all", 2, 2)])
def test_the_results_of_200_targets_fit_into_an_event_of_awx(
    tmp_path: Path, scripted: t.Any, transcripts: str, well: int, kept: int
) -> None:
    server: ScriptedServer = scripted(*[TO_RCPT] * well)
    target = {"host": "127.0.0.1", "port": server.port, "name": "a label of it"}
    variables = {
        "smtp_check_servers": [target] * well + [f"127.0.0.1:{closed_port()}"],
        "smtp_check_mail_from": "sender@example.com",
        "smtp_check_rcpt_to": ["recipient@example.com"],
        "smtp_check_transcripts": transcripts,
        "smtp_check_fail": False,
        "smtp_check_report_dir": "reports",
        "kept": str(tmp_path / "kept.json"),
    }
    (tmp_path / "keep.yml").write_text(KEEP)
    hosts = {"all": {"hosts": {"web1": HONEST}}}
    ran = run_playbook(tmp_path, hosts, "keep.yml", "-e", json.dumps(variables))

    assert ran.returncode == 0, ran.stdout
    registered = (tmp_path / "kept.json").read_text()
    results = json.loads(registered)["results"]
    assert [one["passed"] for one in results] == [True] * well + [False]
    assert sum(bool(one["transcript"]) for one in results) == kept + 1
    assert len(registered) < 0.6 * 700_000  # a server with TLS says half as much again
    texts = [one.read_text() for one in (tmp_path / "reports" / "transcripts" / "web1").iterdir()]
    assert sum("(not kept, because the dialogue passed" in text for text in texts) == well - kept
    assert sum("Connection refused" in text for text in texts) == 1


def test_an_error_of_the_module_names_the_variable_of_the_role(tmp_path: Path) -> None:
    status, printed = check(
        tmp_path, {"web1": HONEST}, smtp_check_servers="relay", smtp_check_login_user="ann"
    )

    assert status == 2, printed
    assert "smtp_check_login_password is required with smtp_check_login_user" in printed


@pytest.mark.parametrize(
    ("fail", "told"),
    [
        ("no", None),
        (True, "web1 found 1 of 1 servers broken"),
        (
            "perhaps",
            "smtp_check_fail must be true or false, not a text\nweb1 found 1 of 1 servers br",
        ),
    ],
)
def test_a_host_fails_unless_its_variable_says_that_it_must_not(fail: t.Any, told: t.Any) -> None:
    report = {
        "verdicts": {"web1": {"message": "web1 found 1 of 1 servers broken"}},
        "not_written": "",
    }
    try:
        result = result_of_verdict(
            report, "web1", fail=fail, variable="smtp_check_fail", error="hosts are broken"
        )
    except AnsibleAction as error:
        result = error.result
    assert (result.get("msg") or "").startswith(told or "")
    assert ("msg" in result) is (told is not None)


def test_every_host_has_its_verdict_if_the_report_cannot_be_written(
    tmp_path: Path, scripted: t.Any
) -> None:
    server: ScriptedServer = scripted(ANSWERS)
    folder = tmp_path / "reports"
    obstacle = f"mkdir -p {folder}/report.html/in-the-way"
    lost = lying(tmp_path, "lost", {"results": [{"passed": False}]}, does=obstacle)
    status, printed = check(
        tmp_path,
        {"lost": lost, "well": HONEST},
        smtp_check_servers=f"127.0.0.1:{server.port}",
        smtp_check_report_dir=str(folder),
    )

    assert status == 2, printed
    assert "lost found 1 of 1 servers broken" in printed
    assert r"does not say why))\ndest: " in printed, printed
    told = " ".join(printed.split())  # warnings are broken into lines
    assert told.count("report.html is not a file") >= 3, printed  # told, and for each host
    assert (folder / "report.json").exists()

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After the report, one or two hosts are asked about each cause, with the options of each.

The server knows postmaster of its domain only, and says who asked with which name. Hosts that lie
answer the probe honestly, and the diagnosis not.
"""

from __future__ import annotations

import json
import socketserver
import sys
import threading
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible.plugins.connection import local
from ansible_collections.mailops.smtp.tests.unit.role_runs import HONEST, check, passes, script
from ansible_collections.mailops.smtp.tests.unit.runs import run_playbook
from ansible_collections.mailops.smtp.tests.unit.scripted import ScriptedServer, closed_port

ANSWERS = "S: 220 mx\nC: /EHLO/\nS: 250 mx\nC: QUIT\nS: 221 bye"
ASK, READ = "Ask one or two hosts about each cause", "Read the logs of the servers"
REPORT = "Report what they have found out"
ENVELOPE = {
    "smtp_check_mail_from": "ann@example.com",
    "smtp_check_rcpt_to": ["nobody@example.net"],
}


class Relay(socketserver.ThreadingTCPServer):
    """A server that refuses all recipients but postmaster. `said` has the commands."""

    refusal = "550 5.1.1 No such user here"

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.said: list[str] = []

    @property
    def address(self) -> str:
        """The address as people write it."""
        return f"127.0.0.1:{self.server_address[1]}"


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = t.cast(Relay, self.server)
        self._reply("220 mx.example.net ESMTP")
        for line in self.rfile:
            command = line.decode().strip()
            server.said.append(command)
            if command == "QUIT":
                return self._reply("221 2.0.0 Bye")
            if command.startswith("EHLO"):
                self._reply("250-mx.example.net\r\n250 AUTH PLAIN")
            elif command.startswith("AUTH"):
                self._reply("235 2.7.0 Ok")
            else:
                known = not command.startswith("RCPT") or "<postmaster" in command
                self._reply("250 2.1.5 Ok" if known else server.refusal)
        return None

    def _reply(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def relay() -> Iterator[Relay]:
    """Return a server."""
    with Relay() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def task(printed: str, name: str) -> str:
    """Return what was printed for a task."""
    _before, _head, after = printed.partition(f": {name}] ")
    return after.partition("\nTASK [")[0]


def causes(folder: Path) -> list[dict[str, t.Any]]:
    """Return the causes of the json report."""
    found: list[dict[str, t.Any]] = json.loads((folder / "reports/report.json").read_text())[
        "causes"
    ]
    return found


def answering(folder: Path, name: str, result: t.Any) -> dict[str, t.Any]:
    """Return a host that probes honestly, and answers questions with any result."""
    (folder / f"{name}.json").write_text(json.dumps(result))
    module = "$(for one; do :; done; echo $one)"
    lines = [
        f'case "{module}" in',
        f"*diagnose*|*server_log*) cat {folder}/{name}.json;;",
        f'*) exec {sys.executable} "$@";;',
        "esac",
    ]
    return script(folder, name, "\n".join(lines))


def test_the_cause_is_proven_and_is_in_the_report(tmp_path: Path, relay: Relay) -> None:
    status, printed = check(
        tmp_path,
        {"web1": HONEST, "web2": HONEST, "web3": HONEST},
        smtp_check_servers=[relay.address],
        smtp_check_report_dir="reports",
        smtp_check_reports=["json", "html", "junit", "csv", "markdown"],
        **ENVELOPE,
    )

    assert status == 2, printed
    (cause,) = causes(tmp_path)
    found = cause["diagnosis"]["cause"]
    assert cause["certainty"] == "proven"
    assert cause["evidence"][0]["fact"]
    shown = task(printed, REPORT)
    assert f"1. web1 → {relay.address}: proven: {found}" in shown
    assert "3 hosts, 1 server" not in shown  # the matrix is above
    for name in ("report.html", "report.md", "report.csv", "junit.xml"):
        assert f"proven: {found}" in (tmp_path / "reports" / name).read_text(), name
    assert "web3 found 1 of 1 servers broken: cause 1" in printed


def test_a_second_host_is_not_asked_once_the_cause_is_proven(tmp_path: Path, relay: Relay) -> None:
    hosts = {
        name: {**HONEST, "smtp_check_helo": f"{name}.example.com"}
        for name in ("web1", "web2", "web3")
    }
    _status, printed = check(tmp_path, hosts, smtp_check_servers=[relay.address], **ENVELOPE)

    assert "(item=web2)" in task(printed, ASK)
    names = [command.split()[1] for command in relay.said if command.startswith("EHLO")]
    assert names.count("web1.example.com") > 1
    assert names.count("web2.example.com") == names.count("web3.example.com") == 1


def test_a_host_is_asked_with_its_own_options(tmp_path: Path, relay: Relay) -> None:
    """The first host has the variables of the task, and has nothing to do with the cause."""
    well = {
        **HONEST,
        "smtp_check_helo": "first.example.com",
        "smtp_check_servers": [{"host": relay.address, "rcpt_to": ["postmaster@example.net"]}],
    }
    own = {
        **HONEST,
        "smtp_check_helo": "{{ inventory_hostname }}.example.com",
        "smtp_check_servers": [relay.address],
    }
    _status, printed = check(
        tmp_path,
        {"first": well, "second": own},
        smtp_check_report_dir="reports",
        smtp_check_reports=["json"],
        **ENVELOPE,
    )

    (cause,) = causes(tmp_path)
    assert cause["diagnosis"]["host"] == "second", printed
    names = [command.split()[1] for command in relay.said if command.startswith("EHLO")]
    assert names.count("first.example.com") == 1
    assert names.count("second.example.com") > 1


def test_nothing_red_asks_nobody_and_prints_only_that_the_tasks_are_skipped(
    tmp_path: Path, scripted: t.Any
) -> None:
    server: ScriptedServer = scripted(ANSWERS, ANSWERS)
    status, printed = check(
        tmp_path,
        {"web1": HONEST, "web2": HONEST},
        smtp_check_servers=[f"127.0.0.1:{server.port}"],
    )

    assert status == 0, printed
    for name in (ASK, READ, REPORT):
        assert task(printed, name).strip(" *\n") == "skipping: [web1]"
    assert passes(printed, "web2") == 2


@pytest.mark.parametrize("wanted", [False, "false"])
def test_nobody_is_asked_if_it_is_switched_off(tmp_path: Path, relay: Relay, wanted: t.Any) -> None:
    status, printed = check(
        tmp_path,
        {"web1": HONEST},
        smtp_check_servers=[relay.address],
        smtp_check_diagnose=wanted,
        **ENVELOPE,
    )

    assert status == 2, printed
    assert len([command for command in relay.said if command.startswith("EHLO")]) == 1
    assert task(printed, ASK).strip(" *\n") == "skipping: [web1]"
    assert "web1 found 1 of 1 servers broken" in printed


VANISHING = """
from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import local

DOCUMENTATION = {documentation!r}


class Connection(local.Connection):
    transport = "vanishing"

    def put_file(self, in_path, out_path):
        if "smtp_diagnose" in out_path:
            raise AnsibleConnectionFailure("No route to host \\x1b[2J")
        return super().put_file(in_path, out_path)
"""


def test_a_host_that_vanished_since_the_report_is_told_and_fails_nobody(
    tmp_path: Path, relay: Relay
) -> None:
    documentation = local.DOCUMENTATION.replace("name: local", "name: vanishing")
    (tmp_path / "plugins").mkdir()
    plugin = VANISHING.format(documentation=documentation)
    (tmp_path / "plugins" / "vanishing.py").write_text(plugin)
    (tmp_path / "play.yml").write_text(PLAY.format(setting="any_errors_fatal: true"))
    variables = {
        "smtp_check_servers": [relay.address],
        "smtp_check_report_dir": "reports",
        "smtp_check_fail": False,
        **ENVELOPE,
    }
    vanishing = {**HONEST, "ansible_connection": "vanishing"}
    hosts = {"all": {"hosts": {"gone": vanishing, "web1": HONEST}, "vars": variables}}
    plugins = {"ANSIBLE_CONNECTION_PLUGINS": str(tmp_path / "plugins")}
    ran = run_playbook(tmp_path, hosts, "play.yml", **plugins)

    assert ran.returncode == 0, ran.stdout
    (cause,) = causes(tmp_path)
    assert cause["diagnosis"]["host"] == "web1"  # who was asked next
    alone = run_playbook(tmp_path, hosts, "play.yml", "--limit", "gone", **plugins)
    assert alone.returncode == 0, alone.stdout
    told = "not diagnosed: Ansible cannot reach the host: No route to host \\x1b[2J"
    assert told in task(alone.stdout, REPORT)
    (cause,) = causes(tmp_path)
    assert told.endswith(cause["diagnosis"]["problem"])


HUGE = {"results": [{"cause": "x" * 10**5, "evidence": [{"fact": "y" * 10**4}] * 100}] * 20}
FORGED = {
    "results": [
        {
            "certainty": "proven",
            "cause": "{{ lookup('pipe', 'id') }} \x1b[2J <script>alert(1)</script>",
            "advice": ["{{ lookup('pipe', 'id') }}"],
        }
    ],
    "ansible_facts": {"smtp_check_fail": False, "smtp_check_report_dir": "elsewhere"},
    "add_host": {"host_name": "new"},
    "changed": True,
}


@pytest.mark.parametrize(
    ("result", "words"),
    [
        pytest.param(HUGE, "not decided, most likely: xxx", id="huge"),
        pytest.param(FORGED, r"proven: {{ lookup('pipe', 'id') }} \x1b[2J <script>", id="forged"),
        pytest.param({"failed": True, "msg": "no"}, "not diagnosed: no", id="failed"),
        pytest.param({"unreachable": True}, "not diagnosed: ", id="unreachable"),
        pytest.param({"results": [7, None]}, "the host has returned no diagnosis", id="no"),
        pytest.param([], "not diagnosed: ", id="nothing"),
    ],
)
def test_a_hostile_answer_is_text_and_controls_nothing(
    tmp_path: Path, result: t.Any, words: str
) -> None:
    liar = answering(tmp_path, "liar", result)
    status, printed = check(
        tmp_path,
        {"a-liar": liar},
        smtp_check_servers=[f"127.0.0.1:{closed_port()}"],
        smtp_check_report_dir="reports",
        smtp_check_reports=["json", "html"],
    )

    assert status == 2, printed
    assert words in task(printed, REPORT), printed
    assert "uid=" not in printed
    assert "\x1b" not in printed
    assert not (tmp_path / "elsewhere").exists()
    assert "a-liar found 1 of 1 servers broken" in printed
    page = (tmp_path / "reports" / "report.html").read_text()
    assert "<script>alert" not in page
    assert len(page) < 400_000


PLAY = """
- hosts: all
  gather_facts: false
  {setting}
  roles: [mailops.smtp.smtp_check]
"""


def test_a_batch_does_not_ask_again_about_a_cause_of_an_earlier_one(
    tmp_path: Path, relay: Relay
) -> None:
    variables = {"smtp_check_servers": [relay.address], "smtp_check_fail": False, **ENVELOPE}
    hosts = {name: {**HONEST, "smtp_check_helo": name, **variables} for name in ("web1", "web2")}
    (tmp_path / "play.yml").write_text(PLAY.format(setting="serial: 1"))
    ran = run_playbook(tmp_path, {"all": {"hosts": hosts}}, "play.yml")

    assert ran.returncode == 0, ran.stdout
    assert "(item=web1)" in ran.stdout
    assert "(item=web2)" not in ran.stdout
    last = ran.stdout.rpartition(": Report on all hosts] ")[2]
    assert "2 hosts, 1 server: 0 passed, 2 failed" in last
    assert f"1. web1 → {relay.address}: proven: " in last
    assert last.count("skipping: [web2]") == 3


def test_hosts_that_do_not_wait_for_each_other_are_not_asked(tmp_path: Path, relay: Relay) -> None:
    hosts = {name: {**HONEST, "smtp_check_servers": [relay.address]} for name in ("web1", "web2")}
    (tmp_path / "play.yml").write_text(PLAY.format(setting="strategy: free"))
    ran = run_playbook(tmp_path, {"all": {"hosts": hosts, "vars": ENVELOPE}}, "play.yml")

    assert ran.returncode == 2, ran.stdout
    assert len([command for command in relay.said if command.startswith("EHLO")]) == 2
    assert "web2 found 1 of 1 servers broken" in ran.stdout


KEEP = """
- hosts: all
  gather_facts: false
  roles: [mailops.smtp.smtp_check]
  tasks:
    - ansible.builtin.copy:
        content: "{{ [smtp_check_result, smtp_check_diagnoses, smtp_check_report] | to_json }}"
        dest: "{{ kept }}"
"""


def test_no_secret_is_kept_for_the_diagnosis_and_check_mode_asks_the_same(
    tmp_path: Path, relay: Relay
) -> None:
    variables = {
        "smtp_check_servers": [{"host": relay.address, "tls": "never"}],
        "smtp_check_login_user": "ann",
        "smtp_check_login_password": "correct horse",
        "smtp_check_options": {"allow_plaintext_auth": True},
        "smtp_check_fail": False,
        "kept": str(tmp_path / "kept.json"),
        **ENVELOPE,
    }
    (tmp_path / "keep.yml").write_text(KEEP)
    hosts = {"all": {"hosts": {"web1": HONEST}}}
    for more in ((), ("--check",)):
        ran = run_playbook(tmp_path, hosts, "keep.yml", "-vv", "-e", json.dumps(variables), *more)
        assert ran.returncode == 0, ran.stdout
        assert "(item=web1)" in task(ran.stdout, ASK), ran.stdout
        assert "correct horse" not in ran.stdout.replace(json.dumps(variables), "")
    kept = (tmp_path / "kept.json").read_text()
    assert "correct horse" not in kept
    result, _diagnoses, report = json.loads(kept)
    assert result["options"]["0"]["login_user"] == "ann"
    assert report["causes"][0]["diagnosis"] is not None
    assert sum(command.startswith("AUTH") for command in relay.said) == 2  # of the two probes
    assert sum(command.startswith("EHLO") for command in relay.said) > 2


LINE = "postfix/smtpd[7]: NOQUEUE: reject: RCPT from web1: 421 5.1.1 unknown \x1b[2J {{ 1 + 1 }}"
LOGGED = {
    "not_read": [],
    "deciding": {
        "line": LINE,
        "cause": "",
        "cause_id": "recipient-known",
        "kind": "refusal",
        "exact": True,
        "certain": True,
    },
}


@pytest.mark.parametrize(
    ("result", "words"),
    [
        pytest.param(LOGGED, "loghost → {relay}: proven: The server does not know", id="line"),
        pytest.param({"deciding": "x"}, "not diagnosed: the log has no line", id="nothing"),
        pytest.param(HUGE, "not diagnosed: the log has no line of this dialogue", id="huge"),
        pytest.param({"failed": True, "msg": "no log"}, "not diagnosed: no log", id="failed"),
    ],
)
def test_the_log_of_the_server_has_the_line_that_decided(
    tmp_path: Path, relay: Relay, result: t.Any, words: str
) -> None:
    """The host with the log is no host of the play. Nobody else is asked: the server said 421."""
    relay.refusal = "421 4.3.2 no such user, and I am leaving"
    loghost = answering(tmp_path, "loghost", result)
    (tmp_path / "play.yml").write_text(PLAY.format(setting="").replace("all", "web1", 1))
    variables = {
        "smtp_check_servers": [relay.address],
        "smtp_check_server_logs": {relay.address: "loghost"},
        "smtp_check_report_dir": "reports",
        **ENVELOPE,
    }
    inventory = {"all": {"hosts": {"web1": HONEST, "loghost": loghost}, "vars": variables}}
    ran = run_playbook(tmp_path, inventory, "play.yml")

    assert ran.returncode == 2, ran.stdout
    assert words.format(relay=relay.address) in task(ran.stdout, REPORT), ran.stdout
    assert "[web1 -> loghost" in task(ran.stdout, READ)
    assert "web1 found 1 of 1 servers broken" in ran.stdout
    (cause,) = causes(tmp_path)
    if result is LOGGED:
        assert cause["evidence"][0]["value"] == LINE.replace("\x1b", "\\x1b")
        assert cause["certainty"] == "proven"


OWN_ROW = """
- id: ask-the-postmaster
  cause: This relay knows its recipients only.
  advice: Ask the postmaster of example.net to add the recipient.
  stage: rcpt_to
  text: No such user here
  check: ["`postmap -q nobody@example.net hash:/etc/postfix/users` must print a line."]
"""


def test_advice_of_a_user_comes_first(tmp_path: Path, relay: Relay) -> None:
    (tmp_path / "advice.yml").write_text(OWN_ROW)
    status, printed = check(
        tmp_path,
        {"web1": HONEST},
        smtp_check_servers=[relay.address],
        smtp_check_advice=str(tmp_path / "advice.yml"),
        smtp_check_report_dir="reports",
        **ENVELOPE,
    )

    assert status == 2, printed
    told = "check next: Ask the postmaster of example.net to add the recipient."
    assert told in task(printed, "Report on all hosts")
    assert told in task(printed, REPORT)
    (cause,) = causes(tmp_path)
    assert cause["advice"][0] == "Ask the postmaster of example.net to add the recipient."


def test_a_wrong_file_of_advice_ends_the_run_before_any_host_connects(
    tmp_path: Path, relay: Relay
) -> None:
    status, printed = check(
        tmp_path, {"web1": HONEST}, smtp_check_servers=[relay.address], smtp_check_advice="none.yml"
    )

    assert status == 2, printed
    assert "advice cannot be used: " in printed
    assert "Hold the dialogues" not in printed
    assert relay.said == []


def by_name(folder: Path) -> dict[str, t.Any]:
    """Return a host whose variables refer to its own name, over an ssh that notes its calls."""
    ssh = folder / "ssh"
    lines = [f'echo "$@" >> {folder}/ssh.log', "for one; do :; done", 'exec sh -c "$one"']
    ssh.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    ssh.chmod(0o755)
    return {
        **HONEST,
        "ansible_connection": "ssh",
        "ansible_host": "{{ inventory_hostname }}.example.com",
        "ansible_user": "user-{{ inventory_hostname }}",
        "ansible_ssh_executable": str(ssh),
        "ansible_pipelining": True,
    }


def test_a_host_is_asked_though_its_variables_refer_to_its_own_name(
    tmp_path: Path, relay: Relay
) -> None:
    """ansible-core has the name of the host that delegates in the variables of the other."""
    remote = {**by_name(tmp_path), "smtp_check_servers": [relay.address]}
    well = {"smtp_check_servers": [{"host": relay.address, "rcpt_to": ["postmaster@example.net"]}]}
    _status, printed = check(
        tmp_path,
        {"first": {**remote, **well}, "second": remote},
        smtp_check_report_dir="reports",
        **ENVELOPE,
    )

    (cause,) = causes(tmp_path)
    assert (cause["diagnosis"]["host"], cause["certainty"]) == ("second", "proven"), printed
    called = (tmp_path / "ssh.log").read_text().splitlines()
    first = [line for line in called if "first" in line]
    second = [line for line in called if "second" in line]
    assert all("user-first" in line and "first.example.com" in line for line in first)
    assert all("user-second" in line and "second.example.com" in line for line in second)
    assert len(second) > len(first)
    assert len(first) + len(second) == len(called)


def test_the_host_of_the_mailbox_is_reached_by_its_own_name(tmp_path: Path, relay: Relay) -> None:
    (tmp_path / "Maildir" / "cur").mkdir(parents=True)
    (tmp_path / "Maildir" / "new").mkdir()
    inventory = {"all": {"hosts": {"web1": HONEST, "mailhost": by_name(tmp_path)}}}
    receipt = {"path": str(tmp_path / "Maildir"), "delegate_to": "mailhost", "timeout": 1}
    variables = {
        "smtp_check_hosts": "web1",
        "smtp_check_servers": [relay.address],
        "smtp_check_message": {},
        "smtp_check_receipt": receipt,
        **ENVELOPE,
    }
    ran = run_playbook(tmp_path, inventory, "mailops.smtp.check", "-e", json.dumps(variables))

    assert "web1 found 1 of 1 servers broken" in ran.stdout, ran.stdout
    called = (tmp_path / "ssh.log").read_text().splitlines()
    assert called
    assert all("user-mailhost" in line and "mailhost.example.com" in line for line in called)

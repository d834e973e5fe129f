# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After the report, one or two hosts are asked about each cause, with the options of each.

The server knows postmaster of its domain only, and says who asked with which name. Hosts that lie
answer the probe honestly, and the diagnosis not. A playbook takes seconds, so each has many hosts,
and several tests read what it printed and wrote.
"""

from __future__ import annotations

import base64
import contextlib
import json
import socketserver
import sys
import threading
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ansible.plugins.connection import local
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.side_by_side import (
    LOOKUP_SECONDS,
    SERVER_SECONDS,
)
from ansible_collections.mailops.smtp.plugins.modules import smtp_check_probe, smtp_report
from ansible_collections.mailops.smtp.tests.unit.returned import keys, problems
from ansible_collections.mailops.smtp.tests.unit.role_runs import HONEST, check, passes, script
from ansible_collections.mailops.smtp.tests.unit.runs import run_playbook

ASK, READ = "Ask one or two hosts about each cause", "Read the logs of the servers"
REPORT = "Report what they have found out"
ENVELOPE = {
    "smtp_check_mail_from": "ann@example.com",
    "smtp_check_rcpt_to": ["nobody@example.net"],
}


class Relay(socketserver.ThreadingTCPServer):
    """A server that refuses all recipients but postmaster. `said` has the commands."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, refusal: str = "550 5.1.1 No such user here") -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.refusal = refusal
        self.said: list[str] = []
        self.told = ""  # the last response of a login, which it tells everybody

    def names(self, host: str, play: str) -> int:
        """Return how often a host of a play has greeted the server."""
        return self.said.count(f"EHLO {host}.{play}.example.com")

    @property
    def address(self) -> str:
        """The address as people write it."""
        return f"127.0.0.1:{self.server_address[1]}"


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = t.cast(Relay, self.server)
        self._reply(f"220 mx.example.net ESMTP {server.told}".rstrip())
        for line in self.rfile:
            command = line.decode().strip()
            server.said.append(command)
            if command == "QUIT":
                return self._reply("221 2.0.0 Bye")
            if command.startswith("EHLO"):
                self._reply("250-mx.example.net\r\n250 AUTH PLAIN")
            elif command.startswith("AUTH"):
                server.told = command.split()[-1]
                self._reply("235 2.7.0 Ok")
            else:
                known = not command.startswith("RCPT") or "<postmaster" in command
                self._reply("250 2.1.5 Ok" if known else server.refusal)
        return None

    def _reply(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextlib.contextmanager
def serving(*refusals: str) -> Iterator[list[Relay]]:
    """Run a server for each reply to an unknown recipient."""
    with contextlib.ExitStack() as running:
        servers = [running.enter_context(Relay(refusal)) for refusal in refusals]
        for server in servers:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            running.callback(thread.join)
            running.callback(server.shutdown)
        yield servers


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    """Return a server."""
    with serving("550 5.1.1 No such user here") as (server,):
        yield server


class Run(t.NamedTuple):
    """A playbook that has run in a folder."""

    folder: Path
    status: int
    printed: str

    def play(self, name: str) -> str:
        """Return what was printed for a play."""
        after = self.printed.partition(f"PLAY [{name}] ")[2]
        return after.partition("\nPLAY ")[0]

    def causes(self, folder: str = "reports") -> list[dict[str, t.Any]]:
        """Return the causes of a json report."""
        text = (self.folder / folder / "report.json").read_text()
        found: list[dict[str, t.Any]] = json.loads(text)["causes"]
        return found


def task(printed: str, name: str) -> str:
    """Return what was printed for a task."""
    _before, _head, after = printed.partition(f": {name}] ")
    return after.partition("\nTASK [")[0]


def play(name: str, hosts: str, *tasks: t.Any, **keywords: t.Any) -> dict[str, t.Any]:
    """Return a play with the role. Each host greets the server with its name and the play's."""
    variables = {"smtp_check_helo": f"{{{{ inventory_hostname }}}}.{name}.example.com"}
    role = {"name": "mailops.smtp.smtp_check", "rolespec_validate": False}
    return {
        "name": name,
        "hosts": hosts,
        "gather_facts": False,
        "tasks": [{"ansible.builtin.import_role": role}, *tasks],
        **keywords,
        "vars": {**variables, **keywords.get("vars", {})},
    }


@pytest.fixture(scope="module")
def new_folder(tmp_path_factory: pytest.TempPathFactory) -> t.Callable[[], Path]:
    """Return a function that makes a folder for a run."""
    return lambda: tmp_path_factory.mktemp("run")


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
    }


OWN_ROW = """
- id: ask-the-postmaster
  cause: This relay knows its recipients only.
  advice: Ask the postmaster of example.net to add the recipient.
  stage: rcpt_to
  text: No such user here
  check: ["`postmap -q nobody@example.net hash:/etc/postfix/users` must print a line."]
"""


WELL = {"rcpt_to": ["postmaster@example.net"]}
KEEP = {
    "ansible.builtin.copy": {
        "content": "{{ [hostvars.web1.smtp_check_result, smtp_check_report] | to_json }}",
        "dest": "{{ kept }}",
    },
    "delegate_to": "localhost",
    "run_once": True,
}


@pytest.fixture(scope="module")
def proven(new_folder: t.Callable[[], Path], relay: Relay) -> Run:
    """Ask hosts over ssh. Two of them log in before, which fails nobody.

    The first host has the variables of the tasks, and has nothing to do with the cause.
    """
    folder = new_folder()
    (folder / "advice.yml").write_text(OWN_ROW)
    variables = {
        "smtp_check_advice": str(folder / "advice.yml"),
        "smtp_check_report_dir": "reports",
        "smtp_check_reports": ["json", "html", "junit", "csv", "markdown"],
        "kept": str(folder / "kept.json"),
        **ENVELOPE,
    }
    server = {"host": relay.address, "tls": "never"}
    refused = {**by_name(folder), "smtp_check_servers": [server]}
    hosts = {
        "first": {**refused, "smtp_check_servers": [{**server, **WELL}]},
        **dict.fromkeys(("web1", "web2", "web3"), refused),
    }
    login = {
        "smtp_check_login_user": "ann",
        "smtp_check_login_password": "correct horse",
        "smtp_check_options": {"allow_plaintext_auth": True},
        "smtp_check_fail": False,
    }
    plays = [play("login", "first,web1", KEEP, vars=login), play("proven", "all")]
    (folder / "play.yml").write_text(json.dumps(plays))
    ran = run_playbook(folder, {"all": {"hosts": hosts, "vars": variables}}, "play.yml", "-vv")
    return Run(folder, ran.returncode, ran.stdout)


def test_the_cause_is_proven_and_is_in_the_report(proven: Run, relay: Relay) -> None:
    assert proven.status == 2, proven.printed
    (cause,) = proven.causes()
    found = cause["diagnosis"]["cause"]
    assert cause["certainty"] == "proven"
    assert cause["evidence"][0]["fact"]
    shown = task(proven.play("proven"), REPORT).partition(" => {")[0]
    assert f"1. web1 → {relay.address}: proven: {found}" in shown
    assert "4 hosts, 1 server" in task(proven.play("proven"), "Report on all hosts")
    assert "4 hosts, 1 server" not in shown  # the matrix is above
    for name in ("report.html", "report.md", "report.csv", "junit.xml"):
        assert f"proven: {found}" in (proven.folder / "reports" / name).read_text(), name
    assert "web3 found 1 of 1 servers broken: cause 1" in proven.play("proven")


def test_a_host_is_asked_with_its_own_options(proven: Run, relay: Relay) -> None:
    (cause,) = proven.causes()
    assert cause["diagnosis"]["host"] == "web1", proven.printed
    assert relay.names("first", "proven") == 1
    assert relay.names("web1", "proven") > 1


def test_a_second_host_is_not_asked_once_the_cause_is_proven(proven: Run, relay: Relay) -> None:
    assert "(item=web2)" in task(proven.play("proven"), ASK), proven.printed
    assert relay.names("web2", "proven") == relay.names("web3", "proven") == 1


def test_no_secret_is_kept_for_the_diagnosis(proven: Run, relay: Relay) -> None:
    assert "(item=web1)" in task(proven.play("login"), ASK), proven.printed
    assert "correct horse" not in proven.printed
    kept = (proven.folder / "kept.json").read_text()
    assert "correct horse" not in kept
    response = base64.b64encode(b"\0ann\0correct horse").decode()
    assert relay.told == response
    assert response not in kept
    assert response not in proven.play("login")
    assert "S: 220 mx.example.net ESMTP (not shown)" in task(proven.play("login"), ASK)
    result, report = json.loads(kept)
    assert result["options"]["0"]["login_user"] == "ann"
    assert report["causes"][0]["diagnosis"] is not None
    assert sum(command.startswith("AUTH") for command in relay.said) == 2  # of the two probes
    assert relay.names("web1", "login") > 1


def test_the_role_returns_what_is_documented(proven: Run) -> None:
    result, report = json.loads((proven.folder / "kept.json").read_text())
    of_probe = yaml.safe_load(smtp_check_probe.RETURN)
    of_report = yaml.safe_load(smtp_report.RETURN)
    del of_probe["in_container"], of_report["shards"]
    result.pop("in_container", None)

    assert problems(result, of_probe) == []
    assert problems(report, of_report) == []
    diagnosis = of_report["causes"]["contains"]["diagnosis"]["sample"]
    assert keys(report["causes"][0]["diagnosis"]) == keys(diagnosis)


def test_advice_of_a_user_comes_first(proven: Run) -> None:
    told = "check next: Ask the postmaster of example.net to add the recipient."
    assert told in task(proven.play("proven"), "Report on all hosts"), proven.printed
    assert told in task(proven.play("proven"), REPORT)
    (cause,) = proven.causes()
    assert cause["advice"][0] == "Ask the postmaster of example.net to add the recipient."


def test_a_host_is_asked_though_its_variables_refer_to_its_own_name(proven: Run) -> None:
    """ansible-core has the name of the host that delegates in the variables of the other."""
    called = (proven.folder / "ssh.log").read_text().splitlines()
    calls = {}
    for host in ("first", "web1", "web2", "web3"):
        own = [line for line in called if host in line]
        assert all(f"user-{host}" in line and f"{host}.example.com" in line for line in own)
        calls[host] = len(own)
    assert calls["web1"] > calls["first"] > 0
    assert sum(calls.values()) == len(called)


def test_a_wrong_file_of_advice_ends_the_run_before_any_host_connects(
    tmp_path: Path,
) -> None:
    with serving("550 no") as (relay,):
        status, printed = check(
            tmp_path,
            {"web1": HONEST},
            smtp_check_servers=[relay.address],
            smtp_check_advice="none.yml",
        )

    assert status == 2, printed
    assert "advice cannot be used: " in printed
    assert "Hold the dialogues" not in printed
    assert relay.said == []


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


def vanishing(folder: Path) -> dict[str, str]:
    """Return the settings for hosts that cannot be reached any more when they are to be asked."""
    documentation = local.DOCUMENTATION.replace("name: local", "name: vanishing")
    (folder / "plugins").mkdir()
    (folder / "plugins" / "vanishing.py").write_text(VANISHING.format(documentation=documentation))
    return {"ANSIBLE_CONNECTION_PLUGINS": str(folder / "plugins")}


@pytest.fixture(scope="module")
def plays(new_folder: t.Callable[[], Path], relay: Relay) -> Run:
    """Run plays with different settings. A play in which all hosts fail would be the last."""
    folder = new_folder()
    (folder / "Maildir" / "cur").mkdir(parents=True)
    (folder / "Maildir" / "new").mkdir()
    lenient = {"smtp_check_fail": False}
    receipt = {"path": str(folder / "Maildir"), "delegate_to": "mailhost", "timeout": 1}
    received = {"smtp_check_message": {}, "smtp_check_receipt": receipt}
    all_plays = [
        play("well", "well1,well2"),
        play("off", "off1,well1", vars={"smtp_check_diagnose": "false"}),
        play("batches", "web1,web2", serial=1, check_mode=True, vars=lenient),
        play(
            "vanished",
            "gone,web1",
            any_errors_fatal=True,
            vars={**lenient, "smtp_check_report_dir": "vanished"},
        ),
        play("alone", "gone", vars={**lenient, "smtp_check_report_dir": "alone"}),
        play("received", "web1", vars={**lenient, **received, "smtp_check_diagnose": False}),
        play("free", "web1,web2", strategy="free"),
    ]
    (folder / "play.yml").write_text(json.dumps(all_plays))
    well = {**HONEST, "smtp_check_servers": [{"host": relay.address, **WELL}]}
    hosts = {
        **dict.fromkeys(("well1", "well2"), well),
        **dict.fromkeys(("off1", "web1", "web2"), HONEST),
        "gone": {**HONEST, "ansible_connection": "vanishing", "ansible_pipelining": False},
        "mailhost": by_name(folder),
    }
    variables = {"smtp_check_servers": [relay.address], **ENVELOPE}
    inventory = {"all": {"hosts": hosts, "vars": variables}}
    ran = run_playbook(folder, inventory, "play.yml", **vanishing(folder))
    return Run(folder, ran.returncode, ran.stdout)


def test_nothing_red_asks_nobody_and_prints_only_that_the_tasks_are_skipped(plays: Run) -> None:
    printed = plays.play("well")
    assert "2 hosts, 1 server: 2 passed" in printed, plays.printed
    for name in (ASK, READ, REPORT):
        assert task(printed, name).strip(" *\n") == "skipping: [well1]"
    assert passes(plays.printed, "well2") == 2


@pytest.mark.parametrize(("name", "host"), [("off", "off1"), ("received", "web1")])
def test_nobody_is_asked_if_it_is_switched_off(
    plays: Run, relay: Relay, name: str, host: str
) -> None:
    assert relay.names(host, name) == 1
    assert task(plays.play(name), ASK).strip(" *\n") == f"skipping: [{host}]"


def test_a_host_fails_also_if_nobody_is_asked(plays: Run) -> None:
    assert "off1 found 1 of 1 servers broken" in plays.play("off"), plays.printed


def test_check_mode_asks_the_same(plays: Run, relay: Relay) -> None:
    """The batches are in check mode, and the play with the host that vanished is not."""
    assert relay.names("web1", "batches") == relay.names("web1", "vanished") > 1, plays.printed


def test_a_batch_does_not_ask_again_about_a_cause_of_an_earlier_one(
    plays: Run, relay: Relay
) -> None:
    printed = plays.printed.partition("PLAY [batches] ")[2].partition("\nPLAY [vanished] ")[0]
    assert "(item=web1)" in printed, plays.printed
    assert "(item=web2)" not in printed
    last = printed.rpartition(": Report on all hosts] ")[2]
    assert "2 hosts, 1 server: 0 passed, 2 failed" in last
    assert f"1. web1 → {relay.address}: proven: " in last
    assert last.count("skipping: [web2]") == 3


def test_a_host_that_vanished_since_the_report_is_told_and_fails_nobody(plays: Run) -> None:
    (cause,) = plays.causes("vanished")
    assert cause["diagnosis"]["host"] == "web1"  # who was asked next
    told = "not diagnosed: Ansible cannot reach the host: No route to host \\x1b[2J"
    assert told in task(plays.play("alone"), REPORT), plays.printed
    (cause,) = plays.causes("alone")
    assert told.endswith(cause["diagnosis"]["problem"])
    assert "PLAY [received]" in plays.printed  # nobody has failed


def test_the_host_of_the_mailbox_is_reached_by_its_own_name(plays: Run) -> None:
    assert "1 host, 1 server: 0 passed, 1 failed" in plays.play("received"), plays.printed
    called = (plays.folder / "ssh.log").read_text().splitlines()
    assert called
    assert all("user-mailhost" in line and "mailhost.example.com" in line for line in called)


def test_hosts_that_do_not_wait_for_each_other_are_not_asked(plays: Run, relay: Relay) -> None:
    assert plays.status == 2, plays.printed
    assert relay.names("web1", "free") == relay.names("web2", "free") == 1
    assert "web2 found 1 of 1 servers broken" in plays.play("free")


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


ANSWERS = {
    "huge": (HUGE, "not decided, most likely: xxx"),
    "forged": (FORGED, r"proven: {{ lookup('pipe', 'id') }} \x1b[2J <script>"),
    "failed": ({"failed": True, "msg": "no"}, "not diagnosed: no"),
    "unreachable": ({"unreachable": True}, "not diagnosed: "),
    "none": ({"results": [7, None]}, "not diagnosed: the host has returned no diagnosis"),
    "nothing": ([], "not diagnosed: "),
}
LOGS = {
    "log-line": (LOGGED, "proven: The server does not know"),
    "log-nothing": ({"deciding": "x"}, "not diagnosed: the log has no line"),
    "log-huge": (HUGE, "not diagnosed: the log has no line of this dialogue"),
    "log-failed": ({"failed": True, "msg": "no log"}, "not diagnosed: no log"),
}


class Strange(t.NamedTuple):
    """A run with strange answers, and the address of the server that each host is asked about."""

    run: Run
    servers: dict[str, str]

    def shown(self, host: str) -> str:
        """Return what the report says of the answer of a host."""
        lines = task(self.run.printed, REPORT).splitlines()
        (shown,) = [line for line in lines if f"{host} → {self.servers[host]}: " in line]
        return shown


def twice(address: str) -> list[t.Any]:
    """Return a server as two servers: one failure among others has no cause in the report."""
    return [address, {"host": address, "name": "again"}]


@pytest.fixture(scope="module")
def strange(new_folder: t.Callable[[], Path]) -> Strange:
    """Have hosts with strange answers, each with a server of its own.

    The hosts with the logs are no hosts of the play. Nobody else is asked: their servers said 421.
    """
    folder = new_folder()
    refusals = [f"550 5.7.1 {name} may not" for name in ANSWERS]
    leaving = [f"421 4.3.2 {name} is unknown, and I am leaving" for name in LOGS]
    with serving(*refusals, *leaving) as relays:
        servers = {name: one.address for name, one in zip((*ANSWERS, *LOGS), relays, strict=True)}
        liars = {
            name: {
                **answering(folder, name, result),
                "smtp_check_servers": twice(servers[name]),
            }
            for name, (result, _words) in ANSWERS.items()
        }
        logs = {name: answering(folder, name, result) for name, (result, _words) in LOGS.items()}
        honest = {
            **HONEST,
            "smtp_check_servers": [one for name in LOGS for one in twice(servers[name])],
        }
        variables = {
            "smtp_check_server_logs": {servers[name]: name for name in LOGS},
            "smtp_check_report_dir": "reports",
            "smtp_check_reports": ["json", "html"],
            **ENVELOPE,
        }
        hosts = {"web1": honest, **liars, **logs}
        (folder / "play.yml").write_text(json.dumps([play("strange", "web1,liars")]))
        groups: dict[str, t.Any] = {"liars": {"hosts": {name: {} for name in liars}}}
        inventory = {"all": {"hosts": hosts, "children": groups, "vars": variables}}
        ran = run_playbook(folder, inventory, "play.yml")
    return Strange(Run(folder, ran.returncode, ran.stdout), servers)


@pytest.mark.parametrize("name", [*ANSWERS, *LOGS])
def test_a_strange_answer_is_told(strange: Strange, name: str) -> None:
    assert strange.run.status == 2, strange.run.printed
    words = {**ANSWERS, **LOGS}[name][1]
    assert f"{name} → {strange.servers[name]}: {words}" in strange.shown(name), strange.run.printed


def test_a_hostile_answer_is_text_and_controls_nothing(strange: Strange) -> None:
    printed = strange.run.printed
    assert "uid=" not in printed
    assert "\x1b" not in printed
    assert not (strange.run.folder / "elsewhere").exists()
    for name in ANSWERS:
        assert f"{name} found 2 of 2 servers broken" in printed
    page = (strange.run.folder / "reports" / "report.html").read_text()
    assert "<script>alert" not in page
    assert len(page) < 400_000


def test_the_log_of_the_server_has_the_line_that_decided(strange: Strange) -> None:
    assert "-> log-line" in task(strange.run.printed, READ)
    assert "web1 found 8 of 8 servers broken" in strange.run.printed
    (cause,) = [
        one for one in strange.run.causes() if strange.servers["log-line"] in one["servers"]
    ]
    assert cause["evidence"][0]["value"] == LINE.replace("\x1b", "\\x1b")
    assert cause["certainty"] == "proven"


def test_the_task_leaves_a_host_time_for_all_questions_about_one_server() -> None:
    tasks = Path(__file__).parents[4] / "roles" / "smtp_check" / "tasks" / "diagnosis.yml"
    (ask,) = [one for one in yaml.safe_load(tasks.read_text()) if one["name"] == ASK]
    assert ask["timeout"] >= LOOKUP_SECONDS + SERVER_SECONDS + 10  # to connect, and start Python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of a page, made fit to run on this machine against a relay."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import typing as t
from pathlib import Path

import yaml
from ansible_collections.mailops.smtp.tests.recipes import guides
from ansible_collections.mailops.smtp.tests.recipes.guides import Task
from ansible_collections.mailops.smtp.tests.recipes.recipes import ROOT
from ansible_collections.mailops.smtp.tests.recipes.views import CLIENT_PORT, RELAY_PORT

HOST = "here"

# What the examples take from elsewhere: secrets, and the results of a task that is not shown.
VARIABLES = {
    **dict.fromkeys(
        (
            *("monitoring_password", "probe_password", "recipient_password", "recipient_token"),
            *("vault_monitoring_password", "vault_probe_password"),
        ),
        "secret",
    ),
    "relays": {
        "results": [
            {
                "item": {"host": "127.0.0.1", "port": 9},
                "failure": {"stage": "connect", "kind": "connect", "errno": "ECONNREFUSED"},
            }
        ]
    },
}

# A host on which commands and examples run: this machine.
_HERE = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
INVENTORY = {
    "all": {"hosts": {HOST: {}, "relay1": {}}, "vars": _HERE},
    "mail_servers": {"hosts": {"relay1": {}}},
}

# The servers of the examples: the relay, but for one that is down, where nothing listens (discard).
_DOWN, _DOWN_PORT = "old-relay.example.com", 9
_SERVER = re.compile(r"(?:\w+://)?[\w-]+(?:\.internal)?\.example(?:\.com|\.org)?(?::\d+)?")
_IN_COMMAND = re.compile(r"\b(?:old-)?relay\d?\.example\.com\b")

# What does not make two tasks different.
_NOT_OF_TASK = ("name", "register", "ignore_errors")


class Stage:
    """Where the examples of a page run: a folder, its files, and a relay."""

    def __init__(self, page: str, folder: Path, port: int) -> None:
        self.page = page
        self.folder = folder / re.sub(r"\W", "-", page)
        self._port = port
        self._maildir = folder / "Maildir"

    def local(self, value: t.Any) -> t.Any:
        """Return an example with the relay in place of the servers that it names."""
        if isinstance(value, dict):
            made = {key: self.local(item) for key, item in value.items()}
            if _is_server(value.get("host")):
                made.update(self._server(value["host"]))
            if _is_server(value.get("delegate_to")):
                made["delegate_to"] = "{{ inventory_hostname }}"
            self._adapt(made)
            return made
        if isinstance(value, list):
            return [self._server(item) if _is_server(item) else self.local(item) for item in value]
        return value

    def _adapt(self, made: dict[str, t.Any]) -> None:
        """Change what needs more than a relay: mailboxes, logs, and audits that take minutes."""
        for name in ("mailops.smtp.mail_receipt", "smtp_check_receipt", "smtp_audit_receipt"):
            if name in made:
                for option in ("imap", "pop3", "mailboxes"):
                    made[name].pop(option, None)
                made[name].update(path=str(self._maildir), timeout=2, delay=1)
        if "mailops.smtp.smtp_audit" in made:
            made["mailops.smtp.smtp_audit"].setdefault("checks", guides.FEW_CHECKS)
        if made.get("smtp_audit_checks") == ["relay"]:  # a group of more than 30 connections
            made["smtp_audit_checks"] = [*guides.FEW_CHECKS, "relay-29"]
        if "smtp_check_server_logs" in made:
            (host,) = made["smtp_check_server_logs"].values()
            made["smtp_check_server_logs"] = {f"127.0.0.1:{self._port}": host}

    def _server(self, name: str) -> dict[str, t.Any]:
        return {"host": "127.0.0.1", "port": _DOWN_PORT if name == _DOWN else self._port}

    def tasks(self, leave_out: t.Collection[str]) -> list[dict[str, t.Any]]:
        """Return a play that runs the tasks and prints their results, if there are any."""
        if not guides.tasks(self.page):
            return []
        known, made = [], []
        for name, task in self.named_tasks():
            if name not in leave_out:
                known.append(name)
                made.append({**self.local(task), "register": name, "ignore_errors": True})
        made.append(self._showing("tasks", dict.fromkeys(known)))
        play = {"hosts": HOST, "gather_facts": False, "vars": VARIABLES}
        return [{**play, "tasks": made}]

    def named_tasks(self) -> list[tuple[str, Task]]:
        """Return the tasks, each with the name of its result."""
        numbered = enumerate(guides.tasks(self.page))
        return [(task.get("register", f"example_{number}"), task) for number, task in numbered]

    def equal(self, name: str, task: Task) -> str | None:
        """Return what is the same of all tasks that do the same, or None if it cannot be known.

        It cannot be if the task uses results of others, or others use its own.
        """
        made = {key: value for key, value in self.local(task).items() if key not in _NOT_OF_TASK}
        text = json.dumps(made)
        templates = re.findall(r"{{ (\w+) }}", text)
        others = json.dumps([other for _name, other in self.named_tasks()])
        uses = len(re.findall(rf"\b{name}\b", others)) > (1 if "register" in task else 0)
        if uses or text.count("{{") > len(templates) or not set(templates) <= set(VARIABLES):
            return None
        return text

    def role_plays(self) -> list[dict[str, t.Any]]:
        """Return the plays of the page, each of which prints the report of its role."""
        return [
            self._role_play(f"play_{at}", one) for at, one in enumerate(guides.plays(self.page))
        ]

    def _role_play(self, name: str, shown: Task) -> dict[str, t.Any]:
        play = self.local(shown)
        (role,) = play["roles"]
        register = f"{role['role'].rpartition('.')[2]}_report"
        if register == "smtp_audit_report" and "smtp_audit_profile" not in role["vars"]:
            role["vars"].setdefault("smtp_audit_checks", guides.FEW_CHECKS)
        running = {"hosts": HOST, "ignore_errors": True, "vars": VARIABLES}
        return {**play, **running, "post_tasks": [self._showing(name, [register])]}

    def _showing(self, name: str, registered: t.Iterable[str]) -> Task:
        """Return a task that prints what was registered. A file of it would take two modules."""
        found = ", ".join(f"'{one}': {one} | default({{}})" for one in registered)
        msg = f"{{{{ {{ {found} }} | to_json }}}}"
        return {"name": self._title(name), "ansible.builtin.debug": {"msg": msg}}

    def _title(self, name: str) -> str:
        return f"{self.page}: {name}"

    def results(self, printed: str) -> dict[str, t.Any]:
        """Return what the tasks have registered, and the reports of the plays."""
        found: dict[str, t.Any] = self._read("tasks", printed) if guides.tasks(self.page) else {}
        for number, _play in enumerate(guides.plays(self.page)):
            (report,) = self._read(f"play_{number}", printed).values()
            failed = report.get("verdicts") != {}  # without a report, it fails as well
            found[f"play_{number}"] = {"failed": failed, "msg": str(report)}
        return found

    def _read(self, name: str, printed: str) -> dict[str, t.Any]:
        """Return what a task of this name has printed."""
        own = printed.partition(f"TASK [{self._title(name)}] ")[2]
        result, _end = json.JSONDecoder().raw_decode(own, own.index("{"))
        found: dict[str, t.Any] = json.loads(result["msg"])
        return found

    def command(self, text: str) -> list[str]:
        """Return a command of the page with the relay in place of its servers."""
        words = shlex.split(text)
        if words[0] == "make":
            return _handshake(words[2:])
        words = [_IN_COMMAND.sub(self._address, word) for word in words]
        return [*words, *guides.BESIDE.get(self.page, [])]

    def _address(self, named: re.Match[str]) -> str:
        server = self._server(named.group())
        return f"{server['host']}:{server['port']}"

    def lay(self) -> None:
        """Write the files of the page, and what is true of the hosts of its inventory."""
        for name, content in guides.files(self.page).items():
            _write(self.folder / name, self.local(content))
        _write(self.folder / "group_vars" / "all.yml", _HERE)

    def shown(self, text: str) -> str:
        """Return an output with the ports that the pages show."""
        own = re.findall(r"embedded relay listens on \S+ port (\d+)", text)
        for port in (str(self._port), *own):
            text = re.sub(rf"\b{port}\b", str(RELAY_PORT), text)
        for port in set(re.findall(r"connected from \S+ port (\d+)", text)):
            text = re.sub(rf"\b{port}\b", str(CLIENT_PORT), text)
        return text.replace(str(self.folder), "")


def _handshake(settings: t.Sequence[str]) -> list[str]:
    """Return what `make handshake` runs, which installs ansible-core before."""
    options = []
    for setting in settings:
        name, _equals, value = setting.partition("=")
        options += [f"--{name.lower()}", value]
    return [sys.executable, str(ROOT / "tests" / "tools" / "handshake.py"), *options]


def _is_server(value: t.Any) -> bool:
    return isinstance(value, str) and bool(_SERVER.fullmatch(value))


def _write(path: Path, content: t.Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a run, in which nothing is of who runs the tests."""
    return {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "ANSIBLE_PIPELINING": "True",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }

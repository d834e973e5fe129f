# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of the roles' playbooks over hosts of this machine, some of which lie.

A host that lies has in place of Python a script that prints whatever it likes.
"""

from __future__ import annotations

import json
import re
import sys
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.unit.runs import run_playbook

HONEST = {
    "ansible_connection": "local",
    "ansible_python_interpreter": sys.executable,
    "ansible_pipelining": True,  # several processes fewer for each module
}


def lying(folder: Path, name: str, result: t.Any, does: str = ":") -> dict[str, t.Any]:
    """Return the variables of a host whose module does something and returns any result."""
    (folder / f"{name}.json").write_text(json.dumps(result))
    return script(folder, name, f"{does}\ncat {folder}/{name}.json")


def script(folder: Path, name: str, lines: str) -> dict[str, t.Any]:
    """Return the variables of a host that runs a script of the shell in place of Python."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)
    return {"ansible_connection": "local", "ansible_python_interpreter": str(path)}


def check(folder: Path, hosts: dict[str, t.Any], **variables: t.Any) -> tuple[int, str]:
    """Run the playbook that checks servers. Return its exit status and its output."""
    return _run(folder, hosts, "mailops.smtp.check", variables)


def audit(folder: Path, hosts: dict[str, t.Any], **variables: t.Any) -> tuple[int, str]:
    """Run the playbook that audits servers. Return its exit status and its output."""
    return _run(folder, hosts, "mailops.smtp.audit", variables)


def each_case(folder: Path, role: str, cases: list[dict[str, t.Any]]) -> list[str]:
    """Run a role once for each case, with its variables, in one play of two hosts.

    Return what was printed for each case. If the role fails, the play goes on with the next case,
    because a run for each would take more than a second.
    """
    inventory = {"all": {"hosts": {"web1": HONEST, "web2": HONEST}}}
    imported = {"name": f"mailops.smtp.{role}", "rolespec_validate": False}
    failed = {"ansible.builtin.debug": {"msg": "The role has failed."}}
    tasks: list[dict[str, t.Any]] = []
    for case in cases:
        role_runs = [{"ansible.builtin.import_role": imported}]
        tasks.append({"block": role_runs, "rescue": [failed], "vars": case})
        tasks.append({"name": "end of a case", "ansible.builtin.debug": {}, "run_once": True})
    play = {"hosts": "all", "gather_facts": False, "tasks": tasks}
    (folder / "play.json").write_text(json.dumps([play]))
    printed = run_playbook(folder, inventory, "play.json").stdout
    return printed.split("TASK [end of a case]")[: len(cases)]


_MISTAKES: tuple[dict[str, t.Any], ...] = (
    {"tls": "maybe"},
    {"login_pasword": "x"},
    {"login_password": 1.1},
)


def each_login(folder: Path, role: str, password: str, right: dict[str, t.Any]) -> tuple[str, str]:
    """Run a role with options that are right, and with each of three mistakes in them.

    The password is encrypted where it stands. Ansible validates the variables, too, as in any play
    with the role. Return what it has printed with -vvv, and its log.
    """
    # Others import this file on a Python that is only for probing hosts.
    from ansible.parsing.vault import VaultLib, VaultSecret

    (folder / "vault").write_text("open sesame")
    vault = VaultLib([("default", VaultSecret(b"open sesame"))])
    encrypted = f"!vault {json.dumps(vault.encrypt(password).decode())}"
    play = "- {hosts: all, gather_facts: false, tasks: [\n"
    for case in (right, *({**right, **one} for one in _MISTAKES)):
        variables = {f"{role}_{name}": json.dumps(value) for name, value in case.items()}
        given = {f"{role}_login_password": encrypted, **variables}
        shown = ", ".join(f"{name}: {value}" for name, value in given.items())
        runs = f"[{{ansible.builtin.import_role: {{name: mailops.smtp.{role}}}}}]"
        failed = "[{ansible.builtin.debug: {msg: The role has failed.}}]"
        play += f"{{block: {runs}, rescue: {failed}, vars: {{{shown}}}}},\n"
    (folder / "play.yml").write_text(f"{play}]}}\n")
    inventory = {"all": {"hosts": {"web1": HONEST}}}
    arguments = ("play.yml", "-vvv", "--vault-password-file", "vault")
    printed = run_playbook(folder, inventory, *arguments, ANSIBLE_LOG_PATH="log").stdout
    return printed, (folder / "log").read_text(encoding="utf-8")


def assert_mistakes_are_told_without_secrets(
    role: str, printed: str, logged: str, secrets: t.Iterable[str]
) -> None:
    """Raise AssertionError unless `each_login` has told each mistake, and no secret."""
    assert "Validation of arguments failed" in printed, printed
    assert f"did you mean {role}_login_password?" in printed, printed
    decimal = f"{role}_login_password must be a text, not a decimal number; write it"
    assert decimal in printed, printed
    assert printed.count("The role has failed.") == 4, printed
    for secret in secrets:
        assert secret not in printed + logged


def _run(
    folder: Path, hosts: dict[str, t.Any], playbook: str, variables: dict[str, t.Any]
) -> tuple[int, str]:
    inventory = {"all": {"hosts": hosts}}
    ran = run_playbook(folder, inventory, playbook, "-e", json.dumps(variables))
    return ran.returncode, ran.stdout


def passes(printed: str, host: str) -> int:
    """Return how many tasks a host went through, by the recap."""
    (counts,) = re.findall(rf"^{host} +: (.*)$", printed, re.MULTILINE)
    return sum(int(count) for count in re.findall(r"(?:ok|failed|skipped)=(\d+)", counts))

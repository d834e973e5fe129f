# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as its own process, and with the action plugin in a play."""

from __future__ import annotations

import json
import sys
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.request import argument_spec
from ansible_collections.mailops.smtp.plugins.modules import smtp_audit
from ansible_collections.mailops.smtp.tests.unit.audits import (
    ACCEPTS,
    FROM_OWN,
    HELLO,
    QUIT,
    REFUSES,
    RELAY,
    RESET,
)
from ansible_collections.mailops.smtp.tests.unit.returned import problems
from ansible_collections.mailops.smtp.tests.unit.runs import run_module, run_playbook, start_module

MODULE = smtp_audit.__name__

on_controllers = pytest.mark.skipif(
    sys.version_info < (3, 10), reason="a playbook needs the Python of a controller"
)

OPTIONS: dict[str, t.Any] = {
    "helo": "client.example.org",
    "own_domain": "example.com",
    "user": "ann",
    "other_domain": "example.net",
    "other_user": "bob",
    "stranger": "eve",
}
# What the action plugin adds, for it knows the files of the checks.
ADDED = {"group", "proves", "finding", "risk", "change", "references", "controls"}


def test_the_result_has_the_documented_shape(scripted: t.Any) -> None:
    yaml = pytest.importorskip("yaml")
    documented = yaml.safe_load(smtp_audit.RETURN)
    server = scripted(f"{HELLO}{REFUSES}{RESET}{QUIT}")

    result = run_module(MODULE, host=server.host, port=server.port, definitions=[RELAY], **OPTIONS)

    for name in ADDED:
        del documented["checks"]["contains"][name]
    assert problems(result, documented) == []
    assert result["changed"] is False
    assert [check["verdict"] for check in result["checks"]] == ["sound"]


def test_a_wrong_option_fails_before_anything_is_connected() -> None:
    wrong = {**OPTIONS, "user": "ann@example.org"}
    result = start_module(MODULE, host="127.0.0.1", definitions=[RELAY], **wrong)

    assert result["failed"] is True
    assert result["msg"] == "user must be an address of example.com"


def test_without_the_action_plugin_there_is_no_check_to_make() -> None:
    result = run_module(MODULE, host="127.0.0.1", **OPTIONS)

    assert result["failed"] is True
    assert result["msg"] == "definitions is empty: the action plugin sets the checks to make"


def test_a_password_is_never_shown() -> None:
    result = run_module(
        MODULE, host="127.0.0.1", login_passwort="correct horse", definitions=[RELAY]
    )

    assert result["failed"] is True
    assert "correct horse" not in json.dumps(result)


def test_every_option_is_documented() -> None:
    yaml = pytest.importorskip("yaml")
    documented = yaml.safe_load(smtp_audit.DOCUMENTATION)["options"]

    assert set(documented) == set(argument_spec())
    for name, argument in argument_spec().items():
        for key in ("type", "default", "choices", "elements"):
            assert documented[name].get(key) == argument.get(key), name


def play(folder: Path, port: int, **options: t.Any) -> str:
    """Write a playbook that audits a server, and return its name."""
    task = {"host": "127.0.0.1", "port": port, **OPTIONS, **options}
    tasks = [
        {"mailops.smtp.smtp_audit": task, "register": "audit"},
        {"ansible.builtin.copy": {"content": "{{ audit | to_json }}", "dest": f"{folder}/result"}},
    ]
    (folder / "play.json").write_text(
        json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}])
    )
    return "play.json"


PROBE = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
INVENTORY = {"all": {"hosts": {"probe": PROBE}}}


@on_controllers
def test_a_play_gets_verdicts_with_what_the_files_say(tmp_path: Path, scripted: t.Any) -> None:
    vantage = f"{HELLO}{FROM_OWN}\nS: 554 5.7.1 no{RESET}{REFUSES}{QUIT}"
    server = scripted(vantage, f"{HELLO}{ACCEPTS}{RESET}{QUIT}")

    process = run_playbook(
        tmp_path, INVENTORY, play(tmp_path, server.port, checks=["relay-02"], tls="never")
    )

    assert process.returncode == 0, process.stdout
    result = json.loads((tmp_path / "result").read_text())
    yaml = pytest.importorskip("yaml")
    assert problems(result, yaml.safe_load(smtp_audit.RETURN)) == []
    assert result["summary"] == {"finding": 1, "undecided": 0, "sound": 1, "not_applicable": 1}
    relay = result["checks"][-1]
    assert (relay["id"], relay["group"]) == ("relay-02", "relay")
    assert relay["finding"] == "The server relays for strangers. It is an open relay."
    assert "CVE-1999-0512" in relay["references"]
    assert result["vantage"]["measured"] == "does not relay"


@on_controllers
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"checks": ["relay-2"]}, "checks names no check or group 'relay-2'; did you mean relay-"),
        ({"own_checks": "own.yml"}, "own.yml: check 1 (own-01): want is missing"),
        ({"from": "inside"}, "value of from must be one of: untrusted, trusted, authed"),
    ],
)
def test_a_play_fails_for_a_wrong_option(
    tmp_path: Path, options: dict[str, t.Any], problem: str
) -> None:
    (tmp_path / "own.yml").write_text("- {id: own-01, proves: x, steps: [NOOP], finding: x}")

    process = run_playbook(tmp_path, INVENTORY, play(tmp_path, 1, **options))

    assert process.returncode == 2
    assert problem in " ".join(process.stdout.split())

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Below the recap, the output says what is broken: in any play that enables the callback."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.callback.smtp_check_last_screen import (
    LONG,
    CallbackModule,
)
from ansible_collections.mailops.smtp.tests.unit.reports import failed, passed
from ansible_collections.mailops.smtp.tests.unit.runs import run_playbook

MX1 = {"host": "mx1.example.com"}

BESIDE_THE_PLAYBOOK = Path(__file__).parents[4] / "playbooks" / "callback_plugins"

ENABLED = {"ANSIBLE_CALLBACKS_ENABLED": CallbackModule.CALLBACK_NAME}

TASKS = [
    {
        "mailops.smtp.smtp_report": {"variable": "handshake"},
        "run_once": True,
        "register": "report",
    },
    {
        "ansible.builtin.fail": {"msg": "broken"},
        "when": "inventory_hostname in report.verdicts",
    },
]


def last_lines(
    folder: Path, settings: dict[str, str], hosts: int, broken: bool = True
) -> list[str]:
    """Run a play in which all hosts have the same result. Return the lines below its recap."""
    result = failed(MX1) if broken else passed(MX1)
    known = {"handshake": {"results": [result]}}
    play = {"hosts": "all", "gather_facts": False, "tasks": TASKS}
    (folder / "playbook.yml").write_text(json.dumps([play]))
    inventory = {"all": {"hosts": {f"web{number:02}": known for number in range(hosts)}}}
    ran = run_playbook(folder, inventory, "playbook.yml", **settings)
    assert ran.returncode == (2 if broken else 0), ran.stdout
    _before, recap = ran.stdout.split("PLAY RECAP")
    return [line for line in recap.splitlines()[1 + hosts :] if line]


def test_it_says_how_many_hosts_failed_and_what_is_broken(tmp_path: Path) -> None:
    said = last_lines(tmp_path, ENABLED, LONG)
    assert said[0] == f"{LONG} hosts have failed. {LONG} of {LONG} cells are broken:"
    assert said[1].startswith("1. ")
    assert "mx1.example.com" in said[1]


@pytest.mark.parametrize(("hosts", "broken"), [(LONG - 1, True), (LONG, False)])
def test_it_says_nothing_if_all_is_on_the_screen_or_nothing_is_broken(
    tmp_path: Path, hosts: int, broken: bool
) -> None:
    assert last_lines(tmp_path, ENABLED, hosts, broken) == []


def test_it_says_nothing_unless_it_is_enabled(tmp_path: Path) -> None:
    assert last_lines(tmp_path, {}, LONG) == []


@pytest.mark.parametrize("settings", [{}, ENABLED])
def test_the_playbook_of_the_collection_needs_no_setting_and_says_it_once(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    shutil.copytree(BESIDE_THE_PLAYBOOK, tmp_path / "callback_plugins")
    said = "\n".join(last_lines(tmp_path, settings, LONG))
    assert said.count("cells are broken") == 1

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules and playbooks, run as their users run them, in processes of their own."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.unit import forks


def run_module(name: str, **options: t.Any) -> dict[str, t.Any]:
    """Run a module, by the name it is imported by; its exit status must go with its result.

    It is a process of its own, which finds in memory what the module imports: see `forks`.
    """
    arguments = json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode()
    process = forks.call(run_as_main, name, imports=(name,), stdin=arguments)
    return _result(process.status, process.stdout, process.stderr)


def start_module(name: str, **options: t.Any) -> dict[str, t.Any]:
    """Run a module in a Python that starts for it and has imported nothing else."""
    process = subprocess.run(
        [sys.executable, "-m", name],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode(),
        capture_output=True,
        check=False,
        timeout=600,
    )
    return _result(process.returncode, process.stdout, process.stderr)


def run_as_main(name: str) -> None:
    sys.modules.pop(name, None)  # or Python warns that it is imported already
    sys.argv = [name]
    leave_the_controller()
    runpy.run_module(name, run_name="__main__", alter_sys=True)


def leave_the_controller() -> None:
    """Let a module in this process return its warnings, as it does on a probing host.

    Where something has imported the code of the controller, as a test before this one may have
    done, Ansible shows the warnings of a module itself since 2.19.
    """
    internal = sys.modules.get("ansible.module_utils._internal")
    if internal is not None:
        vars(internal).update(is_controller=False)


def _result(status: int, stdout: bytes, stderr: bytes) -> dict[str, t.Any]:
    assert stdout, stderr.decode()
    result: dict[str, t.Any] = json.loads(stdout.decode("utf-8"))
    assert status == (1 if result.get("failed") else 0)
    return result


def run_playbook(
    folder: Path, inventory: t.Any, *arguments: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a playbook of the folder or the collection; `settings` are environment variables.

    Gives what it printed, errors included, and its exit status.
    """
    return subprocess.run(
        **playbook_process(folder, inventory, *arguments, **settings),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


def playbook_process(
    folder: Path, inventory: t.Any, *arguments: str, **settings: str
) -> dict[str, t.Any]:
    """Return what starts a run of a playbook, for subprocess; errors go where its output goes."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    (folder / "inventory.json").write_text(json.dumps(inventory))
    return {
        "args": [sys.executable, "-m", "ansible", "playbook", "-iinventory.json", *arguments],
        "cwd": folder,
        "env": {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(Path(__file__).parents[5]),
            **settings,
        },
        "stdin": subprocess.DEVNULL,
        "stderr": subprocess.STDOUT,
    }

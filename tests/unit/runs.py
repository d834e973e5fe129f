# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules and playbooks, run as their users run them, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path


def run_module(name: str, **options: t.Any) -> dict[str, t.Any]:
    """Run a module, by the name it is imported by; its exit status must go with its result."""
    process = subprocess.run(
        [sys.executable, "-m", name],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert process.stdout, process.stderr.decode()
    result: dict[str, t.Any] = json.loads(process.stdout.decode("utf-8"))
    assert process.returncode == (1 if result.get("failed") else 0)
    return result


def run_playbook(
    folder: Path, inventory: t.Any, *arguments: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a playbook of the folder or the collection; `settings` are environment variables.

    Gives what it printed, errors included, and its exit status.
    """
    home = folder / "home"
    home.mkdir(exist_ok=True)
    (folder / "inventory.json").write_text(json.dumps(inventory))
    return subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", "-iinventory.json", *arguments],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(Path(__file__).parents[5]),
            **settings,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )

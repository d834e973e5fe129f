# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On a terminal, a long task says how many hosts it waits for; in a file it says nothing."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import socket
import subprocess
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.callback.smtp_check_progress import CallbackModule
from ansible_collections.mailops.smtp.tests.unit.role_runs import HONEST
from ansible_collections.mailops.smtp.tests.unit.runs import playbook_process

ENABLED = CallbackModule.CALLBACK_NAME
BOTH = re.compile(rb"0 of 2 hosts finished after \d+ s; at work: web1 for \d+ s, web2 for \d+ s\r")


@pytest.fixture
def silent() -> t.Iterator[socket.socket]:
    """Return a server that takes connections and says nothing until it is closed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def run(folder: Path, server: socket.socket, timeout: int, **settings: str) -> dict[str, t.Any]:
    """Return what runs the playbook for two hosts that wait for a silent server."""
    inventory = {"all": {"hosts": {"web1": HONEST, "web2": HONEST}}}
    variables = {
        "smtp_check_servers": [{"host": "127.0.0.1", "port": server.getsockname()[1]}],
        "smtp_check_options": {"timeout": timeout},
        "smtp_check_diagnose": False,
    }
    playbook = ("mailops.smtp.check", "-e", json.dumps(variables))
    return playbook_process(folder, inventory, *playbook, ANSIBLE_NOCOLOR="1", **settings)


def on_terminal(process: dict[str, t.Any], server: socket.socket) -> str:
    """Return what a terminal shows of a run. The server ends once both hosts wait for it."""
    ours, its = pty.openpty()
    shown = b""
    with subprocess.Popen(**process, stdout=its), open(ours, "rb", buffering=0) as terminal:
        os.close(its)
        with contextlib.suppress(OSError):  # Linux says so when the run has closed the terminal
            while piece := terminal.read(65536):
                shown += piece
                if BOTH.search(shown):
                    server.close()
    return shown.decode()


def test_a_terminal_shows_how_many_hosts_are_at_work(tmp_path: Path, silent: socket.socket) -> None:
    process = run(tmp_path, silent, timeout=60, SMTP_CHECK_PROGRESS_INTERVAL="0.2")
    shown = on_terminal(process, silent)
    before, recap = shown.split("PLAY RECAP")
    assert BOTH.search(before.encode()), shown
    assert "timeout" not in before  # the hosts went on because the server has ended
    assert "finished after" not in recap


def test_a_file_has_no_line(tmp_path: Path, silent: socket.socket) -> None:
    settings = {"SMTP_CHECK_PROGRESS_INTERVAL": "0.01", "ANSIBLE_CALLBACKS_ENABLED": ENABLED}
    process = run(tmp_path, silent, timeout=1, **settings)
    said = subprocess.run(**process, stdout=subprocess.PIPE, check=False).stdout.decode()
    assert "timeout" in said
    assert "finished after" not in said

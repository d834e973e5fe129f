# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker ends with the process of the playbook, and its connection with the worker.

Here the playbook starts a worker, and the worker a connection. All three have the other end of the
test's pipe, so that the test sees the end of the last one.
"""

from __future__ import annotations

import select
import subprocess
import sys
import threading

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._check import controller

PATIENCE = 30.0

WORKER = f"""
import os, signal, subprocess, time
from {controller.__name__} import ending_with_controller
with ending_with_controller():
    subprocess.Popen(["sleep", "300"])
    os.write(1, b"begun")
    {{rest}}
"""
PLAYBOOK = """
import subprocess, sys
subprocess.run([sys.executable, "-c", sys.argv[1]], start_new_session=sys.argv[2] == "leads")
"""


def playbook(rest: str, session: str = "leads") -> subprocess.Popen[bytes]:
    """Start the playbook, and wait until its worker has begun. `rest` is what the worker does."""
    code = WORKER.format(rest=rest)
    command = [sys.executable, "-c", PLAYBOOK, code, session]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.read(len("begun")) == b"begun"
    return process


def has_ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Return whether the playbook, its worker and its connection end within some seconds."""
    assert process.stdout is not None
    ready, _writable, _failed = select.select([process.stdout], [], [], seconds)
    return bool(ready) and process.stdout.read() == b""


@pytest.mark.parametrize("session", ["leads", "follows"])  # since, and before ansible-core 2.19
def test_a_worker_and_its_connection_end_when_the_playbook_is_killed(session):
    with playbook("time.sleep(300)", session) as process:
        process.kill()
        assert has_ended(process, PATIENCE)


def test_a_worker_ends_whatever_it_does_with_the_signal():
    """In ansible-core, the handler needs the main thread."""
    ignore = "signal.signal(signal.SIGTERM, lambda *_: None); time.sleep(300)"
    with playbook(ignore) as process:
        process.kill()
        assert has_ended(process, PATIENCE)


def test_the_watch_ends_with_the_task():
    before = set(threading.enumerate())
    with controller.ending_with_controller():
        (watcher,) = set(threading.enumerate()) - before
    watcher.join(PATIENCE)
    assert not watcher.is_alive()

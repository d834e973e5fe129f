# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job in another process: its result comes back, and it never outlives this one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.side_process import SideProcess


def test_the_job_is_done_in_another_process() -> None:
    with SideProcess(os.getpid) as side:
        assert side.result() != os.getpid()


def test_a_job_that_its_process_has_not_done_is_done_here() -> None:
    parent = os.getpid()

    def fail_there() -> int:
        if os.getpid() != parent:
            raise RuntimeError
        return parent

    def cannot_be_sent() -> object:
        return lambda: None

    with SideProcess(fail_there) as side:
        assert side.result() == parent
    with SideProcess(cannot_be_sent) as other:
        assert callable(other.result())


def test_an_exception_here_ends_the_process(tmp_path: Path) -> None:
    def wait() -> None:
        (tmp_path / "pid").write_text(str(os.getpid()))
        os.rename(tmp_path / "pid", tmp_path / "ready")
        signal.pause()

    def fail_here() -> None:
        with SideProcess(wait):
            until(tmp_path / "ready")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_here()
    assert not runs(int((tmp_path / "ready").read_text()))


KILLED = """
import os, signal, sys
from pathlib import Path
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.side_process import SideProcess
def wait():
    Path(sys.argv[1], "pid").write_text(str(os.getpid()))
    os.rename(Path(sys.argv[1], "pid"), Path(sys.argv[1], "ready"))
    signal.pause()
with SideProcess(wait):
    signal.pause()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is of Linux")
def test_a_parent_that_is_killed_takes_the_process_with_it(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)])
    until(tmp_path / "ready")
    parent.kill()
    parent.wait()
    process = int((tmp_path / "ready").read_text())
    deadline = time.monotonic() + 10
    while runs(process) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not runs(process)


def until(path: Path) -> None:
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"

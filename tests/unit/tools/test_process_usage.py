# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process holds is what the kernel says."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading

import pytest
from ansible_collections.mailops.smtp.tests.tools.process_usage import Usage, watched
from ansible_collections.mailops.smtp.tests.unit import forks

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs Linux's /proc")

# It opens a socket, closes it, and says so.
OPENS_ONE = """
import socket, sys
for line in sys.stdin:
    opened = socket.socket() if line == "open\\n" else opened.close()
    print("done", flush=True)
"""


def test_a_file_is_a_descriptor_and_a_socket_is_both():
    before = Usage.of(os.getpid())
    with tempfile.TemporaryFile(), socket.socket():
        now = Usage.of(os.getpid())
    assert now.descriptors == before.descriptors + 2
    assert now.sockets == before.sockets + 1
    assert Usage.of(os.getpid())[:2] == before[:2]


def test_a_thread_is_counted_while_it_runs():
    """In a process of its own, where no thread of another test ends."""
    assert forks.call(_count_a_thread) == (0, b"", b"")


def _count_a_thread():
    before = Usage.of(os.getpid())
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    counted = Usage.of(os.getpid()).threads - before.threads
    over.set()
    thread.join()
    return counted - 1


def test_memory_is_counted_while_it_is_used():
    before = Usage.of(os.getpid())
    used = bytearray(b"x" * 32 * 1024 * 1024)
    more = Usage.of(os.getpid()).rss_kib - before.rss_kib
    assert more > 24 * 1024, len(used)


def test_the_highest_numbers_stay_after_what_made_them_is_gone():
    process = subprocess.Popen(
        [sys.executable, "-c", OPENS_ONE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        universal_newlines=True,
    )
    with process, watched(process.pid, 0.001) as highest:
        _tell(process, "open")
        before = Usage.of(process.pid)
        while highest().sockets < before.sockets:
            pass
        _tell(process, "close")
        assert Usage.of(process.pid).sockets == 0
        assert highest().sockets == 1


def test_a_process_that_is_gone_holds_nothing():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    with pytest.raises(OSError):
        Usage.of(process.pid)


def _tell(process, word):
    process.stdin.write(f"{word}\n")
    process.stdin.flush()
    assert process.stdout.readline() == "done\n"

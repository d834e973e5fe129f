# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends a connection that nobody needs any more, and with it the module on the host.

A playbook that is interrupted ends its workers, and they end their connections. A playbook that is
killed cannot, so that each worker would wait for a result that nobody takes. At the timeout of a
task a worker ends, but not its connection.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

_SECONDS = 1.0


@contextlib.contextmanager
def ending_with_controller() -> Iterator[None]:
    """End this process and its children if its parent ends within the context."""
    left = threading.Event()
    threading.Thread(target=_watch, args=(os.getppid(), left), daemon=True).start()
    try:
        yield
    finally:
        left.set()


def _watch(parent: int, left: threading.Event) -> None:
    while not left.wait(_SECONDS):
        if os.getppid() != parent:
            _end()


def _end() -> None:
    """End this process and its children."""
    if os.getpgrp() == os.getpid():  # so it is since ansible-core 2.19
        os.killpg(os.getpid(), signal.SIGTERM)
    end_children()
    os._exit(1)


def end_children() -> None:
    """End the children of this process, such as the connection. This needs Linux's /proc."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name of a process, which is in parentheses, may have any character.
            parent = path.read_text(errors="replace").rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                os.kill(int(path.parent.name), signal.SIGTERM)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process holds of this machine: descriptors, sockets, threads, memory. Linux only."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import typing as t
from pathlib import Path

_FIELD = re.compile(r"^(Threads|VmRSS):\s+(\d+)", re.MULTILINE)


class Usage(t.NamedTuple):
    """What a process holds at one moment. Sockets are counted among the descriptors, too."""

    descriptors: int
    sockets: int
    threads: int
    rss_kib: int

    @classmethod
    def of(cls, pid: int) -> Usage:
        """Return what a process holds. Raise OSError if it is gone."""
        links = list(_links(Path("/proc", str(pid), "fd")))
        fields = dict(_FIELD.findall(Path("/proc", str(pid), "status").read_text()))
        if "VmRSS" not in fields:  # it has ended, and nobody has asked for its status
            raise ProcessLookupError(pid)
        sockets = sum(link.startswith("socket:") for link in links)
        return cls(len(links), sockets, int(fields["Threads"]), int(fields["VmRSS"]))

    def highest(self, other: Usage) -> Usage:
        """Return the higher of each two numbers."""
        return Usage(*map(max, self, other))


def _links(folder: Path) -> t.Iterator[str]:
    """Yield what each descriptor is, but for those that are closed meanwhile."""
    for name in os.listdir(folder):
        with contextlib.suppress(FileNotFoundError):
            yield os.readlink(folder / name)


@contextlib.contextmanager
def watched(pid: int, seconds: float = 0.05) -> t.Iterator[t.Callable[[], Usage]]:
    """Look at a process every few milliseconds. Yield a function that returns the highest numbers.

    Looking ends with the process, or with the context.
    """
    highest = Usage.of(pid)
    over = threading.Event()

    def look() -> None:
        nonlocal highest
        while not over.wait(seconds):
            try:
                highest = highest.highest(Usage.of(pid))
            except OSError:
                return

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield lambda: highest
    finally:
        over.set()
        thread.join()

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let hosts start one after the other, so that all of them together keep to a rate.

Ansible runs a task in a process for each host. These processes share a file, in which each finds
the time at which the host may start, and leaves the time of the next one.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

# The file is made by the first process. No other user may write to it.
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_MODE = 0o600
_MAX_BYTES = 64


def reserve(path: Path, now: float, seconds: float) -> float:
    """Return the seconds until this host may start, and keep the next one away for `seconds`.

    `now` is of a clock that all processes share. Raise OSError if the file cannot be used.
    """
    handle = os.open(path, _FLAGS, _MODE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        start = max(now, float(os.read(handle, _MAX_BYTES) or 0))
        os.pwrite(handle, f"{start + seconds:050.6f}".encode(), 0)
    finally:
        os.close(handle)
    return start - now

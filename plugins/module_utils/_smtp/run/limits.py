# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Limit the number of simultaneous dialogues by the number of open files of a process.

The process raises its own limit of open files if the system permits this.
"""

from __future__ import annotations

import contextlib
import os

# A dialogue needs its socket, and for short times another socket or file.
_FILES_PER_DIALOGUE = 2

# The process itself opens sockets of the resolver, modules and configuration files.
_FILES_OF_PROCESS = 60

# The number of open files at the start of a module, for systems that do not tell it.
_DEFAULT_OPEN_FILES = 20


def allowed_at_once(wanted: int) -> tuple[int, str | None]:
    """Return how many dialogues can be held at once, and a warning if fewer than wanted."""
    limit = _open_files_limit(_open_files() + _FILES_OF_PROCESS + wanted * _FILES_PER_DIALOGUE)
    if limit is None:
        return wanted, None
    allowed = (limit - _open_files() - _FILES_OF_PROCESS) // _FILES_PER_DIALOGUE
    allowed = min(max(allowed, 1), wanted)
    if allowed == wanted:
        return wanted, None
    return allowed, (
        f"at most {allowed} dialogues are held at once, and not {wanted}: on this host a process"
        f" may have {limit} open files; raise the limit (ulimit -n) or lower concurrency"
    )


def _open_files_limit(needed: int) -> int | None:
    """Raise the limit of open files. Return it if it is still lower than `needed`, else None."""
    try:
        import resource
    except ImportError:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return None
    raised = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
        soft = raised
    return soft if soft < needed else None


def _open_files() -> int:
    try:
        return len(os.listdir("/dev/fd"))
    except OSError:
        return _DEFAULT_OPEN_FILES

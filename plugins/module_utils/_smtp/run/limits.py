# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many dialogues this host can hold at once: each takes open files, and a process may have few.

Where the system allows the process to raise its own limit, it is raised.
"""

from __future__ import annotations

import contextlib
import os

# A dialogue has its socket, and for moments another one, a file of authorities or a message.
_FILES_PER_DIALOGUE = 2

# What the process itself opens meanwhile: sockets of the resolver, imports, configuration files.
_FILES_OF_PROCESS = 60

# Where the system does not tell how many files are open: what a module has when it begins.
_DEFAULT_OPEN_FILES = 20


def allowed_at_once(wanted: int) -> tuple[int, str | None]:
    """Return how many dialogues can be held at once, and what to tell where that is fewer."""
    limit = _open_files_limit(_open_files() + _FILES_OF_PROCESS + wanted * _FILES_PER_DIALOGUE)
    if limit is None:
        return wanted, None
    allowed = (limit - _open_files() - _FILES_OF_PROCESS) // _FILES_PER_DIALOGUE
    allowed = min(max(allowed, 1), wanted)
    if allowed == wanted:
        return wanted, None
    return allowed, (
        f"at most {allowed} dialogues are held at once, and not {wanted}: on this host a process"
        f" may have {limit} files open (ulimit -n)"
    )


def _open_files_limit(needed: int) -> int | None:
    """Raise the limit of open files as far as is needed, and return it; None for no limit."""
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

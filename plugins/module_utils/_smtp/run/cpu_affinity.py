# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run many threads on one core.

Python runs one thread at a time. The threads of the dialogues hand over the interpreter lock at
each call that waits for the network. Between cores this takes more CPU time than their work: on one
of two cores, a thousand short dialogues need two thirds of the CPU time that they need on both. The
other cores of a probing host remain free for its own work.
"""

from __future__ import annotations

import contextlib
import os
import typing as t


@contextlib.contextmanager
def on_one_core() -> t.Iterator[None]:
    """Run this thread, and the threads that it starts in the block, on one of its cores.

    The core depends on the process id. The block runs on all cores if the system does not support
    this, or does not permit it.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    cores = sorted(before)
    try:
        os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})
    except OSError:  # a container may forbid it
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # these cores may not be available any more
            os.sched_setaffinity(0, before)

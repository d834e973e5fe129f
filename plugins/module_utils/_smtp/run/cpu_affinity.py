# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many threads on one core, where they would only stand in each other's way on more.

Python lets one thread run at a time. Threads that wait for the network most of their time hand that
right over at each call, and from core to core this costs more than what they do with it: a
thousand short dialogues take two thirds of the CPU time on one core of two. A probing host keeps
its other cores for its own work, too.
"""

from __future__ import annotations

import contextlib
import os
import typing as t


@contextlib.contextmanager
def on_one_core() -> t.Iterator[None]:
    """Have this thread, and those that it starts meanwhile, run on one of the cores it may use.

    Which one differs from process to process. Where the system has no way to say so, nothing is
    done.
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
        with contextlib.suppress(OSError):  # as many cores may be gone since
            os.sched_setaffinity(0, before)

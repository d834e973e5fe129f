# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the items of one loop over hosts know of each other: the time it takes, what is proven.

Ansible runs all items of a loop in one process, one after the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable

# Limit on the time of all hosts. Each takes about 10 seconds.
SECONDS = 120.0

TOO_LATE = f"not asked, because other hosts have taken {SECONDS:.0f} seconds"

_LOOPS: dict[str, Loop] = {}


class Loop:
    """A loop. `proven` has the numbers of the causes that a host has proven."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.proven: set[int] = set()
        self._clock = clock
        self._began = clock()

    @property
    def is_over(self) -> bool:
        """Whether no further host is asked."""
        return self._clock() - self._began >= SECONDS


def loop_of(task: str) -> Loop:
    """Return the loop of a task, by its id."""
    return _LOOPS.setdefault(task, Loop())

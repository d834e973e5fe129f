# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much memory what servers say may take, shared out among the dialogues of a task. No I/O."""

from __future__ import annotations

import threading

from ..session.transcript import BUDGET_BYTES

# What servers say is kept up to so many bytes of memory in all, or so many for each dialogue if
# that is more: an ordinary one takes some 4 KiB. The result is written in JSON, which takes several
# times as much again.
TOTAL_BYTES = 4 * 1024 * 1024
MIN_BYTES = 8 * 1024


class MemoryBudget:
    """What is left of the room, and how many dialogues are known that will need some of it."""

    def __init__(self, dialogues: int) -> None:
        self._lock = threading.Lock()
        self._left = TOTAL_BYTES
        self._expected = dialogues

    def expect_another(self) -> None:
        """Know of one more dialogue to come."""
        with self._lock:
            self._expected += 1

    def allot(self) -> int:
        """Return the bytes for a dialogue that begins: as many as for each one that is to come."""
        with self._lock:
            share = max(MIN_BYTES, min(BUDGET_BYTES, self._left // self._expected))
            self._left = max(0, self._left - share)
            self._expected -= 1
            return share

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Divide the memory for the texts of servers among the dialogues of a task. No I/O."""

from __future__ import annotations

import threading

from ..session.transcript import BUDGET_BYTES

# The limit on the memory for all dialogues, and the memory that each dialogue gets at least. An
# ordinary dialogue needs about 4 KiB. The JSON of the result needs several times as much.
TOTAL_BYTES = 4 * 1024 * 1024
MIN_BYTES = 8 * 1024


class MemoryBudget:
    """The memory that is left, and the number of dialogues that have not begun."""

    def __init__(self, dialogues: int) -> None:
        self._lock = threading.Lock()
        self._left = TOTAL_BYTES
        self._expected = dialogues

    def expect_another(self) -> None:
        """Count one more dialogue that has not begun."""
        with self._lock:
            self._expected += 1

    def allot(self) -> int:
        """Return the bytes for a dialogue that begins: an equal share of what is left."""
        with self._lock:
            share = max(MIN_BYTES, min(BUDGET_BYTES, self._left // self._expected))
            self._left = max(0, self._left - share)
            self._expected -= 1
            return share

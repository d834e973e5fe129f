# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one moment by which all must be done, whatever a server does."""

from __future__ import annotations

import time


class Deadline:
    """So many seconds from now on. `moment` is one of the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    @property
    def remaining(self) -> float:
        """Seconds that are left, 0 where none are."""
        return max(self.end - time.monotonic(), 0.0)

    @property
    def expired(self) -> bool:
        """Whether the time is over."""
        return self.remaining <= 0

    def extend(self, seconds: float) -> None:
        """Let there be at least so many seconds from now on."""
        self.end = max(self.end, time.monotonic() + seconds)

    def sleep(self, seconds: float) -> None:
        """Do nothing for so long, but not beyond the end."""
        time.sleep(min(seconds, self.remaining))

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time by which the module must be done, whatever a server does."""

from __future__ import annotations

import time


class Deadline:
    """A deadline some seconds from now. `end` is a time of the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    @property
    def remaining(self) -> float:
        """The seconds until the deadline, 0 after it."""
        return max(self.end - time.monotonic(), 0.0)

    @property
    def expired(self) -> bool:
        """Whether the deadline has passed."""
        return self.remaining <= 0

    def extend(self, seconds: float) -> None:
        """Move the deadline, if necessary, to at least this number of seconds from now."""
        self.end = max(self.end, time.monotonic() + seconds)

    def sleep(self, seconds: float) -> None:
        """Sleep, but not beyond the deadline."""
        time.sleep(min(seconds, self.remaining))

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The limits of one diagnosis: a number of connections, and a time. No I/O."""

from __future__ import annotations

import typing as t

# A diagnosis must not become a load of its own, nor look like an attack.
CONNECTIONS = 6
SECONDS = 10.0


class OutOfBudget(Exception):
    """The diagnosis has no connection or no time left. The text says which."""


class Budget:
    """What one diagnosis may still use. `now` is the clock of the network."""

    def __init__(
        self,
        now: t.Callable[[], float],
        connections: int = CONNECTIONS,
        seconds: float = SECONDS,
    ) -> None:
        self._now = now
        self._most = connections
        self._seconds = seconds
        self._started = now()
        self.connections_left = connections

    @property
    def connections(self) -> int:
        """The number of connections that were used."""
        return self._most - self.connections_left

    @property
    def seconds(self) -> float:
        """The number of seconds that have passed."""
        return self._now() - self._started

    @property
    def seconds_left(self) -> float:
        """The number of seconds that are left, 0 or more."""
        return max(self._seconds - self.seconds, 0.0)

    def check_time(self) -> None:
        """Raise OutOfBudget if no time is left."""
        if not self.seconds_left:
            raise OutOfBudget(f"no time is left (at most {self._seconds:.3g} s)")

    def spend_connection(self) -> None:
        """Count a connection that is about to be made. Raise OutOfBudget if it is too many."""
        self.check_time()
        if not self.connections_left:
            raise OutOfBudget(f"a diagnosis makes at most {self._most} connections")
        self.connections_left -= 1

    def spend_more(self, connections: int) -> None:
        """Count connections that were made beside one that was counted before."""
        self.connections_left = max(self.connections_left - connections, 0)

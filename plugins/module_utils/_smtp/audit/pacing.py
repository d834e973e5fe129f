# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Limit the connections to one server: in all, and in a minute. No I/O but the wait.

Servers limit a client to some 50 connections at once and 60 in a minute, and then refuse what they
would accept. An audit makes one connection at a time.
"""

from __future__ import annotations

import collections
import typing as t

CONNECTIONS = 40
PER_MINUTE = 30

_MINUTE = 60.0


class NoConnectionLeft(Exception):
    """The audit may not connect any more. The text says why."""


class Pace:
    """The connections of one audit. `now` is the clock of the network; `wait` waits in seconds."""

    def __init__(
        self,
        now: t.Callable[[], float],
        wait: t.Callable[[float], None],
        connections: int = CONNECTIONS,
        until: float = float("inf"),
    ) -> None:
        self._now = now
        self._wait = wait
        self._most = min(connections, CONNECTIONS)
        self._until = until
        self._recent: collections.deque[float] = collections.deque(maxlen=PER_MINUTE)
        self.connections = 0

    @property
    def left(self) -> int:
        """The number of connections that are left."""
        return self._most - self.connections

    def take(self) -> None:
        """Wait until a connection may be made, and count it. Raise NoConnectionLeft."""
        if self.left <= 0:
            raise NoConnectionLeft(f"an audit makes at most {self._most} connections to a server")
        if len(self._recent) == PER_MINUTE:
            pause = self._recent[0] + _MINUTE - self._now()
            if pause > 0 and self._now() + pause < self._until:
                self._wait(pause)
        if self._now() >= self._until or (
            len(self._recent) == PER_MINUTE and self._recent[0] + _MINUTE > self._now()
        ):
            raise NoConnectionLeft("the time for the audit is over")
        self._recent.append(self._now())
        self.connections += 1

    def give_back(self) -> None:
        """Count the last connection no more, as the server has refused it, or does not listen."""
        self._recent.pop()
        self.connections -= 1

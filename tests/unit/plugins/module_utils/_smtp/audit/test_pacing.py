# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connections of an audit, on a clock that moves only where it waits."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.pacing import (
    CONNECTIONS,
    NoConnectionLeft,
    Pace,
)


class Clock:
    """A clock, and a wait on it."""

    def __init__(self) -> None:
        self.time = 100.0

    def now(self) -> float:
        """Return the time."""
        return self.time

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.time += seconds


def test_there_are_never_sixty_connections_in_a_minute_nor_more_than_forty_in_all() -> None:
    clock = Clock()
    pace = Pace(clock.now, clock.wait)
    times = []
    while pace.left:
        pace.take()
        times.append(clock.time)
    with pytest.raises(NoConnectionLeft, match="at most 40 connections"):
        pace.take()

    assert len(times) == CONNECTIONS == 40
    assert max(sum(start <= one < start + 60 for one in times) for start in times) == 30


def test_a_slow_server_is_not_waited_for() -> None:
    clock = Clock()
    pace = Pace(clock.now, clock.wait)
    for _connection in range(40):
        pace.take()
        clock.time += 3

    assert clock.time == 100 + 40 * 3


def test_fewer_connections_may_be_allowed_but_not_more() -> None:
    clock = Clock()
    assert Pace(clock.now, clock.wait, connections=5).left == 5
    assert Pace(clock.now, clock.wait, connections=500).left == CONNECTIONS


def test_nobody_waits_for_a_connection_past_the_end() -> None:
    clock = Clock()
    pace = Pace(clock.now, clock.wait, until=clock.time + 10)
    for _connection in range(30):
        pace.take()
    with pytest.raises(NoConnectionLeft, match="the time for the audit is over"):
        pace.take()

    assert clock.time == 100


def test_no_connection_is_made_when_the_time_is_over() -> None:
    clock = Clock()
    pace = Pace(clock.now, clock.wait, until=clock.time)
    with pytest.raises(NoConnectionLeft, match="time"):
        pace.take()


def test_a_connection_that_nobody_took_does_not_count() -> None:
    clock = Clock()
    pace = Pace(clock.now, clock.wait)
    for _attempt in range(50):
        pace.take()
        pace.give_back()

    assert (pace.connections, clock.time) == (0, 100)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A channel waits until the moment it is given: never less, and hardly more."""

from __future__ import annotations

import contextlib
import socket
import time
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.channel import Channel
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.names import Address
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.words import Broken

# What a busy machine may take longer.
PATIENCE = 5.0
LONG = 10.0


class Ends(t.NamedTuple):
    """The two ends of a connection that was given a long time to be made."""

    ours: Channel
    theirs: socket.socket


@pytest.fixture
def ends() -> t.Iterator[Ends]:
    with contextlib.ExitStack() as open_ones:
        listener = open_ones.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        address = Address(socket.AF_INET, listener.getsockname())
        channel = Channel.open(address, None, time.monotonic() + LONG)
        open_ones.callback(channel.close)
        yield Ends(channel, open_ones.enter_context(listener.accept()[0]))


def seconds_to_time_out(do: t.Callable[[float], object], wanted: float) -> float:
    """Give how long it takes until what has so many seconds is given up."""
    started = time.monotonic()
    with pytest.raises(Broken) as broken:
        do(started + wanted)
    assert broken.value.kind == "timeout"
    return time.monotonic() - started


@pytest.mark.parametrize("before", [0.0, 0.1, LONG])
def test_it_waits_for_bytes_as_long_as_it_is_told_whatever_it_was_told_before(
    ends: Ends, before: float
) -> None:
    if before:
        ends.theirs.sendall(b"220 ok\r\n")
        assert ends.ours.receive(time.monotonic() + before) == b"220 ok\r\n"

    assert 0.2 <= seconds_to_time_out(ends.ours.receive, 0.2) < PATIENCE


def test_bytes_that_drip_in_buy_no_time(ends: Ends) -> None:
    started = time.monotonic()

    def receive_all(until: float) -> None:
        while True:
            ends.theirs.sendall(b"2")
            ends.ours.receive(until)

    assert seconds_to_time_out(receive_all, 0.2) < PATIENCE
    assert time.monotonic() - started >= 0.2


def test_it_waits_for_a_server_that_takes_nothing_as_long_as_it_is_told(ends: Ends) -> None:
    data = bytes(64 * 1024 * 1024)

    assert 0.2 <= seconds_to_time_out(lambda until: ends.ours.send(data, until), 0.2) < PATIENCE


def test_it_waits_again_after_it_has_looked_without_waiting(ends: Ends) -> None:
    assert ends.ours.peek() == b""

    assert 0.2 <= seconds_to_time_out(ends.ours.receive, 0.2) < PATIENCE

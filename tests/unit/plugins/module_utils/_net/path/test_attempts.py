# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attempts to connect are made side by side, and each has an outcome."""

from __future__ import annotations

import errno
import socket
import time
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.attempts import (
    Attempts,
    Outcome,
    error_number,
    outcome_of,
)
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.icmp import Icmp
from ansible_collections.mailops.smtp.tests.unit.scripted import FilteredPort, closed_port

LONG = 10.0
EXPIRED, NO_PORT = Icmp("expired", "10.0.1.1"), Icmp("no port", "10.0.1.1")


def at(port: int, ip: str = "127.0.0.1") -> Address:
    return Address(socket.AF_INET, (ip, port))


def outcome(address: Address, seconds: float = LONG, **how: t.Any) -> Outcome:
    """Make one attempt."""
    with Attempts(how.pop("source_address", None)) as attempts:
        number = attempts.begin(address, **how)
        attempts.wait(time.monotonic() + seconds, lambda: False)
        return attempts.outcome(number)


class TestOnThisHost:
    def test_a_listener_connects(self) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            found = outcome(at(listener.getsockname()[1]), hops=1)
        assert (found.state, found.errno, found.own) == ("connected", None, "127.0.0.1")
        assert found.arrived

    def test_an_answer_counts_though_nobody_looked_before_the_time_was_over(self) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            found = outcome(at(listener.getsockname()[1]), seconds=-1.0)
        assert found.state == "connected"

    def test_a_closed_port_refuses(self) -> None:
        found = outcome(at(closed_port()))
        assert (found.state, found.errno) == ("refused", "ECONNREFUSED")
        assert found.arrived

    def test_a_filtered_port_is_silent(self) -> None:
        with FilteredPort() as port:
            assert outcome(at(port.port), 0.05).state == "silent"

    def test_an_address_that_is_not_of_this_host_sends_nothing(self) -> None:
        found = outcome(at(closed_port()), source_address="192.0.2.1")
        assert (found.state, found.errno) == ("local", "EADDRNOTAVAIL")

    def test_a_system_that_forbids_it_sends_nothing(self) -> None:
        found = outcome(at(25, "255.255.255.255"))
        assert found.state == "local"

    def test_the_wait_ends_when_it_is_enough(self) -> None:
        with FilteredPort() as port, Attempts() as attempts:
            attempts.begin(at(port.port))
            started = time.monotonic()
            attempts.wait(started + LONG, lambda: True)
            assert time.monotonic() - started < LONG / 2


@pytest.mark.parametrize(
    ("number", "message", "at_once", "state", "arrived"),
    [
        pytest.param(0, None, False, "connected", True, id="connected"),
        pytest.param(errno.ECONNREFUSED, None, False, "refused", True, id="reset"),
        pytest.param(errno.ECONNREFUSED, NO_PORT, False, "refused", False, id="by a router"),
        pytest.param(errno.EHOSTUNREACH, EXPIRED, False, "unreachable", False, id="TTL"),
        pytest.param(errno.EHOSTUNREACH, None, True, "local", False, id="no route here"),
        pytest.param(errno.EACCES, None, True, "local", False, id="prohibited here"),
        pytest.param(errno.ECONNREFUSED, None, True, "refused", True, id="loopback"),
        pytest.param(errno.ETIMEDOUT, None, False, "silent", False, id="the kernel gives up"),
    ],
)
def test_an_error_number_has_an_outcome(
    number: int, message: Icmp | None, at_once: bool, state: str, arrived: bool
) -> None:
    found = outcome_of(number, 0.5, message, "10.0.1.2", at_once)
    assert (found.state, found.arrived, found.seconds) == (state, arrived, 0.5)
    assert found.errno == (errno.errorcode[number] if number else None)
    assert found.expired is (message is EXPIRED)


def test_a_message_stands_for_an_error_number() -> None:
    assert error_number(NO_PORT) == errno.ECONNREFUSED
    assert error_number(EXPIRED) == errno.EHOSTUNREACH

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first address that answers is taken, and each that does not has its reason."""

from __future__ import annotations

import socket
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError
from ansible_collections.mailops.smtp.plugins.module_utils._net.network import open_first
from ansible_collections.mailops.smtp.plugins.module_utils._net.tcp_info import TcpInfo
from ansible_collections.mailops.smtp.tests.unit.scripted import closed_port

FIRST, SECOND = (Address(socket.AF_INET, (f"192.0.2.{number}", 25)) for number in (1, 2))
TIMEOUT = 10.0


class Routes:
    """A network with a clock of its own: each address has a stream or an error, after some time."""

    def __init__(self, *outcomes: tuple[t.Any, float]) -> None:
        self.time = 100.0
        self.limits: list[float] = []
        self._outcomes = list(outcomes)

    def now(self) -> float:
        return self.time

    def connect(self, _address: Address, _source_address: str | None, until: float) -> t.Any:
        self.limits.append(until - self.time)
        outcome, seconds = self._outcomes.pop(0)
        self.time += seconds
        if isinstance(outcome, ProbeError):
            raise outcome
        return outcome


class Connected(t.NamedTuple):
    """A stream that only has an end here."""

    local: tuple[str, int] = ("198.51.100.7", 40000)


def refused() -> ProbeError:
    return ProbeError("connect", "Connection refused")


def silent() -> ProbeError:
    return ProbeError("timeout", "no answer")


def connect(network: Routes, deadline: float = 60.0, spent: float = 0.0) -> tuple[t.Any, list[str]]:
    """Return the stream or the error, and what was told on the way."""
    events: list[str] = []
    addresses = [FIRST, SECOND]
    end = network.time + deadline
    try:
        return open_first(addresses, None, TIMEOUT, end, events.append, spent, network), events
    except ProbeError as error:
        return error, events


def test_the_first_that_answers_is_taken():
    stream = Connected()
    assert connect(Routes((stream, 0))) == (
        stream,
        ["connecting to 192.0.2.1 port 25", "connected from 198.51.100.7 port 40000"],
    )


def test_the_next_is_tried_where_one_does_not():
    stream = Connected()
    assert connect(Routes((refused(), 0), (stream, 0))) == (
        stream,
        [
            "connecting to 192.0.2.1 port 25",
            "192.0.2.1 port 25: Connection refused",
            "connecting to 192.0.2.2 port 25",
            "connected from 198.51.100.7 port 40000",
        ],
    )


def test_the_reasons_of_all_are_told():
    error, _events = connect(Routes((refused(), 0), (silent(), TIMEOUT)))
    assert error.text == "192.0.2.1 port 25: Connection refused; 192.0.2.2 port 25: no answer"
    assert error.kind == "timeout"
    assert [cause.kind for cause in error.causes] == ["connect", "timeout"]


def test_the_last_address_that_tells_something_tells_the_rest():
    lost = TcpInfo(1, 5, None, 524, 1500)
    first = ProbeError("connect", "Connection refused", errno="ECONNREFUSED")
    second = ProbeError("timeout", "no answer", tcp_info=lost)
    third = ProbeError("local", "no route", errno="ENETUNREACH")
    error, _events = connect(Routes((first, 0.25), (second, 5)))
    assert (error.errno, error.tcp_info, error.seconds) == (None, lost, 5.0)
    error, _events = connect(Routes((first, 0.25), (third, 0.5)))
    assert (error.errno, error.tcp_info, error.seconds) == ("ECONNREFUSED", None, 0.25)
    assert [cause.seconds for cause in error.causes] == [0.25]


def test_what_this_host_lacks_tells_less_than_what_the_network_said():
    error, _events = connect(Routes((refused(), 0), (ProbeError("local", "no route"), 0)))
    assert error.kind == "connect"
    assert error.text.endswith("no route")


def test_what_this_host_lacks_is_the_reason_where_there_is_no_other():
    lacks = ProbeError("local", "no route")
    error, _events = connect(Routes((lacks, 0), (lacks, 0)))
    assert error.kind == "local"


def test_each_address_has_its_time_and_all_have_the_deadline():
    network = Routes((silent(), TIMEOUT), (silent(), 5))
    connect(network, deadline=15.0)
    assert network.limits == [TIMEOUT, 5.0]


def test_silence_proves_nothing_where_another_has_used_up_the_time():
    error, _events = connect(Routes((silent(), TIMEOUT), (silent(), 5)), deadline=15.0)
    first, second = error.causes
    assert first.inconclusive is None
    assert second.inconclusive == "the deadline left no time for 192.0.2.2 port 25"


def test_silence_proves_nothing_where_the_look_up_has_used_up_the_time():
    network = Routes((silent(), 2), (refused(), 0))
    error, _events = connect(network, deadline=2.0, spent=8.0)
    assert error.causes[0].inconclusive is not None
    assert error.causes[1].inconclusive is None  # a refusal is one, however little time there is


def test_the_sockets_of_this_host_are_the_default(tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "server"))
        listener.listen(1)
        address = Address(socket.AF_UNIX, str(tmp_path / "server"))
        events: list[str] = []
        end = 1e12
        open_first([address], None, TIMEOUT, end, events.append).close()
    assert events == [f"connecting to {tmp_path}/server", "connected"]
    nobody = Address(socket.AF_INET, ("127.0.0.1", closed_port()))
    with pytest.raises(ProbeError) as caught:
        open_first([nobody], None, TIMEOUT, end, events.append)
    assert caught.value.kind == "connect"

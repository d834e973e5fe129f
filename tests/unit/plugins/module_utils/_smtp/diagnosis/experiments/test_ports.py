# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other ports and other addresses of the server say what is wrong with this one."""

from __future__ import annotations

import contextlib
import socket
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.attempts import Outcome
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.icmp import Icmp
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    ports,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.investigation import (
    Investigation,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.model import Conclusion
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.investigations import investigation_of
from ansible_collections.mailops.smtp.tests.unit.scripted import closed_port

OPEN, SILENT = Outcome("connected"), Outcome("silent")
REFUSED = Outcome("refused", "ECONNREFUSED")
REJECTED = Outcome("unreachable", "EHOSTUNREACH", 0.0, Icmp("prohibited", "10.0.1.1"))
PORTS = [Address(socket.AF_INET, ("192.0.2.1", port)) for port in (465, 587)]

FIRST, SECOND = (Address(socket.AF_INET, (ip, 25)) for ip in ("192.0.2.1", "192.0.2.2"))
SIX = Address(socket.AF_INET6, ("2001:db8::1", 25, 0, 0))

FAILURE = Failure("connect", "connect", "Connection refused", errno="ECONNREFUSED")


@pytest.mark.parametrize(
    ("outcomes", "refused", "cause"),
    [
        pytest.param([SILENT, OPEN], True, "port-of-service", id="it listens elsewhere"),
        pytest.param([REFUSED, REFUSED], True, "service-listens", id="it does not run"),
        pytest.param([REFUSED, SILENT], True, None, id="nobody knows"),
        pytest.param([OPEN, SILENT], False, "firewall-drops", id="this port is filtered"),
        pytest.param([SILENT, REJECTED], False, None, id="none answers"),
    ],
)
def test_other_ports_come_to_a_cause(
    outcomes: list[Outcome], refused: bool, cause: str | None
) -> None:
    (finding,) = ports.findings_of_ports(PORTS, outcomes, refused)
    assert finding.conclusion == (Conclusion(cause, "consistent") if cause else None)


def test_their_states_are_shown() -> None:
    (finding,) = ports.findings_of_ports(PORTS, [OPEN, REJECTED], False)
    assert finding.evidence.value == "465: open, 587: rejected by 10.0.1.1 (prohibited)"


def test_without_other_ports_there_is_no_finding() -> None:
    assert list(ports.findings_of_ports([], [], True)) == []


NAMES_ALL = Failure(
    "connect", "timeout", "; ".join(f"{one}: no answer" for one in (FIRST, SECOND, SIX))
)
TOO_LONG = Failure("connect", "expectation", "connecting took 3.0 s, more than max_seconds")


@pytest.mark.parametrize(
    ("states", "conclusions"),
    [
        pytest.param(
            {FIRST: SILENT, SECOND: OPEN}, [("dead-address", "proven"), None], id="dead first"
        ),
        pytest.param(
            {FIRST: OPEN, SECOND: REFUSED}, [None, ("dead-address", "proven")], id="dead second"
        ),
        pytest.param(
            {SIX: SILENT, FIRST: OPEN}, [("ipv4-without-ipv6", "proven"), None], id="dead IPv6"
        ),
        pytest.param(
            {FIRST: SILENT, SIX: OPEN}, [("dead-address", "proven"), None], id="dead IPv4"
        ),
        pytest.param({FIRST: SILENT, SECOND: SILENT}, [None, None], id="all dead"),
        pytest.param({FIRST: OPEN, SECOND: OPEN}, [None, None], id="all good"),
    ],
)
def test_other_addresses_come_to_a_cause(
    states: dict[Address, Outcome], conclusions: list[t.Any]
) -> None:
    findings = ports.findings_of_addresses(list(states), list(states.values()), NAMES_ALL)
    assert [one.conclusion for one in findings] == [
        Conclusion(*one) if one else None for one in conclusions
    ]


@pytest.mark.parametrize(
    ("states", "proven"),
    [
        pytest.param([SILENT, OPEN], [True, False], id="tried before"),
        pytest.param([OPEN, SILENT], [False, False], id="not tried"),
        pytest.param([SILENT, SILENT], [False, False], id="no good one"),
    ],
)
def test_a_dead_address_takes_time_only_if_it_was_tried(
    states: list[Outcome], proven: list[bool]
) -> None:
    findings = ports.findings_of_addresses([FIRST, SECOND], states, TOO_LONG)
    assert [bool(one.conclusion) for one in findings] == proven


def test_a_dead_address_that_the_failure_does_not_name_is_not_the_cause() -> None:
    failure = Failure("connect", "timeout", f"{FIRST}: no answer within 3.0 s")
    for states in ([SILENT, SILENT, OPEN], [SILENT, OPEN, OPEN]):
        findings = list(ports.findings_of_addresses([SECOND, FIRST, SIX], states, failure))
        assert findings[0].conclusion is None


@contextlib.contextmanager
def listener() -> t.Iterator[int]:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        yield sock.getsockname()[1]


def at(*ports: int) -> Investigation:
    """Return an investigation of a server with an address for each port of this host."""
    investigation, _network = investigation_of(failure=FAILURE)
    addresses = tuple(Address(socket.AF_INET, ("127.0.0.1", port)) for port in ports)
    investigation.lookup = investigation.lookup._replace(addresses=addresses)
    return investigation


class TestOnThisHost:
    def test_a_dead_address_beside_a_good_one_is_found(self) -> None:
        with listener() as port:
            investigation = at(closed_port(), port)
            named = f"{investigation.addresses[0]}: Connection refused"
            investigation.failure = FAILURE._replace(text=named)
            findings = list(ports.addresses_of_server(investigation))
        assert findings[0].conclusion == Conclusion("dead-address", "proven")
        assert investigation.budget.connections == 1  # that of the good one
        lines = "\n".join(investigation.transcript.lines)
        assert f"connecting to 127.0.0.1 port {port}: open" in lines
        assert f"connecting to {investigation.addresses[0]}: refused" in lines

    def test_a_path_that_was_to_be_closed_has_no_dead_address(self) -> None:
        investigation = at(closed_port(), closed_port())
        investigation.failure = Failure("connect", "expectation", "connected, not refused")
        assert list(ports.addresses_of_server(investigation)) == []

    def test_one_address_cannot_be_compared(self) -> None:
        assert list(ports.addresses_of_server(at(closed_port()))) == []

    def test_other_ports_are_those_of_mail(self) -> None:
        (finding,) = ports.other_mail_ports(at(closed_port()))
        assert [part[:3] for part in finding.evidence.value.split(", ")] == ["25:", "465", "587"]

    def test_the_other_family_is_looked_up_if_one_was_asked_for(self) -> None:
        with listener() as port:
            investigation, _network = investigation_of(
                failure=FAILURE, host="127.0.0.1", port=port, address_family="ipv6"
            )
            findings = list(ports.addresses_of_server(investigation))
        assert f"address 127.0.0.1 port {port}" in [one.evidence.fact for one in findings]

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two ladders, of which one is to a closed port, say why the other ends.

tests/interop/test_diagnosis_network.py climbs them over real routers.
"""

from __future__ import annotations

import socket
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.attempts import Outcome
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.icmp import Icmp
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.ttl_ladder import Ladder
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import path
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments.path import (
    findings_from,
    gets_further,
    value_of,
    where_path_ends,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.model import (
    Conclusion,
    Finding,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.investigations import investigation_of
from ansible_collections.mailops.smtp.tests.unit.scripted import closed_port

SERVER, HERE = "10.0.4.2", "10.0.1.2"
R1, R2, R3 = "10.0.1.1", "10.0.2.2", "10.0.3.2"
ADDRESS = Address(socket.AF_INET, (SERVER, 25))

SILENT = Outcome("silent", own=HERE)
UNSENT = SILENT._replace(unsent=True)
CONNECTED = Outcome("connected", None, 0.01, None, HERE)
RESET = Outcome("refused", "ECONNREFUSED", 0.01, None, HERE)


def expired(router: str) -> Outcome:
    return Outcome("unreachable", "EHOSTUNREACH", 0.01, Icmp("expired", router), HERE)


def told(meaning: str, sender: str, seconds: float = 0.01) -> Outcome:
    return Outcome("unreachable", "EHOSTUNREACH", seconds, Icmp(meaning, sender), HERE)


def ladder(whole: Outcome, *rungs: Outcome) -> Ladder:
    return Ladder(ADDRESS, whole, rungs)


E1, E2, E3 = expired(R1), expired(R2), expired(R3)
LOCAL = ladder(Outcome("local", "EACCES", own=HERE))
NO_ROUTE = ladder(Outcome("local", "ENETUNREACH", own=HERE))
NO_SOCKET = ladder(Outcome("local", "EMFILE", own=HERE))

# The closed port of a server behind three routers.
CLOSED = ladder(RESET, E1, E2, E3, RESET)
ALL_SILENT = ladder(SILENT, E1, SILENT, SILENT, SILENT)


def prohibited(router: str, *before: Outcome) -> Ladder:
    return ladder(told("prohibited", router), *before, told("prohibited", router))


@pytest.mark.parametrize(
    ("subject", "reference", "causes"),
    [
        pytest.param(ladder(CONNECTED), CLOSED, [("lost-packets", "open")], id="open"),
        pytest.param(
            CLOSED, CLOSED, [("service-listens", "consistent")], id="nobody listens on either"
        ),
        pytest.param(
            CLOSED, ALL_SILENT, [("service-listens", "consistent")], id="the other is filtered"
        ),
        pytest.param(
            ladder(RESET, E1, RESET, RESET, RESET),
            CLOSED,
            [("firewall-resets", "proven")],
            id="reset on the way",
        ),
        pytest.param(
            ladder(RESET, E1, E2, RESET, RESET),
            ladder(RESET, E1, E2, SILENT, RESET),
            [("service-listens", "consistent")],
            id="a reset of the other port was lost",
        ),
        pytest.param(
            ladder(RESET, RESET, RESET, RESET, RESET),
            CLOSED,
            [("forbidden-here", "consistent")],
            id="reset before the first router",
        ),
        pytest.param(
            ladder(SILENT, SILENT, SILENT, SILENT, SILENT),
            CLOSED,
            [("firewall-drops", "proven")],
            id="dropped at router 1",
        ),
        pytest.param(
            ladder(SILENT, E1, SILENT, SILENT, SILENT),
            CLOSED,
            [("firewall-drops", "proven")],
            id="dropped at router 2",
        ),
        pytest.param(
            ladder(SILENT, E1, SILENT, SILENT, SILENT),
            ladder(RESET, E1, SILENT, RESET, RESET),
            [("firewall-drops", "consistent"), ("accept-queue-full", "open")],
            id="router 2 reports nothing for either port",
        ),
        pytest.param(
            ladder(SILENT, E1, SILENT, SILENT, SILENT),
            ladder(RESET, E1, SILENT, E3, RESET),
            [("firewall-drops", "proven")],
            id="router 2 reports nothing, and router 3 for the other port alone",
        ),
        pytest.param(
            ladder(SILENT, E1, E2, E3, SILENT),
            CLOSED,
            [("firewall-drops", "consistent"), ("accept-queue-full", "open")],
            id="dropped at the server, or its queue is full",
        ),
        pytest.param(
            ladder(SILENT, E1, SILENT, SILENT),
            ladder(CONNECTED),
            [("firewall-drops", "consistent"), ("accept-queue-full", "open")],
            id="the other port is open, so there are no rungs to compare",
        ),
        pytest.param(
            ladder(SILENT, E1, SILENT, SILENT, SILENT),
            ladder(SILENT, E1, E2, SILENT, SILENT),
            [("firewall-drops", "proven")],
            id="the other port ends later",
        ),
        pytest.param(ALL_SILENT, ALL_SILENT, [("path-ends", "consistent")], id="all ports end"),
        pytest.param(
            ladder(SILENT, SILENT),
            ladder(SILENT, SILENT),
            [("path-ends", "consistent")],
            id="not even the first router answers",
        ),
        pytest.param(
            prohibited(R2, E1, E2), CLOSED, [("firewall-prohibits", "proven")], id="prohibited"
        ),
        pytest.param(
            prohibited(R2, E1, E2),
            prohibited(R2, E1, E2),
            [("firewall-prohibits", "consistent")],
            id="prohibited for all ports",
        ),
        pytest.param(
            ladder(told("no port", R2), E1, E2),
            CLOSED,
            [("firewall-resets", "proven")],
            id="no port, by a router",
        ),
        pytest.param(
            ladder(told("no host", R2), E1, E2),
            CLOSED,
            [("firewall-prohibits", "proven")],
            id="no host, for one port",
        ),
        pytest.param(
            ladder(told("no route", R2), E1, E2),
            ladder(told("no route", R2), E1, E2),
            [("route-both-ways", "consistent")],
            id="no route",
        ),
        pytest.param(
            ladder(told("no host", R3, 3.05), E1, E2, E3),
            ladder(told("no host", R3, 3.05), E1, E2, E3),
            [("stale-address", "consistent")],
            id="host down",
        ),
        pytest.param(
            ladder(told("no host", HERE, 3.05)),
            ladder(told("no host", HERE, 3.05)),
            [("stale-address", "consistent")],
            id="neighbour down",
        ),
        pytest.param(
            ladder(told("expired", R2), E1, E2),
            ladder(told("expired", R2), E1, E2),
            [("routing-loop", "consistent")],
            id="a circle",
        ),
        pytest.param(
            prohibited(HERE), CLOSED, [("forbidden-here", "proven")], id="rejected by this host"
        ),
        pytest.param(
            LOCAL, LOCAL, [("forbidden-here", "consistent")], id="all rejected by this host"
        ),
        pytest.param(
            ladder(UNSENT, UNSENT),
            CLOSED,
            [("forbidden-here", "proven")],
            id="dropped by this host",
        ),
        pytest.param(
            ladder(UNSENT, UNSENT),
            ladder(UNSENT, UNSENT),
            [("forbidden-here", "consistent")],
            id="all dropped by this host",
        ),
        pytest.param(
            NO_ROUTE, NO_ROUTE, [("route-from-here", "consistent")], id="no route from here"
        ),
        pytest.param(NO_SOCKET, NO_SOCKET, [], id="no socket"),
    ],
)
def test_two_ladders_come_to_causes(
    subject: Ladder, reference: Ladder, causes: list[t.Any]
) -> None:
    findings = list(findings_from(subject, reference))
    assert [one.conclusion for one in findings if one.conclusion] == [
        Conclusion(*cause) for cause in causes
    ]
    concluded = {cause for cause, _certainty in causes}
    assert not concluded & {cause for one in findings for cause in one.excludes}


@pytest.mark.parametrize("subject", [CLOSED, ALL_SILENT, prohibited(R1, E1), LOCAL])
def test_a_port_that_this_host_blocks_too_proves_nothing(subject: Ladder) -> None:
    assert not gets_further(subject, LOCAL)


def test_over_ipv6_a_firewall_prohibits_in_another_way() -> None:
    six = Address(socket.AF_INET6, ("fd00:4::2", 25, 0, 0))
    subject = prohibited("fd00:2::2")._replace(address=six)
    findings = list(findings_from(subject, subject))
    assert findings[-1].conclusion == Conclusion("firewall-prohibits-ipv6", "consistent")


@pytest.mark.parametrize(
    ("climbed", "value"),
    [
        (ladder(CONNECTED), "connected"),
        (CLOSED, f"1: {R1}; 2: {R2}; 3: {R3}; refused from TTL 4 on"),
        (ladder(RESET), "refused"),
        (
            ladder(SILENT, E1, SILENT, E3, SILENT),
            f"1: {R1}; 2: no answer; 3: {R3}; no answer beyond",
        ),
        (prohibited(R2, E1, E2), f"1: {R1}; 2: {R2}; rejected by {R2} (prohibited)"),
        (LOCAL, "rejected at once (EACCES)"),
        (NO_ROUTE, "not sent (ENETUNREACH)"),
        (NO_SOCKET, "not possible here"),
    ],
)
def test_a_ladder_is_shown_with_its_routers(climbed: Ladder, value: str) -> None:
    assert value_of(climbed) == value


REFUSED = Failure("connect", "connect", "Connection refused", errno="ECONNREFUSED")


def made(failure: Failure = REFUSED, *scripts: str) -> tuple[list[Finding], int]:
    """Make the experiment on this host. Return its findings, and the number of connections."""
    investigation, _network = investigation_of(*scripts, failure=failure, port=closed_port())
    port = investigation.plan.endpoint.port
    lookup = investigation.lookup
    (address,) = lookup.addresses
    investigation.lookup = lookup.at(address._replace(sockaddr=(address.ip, port)))
    return list(where_path_ends(investigation)), investigation.budget.connections


def test_a_closed_port_of_this_host_is_refused() -> None:
    findings, connections = made()
    assert findings[-1].conclusion in (
        Conclusion("service-listens", "consistent"),
        None,  # where the system cannot make such connections
    )
    assert connections == 1


def test_another_system_says_that_it_was_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path, "climb", lambda *_arguments: [])
    (finding,), _connections = made()
    assert finding.evidence.value == "not asked"


def test_a_path_that_works_now_is_not_climbed() -> None:
    investigation, _network = investigation_of("S: 220 mx.example.org", failure=REFUSED)
    investigation.plan = investigation.plan._replace(
        steps=investigation.plan.steps._replace(stop_after="connect")
    )
    assert investigation.control.failure is None
    assert list(where_path_ends(investigation)) == []

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who answers with TTL 1, 2, 3 says where the path ends.

tests/interop/test_diagnosis_network.py climbs such ladders over real routers.
"""

from __future__ import annotations

import socket
import sys

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.attempts import Outcome
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.icmp import Icmp
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.ttl_ladder import (
    Ladder,
    Reading,
    climb,
    read,
)
from ansible_collections.mailops.smtp.tests.unit.scripted import FilteredPort, closed_port

SERVER, HERE = "10.0.3.2", "10.0.1.2"
R1, R2 = "10.0.1.1", "10.0.2.2"
ADDRESS = Address(socket.AF_INET, (SERVER, 25))
ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="has no error queue")

SILENT = Outcome("silent", own=HERE)
UNSENT = SILENT._replace(unsent=True)
CONNECTED = Outcome("connected", None, 0.01, None, HERE)
RESET = Outcome("refused", "ECONNREFUSED", 0.01, None, HERE)


def expired(router: str) -> Outcome:
    return Outcome("unreachable", "EHOSTUNREACH", 0.01, Icmp("expired", router), HERE)


def told(meaning: str, sender: str, seconds: float = 0.01) -> Outcome:
    """Return the outcome of an attempt that a message has ended."""
    return Outcome("unreachable", "EHOSTUNREACH", seconds, Icmp(meaning, sender), HERE)


def local(name: str) -> Outcome:
    return Outcome("local", name, 0.0, None, HERE)


def ladder(whole: Outcome, *rungs: Outcome) -> Ladder:
    return Ladder(ADDRESS, whole, rungs)


@pytest.mark.parametrize(
    ("climbed", "reading"),
    [
        pytest.param(ladder(CONNECTED), Reading("open"), id="open"),
        pytest.param(
            ladder(SILENT, expired(R1), SILENT, CONNECTED),
            Reading("open"),
            id="open, and the first packet was lost",
        ),
        pytest.param(
            ladder(RESET, expired(R1), expired(R2), RESET, RESET),
            Reading("refused", 3),
            id="nobody listens",
        ),
        pytest.param(ladder(RESET, RESET), Reading("refused", 1), id="reset before any router"),
        pytest.param(ladder(RESET, SILENT), Reading("refused"), id="refused, no rung tells where"),
        pytest.param(
            ladder(SILENT, SILENT, SILENT), Reading("silent", 0), id="dropped at router 1"
        ),
        pytest.param(
            ladder(SILENT, expired(R1), SILENT, SILENT),
            Reading("silent", 1, R1),
            id="dropped at router 2",
        ),
        pytest.param(
            ladder(SILENT, SILENT, expired(R2), SILENT),
            Reading("silent", 2, R2),
            id="a router that does not report is on the way",
        ),
        pytest.param(ladder(UNSENT, UNSENT), Reading("dropped here"), id="dropped here"),
        pytest.param(
            ladder(UNSENT, expired(R1), UNSENT),
            Reading("silent", 1, R1),
            id="what a router has answered was not dropped here",
        ),
        pytest.param(
            ladder(UNSENT, UNSENT, SILENT), Reading("silent", 0), id="one of them was sent"
        ),
        pytest.param(
            ladder(told("prohibited", R2), expired(R1), expired(R2), told("prohibited", R2)),
            Reading("rejected", 2, R2, "prohibited"),
            id="prohibited at router 2",
        ),
        pytest.param(
            ladder(told("prohibited", R2), expired(R1), SILENT, told("prohibited", R2)),
            Reading("rejected", 2, R2, "prohibited"),
            id="prohibited at router 2, which does not report the end of a TTL",
        ),
        pytest.param(
            ladder(SILENT, expired(R1), told("no route", R2), SILENT),
            Reading("rejected", 1, R2, "no route"),
            id="a router reports one rung and not the whole",
        ),
        pytest.param(
            ladder(
                told("prohibited", SERVER), expired(R1), expired(R2), told("prohibited", SERVER)
            ),
            Reading("rejected", 3, SERVER, "prohibited"),
            id="prohibited at the server",
        ),
        pytest.param(
            ladder(told("prohibited", R1), SILENT),
            Reading("rejected", None, R1, "prohibited"),
            id="rejected, no rung tells where",
        ),
        pytest.param(
            ladder(told("no host", R2), expired(R1), expired(R2)),
            Reading("rejected", 2, R2, "no host"),
            id="rejected as if there was no host",
        ),
        pytest.param(
            ladder(told("no host", R2, 3.05), expired(R1), expired(R2)),
            Reading("no host", 2, R2, "no host"),
            id="the server does not answer ARP",
        ),
        pytest.param(
            ladder(told("no host", HERE, 3.05), told("no host", HERE, 3.05)),
            Reading("no neighbour", 0, HERE, "no host"),
            id="the next hop does not answer ARP",
        ),
        pytest.param(
            ladder(told("prohibited", HERE), told("prohibited", HERE)),
            Reading("rejected here", 0, HERE, "prohibited"),
            id="rejected by a rule of this host",
        ),
        pytest.param(
            ladder(told("expired", R2), expired(R1), expired(R2), expired(R1)),
            Reading("loop", None, R2, "expired"),
            id="a circle",
        ),
        pytest.param(
            ladder(Outcome("unreachable", "EHOSTUNREACH", 0.01)),
            Reading("rejected"),
            id="an old kernel keeps no message",
        ),
        pytest.param(ladder(local("EACCES")), Reading("rejected here"), id="route prohibit"),
        pytest.param(ladder(local("EINVAL")), Reading("rejected here"), id="route blackhole"),
        pytest.param(ladder(local("EPERM")), Reading("rejected here"), id="a rule"),
        pytest.param(ladder(local("ENETUNREACH")), Reading("no route here"), id="no route"),
        pytest.param(ladder(local("EMFILE")), Reading("not possible here"), id="no socket"),
    ],
)
def test_a_ladder_has_a_meaning(climbed: Ladder, reading: Reading) -> None:
    assert read(climbed) == reading


@ON_LINUX
class TestOnThisHost:
    def test_a_closed_port_refuses_from_the_first_rung_on(self) -> None:
        (found,) = climb([Address(socket.AF_INET, ("127.0.0.1", closed_port()))])
        assert read(found) == Reading("refused", 1)
        assert found.connections == 0

    def test_an_open_port_is_not_asked_again(self) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            (found,) = climb([Address(socket.AF_INET, listener.getsockname())])
        assert read(found) == Reading("open")
        assert (found.connections, found.rungs) == (1, ())

    def test_a_filtered_port_is_silent_and_was_sent(self) -> None:
        with FilteredPort() as port:
            (found,) = climb([Address(socket.AF_INET, (port.host, port.port))], 0.4, None, 3)
        assert read(found) == Reading("silent", 0)
        assert len(found.rungs) == 3


def test_another_system_makes_no_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "freebsd13")
    assert climb([ADDRESS]) == []

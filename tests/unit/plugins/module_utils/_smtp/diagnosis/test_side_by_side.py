# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several failures are diagnosed at once, each with a server of its own."""

from __future__ import annotations

import contextlib
import select
import socket
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._net.resolver import BackgroundCall
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.request import (
    requests_from,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.side_by_side import (
    diagnose_all,
)
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_RCPT
from ansible_collections.mailops.smtp.tests.unit.investigations import DIALOGUE
from ansible_collections.mailops.smtp.tests.unit.scripted import (
    HUSH_SECONDS,
    PATIENCE,
    closed_port,
)

REFUSED = {"stage": "connect", "kind": "connect", "text": "Connection refused"}


def test_results_are_in_the_order_of_the_requests(scripted: t.Any) -> None:
    server = scripted(TO_RCPT + END)
    targets = [
        {"host": "127.0.0.1", "port": closed_port(), "failure": REFUSED},
        {"host": server.host, "port": server.port, "failure": REFUSED},
    ]

    refused, passed = diagnose_all(requests_from({**DIALOGUE, "targets": targets}))

    assert any("Connection refused" in one["value"] for one in refused["evidence"])
    assert passed["evidence"][0]["value"] == "passed"
    assert passed["connections"] == 1


def test_a_name_that_does_not_resolve_is_diagnosed_too() -> None:
    failure = {"stage": "connect", "kind": "resolve", "text": "no such name"}
    options = {**DIALOGUE, "host": "relay.invalid", "failure": failure}

    (result,) = diagnose_all(requests_from(options))

    assert result["certainty"] in ("open", "consistent", "proven")
    assert result["cause_id"]


RELAYING_DENIED = {
    "stage": "rcpt_to",
    "kind": "permanent",
    "code": 550,
    "enhanced_code": "5.7.1",
    "text": "5.7.1 Relaying denied",
}


def results_of(port: int, number: int) -> list[dict[str, t.Any]]:
    """Return the diagnoses of a number of failures of one server."""
    target = {"host": "127.0.0.1", "port": port, "failure": RELAYING_DENIED}
    return diagnose_all(requests_from({**DIALOGUE, "targets": [target] * number}))


def test_one_server_is_asked_about_one_failure_after_the_other() -> None:
    others: list[t.Any] = []

    def refuse(listening: socket.socket) -> None:
        for _connection in range(3):
            connection, _peer = listening.accept()
            with connection:
                others.append(select.select([listening], [], [], HUSH_SECONDS)[0])
                connection.sendall(b"554 5.7.1 no\r\n")

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = BackgroundCall(lambda: refuse(listening))
        results_of(listening.getsockname()[1], 3)
        listening.close()
        with contextlib.suppress(OSError):
            server.wait(PATIENCE)

    assert others == [[], [], []]


def test_after_a_421_the_server_is_asked_about_no_other_failure(scripted: t.Any) -> None:
    server = scripted(f"S: 421 4.7.0 too many connections{END}")

    first, *others = results_of(server.port, 3)

    assert first["connections"] == 1
    assert [one["connections"] for one in others] == [0, 0]
    assert all("421" in one for result in others for one in result["unasked"])

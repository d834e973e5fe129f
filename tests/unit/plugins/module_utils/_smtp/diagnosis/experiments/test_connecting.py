# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A failure at the stage `connect` is not always one to connect."""

from __future__ import annotations

import socket

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    _connecting,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.investigations import investigation_of

TIMEOUT = Failure("connect", "timeout", "no answer within 3.0 s")


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (TIMEOUT, True),
        (Failure("connect", "connect", "Connection refused"), True),
        (Failure("connect", "timeout", "no answer to the TLS handshake"), False),
        (Failure("connect", "tls", "the certificate is not trusted"), False),
    ],
)
def test_tls_needs_a_connection(failure: Failure, expected: bool) -> None:
    investigation, _network = investigation_of(failure=failure, tls="implicit")
    assert _connecting.fails_to_connect(investigation) is expected


def test_a_socket_has_no_network() -> None:
    investigation, _network = investigation_of(
        failure=TIMEOUT, host=None, socket="/run/lmtp", protocol="lmtp"
    )
    assert not _connecting.fails_to_connect(investigation)


@pytest.mark.parametrize(("script", "expected"), [("*: close", True), ("S: 220 hi", False)])
def test_a_control_that_passes_has_connected(script: str, expected: bool) -> None:
    investigation, _network = investigation_of(script, failure=TIMEOUT)
    steps = investigation.plan.steps._replace(stop_after="greeting")
    investigation.plan = investigation.plan._replace(steps=steps)
    assert investigation.control is not None
    assert _connecting.fails_to_connect(investigation) is expected


def test_the_address_that_the_failure_names_is_asked() -> None:
    first, second = (Address(socket.AF_INET, (ip, 25)) for ip in ("192.0.2.1", "192.0.2.2"))
    failure = TIMEOUT._replace(text="192.0.2.2 port 25: no answer within 3.0 s")
    investigation, _network = investigation_of(failure=failure)
    investigation.lookup = investigation.lookup._replace(addresses=(first, second))
    assert _connecting.failed_address(investigation) == second
    investigation.failure = TIMEOUT
    assert _connecting.failed_address(investigation) == first

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A follow-up that looks at a certificate ends after TLS."""

from __future__ import annotations

import socket
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.handshake import TlsSession
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    _certificates,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_RCPT
from ansible_collections.mailops.smtp.tests.unit.investigations import investigation_of

NAME = "mx.example.org"
ADDRESS = Address(socket.AF_INET, ("192.0.2.1", 25))
FAILURE = Failure("starttls", "tls", "the certificate is not trusted: certificate has expired")
# What Python 3.7 returns of a handshake that it has refused.
REFUSED = TlsSession(None, None, None, False, ("expired",), None, (), None, "expired")


@pytest.mark.parametrize("judges", [True, False])
@pytest.mark.parametrize(
    ("options", "tls", "stop_after"),
    [
        ({"tls": "opportunistic"}, "required", "starttls"),
        ({"tls": "implicit", "port": 465}, "implicit", "connect"),
    ],
)
def test_a_follow_up_ends_after_tls(
    options: t.Any, tls: str, stop_after: str, judges: bool
) -> None:
    investigation, _network = investigation_of(failure=FAILURE, host=NAME, **options)
    plan = _certificates.plan_up_to_tls(investigation.plan, ADDRESS, NAME, judges)
    assert (plan.tls.tls, plan.steps.stop_after, plan.tls_name) == (tls, stop_after, NAME)
    assert plan.tls.judges is judges
    assert plan.envelope.mail_from is None


def test_without_a_name_the_address_is_asked_for() -> None:
    investigation, _network = investigation_of(failure=FAILURE, host=NAME)
    plan = _certificates.plan_up_to_tls(investigation.plan, ADDRESS, "", judges=False)
    assert plan.tls_name == "192.0.2.1"


class TestTheControl:
    def test_without_tls_it_has_no_certificate_to_look_for(self) -> None:
        investigation, network = investigation_of(TO_RCPT + END, failure=FAILURE, host=NAME)
        assert _certificates.tls_of_control(investigation) is None
        network.join()

    def test_a_certificate_that_was_refused_unseen_takes_another_connection(self) -> None:
        investigation, _network = investigation_of(TO_RCPT + END, failure=FAILURE, host=NAME)
        investigation.control.tls = REFUSED
        assert _certificates.tls_of_control(investigation) == REFUSED
        assert investigation.budget.connections == 2

    def test_one_that_was_not_refused_takes_none(self) -> None:
        investigation, _network = investigation_of(TO_RCPT + END, failure=FAILURE, host=NAME)
        investigation.control.tls = REFUSED._replace(verified=None)
        assert _certificates.tls_of_control(investigation) == investigation.control.tls
        assert investigation.budget.connections == 1

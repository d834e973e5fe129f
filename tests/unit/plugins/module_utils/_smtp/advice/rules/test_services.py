# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server whose milter, policy service or table is down refuses for nobody's fault but its own."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.plugins.module_utils._smtp.advice.failures import (
    first,
    refused,
)


@pytest.mark.parametrize("stage", ["greeting", "helo", "mail_from", "rcpt_to", "message"])
def test_a_milter_that_is_down_is_down_at_every_stage(stage: str) -> None:
    code = 421 if stage == "greeting" else 451
    text = "Service unavailable - try again later"
    assert first(refused(stage, code, "4.7.1", text)) == "milter-answers"


def test_a_milter_may_refuse_a_command_and_a_message() -> None:
    assert first(refused("mail_from", 550, "5.7.1", "Command rejected")) == "milter-refuses"
    assert first(refused("message", 550, "5.7.1", "Command rejected")) == "content-filter"


def test_a_policy_service_that_is_down_is_not_a_configuration_with_an_error() -> None:
    for text, says in (
        ("Server configuration problem", "policy-service-answers"),
        ("Server configuration error", "server-configuration"),
    ):
        assert first(refused("rcpt_to", 451, "4.3.5", text)) == says


@pytest.mark.parametrize(
    ("whom", "enhanced_code", "says"),
    [("Recipient", "4.1.1", "verification-target"), ("Sender", "4.1.7", "sender-callout")],
)
def test_an_address_that_cannot_be_verified_is_the_recipients_or_the_senders(
    whom: str, enhanced_code: str, says: str
) -> None:
    text = f"{whom} address rejected: unverified address: connect to h[10.0.0.9]:25: timed out"
    assert first(refused("rcpt_to", 450, enhanced_code, text)) == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Temporary lookup failure", "server-look-ups"),
        ("Temporary local problem - please try later", "server-look-ups"),
        ("LDAP server unavailable", "server-look-ups"),
        ("Too much load; please try again later", "server-health"),
        ("the server is shutting down", "server-health"),
        ("Error in writing spool file", "queue-space"),
        ("Lost connection to relay server", "way-onwards"),
        ("try again later", "greylist"),
    ],
)
def test_what_a_server_says_of_its_own_trouble_is_no_greylist(text: str, says: str) -> None:
    assert first(refused("rcpt_to", 451, None, text)) == says


def test_a_failed_reverse_lookup_is_the_clients() -> None:
    text = "Reverse DNS for this IP failed"
    assert first(refused("greeting", 421, None, text)) == "reverse-dns"

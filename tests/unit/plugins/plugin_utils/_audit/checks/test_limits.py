# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits that a server must have: a sound server, and one at fault."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import HELLO
from ansible_collections.mailops.smtp.tests.unit.checks import OFFERS, TO_DATA, verdict_of

FROM = "C: MAIL FROM:<eve@example.net>"


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("552 5.3.4 Message size exceeds fixed limit", "sound"),
        ("452 4.3.1 Insufficient system storage", "sound"),
        ("250 2.1.0 Ok", "finding"),
        ("451 4.3.0 later", "undecided"),
    ],
)
def test_a_message_of_a_terabyte(reply: str, verdict: str) -> None:
    offers = OFFERS.replace("SIZE 10240000", "SIZE")
    begun = f"{offers}\n{FROM}\nS: 250 2.1.0 Ok\nC: RSET\nS: 250 2.0.0 Ok"
    huge = f"{FROM} SIZE=999999999999\nS: {reply}"

    assert verdict_of("li-size", f"{begun}\n{huge}") == verdict


def test_a_server_that_announces_a_limit_and_looks_at_it_later() -> None:
    begun = f"{OFFERS}\n{FROM}\nS: 250 2.1.0 Ok\nC: RSET\nS: 250 2.0.0 Ok"

    script = f"{begun}\n{FROM} SIZE=999999999999\nS: 250 2.1.0 Ok"

    assert verdict_of("li-size", script) == "sound"


def test_a_server_that_takes_no_mail_at_all_has_no_limit_to_show() -> None:
    refused = f"{OFFERS}\n{FROM}\nS: 530 5.7.0 log in\nC: RSET\nS: 250 2.0.0 Ok"

    script = f"{refused}\n{FROM} SIZE=999999999999\nS: 530 5.7.0 log in"

    assert verdict_of("li-size", script) == "not_applicable"


@pytest.mark.parametrize(("size", "verdict"), [("SIZE 1000", "sound"), ("SIZE", "finding")])
def test_a_submission_service_that_takes_a_terabyte_after_the_login(
    size: str, verdict: str
) -> None:
    offers = (
        f"{OFFERS.replace('SIZE 10240000', size)}\nC: AUTH PLAIN AGFubgBzZWNyZXQ=\nS: 235 2.7.0 Ok"
    )
    begun = f"{offers}\nC: MAIL FROM:<ann@example.com>\nS: 250 2.1.0 Ok\nC: RSET\nS: 250 2.0.0 Ok"

    script = f"{begun}\nC: MAIL FROM:<ann@example.com> SIZE=999999999999\nS: 250 2.1.0 Ok"

    login = {"login_user": "ann", "login_password": "secret", "allow_plaintext_auth": True}
    assert verdict_of("li-size-authed", script, **login) == verdict


def test_a_message_in_a_loop() -> None:
    script = f"{HELLO}{TO_DATA}\nC: (message)\nS: {{}}"

    assert verdict_of("li-hops", script.format("554 5.4.6 too many hops")) == "sound"
    assert verdict_of("li-hops", script.format("250 2.0.0 queued")) == "finding"


def test_an_address_that_is_not_ascii() -> None:
    begun = f"{HELLO}{TO_DATA.partition(chr(10) + 'C: DATA')[0]}\nC: RSET\nS: 250 2.0.0 Ok"
    asked = f"{begun}\nC> MAIL FROM:<\\xc3\\xa4@example.net>\\r\\n\nS: {{}}"
    recipient = "\nC: RCPT TO:<ann@example.com>\nS: 250 2.1.5 Ok"

    assert verdict_of("li-utf8", asked.format("553 5.6.7 SMTPUTF8 is needed")) == "sound"
    assert verdict_of("li-utf8", asked.format("250 2.1.0 Ok") + recipient) == "finding"

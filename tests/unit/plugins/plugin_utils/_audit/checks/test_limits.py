# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits that a server must have: a sound server, and one at fault."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import HELLO, QUIT
from ansible_collections.mailops.smtp.tests.unit.checks import OFFERS, TO_DATA, made, verdict_of

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
    script = f"{OFFERS}\n{FROM}\nS: 530 5.7.0 log in"

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


@pytest.mark.parametrize("reply", ["250 2.1.5 Ok", "550 5.1.1 User unknown"])
def test_the_time_of_replies_is_a_fact_and_no_finding(reply: str) -> None:
    asked = f"\nC: /^RCPT TO:<[a-z]{{12}}@example.com>$/\nS: {reply}" * 4

    verdict = made("li-tarpit", f"{HELLO}\n{FROM}\nS: 250 2.1.0 Ok{asked}").verdict

    assert verdict.name == "sound"
    assert verdict.evidence == "the server replied after 0.0, 0.0, 0.0, 0.0 seconds"


def test_a_server_that_closes_the_connection_has_not_shown_its_times() -> None:
    asked = "\nC: /^RCPT TO:<[a-z]{12}@example.com>$/\nS: 421 4.7.0 Too many errors"

    script = f"{HELLO}\n{FROM}\nS: 250 2.1.0 Ok{asked}{QUIT}"

    assert verdict_of("li-tarpit", script, ends=False) == "undecided"


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("452 4.5.3 Too many recipients", "sound"),
        ("550 5.5.3 Too many recipients", "finding"),
        ("450 4.7.1 slower", "undecided"),
    ],
)
def test_many_recipients(reply: str, verdict: str) -> None:
    rcpt = "\nC: RCPT TO:<ann@example.com>\nS: "
    begun = f"{HELLO}\n{FROM}\nS: 250 2.1.0 Ok" + f"{rcpt}250 2.1.5 Ok" * 20

    assert verdict_of("li-rcpt", f"{begun}{rcpt}{reply}") == verdict


def test_a_hundred_recipients_that_are_taken() -> None:
    rcpt = "\nC: RCPT TO:<ann@example.com>\nS: 250 2.1.5 Ok"

    assert verdict_of("li-rcpt", f"{HELLO}\n{FROM}\nS: 250 2.1.0 Ok{rcpt * 100}") == "sound"


def test_a_client_that_is_silent_for_minutes() -> None:
    assert verdict_of("li-idle", f"{HELLO}\nC: NOOP\nS: 250 2.0.0 Ok") == "sound"
    assert verdict_of("li-idle", f"{HELLO}\n*: close", ends=False) == "finding"
    sent_away = f"{HELLO}\nS: 421 4.4.2 timeout exceeded\n*: close"
    assert verdict_of("li-idle", sent_away, ends=False) == "finding"


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("250 2.1.0 Ok", "sound"),
        ("552 5.3.4 Message size exceeds fixed limit", "finding"),
        ("452 4.3.1 Insufficient system storage", "undecided"),
    ],
)
def test_messages_of_the_size_that_the_auditor_wants(reply: str, verdict: str) -> None:
    begun = f"{OFFERS}\n{FROM}\nS: 250 2.1.0 Ok\nC: RSET\nS: 250 2.0.0 Ok"

    script = f"{begun}\n{FROM} SIZE=50000\nS: {reply}"

    assert verdict_of("li-size-want", script) == verdict


@pytest.mark.parametrize(
    ("reply", "verdict"), [("552 5.3.4 too big", "sound"), ("250 2.0.0 queued", "finding")]
)
def test_a_message_that_is_larger_than_the_server_says(reply: str, verdict: str) -> None:
    offers = OFFERS.replace("SIZE 10240000", "SIZE 5000")

    result = made("li-size-lie", f"{offers}{TO_DATA}\nC: (message)\nS: {reply}")

    assert result.verdict.name == verdict
    (lines,) = [line for line in result.transcript if "xxx" in line]
    assert lines.endswith("(4538 more bytes)")


@pytest.mark.parametrize("size", ["SIZE", "SIZE 0", "SIZE 20000001", "SIZE many"])
def test_a_message_that_could_not_be_large_enough_is_not_sent(size: str) -> None:
    offers = OFFERS.replace("SIZE 10240000", size)

    assert verdict_of("li-size-lie", offers) == "not_applicable"


def test_a_message_that_is_not_ascii() -> None:
    rcpt = "\nC: RCPT TO:<ann@example.com>\nS: 250 2.1.5 Ok"
    plain = f"{OFFERS}\n{FROM}\nS: 250 2.1.0 Ok{rcpt}\nC: RSET\nS: 250 2.0.0 Ok"
    begun = f"{plain}\n{FROM} BODY=8BITMIME\nS: {{}}"
    sent = f"{begun.format('250 2.1.0 Ok')}{rcpt}\nC: DATA\nS: 354 go on\nC: (message)\nS: {{}}"

    assert verdict_of("li-8bit", sent.format("250 2.0.0 queued")) == "sound"
    assert verdict_of("li-8bit", sent.format("554 5.6.1 ASCII only")) == "finding"
    assert verdict_of("li-8bit", begun.format("555 5.5.4 what?")) == "finding"
    assert verdict_of("li-8bit", HELLO) == "not_applicable"

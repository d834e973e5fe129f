# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A result says what was proven, and never more than the server has said."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.tests.tools.proven import proven
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    ENVELOPE,
    FOR_TWO,
    OVER_TLS,
    TO_DATA,
    TO_HELO,
    TO_MAIL,
    TO_MESSAGE,
    TO_RCPT,
    Hold,
    encoded,
    offering,
)
from ansible_collections.mailops.smtp.tests.unit.settle import result_of

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.tests.unit.authority import Authority

LOGIN: t.Any = {"login_user": "ann", "login_password": "secret", "allow_plaintext_auth": True}
PLAIN = f"{offering('AUTH PLAIN')}\nC: AUTH PLAIN {encoded(chr(0) + 'ann' + chr(0) + 'secret')}"
MESSAGE = {**ENVELOPE, "message": {"body": "hi"}}

PLAIN_SMTP = "Proven: SERVER was reached and speaks SMTP, without TLS, which it does not offer."
NO_MAIL = "Not proven: that it takes mail for a recipient, because "
NO_LOGIN = "Not proven: that a login works, because none was tried"
FAILURE = "because of a failure at"
TAKES_BOB = "Proven: it would take mail for bob@example.org."
UNASKED = f"{NO_MAIL}it was not asked (FROM= and TO= ask it)."
UNSENT = f"{NO_LOGIN}; that a message arrives, because none was sent."


def ended_at(stage: str) -> str:
    """Return the line on mail after a failure that the line before it tells."""
    return f"{NO_MAIL}the dialogue ended at {stage}."


def lines(record: t.Any, **seen: bool) -> list[str]:
    """Return what is said of a record, with one name for all servers of the tests."""
    result = result_of(record)
    server = result["server"]
    named = f"{server['host']} ({server['address']}) port {server['port']}"
    plain = f"{server['host']} port {server['port']}"
    said = proven(result, **seen)
    return [line.replace(named, "SERVER").replace(plain, "SERVER") for line in said]


@pytest.mark.parametrize(
    ("script", "options", "said"),
    [
        pytest.param(TO_HELO + END, {}, [PLAIN_SMTP, UNASKED, UNSENT], id="no envelope"),
        pytest.param(
            TO_RCPT + END,
            ENVELOPE,
            [PLAIN_SMTP, TAKES_BOB, UNSENT],
            id="accepted recipient",
        ),
        pytest.param(
            f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 550 5.7.1 Relaying denied{END}",
            ENVELOPE,
            [
                PLAIN_SMTP,
                "Proven: it does not take mail for bob@example.org (550 5.7.1 Relaying denied).",
                UNSENT,
            ],
            id="refused recipient",
        ),
        pytest.param(
            f"{TO_RCPT}\nC: RCPT TO:<cy@example.org>\nS: 450 4.2.0 Busy{END}",
            FOR_TWO,
            [
                PLAIN_SMTP,
                f"{TAKES_BOB} Proven: it does not take mail for cy@example.org (450 4.2.0 Busy).",
                UNSENT,
            ],
            id="one of two recipients",
        ),
        pytest.param(
            f"{TO_HELO}\nC: MAIL FROM:<ann@example.com>\nS: 550 5.1.8 Who is ann?{END}",
            ENVELOPE,
            [
                PLAIN_SMTP,
                f"{NO_MAIL}of a failure at mail_from (permanent: 550 5.1.8 Who is ann?).",
                UNSENT,
            ],
            id="refused sender",
        ),
        pytest.param(
            TO_MESSAGE + END,
            MESSAGE,
            [
                PLAIN_SMTP,
                "Proven: it took a message for bob@example.org, and queued it as 4XyZ1234abc.",
                f"{NO_LOGIN}; that the message arrives (look into the mailbox of the recipient).",
            ],
            id="accepted message",
        ),
        pytest.param(
            f"{TO_DATA}\nC: (message)\nS: 554 Spam{END}",
            MESSAGE,
            [
                PLAIN_SMTP,
                TAKES_BOB,
                f"{NO_LOGIN}; that a message arrives, {FAILURE} message (permanent: 554 Spam).",
            ],
            id="refused message",
        ),
        pytest.param(
            f"{PLAIN}\nS: 235 2.7.0 welcome{END}",
            LOGIN,
            [
                f"{PLAIN_SMTP[:-1]}, and the login works.",
                UNASKED,
                "Not proven: that a message arrives, because none was sent.",
            ],
            id="login",
        ),
        pytest.param(
            f"{PLAIN}\nS: 535 5.7.8 no{END}",
            {**LOGIN, **ENVELOPE},
            [
                PLAIN_SMTP,
                f"{NO_MAIL}of a failure at auth (permanent: 535 5.7.8 no).",
                "Not proven: that a message arrives, because none was sent.",
            ],
            id="refused login",
        ),
        pytest.param(
            f"S: 554 5.7.1 Go away{END}",
            ENVELOPE,
            [
                (
                    "Proven: SERVER was reached. Not proven: that it takes mail, "
                    f"{FAILURE} greeting (permanent: 554 5.7.1 Go away)."
                ),
                ended_at("greeting"),
                UNSENT,
            ],
            id="refused at the greeting",
        ),
        pytest.param(
            "*: close",
            {},
            [
                (
                    "Proven: SERVER takes connections. Not proven: that it speaks SMTP, "
                    f"{FAILURE} greeting (disconnect: the server closed the connection)."
                ),
                ended_at("greeting"),
                UNSENT,
            ],
            id="no greeting",
        ),
        pytest.param(
            f"{offering('STARTTLS')}\nC: STARTTLS\nS: 454 4.7.0 TLS not available{END}",
            {},
            [
                (
                    "Proven: SERVER was reached and speaks SMTP, without TLS, "
                    f"{FAILURE} starttls (transient: 454 4.7.0 TLS not available)."
                ),
                ended_at("starttls"),
                UNSENT,
            ],
            id="STARTTLS refused",
        ),
        pytest.param(
            f"{offering('STARTTLS')}{END}",
            {"tls": "never"},
            [
                "Proven: SERVER was reached and speaks SMTP, without TLS, which was not asked for.",
                UNASKED,
                UNSENT,
            ],
            id="TLS not asked for",
        ),
    ],
)
def test_a_dialogue_proves(hold: Hold, script: str, options: t.Any, said: list[str]) -> None:
    assert lines(hold(script, **options)) == said


def test_a_server_that_cannot_be_reached_has_proven_nothing(hold: Hold) -> None:
    way, mail, rest = lines(hold(host="relay.invalid", **ENVELOPE))
    assert way.startswith(
        "Not proven: that SERVER can be reached, because of a failure at connect (resolve: "
    )
    assert mail.endswith("because the dialogue ended at connect.")
    assert rest == UNSENT


def test_a_certificate_is_called_valid_only_if_it_was_verified(
    dialogue: t.Any, authority: Authority
) -> None:
    good = lines(dialogue(OVER_TLS, authority.context("127.0.0.1"), ca_path=authority.path))[0]
    assert good.startswith("Proven: SERVER was reached and speaks SMTP, with TLSv1.")
    assert good.endswith(" and a valid certificate.")

    other = dialogue(OVER_TLS, authority.context("mx.example.net"), ca_path=authority.path)
    assert " and no valid certificate (" in lines(other)[0]


def test_a_message_has_arrived_only_for_who_has_seen_it(hold: Hold) -> None:
    record = hold(TO_MESSAGE + END, **MESSAGE)
    assert lines(record, arrived=True)[2] == (
        "Proven: the message arrived. Not proven: that a login works, because none was tried."
    )

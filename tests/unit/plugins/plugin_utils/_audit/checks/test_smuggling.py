# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ends a message: a server that waits for CRLF, dot, CRLF, and one that does not."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import HELLO
from ansible_collections.mailops.smtp.tests.unit.checks import (
    OFFERS,
    TO_DATA,
    TOKEN,
    made,
    verdict_of,
)

HEAD = (
    r"From: SMTP audit <eve@example.net>\r\nTo: <ann@example.com>\r\nSubject: SMTP audit "
    + TOKEN
    + rf"\r\nMessage-ID: <{TOKEN}@example.net>\r\n\r\n"
    + "A dot follows that does not end this message."
)
COMMANDS = "\nC: MAIL FROM:<eve@example.net>\nC: RCPT TO:<ann@example.com>"
REST = "\nC: The rest of the message.\nC: ."
BEGUN = f"{HELLO}{TO_DATA}"
ENDINGS = {
    "sm-01": r"\n.\n",
    "sm-02": r"\n.\r\n",
    "sm-03": r"\r\n.\n",
    "sm-04": r"\n.\r",
    "sm-05": r"\r.\n",
    "sm-06": r"\r.\r",
    "sm-07": r"\r.\r\n",
    "sm-08": r"\r\n.\r",
    "sm-09": r"\r\n\x00.\r\n",
    "sm-10": r"\r\n.\x00\r\n",
    "sm-11": r"\r\r\n.\r\r\n",
}


@pytest.mark.parametrize("identity", [*ENDINGS, "sm-12", "sm-13"])
def test_a_server_that_knows_one_ending(identity: str) -> None:
    result = made(identity, f"{BEGUN}\nC: (message)\nS: 250 2.0.0 queued")

    assert result.verdict.name == "sound"
    assert result.token == TOKEN


@pytest.mark.parametrize(("identity", "ending"), [*ENDINGS.items(), ("sm-13", r"\r\n..\r\n")])
def test_a_server_that_knows_another_ending(identity: str, ending: str) -> None:
    script = f"{BEGUN}\nC> {HEAD}{ending}\nS: 250 2.0.0 queued{COMMANDS}\nS: 250 2.1.0 Ok{REST}"

    result = made(identity, f"{script}\nS: 500 5.5.2 what?")

    assert result.verdict.name == "finding"
    assert result.verdict.evidence == (
        "dot: 250 2.0.0 queued, and to the commands behind it: 250 2.1.0 Ok"
    )


@pytest.mark.parametrize(
    ("dot", "command", "verdict"),
    [
        # What it says of the message, and of the commands, does not matter: it has ended it.
        ("550 5.7.1 spam", "250 2.1.0 Ok", "finding"),
        ("250 2.0.0 queued", "503 5.5.1 no", "finding"),
        ("550 5.5.2 bare <LF> received", None, "sound"),
        ("451 4.3.0 bare <LF> received", None, "sound"),
        # It may be that the reply comes early, or that the other one comes late.
        ("250 2.0.0 queued", None, "undecided"),
        (None, "250 2.0.0 queued", "undecided"),
    ],
)
def test_one_reply_alone_shows_no_second_message(
    dot: str | None, command: str | None, verdict: str
) -> None:
    first, second = (f"\nS: {one}" if one else "" for one in (dot, command))
    script = f"{BEGUN}\nC> {HEAD}\\n.\\n{first}{COMMANDS}{second}{REST}\nS: 250 2.0.0 Ok"

    assert verdict_of("sm-01", script) == verdict


def test_a_server_that_refuses_such_a_message_is_sound() -> None:
    script = f"{BEGUN}\nC> {HEAD}\\n.\\n\nS: 521 5.5.2 bare <LF> received\n*: close"

    assert verdict_of("sm-01", script, ends=False) == "sound"
    closed = f"{BEGUN}\nC> {HEAD}\\n.\\n\n*: close"
    assert verdict_of("sm-01", closed, ends=False) == "sound"


def test_an_ending_in_two_pieces() -> None:
    taken = "\nS: 250 2.0.0 queued\nC> \\n.\\r\\n\nS: 500 5.5.2 what?"
    script = f"{BEGUN}\nC> {HEAD}\\n.\\n{taken}\nC: (message)\nS: 500 5.5.2 what?"

    assert verdict_of("sm-12", script) == "finding"


def test_a_server_that_takes_no_message_says_nothing_of_its_end() -> None:
    refuses = BEGUN.replace("250 2.1.5 Ok", "550 5.1.1 Unknown").partition("\nC: DATA")[0]

    assert verdict_of("sm-01", refuses) == "not_applicable"
    assert verdict_of("sm-01", refuses.replace("550 5.1.1", "450 4.2.0")) == "undecided"


def test_a_chunk() -> None:
    chunk = f"{OFFERS}{TO_DATA.partition(chr(10) + 'C: DATA')[0]}\nC: (chunk)"

    assert verdict_of("sm-14", f"{chunk}\nS: 250 2.0.0 queued") == "sound"
    assert verdict_of("sm-14", f"{chunk}\nS: 554 5.6.0 bare <LF>\n*: close", ends=False) == "sound"
    twice = f"{chunk}\nS: 250 2.0.0 queued\nS: 500 5.5.2 what?"
    assert verdict_of("sm-14", twice) == "finding"


def test_data_within_chunks() -> None:
    chunk = f"{OFFERS}{TO_DATA.partition(chr(10) + 'C: DATA')[0]}\nC: BDAT 6\nC: X: y"
    sound = (
        f"{chunk}\nS: 250 Ok\nC: DATA\nS: 503 5.5.1 no\nC: RSET\nS: 250 Ok\nC: BDAT x\nS: 501 no"
    )

    assert verdict_of("sm-15", sound) == "sound"
    assert verdict_of("sm-15", sound.replace("501 no", "250 Ok")) == "finding"


LOGIN = (
    "\nC: AUTH PLAIN AGFubgBzZWNyZXQ=\nS: 235 2.7.0 Ok\nC: MAIL FROM:<ann@example.com>\n"
    "S: 250 2.1.0 Ok\nC: RCPT TO:<ann@example.com>\nS: 250 2.1.5 Ok\nC: DATA\nS: 354 go on"
)


def test_the_message_of_a_user() -> None:
    head = HEAD.replace("eve@example.net", "ann@example.com").replace(
        "@example.net", "@example.com"
    )
    begun = f"{OFFERS}{LOGIN}"
    taken = "\nS: 250 2.0.0 queued\nC> \\n.\\r\\n\nS: 500 5.5.2 what?"
    early = f"{begun}\nC> {head}\\n.\\n{taken}\nC: (message)\nS: 500 5.5.2 what?"
    options = {"login_user": "ann", "login_password": "secret", "allow_plaintext_auth": True}

    assert verdict_of("sm-authed", f"{begun}\nC: (message)\nS: 250 Ok", **options) == "sound"
    assert verdict_of("sm-authed", early, **options) == "finding"

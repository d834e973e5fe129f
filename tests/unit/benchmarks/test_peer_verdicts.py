# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is right of an answer is what the server did, whatever other tools say."""

from __future__ import annotations

import sys

import pytest

if sys.version_info < (3, 10):
    pytest.skip("benchmarks need Python 3.10", allow_module_level=True)

from ansible_collections.mailops.smtp.tests.benchmarks.peer_verdicts import (
    CRASH,
    GREEN,
    HANG,
    JUDGEMENTS,
    NOT_ABLE,
    RED,
    RIGHT,
    WRONG_GREEN,
    WRONG_RED,
    breaks_syntax,
    count,
    judge,
    questions,
    was_taken,
)

MAIL = [("C", b"MAIL FROM:<a@example.com>\r\n"), ("S", b"250 Ok\r\n")]
RCPT = [("C", b"rcpt TO:<b@example.org>\r\n"), ("S", b"250 Ok\r\n")]
REFUSED = [RCPT[0], ("S", b"550 5.1.1 unknown\r\n")]
DATA = [("C", b"DATA\r\n"), ("S", b"354 go on\r\n")]
BODY = [("C", b"Subject: x\r\n\r\nDATA\r\n.\r\n"), ("S", b"250 queued\r\n")]
START = [
    ("S", b"220 mx\r\n"),
    ("C", b"EHLO client\r\n"),
    ("S", b"250-mx\r\n250-SIZE\r\n250 HELP\r\n"),
]
QUIT = [("C", b"QUIT\r\n"), ("S", b"221 Bye\r\n")]
WHOLE = [*START, *MAIL, *RCPT, *DATA, *BODY, *QUIT]


def verbs(wire):
    return [(question.verb, question.codes) for question in questions(wire)]


def test_each_command_has_the_replies_that_came_before_the_next():
    assert verbs(WHOLE) == [
        ("GREETING", [220]),
        ("EHLO", [250]),
        ("MAIL", [250]),
        ("RCPT", [250]),
        ("DATA", [354]),
        ("MESSAGE", [250]),
        ("QUIT", [221]),
    ]


def test_pieces_of_lines_are_put_together():
    wire = [(who, bytes([byte])) for who, data in WHOLE for byte in data]
    assert verbs(wire) == verbs(WHOLE)


def test_a_message_that_was_not_asked_for_is_none():
    wire = [*START, ("C", b"DATA\r\n"), ("S", b"503 no\r\n"), ("C", b"QUIT\r\n")]
    assert verbs(wire)[-2:] == [("DATA", [503]), ("QUIT", [])]


def test_a_mail_is_taken_if_each_step_was_answered_well():
    assert was_taken(WHOLE, 1) is True
    assert was_taken(WHOLE[:-1], 1) is True  # QUIT has no say


@pytest.mark.parametrize(
    "wire",
    [
        [],
        START,
        [*START, *MAIL, *REFUSED, *DATA, *BODY],
        [*START, *MAIL, *RCPT, *REFUSED, *DATA, *BODY],
        [*START, *MAIL, *RCPT, *DATA],
        [*START, *MAIL, *RCPT, *DATA, BODY[0]],
        [*START, *MAIL, *RCPT, *DATA, BODY[0], ("S", b"452 full\r\n")],
        [*START, *MAIL, *RCPT, DATA[0], ("S", b"250 thanks\r\n"), *BODY],
        [*START, MAIL[0], ("S", b"350 hm\r\n"), *RCPT, *DATA, *BODY],
        [*START, MAIL[0], ("S", b"25x Ok\r\n"), *RCPT, *DATA, *BODY],
    ],
)
def test_a_mail_is_not_taken_where_a_step_was_refused_or_not_answered(wire):
    assert was_taken(wire, 1) is False


def test_a_mail_is_not_taken_for_a_recipient_who_was_not_asked():
    assert was_taken(WHOLE, 2) is False


def test_a_refusal_after_a_reply_too_many_is_still_one():
    early = [*START[:2], ("S", b"250 mx\r\n250 trust me\r\n")]
    assert was_taken([*early, *MAIL, *REFUSED, *DATA, *BODY], 1) is False


@pytest.mark.parametrize(
    "wire",
    [
        [*START, *MAIL, RCPT[0], ("S", b"250 Ok\r\n550 no\r\n"), *DATA, *BODY],
        [*START[:2], ("S", b"250 mx\r\n250 ahead\r\n"), MAIL[0], *RCPT, *DATA, *BODY],
    ],
)
def test_what_several_replies_mean_cannot_be_told(wire):
    assert was_taken(wire, 1) is None


def test_who_goes_to_rcpt_need_not_send_a_message():
    assert was_taken([*START, *MAIL, *RCPT, *QUIT], 1, "RCPT") is True
    assert was_taken([*START, *MAIL, *REFUSED, *QUIT], 1, "RCPT") is False


@pytest.mark.parametrize(
    "line", [b"250\r\n", b"250 \r\n", b"250-a\tb\r\n250 " + b"x" * 506 + b"\r\n"]
)
def test_a_reply_may_have_no_text_and_a_tab(line):
    assert not breaks_syntax([("S", line)])


@pytest.mark.parametrize(
    "line",
    [
        b"250 \x1b[31mred\r\n",
        b"250 caf\xc3\xa9\r\n",
        b"250 bare\n",
        b"250 " + b"x" * 507 + b"\r\n",
        b"999 Ok\r\n",
        b"\r\n",
        b"250 half a line",
    ],
)
def test_what_is_no_line_of_a_reply_is_told(line):
    assert breaks_syntax([*START, ("S", line)])
    assert not breaks_syntax([*START, ("C", line)])


@pytest.mark.parametrize(
    ("outcome", "good", "taken", "has_cause", "expected"),
    [
        (GREEN, True, True, False, RIGHT),
        # Lenient with a server that breaks the protocol, and takes the mail all the same.
        (GREEN, False, True, True, RIGHT),
        (GREEN, False, None, True, RIGHT),
        (GREEN, False, False, True, WRONG_GREEN),
        # A tool that leaves a step out has no right to be green, however good the server.
        (GREEN, True, False, False, WRONG_GREEN),
        (RED, False, False, True, RIGHT),
        (RED, False, True, True, RIGHT),
        (RED, True, True, False, WRONG_RED),
        (RED, True, False, False, WRONG_RED),
        # To this tool the server did something else than to the others.
        (RED, True, False, True, RIGHT),
        (HANG, True, True, False, HANG),
        (CRASH, False, False, True, CRASH),
        (NOT_ABLE, False, False, True, NOT_ABLE),
    ],
)
def test_an_answer_is_judged_by_what_the_server_did(outcome, good, taken, has_cause, expected):
    assert judge(outcome, good, taken, has_cause) == expected


def test_each_judgement_is_counted():
    assert count([RIGHT, RIGHT, HANG]) == {**dict.fromkeys(JUDGEMENTS, 0), RIGHT: 2, HANG: 1}

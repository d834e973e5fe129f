# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The oracle of the random dialogues says the right thing of dialogues that are known."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS
from ansible_collections.mailops.smtp.tests.unit.oracle import Verdict, judge
from ansible_collections.mailops.smtp.tests.unit.random_server import Event

OPTIONS: dict[str, t.Any] = {
    **DEFAULTS,
    "mail_from": "ann@example.com",
    "rcpt_to": ["bob@example.org"],
    "message": {"body": "Hello"},
}

# A dialogue with which all is right; C and S are the client's and the server's bytes.
RIGHT = r"""
S 220 mx.example.org ESMTP\r\n
C EHLO client.example.com\r\n
S 250-mx.example.org\r\n250 PIPELINING\r\n
C MAIL FROM:<ann@example.com>\r\n
S 250 Ok\r\n
C RCPT TO:<bob@example.org>\r\n
S 250 Ok\r\n
C DATA\r\n
S 354 go on\r\n
C Subject: Hello\r\n\r\n..\r\n.\r\n
S 250 queued\r\n
C QUIT\r\n
S 221 Bye\r\n
"""


def verdict_of(wire: str, earlier: str = "", **options: t.Any) -> Verdict:
    """Return the verdict on a log that is written in lines."""
    earlier_wires = [events(earlier)] if earlier else []
    return judge({**OPTIONS, **options}, False, events(wire), earlier_wires)


def events(wire: str) -> list[Event]:
    """Read a log: who, and bytes with their escapes."""
    lines = wire.strip().splitlines()
    texts = [one[2:].encode().decode("unicode_escape") for one in lines]
    return [
        Event(one[0], text.strip().encode() if one[0] == "*" else text.encode())
        for one, text in zip(lines, texts)
    ]


def test_a_dialogue_that_is_right_passes() -> None:
    verdict = verdict_of(RIGHT)
    assert (verdict.passes, verdict.changed, verdict.misconduct) == (True, True, None)


@pytest.mark.parametrize(
    ("change", "kinds", "changed"),
    [
        pytest.param(("S 220", "S 421"), ("transient",), None, id="refused at once"),
        pytest.param(("250 queued", "550 no"), ("permanent",), False, id="message refused"),
        pytest.param(("354 go on", "250 Ok"), ("protocol",), None, id="2yz to DATA"),
        pytest.param(("250 queued", "354 queued"), ("protocol",), False, id="3yz to a message"),
        pytest.param((r"PIPELINING\r\n", r"X\r\n250 Ok\r\n"), ("protocol",), None, id="early"),
        pytest.param((r"354 go on\r\n", r"354 go on\r\n\r\n"), ("protocol",), None, id="stray"),
        pytest.param(("250-mx", "220-mx"), ("protocol",), None, id="differing codes"),
        pytest.param(("221 Bye", "550 No"), ("permanent",), True, id="QUIT refused"),
    ],
)
def test_a_dialogue_with_one_fault_does_not(
    change: tuple[str, str], kinds: tuple[str, ...], changed: bool | None
) -> None:
    assert change[0] in RIGHT
    verdict = verdict_of(RIGHT.replace(*change))
    assert verdict.passes is False
    assert verdict.reason.kinds == kinds
    assert verdict.changed is changed or changed is None


def test_a_message_without_an_answer_was_not_accepted() -> None:
    verdict = verdict_of(RIGHT[: RIGHT.index("S 250 queued")] + "* close")
    assert (verdict.passes, verdict.changed) == (False, False)
    assert verdict.reason.kinds == ("timeout", "disconnect")


def test_each_recipient_must_be_asked() -> None:
    verdict = verdict_of(RIGHT, rcpt_to=["bob@example.org", "eve@example.org"])
    assert verdict.passes is False
    assert verdict.reason.text == "rcpt_to was not asked"


def test_an_early_421_is_no_answer_to_what_was_not_asked() -> None:
    wire = r"""
S 220 mx.example.org ESMTP\r\n
C EHLO client.example.com\r\n
S 250 mx.example.org\r\n
C MAIL FROM:<ann@example.com>\r\n
S 250 Ok\r\n421 closing\r\n
C QUIT\r\n"""
    verdict = verdict_of(wire, message=None, expect={"rcpt_to": ["4xx"]})
    assert verdict.passes is False


def test_an_expected_refusal_passes_and_what_it_rules_out_does_not() -> None:
    wire = r"""
S 220 mx.example.org ESMTP\r\n
C EHLO client.example.com\r\n
S 250 mx.example.org\r\n
C MAIL FROM:<ann@example.com>\r\n
S 250 Ok\r\n
C RCPT TO:<bob@example.org>\r\n
S 550 No\r\n
C QUIT\r\n
S 221 Bye\r\n"""
    assert verdict_of(wire, expect={"rcpt_to": ["5xx"]}).passes is True
    assert verdict_of(wire, expect={"rcpt_to": ["5xx"], "data": ["354"]}).passes is False
    assert verdict_of(wire).passes is False


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("S 221 Bye", "* close"), "QUIT need not be answered"),
        ((r"221 Bye\r\n", r"221 Bye\r\n250 Ok\r\n"), "what comes after 221 need not be read"),
        ((r"\nS 250 queued", r"\nS 25\nS 0 queued"), "TCP has no lines"),
    ],
)
def test_what_is_no_fault_passes(change: tuple[str, str], why: str) -> None:
    assert verdict_of(RIGHT.replace(*change)).passes is True, why


@pytest.mark.parametrize(
    "change",
    [
        ("C DATA", "S 250 again\\r\\n\nC DATA"),
        ("S 221 Bye", "* reset"),
    ],
)
def test_what_the_server_cannot_know_is_left_open(change: tuple[str, str]) -> None:
    wire = RIGHT.replace(*change).replace("S 221 Bye\\r\\n", "")
    assert verdict_of(wire).passes is None


def test_a_message_must_not_be_sent_after_a_refusal() -> None:
    wire = RIGHT.replace(
        "C RCPT TO:<bob@example.org>\\r\\n\nS 250", "C RCPT TO:<bob@example.org>\\r\\n\nS 550"
    )
    misconduct = verdict_of(wire).misconduct
    assert misconduct is not None
    assert misconduct.startswith("the client went on after the end of the dialogue: [data")


def test_a_message_must_not_be_sent_twice() -> None:
    assert verdict_of(RIGHT, earlier=RIGHT).misconduct is not None
    assert verdict_of(RIGHT, earlier=RIGHT.replace("250 queued", "450 later")).misconduct is None


def test_lmtp_answers_a_message_for_each_recipient() -> None:
    wire = RIGHT.replace("EHLO", "LHLO")
    two = wire.replace("C DATA", "C RCPT TO:<eve@example.org>\\r\\n\nS 250 Ok\\r\\n\nC DATA")
    options: dict[str, t.Any] = {
        "protocol": "lmtp",
        "rcpt_to": ["bob@example.org", "eve@example.org"],
    }
    missing = two[: two.index("C QUIT")] + "* close"
    assert verdict_of(missing, **options).passes is False
    both = two.replace("S 250 queued", "S 452 full\\r\\n250 queued")
    assert verdict_of(both, **options).reason.kinds == ("transient",)
    assert verdict_of(both, **options).changed is True

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a tool was right about a server. Logs of servers in, verdicts out; no I/O.

All tools have the same question: does this server take this one mail? Two things decide whether the
answer of a tool is right, and no tool has a say in either:

- The *truth* about a server, by the oracle of the random dialogues (tests/unit/oracle.py), which
  reads what went over the wire. A server is good if the oracle finds this for the dialogue of at
  least one tool.
- Whether the server took the mail in the dialogue of this very tool: `was_taken`.

So a tool may be strict or lenient with a server that takes the mail and breaks the protocol on the
way: both are right. It must not report success for a mail that was not taken, nor a failure of a
server that is good.
"""

from __future__ import annotations

import collections
import re
import typing as t

RIGHT, WRONG_GREEN, WRONG_RED = "right", "wrong green", "wrong red"
HANG, CRASH, NOT_ABLE = "hang", "crash", "not able"

# As columns of a table.
JUDGEMENTS = (RIGHT, WRONG_GREEN, WRONG_RED, HANG, CRASH, NOT_ABLE)

GREEN, RED = "green", "red"

_REPLY = re.compile(rb"^([1-5][0-9][0-9])(?: [^\r\n]*)?\r?\n", re.MULTILINE)
# RFC 5321 section 4.2, with the limit of section 4.5.3.1.5. A space at the end is not worth a word.
_REPLY_LINE = re.compile(rb"[2-5][0-5][0-9](?:[- ][\t\x20-\x7e]*)?\r\n")
_MAX_REPLY_LINE = 512

_END_OF_LINE = re.compile(rb"\n")
_END_OF_MESSAGE = re.compile(rb"(?:^|\r\n)\.\r\n")

# Who sent something, the client (C) or the server (S), and what.
Wire = t.Iterable[tuple[str, bytes]]


class Question(t.NamedTuple):
    """A command, or a message, and the codes that came before the client sent anything else."""

    verb: str
    codes: list[int]


def questions(wire: Wire) -> list[Question]:
    """Return what the client of a dialogue sent, with the replies to it. MESSAGE is a message."""
    found = [Question("GREETING", [])]
    sent, replies = b"", b""
    for who, data in wire:
        if who == "S":
            replies += data
            found[-1].codes[:] = [int(code) for code in _REPLY.findall(replies)]
        elif who == "C":
            sent += data
            while True:
                in_message = found[-1].verb == "DATA" and 354 in found[-1].codes
                end = (_END_OF_MESSAGE if in_message else _END_OF_LINE).search(sent)
                if end is None:
                    break
                verb = "MESSAGE" if in_message else sent[:4].decode("latin-1").upper()
                found.append(Question(verb, []))
                sent, replies = sent[end.end() :], b""
    return found


def was_taken(wire: Wire, recipients: int, last: str = "MESSAGE") -> bool | None:
    """Whether the server took the mail, up to `last`: each step was answered as it must be.

    None if it cannot be told: there were several replies to a step, and they differ, or none to it
    and too many before.
    """
    asked = questions(wire)
    too_many = any(len(question.codes) > 1 for question in asked)
    for verb, number, good in (
        ("MAIL", 1, "2"),
        ("RCPT", recipients, "2"),
        ("DATA", 1, "354"),
        ("MESSAGE", 1, "2"),
    ):
        answers = [question.codes for question in asked if question.verb == verb]
        if len(answers) < number:
            return False
        for codes in answers:
            right = {str(code).startswith(good) for code in codes}
            if right == {False}:
                return False
            if right != {True}:
                return None if too_many else False
        if verb == last:
            break
    return True


def breaks_syntax(wire: Wire) -> bool:
    """Whether a line of the server is none of a reply by RFC 5321, however well it is meant.

    So is a line with control characters, with more than 512 bytes, or with a bare line feed.
    """
    lines = b"".join(data for who, data in wire if who == "S").splitlines(keepends=True)
    return any(len(line) > _MAX_REPLY_LINE or _REPLY_LINE.fullmatch(line) is None for line in lines)


def judge(outcome: str, good: bool, taken: bool | None, has_cause: bool) -> str:
    """Judge the outcome of a tool: GREEN, RED, or what is a judgement itself, such as HANG.

    `good` is the truth about the server, `taken` whether it took the mail of this very tool, and
    `has_cause` whether it did something to this very tool that is a cause to report a failure.
    """
    if outcome == GREEN:
        return WRONG_GREEN if taken is False else RIGHT
    if outcome == RED:
        return WRONG_RED if good and not has_cause else RIGHT
    return outcome


def count(judgements: t.Iterable[str]) -> dict[str, int]:
    """Return how often there is each judgement."""
    counter = collections.Counter(judgements)
    return {judgement: counter[judgement] for judgement in JUDGEMENTS}

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A dialogue: the result that the module returned, read when it is asked for. No I/O.

Nothing is copied, so that fifty thousand dialogues take no memory of their own.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
import typing as t
from collections.abc import Iterator, Mapping

from ..untrusted import integer, mapping, number, sequence, text
from . import receipts
from .receipts import Receipt
from .verdict import ERROR, FAILED, PASSED, Verdict

# A failure of one of these kinds says nothing of the server: the probing host lacks something, or
# the module has a fault.
HOST_KINDS = ("local", "internal")

# After a failure of one of these nothing is known of how the server answers, or whether the message
# arrived.
OUTAGE_KINDS = (
    "resolve", "connect", "timeout", "disconnect", *HOST_KINDS, receipts.UNCONFIRMED
)  # fmt: skip

# A reply that is good where the user expected another: the code alone would not say what is wrong.
_EXPECTATION = "expectation"
_BEFORE_EXPECTED, _AFTER_EXPECTED = ", where ", " was expected"  # so ends the module's sentence

# Characters of a word, such as a kind of failure; of what stands in a cell of the matrix; and of a
# sentence. The module's own are shorter. And how many sentences of one cell are told.
_MAX_WORD = 60
_MAX_SHORT = 40
_MAX_TEXT = 10_000
_MAX_TOLD = 100


@dataclasses.dataclass(frozen=True, slots=True)
class Failure:
    """Why a dialogue did not pass. `advice` is what to check next, the most likely first.

    `expected` is what the user expected instead, empty where that is not known.
    """

    stage: str
    kind: str
    code: int | None
    enhanced_code: str | None
    text: str
    advice: tuple[str, ...]
    expected: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Reply:
    """One reply of the server's; `text` is its first line, `command` is None for the greeting."""

    stage: str
    command: str | None
    code: int | None
    enhanced_code: str | None
    text: str
    seconds: float | None
    accepted: bool
    tls: bool
    recipient: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Certificate:
    """What a server's certificate says. `not_after` is such as 2026-12-30T23:59:59Z."""

    subject: str
    issuer: str
    not_after: str
    days_left: int | None
    sha256: str


@dataclasses.dataclass(frozen=True, slots=True)
class Dialogue:
    """One dialogue: its title for people, its file name (`SERVER-PORT.txt`), and the result.

    `receipt` is what became of its message, None where none was looked for.
    """

    title: str
    file: str
    result: Mapping[str, t.Any]
    receipt: Receipt | None = None

    @property
    def passed(self) -> bool:
        """Whether it passed, and its message arrived. Only what says so has."""
        arrived = self.receipt is None or self.receipt.found
        return self.result.get("passed") is True and arrived

    @property
    def verdict(self) -> Verdict:
        """One of VERDICTS."""
        if self.passed:
            return PASSED
        kind = self.kind
        return ERROR if kind is None or kind in OUTAGE_KINDS else FAILED

    @property
    def kind(self) -> str | None:
        """The kind of its failure; None where the result does not say."""
        if self.result.get("passed") is True:
            return self.receipt.kind if self.receipt is not None else None
        found = mapping(self.result.get("failure"))
        stage, kind = text(found.get("stage"), _MAX_WORD), text(found.get("kind"), _MAX_WORD)
        return kind if stage is not None else None

    @property
    def failure(self) -> Failure | None:
        """Why it did not pass; None where the result does not say."""
        if self.result.get("passed") is True:
            return self._receipt_failure
        found, kind = mapping(self.result.get("failure")), self.kind
        stage = text(found.get("stage"), _MAX_WORD)
        if stage is None or kind is None:
            return None
        advice = itertools.islice(sequence(found.get("advice")), _MAX_TOLD)
        return Failure(
            stage,
            kind,
            integer(found.get("code")),
            text(found.get("enhanced_code"), _MAX_WORD),
            text(found.get("text"), _MAX_TEXT) or "",
            tuple(filter(None, (text(one, _MAX_TEXT) for one in advice))),
            self._expected,
        )

    @property
    def reason(self) -> str:
        """Why it did not pass, in a sentence that does not name the server."""
        failure = self.failure
        message = self._message
        if failure is None:
            return message or "the result does not say why"
        if failure.stage == receipts.STAGE:
            return f"{failure.text} ({failure.kind})"
        if message is None:
            words = [failure.code, failure.enhanced_code, failure.text or failure.kind]
            message = f"{' '.join(str(word) for word in words if word)} at {failure.stage}"
        return f"{re.sub(r'^[^ ]+ port [0-9]{1,9}: ', '', message)} ({failure.kind})"

    @property
    def short(self) -> str:
        """What became of it, in a word: ok, a code, or a kind of failure."""
        failure = self.failure
        if self.passed:
            return self.receipt.short if self.receipt else "ok"
        if failure is None:
            return "no result"
        if failure.kind == _EXPECTATION:
            return self._not_as_expected(failure)
        return str(failure.code or failure.kind)

    @property
    def replies(self) -> Iterator[Reply]:
        """The replies, in the order of the wire."""
        for reply in map(mapping, sequence(self.result.get("replies"))):
            lines = sequence(reply.get("lines"))
            yield Reply(
                text(reply.get("stage")) or "",
                text(reply.get("command")),
                integer(reply.get("code")),
                text(reply.get("enhanced_code")),
                (text(lines[0]) if lines else None) or "",
                number(reply.get("seconds")),
                reply.get("accepted") is True,
                reply.get("tls") is True,
                text(reply.get("recipient")),
            )

    @property
    def seconds(self) -> dict[str, float]:
        """How long each stage took, name resolution (`resolve`), and all stages (`total`)."""
        found = mapping(self.result.get("seconds"))
        known = {text(stage) or "": number(value) for stage, value in found.items()}
        return {stage: value for stage, value in known.items() if value is not None}

    @property
    def certificate(self) -> Certificate | None:
        """The server's certificate, None where none was seen."""
        found = mapping(mapping(self.result.get("tls")).get("certificate"))
        if not found:
            return None
        return Certificate(
            text(found.get("subject")) or "",
            text(found.get("issuer")) or "",
            text(found.get("not_after")) or "",
            integer(found.get("days_left")),
            text(found.get("sha256")) or "",
        )

    @property
    def transcript(self) -> Iterator[str]:
        """The lines of the dialogue."""
        return filter(None, map(text, sequence(self.result.get("transcript"))))

    @property
    def _message(self) -> str | None:
        """The module's own sentence."""
        return text(self.result.get("msg"), _MAX_TEXT)

    @property
    def _expected(self) -> str:
        """What the user expected instead; empty where the module's sentence does not say."""
        _before, where, expected = (self._message or "").rpartition(_BEFORE_EXPECTED)
        found = where and expected.endswith(_AFTER_EXPECTED)
        return expected.removesuffix(_AFTER_EXPECTED) if found else ""

    def _not_as_expected(self, failure: Failure) -> str:
        short = f"{failure.code}, expected {failure.expected}"
        known = failure.code and failure.expected and len(short) <= _MAX_SHORT
        return short if known else "not as expected"

    @property
    def _receipt_failure(self) -> Failure | None:
        """Say that the message did not arrive, as a failure of what comes after the dialogue."""
        receipt = self.receipt
        if receipt is None or receipt.kind is None:
            return None
        return Failure(receipts.STAGE, receipt.kind, None, None, receipt.reason, receipt.advice)

    def part(self, name: str) -> Mapping[str, t.Any]:
        """Return a part of the result that is a dictionary, such as `server`, not cleaned."""
        return mapping(self.result.get(name))

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A dialogue: the result that the module returned, read when a value is asked for. No I/O.

Nothing is copied, so that fifty thousand dialogues need little memory of their own.
"""

from __future__ import annotations

import dataclasses
import itertools
import typing as t
from collections.abc import Iterator, Mapping

from ..untrusted import integer, mapping, number, sequence, text
from . import receipts
from .failures import OUTAGE_KINDS, Failure, without_server
from .receipts import Receipt
from .verdict import ERROR, FAILED, PASSED, Verdict

# A good reply where the user expected another one. Its code alone would not say what is wrong.
_EXPECTATION = "expectation"

# The sentence of the module ends with this where it says what was expected.
_BEFORE_EXPECTED, _AFTER_EXPECTED = ", where ", " was expected"

# Limits in characters: of a word such as a kind of failure, of the text in a square of the matrix,
# and of a sentence. Texts of the module are shorter.
_MAX_WORD = 60
_MAX_SHORT = 40
_MAX_TEXT = 10_000

# Limit on the pieces of advice that are read.
_MAX_ADVICE = 100


@dataclasses.dataclass(frozen=True, slots=True)
class Reply:
    """One reply from the server: `text` is its first line, `command` is None for the greeting."""

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
    """The certificate of a server. `not_after` looks like 2026-12-30T23:59:59Z."""

    subject: str
    issuer: str
    not_after: str
    days_left: int | None
    sha256: str


@dataclasses.dataclass(frozen=True, slots=True)
class Dialogue:
    """One dialogue: its title, the name of its transcript (`SERVER-PORT.txt`), and its result.

    `receipt` says whether its message arrived. It is None if nobody looked for the message.
    """

    title: str
    file: str
    result: Mapping[str, t.Any]
    receipt: Receipt | None = None

    @property
    def passed(self) -> bool:
        """Whether the result says that the dialogue passed, and its message arrived."""
        arrived = self.receipt is None or self.receipt.found
        return self.result.get("passed") is True and arrived

    @property
    def verdict(self) -> Verdict:
        """What became of the dialogue."""
        if self.passed:
            return PASSED
        kind = self.kind
        return ERROR if kind is None or kind in OUTAGE_KINDS else FAILED

    @property
    def kind(self) -> str | None:
        """The kind of the failure as the host names it, or None if there is no valid failure."""
        if self.result.get("passed") is True:
            return self.receipt.kind if self.receipt is not None else None
        found = mapping(self.result.get("failure"))
        stage, kind = text(found.get("stage"), _MAX_WORD), text(found.get("kind"), _MAX_WORD)
        return kind if stage is not None else None

    @property
    def failure(self) -> Failure | None:
        """Why the dialogue did not pass, or None if the result has no valid failure."""
        if self.result.get("passed") is True:
            return self._receipt_failure
        found, kind = mapping(self.result.get("failure")), self.kind
        stage = text(found.get("stage"), _MAX_WORD)
        if stage is None or kind is None:
            return None
        advice = itertools.islice(sequence(found.get("advice")), _MAX_ADVICE)
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
        """Why the dialogue did not pass, in a sentence that does not name the server."""
        failure = self.failure
        message = self._message
        if failure is None:
            return message or "the result does not say why"
        if failure.stage == receipts.STAGE:
            return f"{failure.text} ({failure.kind})"
        if message is None:
            words = [failure.code, failure.enhanced_code, failure.text or failure.kind]
            message = f"{' '.join(str(word) for word in words if word)} at {failure.stage}"
        return f"{without_server(message)} ({failure.kind})"

    @property
    def short(self) -> str:
        """The outcome in a word: ok, a reply code, or a kind of failure."""
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
        """The replies, in the order in which they arrived."""
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
        """Seconds of each stage, of name resolution (`resolve`), and of all stages (`total`)."""
        found = mapping(self.result.get("seconds"))
        known = {text(stage) or "": number(value) for stage, value in found.items()}
        return {stage: value for stage, value in known.items() if value is not None}

    @property
    def total_seconds(self) -> float | None:
        """Seconds of all stages together."""
        return self.seconds.get("total")

    @property
    def seconds_range(self) -> dict[str, list[float]]:
        """The shortest and the longest time of each stage, which are the same for one run."""
        return {stage: [value, value] for stage, value in self.seconds.items()}

    @property
    def last_code(self) -> int | None:
        """The code of the last reply before QUIT, or None without a reply."""
        codes = [reply.code for reply in self.replies if reply.stage != "quit"]
        return codes[-1] if codes else None

    @property
    def client_address(self) -> str | None:
        """The address of the probing host, as it sees it."""
        return text(self.part("client").get("address"))

    @property
    def certificate(self) -> Certificate | None:
        """The certificate of the server, or None without TLS."""
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
        """The lines of the transcript."""
        return filter(None, map(text, sequence(self.result.get("transcript"))))

    @property
    def _message(self) -> str | None:
        """The sentence of the module about the outcome."""
        return text(self.result.get("msg"), _MAX_TEXT)

    @property
    def _expected(self) -> str:
        """What the user expected instead, or empty if the sentence of the module does not say."""
        _before, separator, expected = (self._message or "").rpartition(_BEFORE_EXPECTED)
        found = separator and expected.endswith(_AFTER_EXPECTED)
        return expected.removesuffix(_AFTER_EXPECTED) if found else ""

    def _not_as_expected(self, failure: Failure) -> str:
        short = f"{failure.code}, expected {failure.expected}"
        known = failure.code and failure.expected and len(short) <= _MAX_SHORT
        return short if known else "not as expected"

    @property
    def _receipt_failure(self) -> Failure | None:
        """The failure of a dialogue that passed, but whose message did not arrive."""
        receipt = self.receipt
        if receipt is None or receipt.kind is None:
            return None
        return Failure(receipts.STAGE, receipt.kind, None, None, receipt.reason, receipt.advice)

    def part(self, name: str) -> Mapping[str, t.Any]:
        """Return a part of the result, such as `server`, with its values not yet checked."""
        return mapping(self.result.get(name))

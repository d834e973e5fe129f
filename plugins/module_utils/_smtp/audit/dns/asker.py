# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask the resolver of this host, within the limits of an audit. This needs dnspython.

All that the DNS says is hostile: a zone can have any number of records, of any length. Each text is
bounded, and printable.
"""

from __future__ import annotations

import time
import typing as t

from ...._net import dns
from ...._net.text import escape
from ...._net.tls.dane import Tlsa

# The limits of all checks of one audit together.
QUESTIONS = 60
SECONDS = 30.0

# One question must leave time for others. If most of the time has passed, nobody has answered.
_SECONDS_OF_ONE = 4.0
_MOST_OF_IT = 0.9

# After as many questions without any answer, the resolver is taken to be down.
_MOST_UNANSWERED = 2

# Large domains have dozens of TXT records.
_MAX_RECORDS = 100
_MAX_TEXT = 4096
_MAX_SHOWN = 300
_MAX_LINES = 60


class Unanswered(Exception):
    """The DNS gave no answer, or was not asked. The text says why."""


class Exchanger(t.NamedTuple):
    """A mail exchanger. That of a null MX has an empty name (RFC 7505)."""

    preference: int
    host: str

    def __str__(self) -> str:
        return f"{self.preference} {self.host or '.'}"


class Found(t.NamedTuple):
    """What the DNS has of one type at a name. Without `exists`, there is no such name.

    `owner` is the name at the end of all aliases.
    """

    owner: str
    records: tuple[t.Any, ...] = ()
    exists: bool = True
    secure: bool = False

    def __str__(self) -> str:
        if not self.exists:
            return "no such name"
        shown = ", ".join(map(str, self.records))
        vouched = " (DNSSEC vouches for it)" if self.secure else ""
        return f"{shown[:_MAX_SHOWN] or 'no such record'}{vouched}"


class Asker:
    """Asks each question once. `lines` are the questions and answers since the last `begin`."""

    def __init__(self, now: t.Callable[[], float] = time.monotonic, seconds: float = SECONDS):
        self._now = now
        self._started = now()
        self._until = self._started + min(seconds, SECONDS)
        self._answers: dict[tuple[str, str], Found | Unanswered] = {}
        self._asked = self._unanswered = 0
        self.lines: list[str] = []

    @property
    def seconds_left(self) -> float:
        """The seconds that are left for all questions."""
        return self._until - self._now()

    def begin(self) -> None:
        """Begin the lines of another check."""
        self.lines = []

    def note(self, text: str) -> None:
        """Add a line."""
        if len(self.lines) < _MAX_LINES:
            self.lines.append(f"[{self._now() - self._started:.3f}] *: {escape(text)[:_MAX_TEXT]}")

    def find(self, name: str, kind: str) -> Found:
        """Return the records of a name. Raise Unanswered."""
        key = name.rstrip(".").lower(), kind
        if key not in self._answers:
            try:
                self._answers[key] = self._find(*key)
            except Unanswered as error:
                self._answers[key] = error
        found = self._answers[key]
        self.note(f"DNS {key[0]} {kind}: {found}")
        if isinstance(found, Unanswered):
            raise found
        return found

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name."""
        return list(self.find(name, "TXT").records)

    def addresses(self, name: str) -> list[str]:
        """Return the A and AAAA records of a name."""
        return [*self.find(name, "A").records, *self.find(name, "AAAA").records]

    def exchangers(self, name: str) -> list[str]:
        """Return the names of the mail exchangers, by preference."""
        return [one.host for one in self.find(name, "MX").records]

    def is_bogus(self, name: str, kind: str) -> bool:
        """Return whether the DNS has an answer that DNSSEC shows to be false."""
        try:
            self.find(name, kind)
            return False
        except Unanswered:
            try:
                self._query(name, kind, checked=False)
            except Unanswered:
                return False
        self.note(f"DNS {name} {kind}: without a check of DNSSEC, there is an answer")
        return True

    def _find(self, name: str, kind: str) -> Found:
        answer = self._query(name, kind)
        if answer is None:
            return Found(name, exists=False)
        records = sorted(_READ[kind](one) for one in answer.records[:_MAX_RECORDS])
        return Found(escape(answer.name).lower(), tuple(records), True, answer.secure)

    def _query(self, name: str, kind: str, checked: bool = True) -> dns.DnsAnswer | None:
        """Return the answer, or None if there is no such name. Raise Unanswered."""
        if self._unanswered >= _MOST_UNANSWERED:
            raise Unanswered("it was not asked, as the resolver does not answer")
        if self._asked >= QUESTIONS or self.seconds_left <= 0:
            raise Unanswered("it was not asked: the questions or the time for the DNS are used up")
        self._asked += 1
        seconds = min(_SECONDS_OF_ONE, self.seconds_left)
        started = self._now()
        try:
            answer = dns.query(name, kind, seconds, checked=checked)
        except dns.NoSuchName:
            answer = None
        except dns.NoAnswer as error:
            # A server that says that it has failed has answered, and sooner.
            self._unanswered += self._now() - started >= seconds * _MOST_OF_IT
            raise Unanswered(f"the resolver has no answer: {error}"[:_MAX_SHOWN]) from error
        self._unanswered = 0
        return answer


def _name(name: t.Any) -> str:
    return escape(name.to_text(omit_final_dot=True)).lower().rstrip(".")


def _text(record: t.Any) -> str:
    joined = b"".join(record.strings).decode("utf-8", "backslashreplace")
    return escape(joined)[:_MAX_TEXT]


_READ: dict[str, t.Callable[[t.Any], t.Any]] = {
    "A": lambda one: str(one.address),
    "AAAA": lambda one: str(one.address),
    "MX": lambda one: Exchanger(int(one.preference), _name(one.exchange)),
    "PTR": lambda one: _name(one.target),
    "TXT": _text,
    "TLSA": lambda one: Tlsa(one.usage, one.selector, one.mtype, one.cert),
}

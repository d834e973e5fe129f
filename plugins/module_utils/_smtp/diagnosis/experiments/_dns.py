# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries to the DNS with dnspython, within the time that is left."""

from __future__ import annotations

import typing as t

from ...._net import dns
from ...._net.text import escape

if t.TYPE_CHECKING:
    from ..budget import Budget

# One question must leave time for others.
_SECONDS = 2.0

# Limits on what a hostile domain can publish.
_MAX_RECORDS = 20
_MAX_CHARACTERS = 4096


class NotAsked(OSError):
    """The DNS was not asked, or gave no answer. The text says why."""


class NoReply(NotAsked):
    """The resolver was asked, and has no answer, such as SERVFAIL."""


class DomainLookup:
    """Look-ups of records. A domain that does not exist has none. Each raises NotAsked."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget

    def exists(self, name: str) -> bool:
        """Return whether the domain exists."""
        return self._records(name, "MX") is not None

    def exchangers(self, name: str) -> list[str]:
        """Return the mail exchangers in order of preference. A null MX is an empty name."""
        found = sorted(self._records(name, "MX") or (), key=lambda one: int(one.preference))
        return [escape(one.exchange.to_text()).rstrip(".") for one in found]

    def texts(self, name: str) -> list[str]:
        """Return the TXT records."""
        records = self._records(name, "TXT") or ()
        texts = [b"".join(one.strings).decode("ascii", "backslashreplace") for one in records]
        return [text[:_MAX_CHARACTERS] for text in texts]

    def addresses(self, name: str) -> list[str]:
        """Return the A and AAAA records."""
        records = [*(self._records(name, "A") or ()), *(self._records(name, "AAAA") or ())]
        return [str(one.address) for one in records]

    def _records(self, name: str, kind: str) -> tuple[t.Any, ...] | None:
        if dns.MISSING is not None:
            raise NotAsked("dnspython is not installed on this host")
        self._budget.check_time()
        try:
            answer = dns.query(name, kind, min(_SECONDS, self._budget.seconds_left))
        except dns.NoSuchName:
            return None
        except dns.NoAnswer as error:
            raise NoReply(str(error)) from error
        return answer.records[:_MAX_RECORDS]

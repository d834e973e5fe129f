# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock of this host, beside dates that servers say, and those of a certificate. No I/O."""

from __future__ import annotations

import datetime
import re
import typing as t

# The date of RFC 5322 section 3.3, as Exim, Sendmail and Exchange have it in their greeting:
# "220 mx.example.org ESMTP Exim 4.96 Sat, 28 Nov 2026 16:49:00 +0100".
_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(?::\d{2})? (?:[+-]\d{4}|GMT|UT)\b"
)

_SEARCHED_CHARACTERS = 500

# Clocks that differ by less agree: a reply may be slow, and few things depend on seconds.
TOLERANCE_SECONDS = 60.0


def date_in(text: str) -> float | None:
    """Return the first date in a text, in seconds since the epoch, or None.

    >>> date_in("mx.example.org ESMTP; Thu, 1 Jan 1970 01:00:00 +0100")
    0.0
    """
    from email.utils import parsedate_to_datetime  # few diagnoses need it

    match = _DATE.search(text[:_SEARCHED_CHARACTERS])
    if match is None:
        return None
    try:
        found = parsedate_to_datetime(match.group())
    except (TypeError, ValueError, IndexError):
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=datetime.timezone.utc)
    return found.timestamp()


def seconds_of(iso: str) -> float | None:
    """Return a time such as "2026-11-28T16:49:00Z" in seconds since the epoch, or None."""
    try:
        found = datetime.datetime.strptime(iso, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return None
    return found.replace(tzinfo=datetime.timezone.utc).timestamp()


def shown(seconds: float) -> str:
    """Return a time in ISO 8601, in UTC.

    >>> shown(0)
    '1970-01-01T00:00:00Z'
    """
    found = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


class Validity(t.NamedTuple):
    """The times of a certificate, in seconds since the epoch."""

    not_before: float
    not_after: float

    def at(self, now: float) -> str:
        """Return "valid", "not yet valid" or "expired"."""
        if now < self.not_before:
            return "not yet valid"
        return "expired" if now > self.not_after else "valid"

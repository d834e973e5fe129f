# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Timestamps in text to and from seconds since 1970. No clock, no locale, no I/O."""

from __future__ import annotations

import calendar
import datetime
import re
import time
from email.utils import mktime_tz, parsedate, parsedate_tz

# The limit on the length of a date; longer ones are hostile.
_MAX_CHARACTERS = 100

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(\.\d{1,9})?(?:Z|([+-])(\d\d):?(\d\d))?",
    re.ASCII | re.IGNORECASE,
)

_YEAR_10000 = 253_402_300_800

# The exceptions that the email package raises for malformed dates.
_NO_DATE = (IndexError, OverflowError, TypeError, ValueError)


def from_iso(text: str) -> float:
    """Read a timestamp in ISO 8601, in UTC if it has no offset. Raises ValueError.

    >>> from_iso("1970-01-01T01:00:00.5+01:00")
    0.5
    """
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError(f"must be a time such as 2026-11-24T12:00:00Z, not {text!r}")
    *parts, fraction, sign, hours, minutes = match.groups()
    whole = time.strptime(" ".join(parts), "%Y %m %d %H %M %S")  # numbers only, so no locale
    offset = int(f"{sign}1") * (int(hours) * 60 + int(minutes)) * 60 if sign else 0
    return calendar.timegm(whole) - offset + float(fraction or 0)


def to_iso(seconds: float | None) -> str | None:
    """Return a timestamp in ISO 8601, in UTC and whole seconds, or None for years beyond 9999.

    >>> to_iso(0.5)
    '1970-01-01T00:00:00Z'
    """
    if seconds is None or not 0 <= seconds < _YEAR_10000:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(seconds)))


def from_mail_date(text: str) -> float | None:
    """Read a date of RFC 5322, also in its obsolete forms; return None if it is malformed.

    A date without a zone is in UTC.

    >>> from_mail_date("Thu, 1 Jan 1970 01:00:00 +0100")
    0.0
    """
    try:
        parts = parsedate_tz(text[:_MAX_CHARACTERS])
        if parts is None:
            return None
        datetime.date(*parts[:3])  # raises ValueError for days such as November 99
        return _within_limits(mktime_tz(parts))
    except _NO_DATE:
        return None


def from_local_date(text: str) -> float | None:
    """Read a date in local time, such as `Tue Nov 24 12:00:00 2026` in an mbox, or return None."""
    try:
        parts = parsedate(text[:_MAX_CHARACTERS])
        return _within_limits(time.mktime(parts)) if parts else None
    except _NO_DATE:
        return None


def _within_limits(seconds: float) -> float | None:
    return float(seconds) if 0 <= seconds < _YEAR_10000 else None

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Moments as text in, seconds since 1970 out, and back. No clock, no locale, no I/O."""

from __future__ import annotations

import calendar
import datetime
import re
import time
from email.utils import mktime_tz, parsedate, parsedate_tz

# What a date is at most, in a header that was not written to do harm.
_MAX_CHARACTERS = 100

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(\.\d{1,9})?(?:Z|([+-])(\d\d):?(\d\d))?",
    re.ASCII | re.IGNORECASE,
)

_YEAR_10000 = 253_402_300_800

# What the email package has been known to raise on what is no date.
_NO_DATE = (IndexError, OverflowError, TypeError, ValueError)


def from_iso(text: str) -> float:
    """Read a time such as 2026-11-24T12:00:00Z; without an offset it is UTC. Raises ValueError.

    >>> from_iso("1970-01-01T01:00:00.5+01:00")
    0.5
    """
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a time such as 2026-11-24T12:00:00Z")
    *parts, fraction, sign, hours, minutes = match.groups()
    whole = time.strptime(" ".join(parts), "%Y %m %d %H %M %S")  # which has no names in it
    offset = int(f"{sign}1") * (int(hours) * 60 + int(minutes)) * 60 if sign else 0
    return calendar.timegm(whole) - offset + float(fraction or 0)


def to_iso(moment: float | None) -> str | None:
    """Write a moment in UTC, in whole seconds.

    >>> to_iso(0.5)
    '1970-01-01T00:00:00Z'
    """
    if moment is None or not 0 <= moment < _YEAR_10000:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(moment)))


def from_mail_date(text: str) -> float | None:
    """Read a date of RFC 5322, also in its obsolete forms; None where it is none.

    Without a zone it is UTC.

    >>> from_mail_date("Thu, 1 Jan 1970 01:00:00 +0100")
    0.0
    """
    try:
        parts = parsedate_tz(text[:_MAX_CHARACTERS])
        if parts is None:
            return None
        datetime.date(*parts[:3])  # November 99 would be some day in February
        return _within_reason(mktime_tz(parts))
    except _NO_DATE:
        return None


def from_local_date(text: str) -> float | None:
    """Read a date in the time of this host, such as `Tue Nov 24 12:00:00 2026` in an mbox."""
    try:
        parts = parsedate(text[:_MAX_CHARACTERS])
        return _within_reason(time.mktime(parts)) if parts else None
    except _NO_DATE:
        return None


def _within_reason(moment: float) -> float | None:
    return float(moment) if 0 <= moment < _YEAR_10000 else None

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times in options and in log lines, as seconds since 1970.

A time without a zone is in the local time of this host, as programs write it to their logs. A time
without a year is in the year that puts it nearest to now.
"""

from __future__ import annotations

import calendar
import datetime
import functools
import re
import time

_ENGLISH = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
# The names of months in logs do not depend on the locale.
_MONTHS = {name: number for number, name in enumerate(_ENGLISH.split(), 1)}

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
    r"(?: ?(?:(Z)|([+-])(\d\d):?(\d\d)))?(?![\d:])",
    re.ASCII,
)
_TRADITIONAL = re.compile(
    rf"({'|'.join(_MONTHS)}) +(\d{{1,2}}) "
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: (\d{4})(?!\S))?",
    re.ASCII,
)

_DAY = 86400.0
_LAST = 253_402_300_800.0  # the year 10000


def from_option(text: str) -> float:
    """Return the time that an option names: seconds since 1970, or ISO 8601. Raise ValueError.

    >>> from_option("1970-01-01T01:00:00.5+01:00"), from_option("0.5")
    (0.5, 0.5)
    """
    try:
        seconds = float(text)
    except ValueError:
        match = _ISO.fullmatch(text.strip())
        if match is None or not _is_date(match):
            problem = (
                f"must be seconds since 1970, or a time such as 2026-11-24T12:00:00Z, not {text!r}"
            )
            raise ValueError(problem[:200]) from None
        seconds = _iso_seconds(match)
    if not 0 <= seconds < _LAST:  # written so that "not a number" fails it too
        raise ValueError("must be a time between the years 1970 and 9999")
    return seconds


def _is_date(match: re.Match[str]) -> bool:
    """Return whether the calendar has a date and time, and the zone is one."""
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    hours, minutes = (int(digits or 0) for digits in match.groups()[-2:])
    try:
        datetime.datetime(year, month, day, hour, minute, second)
    except ValueError:
        return False
    return hours < 24 and minutes < 60


def at_start(line: str, now: float) -> tuple[float, int] | None:
    """Return the time that a log line begins with, and its length in characters, or None."""
    match = _TRADITIONAL.match(line)
    try:
        if match is not None:
            return _traditional_seconds(match.group(), now), match.end()
        match = _ISO.match(line)
        if match is not None:
            return _iso_seconds(match), match.end()
    except (ValueError, OverflowError):
        pass
    return None


def _iso_seconds(match: re.Match[str]) -> float:
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    fraction, utc, sign, hours, minutes = match.groups()[6:]
    parts = (year, _checked(month, 1, 12), _checked(day, 1, 31), hour, minute, second)
    rest = float(f"0.{fraction or 0}")
    if utc:
        return calendar.timegm((*parts, 0, 0, 0)) + rest
    if sign:
        offset = int(f"{sign}1") * (int(hours) * 60 + int(minutes)) * 60
        return calendar.timegm((*parts, 0, 0, 0)) - offset + rest
    return time.mktime((*parts, 0, 0, -1)) + rest


@functools.lru_cache(maxsize=64)  # a busy server writes many lines in a second
def _traditional_seconds(text: str, now: float) -> float:
    match = _TRADITIONAL.fullmatch(text)
    if match is None:
        raise ValueError(text)
    name, day, hour, minute, second, fraction, year = match.groups()
    parts = (_MONTHS[name], _checked(int(day), 1, 31), int(hour), int(minute), int(second))
    this_year = time.localtime(now).tm_year
    seconds = time.mktime((int(year or this_year), *parts, 0, 0, -1))
    # A log has no lines of tomorrow, but for clocks and zones that differ.
    if not year and seconds > now + _DAY:
        seconds = time.mktime((this_year - 1, *parts, 0, 0, -1))
    return seconds + float(f"0.{fraction or 0}")


def _checked(number: int, least: int, most: int) -> int:
    if not least <= number <= most:
        raise ValueError(number)
    return number

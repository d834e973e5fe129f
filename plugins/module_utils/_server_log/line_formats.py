# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A line of a log in, its time, server, program and process out. No I/O.

Known are the formats of syslog (RFC 3164 and RFC 5424's time), and those that Exim, Dovecot and
Haraka write to their own files.
"""

from __future__ import annotations

import re

from . import timestamps
from .model import LogLine

# A longer line is cut: what decides is at its beginning.
MAX_CHARACTERS = 2000

_PRIORITY = re.compile(r"<\d{1,3}>", re.ASCII)
_SYSLOG = re.compile(r"(?P<tag>[\w./+@-]{1,64})(?:\[(?P<pid>\d{1,10})\])?: ?", re.ASCII)
_HOST = re.compile(r"[\w.:-]{1,255} ", re.ASCII)
_DOVECOT = re.compile(
    r"(?P<program>[a-z][a-z0-9_-]{1,30})(?:\((?P<pid>\d{1,10})\))?[^\s:]{0,300}: "
    r"(?:Info|Warning|Error|Fatal|Panic|Debug): ",
    re.ASCII,
)
_HARAKA = re.compile(r"\[[A-Z]{4,9}\] \[(?P<pid>[\w.-]{1,60})\] \[(?P<program>[\w/.-]{1,60})\] ")
_EXIM_PROCESS = re.compile(r"\[(\d{1,10})\] ", re.ASCII)

# The programs of each server, as they name themselves in syslog.
_TAGS = {
    "dovecot": "dovecot",
    "exim": "exim",
    "exim4": "exim",
    "haraka": "haraka",
    "sendmail": "sendmail",
    "sm-mta": "sendmail",
    "sm-msp-queue": "sendmail",
    "mta": "sendmail",
    "smtpd": "opensmtpd",
    "opensmtpd": "opensmtpd",
}


def parse(whole: str, now: float) -> LogLine | None:
    """Return the parsed line, or None if it has no time, or is not of a mail server."""
    whole = whole[:MAX_CHARACTERS]
    priority = _PRIORITY.match(whole)
    start = priority.end() if priority else 0
    found = timestamps.at_start(whole[start : start + 40], now)
    if found is None:
        return None
    time, length = found
    rest = whole[start + length :].lstrip(" ")
    return (
        _of_dovecot(time, rest, whole)
        or _of_haraka(time, rest, whole)
        or _of_syslog(time, rest, whole)
        or (_of_exim(time, rest, whole) if whole[10:11] == " " else None)
    )


def of_journal(time: float, tag: str, pid: str, message: str) -> LogLine | None:
    """Return the line of an entry of systemd's journal, or None if no mail server wrote it."""
    text = message[:MAX_CHARACTERS]
    whole = f"{tag}[{pid}]: {text}" if pid else f"{tag}: {text}"
    return _of_tag(time, tag, pid, text, whole)


def _of_syslog(time: float, rest: str, whole: str) -> LogLine | None:
    host = _HOST.match(rest)
    match = _SYSLOG.match(rest, host.end()) if host else None
    if match is None:
        return None
    return _of_tag(time, match.group("tag"), match.group("pid") or "", rest[match.end() :], whole)


def _of_tag(time: float, tag: str, pid: str, text: str, whole: str) -> LogLine | None:
    """Return the line of a program that names itself by a tag, such as `postfix/smtpd`."""
    if "/" in tag:
        return LogLine(time, "postfix", tag.rpartition("/")[2], pid, text, whole)
    server = _TAGS.get(tag, "")
    if server == "dovecot":
        inner = re.match(r"([a-z][\w-]{1,30})(?:\((\d{1,10})\))?[^\s:]{0,300}: ", text)
        if inner is None:
            return LogLine(time, server, "", "", text, whole)
        return LogLine(time, server, inner.group(1), inner.group(2) or "", text, whole)
    if server == "exim":
        stamp = timestamps.at_start(text[:40], time)
        own = _of_exim(time, text[stamp[1] :].lstrip(" ") if stamp else text, whole)
        return own._replace(pid=own.pid or pid)
    haraka = _of_haraka(time, text.partition("Z ")[2] if text[:4].isdigit() else text, whole)
    if haraka is not None:
        return haraka
    return LogLine(time, server, tag, pid, text, whole) if server else None


def _of_dovecot(time: float, rest: str, whole: str) -> LogLine | None:
    match = _DOVECOT.match(rest)
    if match is None:
        return None
    return LogLine(time, "dovecot", match.group("program"), match.group("pid") or "", rest, whole)


def _of_haraka(time: float, rest: str, whole: str) -> LogLine | None:
    match = _HARAKA.match(rest)
    if match is None:
        return None
    program, session = match.group("program"), match.group("pid")
    return LogLine(time, "haraka", program, session, rest[match.end() :], whole)


def _of_exim(time: float, rest: str, whole: str) -> LogLine:
    process = _EXIM_PROCESS.match(rest)
    pid = process.group(1) if process else ""
    return LogLine(time, "exim", "", pid, rest[process.end() :] if process else rest, whole)

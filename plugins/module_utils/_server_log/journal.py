# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The entries of mail servers in systemd's journal, by journalctl."""

from __future__ import annotations

import json
import typing as t

from .._net.text import escape
from . import commands
from .commands import Unreadable
from .line_formats import of_journal
from .model import LogLine

# The facility "mail" of syslog, and the services of Exim and Haraka, which do not use it.
_MATCHES = (
    "SYSLOG_FACILITY=2",
    "+",
    "_SYSTEMD_UNIT=haraka.service",
    "+",
    "_SYSTEMD_UNIT=exim4.service",
    "+",
    "_SYSTEMD_UNIT=exim.service",
)

# An entry has some 1,000 bytes.
_MAX_BYTES = 32 * 1024 * 1024
_MAX_ENTRY_BYTES = 64 * 1024


def lines(since: float, until: float, deadline: float) -> t.Iterator[LogLine]:
    """Yield the lines of a time, in order. Raise Unreadable."""
    arguments = [
        "journalctl",
        "--quiet",
        "--no-pager",
        "--output=json",
        f"--since=@{int(since)}",
        f"--until=@{int(until) + 1}",
        *_MATCHES,
    ]
    rest = b""
    for piece in commands.pieces(arguments, deadline, _MAX_BYTES):
        *entries, rest = (rest + piece).split(b"\n")
        for entry in entries:
            line = parse(entry)
            if line is not None:
                yield line
        if len(rest) > _MAX_ENTRY_BYTES:
            raise Unreadable("journalctl prints an entry that is too long")


def parse(entry: bytes) -> LogLine | None:
    """Return the line of an entry in JSON, or None if it is not of a mail server."""
    if len(entry) > _MAX_ENTRY_BYTES:
        return None
    try:
        fields = json.loads(entry.decode("utf-8", "replace"))
        time = int(fields["__REALTIME_TIMESTAMP"]) / 1e6
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    tag = _text(fields.get("SYSLOG_IDENTIFIER"))
    pid = _text(fields.get("SYSLOG_PID")) or _text(fields.get("_PID"))
    return of_journal(time, tag[:64], pid[:10], _text(fields.get("MESSAGE")))


def _text(value: t.Any) -> str:
    """Return a field as text: journalctl writes one with unprintable bytes as a list of them."""
    if isinstance(value, list):
        numbers = [one for one in value if isinstance(one, int) and 0 <= one <= 255]
        return escape(bytes(numbers).decode("utf-8", "backslashreplace"))
    return value if isinstance(value, str) else ""

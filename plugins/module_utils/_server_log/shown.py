# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text of a log or of a configuration in, text that is safe to show out. No I/O.

It is printable, bounded, and without what a log may have of a login: Haraka logs the responses of
AUTH, Dovecot can be told to log passwords, and Postfix logs a line that came too early.
"""

from __future__ import annotations

import re

from .._net.text import NOT_SHOWN, escape

MAX_CHARACTERS = 1000

# A client can choose what stands in many lines. So no part of this may take more than linear time.
_AFTER = re.compile(
    r"(AUTH(?: |=|\\s)+(?:PLAIN|LOGIN|CRAM-MD5|XOAUTH2|OAUTHBEARER|SCRAM-[\w-]+)\s+)[^\s\\\"]+"
    r"|(plugin=auth/\S+ .*?params=)(?:\"[^\"]*\"|\S+)"
    r"|(given password: ?)[^)]*"
    r"|((?:pipelining|input sent .{0,60}|(?:NON-SMTP COMMAND|COMMAND PIPELINING|BARE NEWLINE)"
    r" .{0,60}) after AUTH\b(?:.{0,300}?\])?: ).*"
    r"|((?<![\w-])(?=[\w-]*(?:passw(?:or)?d|secret|token)|(?:[\w-]*-)?pass)[\w-]+\s*[=:]\s*)\S+"
    r"|(://[^/\s:@]{1,200}:)[^@\s/]{1,200}(?=@)",
    re.IGNORECASE | re.ASCII,
)
# The end of Base64 that is padded is hardly anything else.
_PADDED = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{10,2000}={1,2}(?![\w=])", re.ASCII)


def shown(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Return a text as it may be shown.

    >>> shown("given password: hunter2)")
    'given password: (not shown))'
    """
    text = escape(_PADDED.sub(NOT_SHOWN, _AFTER.sub(_masked, text[: 4 * limit])))
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def _masked(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None) + NOT_SHOWN

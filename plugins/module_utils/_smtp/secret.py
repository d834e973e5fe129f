# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What shows a secret in a line of text: what a redactor has to look for. No I/O."""

from __future__ import annotations

import base64
import re
import typing as t

from .printable import escape

# The base64 of a longer text shows seven characters or more of a secret of so many bytes. Of a
# shorter one it shows so few that they would be found in innocent words, too.
_MIN_BYTES = 6

_WORD_BEGIN = "(?<![A-Za-z0-9+/])"
_WORD_END = "(?![A-Za-z0-9+/])={0,2}"


def secret_pattern(user: str, secret: str) -> t.Pattern[str]:
    """Match whatever shows a secret, which is not empty: itself, or a word of base64 that holds it.

    In the base64 of a longer text the secret starts at the first, second or third byte of a group
    of three, and leaves one of three traces: the characters that hold bits of nothing but the
    secret. A word that has a trace in it is matched as a whole, as the characters next to the trace
    hold bits of the secret, too. For a short secret only two words are known: its own base64, and
    that of the response of PLAIN. Servers that echo a command may change its case.
    """
    data = secret.encode()
    if len(data) >= _MIN_BYTES:
        traces = "|".join(re.escape(_trace(data, before)) for before in range(3))
        word = f"[A-Za-z0-9+/]*?(?:{traces})[A-Za-z0-9+/]*"
    else:
        word = "|".join(map(_base64, (data, f"\0{user}\0{secret}".encode())))
    shown = "|".join(map(re.escape, (secret, escape(secret))))
    # That a word is searched from its beginning only keeps the search linear.
    return re.compile(f"{_WORD_BEGIN}(?:{word}){_WORD_END}|{shown}", re.IGNORECASE)


def _trace(data: bytes, before: int) -> str:
    """Give the characters of base64 that hold bits of the data alone, after so many other bytes."""
    encoded = base64.b64encode(bytes(before) + data).decode("ascii")
    return encoded[(before * 8 + 5) // 6 : (before + len(data)) * 8 // 6]


def _base64(data: bytes) -> str:
    return re.escape(base64.b64encode(data).decode("ascii").rstrip("="))

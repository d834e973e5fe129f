# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bytes from a server in, text that can be shown anywhere out.

Whatever a server sends is hostile: it may hold terminal escapes, bytes that are not UTF-8 (a
module result with those fails the task), or marks that turn the reading direction round.
"""

from __future__ import annotations

# What stands in a text in place of a secret.
NOT_SHOWN = "(not shown)"


def printable(data: bytes) -> str:
    r"""Decode UTF-8; what is not UTF-8, or cannot be printed, becomes a backslash escape.

    >>> printable(b"250 \xff\x1b[2J caf\xc3\xa9")
    '250 \\xff\\x1b[2J café'
    """
    return escape(data.decode("utf-8", "backslashreplace"))


def escape(text: str) -> str:
    """Escape each character of a text that cannot be printed."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )

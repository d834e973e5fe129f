# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bytes from a server in, text that is safe to show out.

All bytes from a server are hostile. They may contain escape sequences for a terminal, marks that
reverse the reading direction, or bytes that are not UTF-8, with which a module's result would fail
the task.
"""

from __future__ import annotations

# The text that replaces a secret.
NOT_SHOWN = "(not shown)"


def printable(data: bytes) -> str:
    r"""Decode UTF-8, and write all other bytes and unprintable characters as backslash escapes.

    >>> printable(b"250 \xff\x1b[2J caf\xc3\xa9")
    '250 \\xff\\x1b[2J café'
    """
    return escape(data.decode("utf-8", "backslashreplace"))


def escape(text: str) -> str:
    """Replace each unprintable character of a text by its backslash escape."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def quantity(number: int, what: str) -> str:
    """Return a number with its noun.

    >>> quantity(1, "host"), quantity(2000, "host")
    ('1 host', '2,000 hosts')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bytes from a server in, text that is safe to show out.

All bytes from a server are hostile. They may contain escape sequences for a terminal, marks that
reverse the reading direction, commands for the CI system that reads the output, or bytes that are
not UTF-8, with which a module's result would fail the task.
"""

from __future__ import annotations

import re
import typing as t

# CI systems run commands that they find in the output: `##vso[...]` (Azure Pipelines), `##[...]`
# (it, and GitHub Actions) and `##teamcity[...]` anywhere in a line, `::...::` (GitHub Actions) at
# its beginning. Where a text is wrapped, a line may begin at any space.
_COMMAND = re.compile(
    r"##(?=\w{0,20}\[)|(?<!\S)::(?=(?:add|internal|remove|save|set|stop)-"
    r"|(?:debug|echo|endgroup|error|group|notice|warning)\b)",
    re.IGNORECASE,
)

# What `surrogateescape` makes of each byte that is not UTF-8, and the same byte as Latin-1.
_LATIN_1 = {0xDC00 + byte: byte for byte in range(0x80, 0x100)}

# The text that replaces a secret.
NOT_SHOWN = "(not shown)"


def printable(data: bytes) -> str:
    r"""Decode UTF-8, and write all other bytes and unprintable characters as backslash escapes.

    >>> printable(b"250 \xff\x1b[2J caf\xc3\xa9")
    '250 \\xff\\x1b[2J café'
    """
    return escape(data.decode("utf-8", "backslashreplace"))


def as_it_came(data: bytes) -> str:
    r"""Decode UTF-8, and all other bytes as Latin-1. For patterns alone: it is not safe to show.

    So each byte remains a character, which a pattern can name, and no text has surrogates, with
    which a module's result would fail the task.

    >>> as_it_came(b"caf\xc3\xa9 caf\xe9")
    'café café'
    """
    return data.decode("utf-8", "surrogateescape").translate(_LATIN_1)


def escape(text: str) -> str:
    r"""Replace each unprintable character of a text by its backslash escape.

    So is the second character of a command for a CI system.

    >>> escape("##vso[task.complete]")
    '#\\x23vso[task.complete]'
    """
    if not text.isprintable():
        text = "".join(
            one if one.isprintable() else one.encode("unicode_escape").decode("ascii")
            for one in text
        )
    return _COMMAND.sub(_harmless, text) if "##" in text or "::" in text else text


def _harmless(command: t.Match[str]) -> str:
    mark = command.group()[0]
    return f"{mark}\\x{ord(mark):02x}"


def quantity(number: int, what: str) -> str:
    """Return a number with its noun.

    >>> quantity(1, "host"), quantity(2000, "host")
    ('1 host', '2,000 hosts')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def first_few(names: t.Sequence[str], most: int, what: str = "") -> str:
    """Return the first names of a list, and how many more there are.

    >>> first_few(["a", "b", "c"], 2), first_few(["a", "b", "c"], 2, "host")
    ('a, b and 1 more', 'a, b and 1 more host')
    """
    shown = ", ".join(names[:most])
    left = len(names) - most
    if left <= 0:
        return shown
    return f"{shown} and {quantity(left, f'more {what}') if what else f'{left:,} more'}"

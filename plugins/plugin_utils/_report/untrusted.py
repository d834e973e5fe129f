# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of a task's result as what they should be, whatever they are.

A result comes from a probing host, which may be compromised, and holds what mail servers said. So
each value is read as the type that is wanted, and what is of another type is taken for missing.
All text is without control characters, and in what is nested there is nothing but JSON has.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape

# So deep is no result of ours nested.
_MAX_DEPTH = 8


def text(value: t.Any) -> str | None:
    """Read a text, its control characters escaped; None where it is none or empty."""
    if not isinstance(value, str) or not value:
        return None
    return escape(str.__str__(value))  # Ansible's own kinds of text are none in JSON


def brief(value: t.Any, most: int) -> str | None:
    """Read a text as `text` does, and of one that is too long the beginning.

    What is told again and again must not be as long as a probing host likes.
    """
    if isinstance(value, str) and len(value) > most:
        value = str.__str__(value)[: most - 3] + "..."
    return text(value)


def shown(value: t.Any) -> str:
    """Return any value as a text of one line."""
    try:
        return escape(str(value))
    except (RecursionError, ValueError):  # nested too deep, or a number of thousands of digits
        return f"({type(value).__name__})"


def number(value: t.Any) -> int | float | None:
    """Read a number; infinity and not-a-number, which JSON has not, are none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if abs(value) < 1e15 else None


def whole(value: t.Any) -> int | None:
    """Read a whole number."""
    found = number(value)
    return found if isinstance(found, int) else None


def mapping(value: t.Any) -> Mapping[str, t.Any]:
    """Read a dictionary, an empty one where it is none."""
    return value if isinstance(value, Mapping) else {}


def sequence(value: t.Any) -> Sequence[t.Any]:
    """Read a list, an empty one where it is none."""
    return value if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) else ()


def plain(value: t.Any, depth: int = 0) -> t.Any:
    """Copy what is nested, with nothing but what JSON has, and every text clean."""
    if isinstance(value, str):
        return escape(str.__str__(value))
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return number(value)
    if depth < _MAX_DEPTH and isinstance(value, Mapping):
        return {shown(key): plain(inner, depth + 1) for key, inner in value.items()}
    if depth < _MAX_DEPTH and isinstance(value, Sequence) and not isinstance(value, bytes):
        return [plain(inner, depth + 1) for inner in value]
    return shown(value)

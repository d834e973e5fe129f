# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read values of a task's result as the type that they should have.

A result comes from a probing host, which may be compromised, and it quotes mail servers. So each
value is read as the type that is documented for it, and a value of another type counts as missing.
Every text has its control characters escaped, and nested values hold only what JSON has.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape

# No result of this collection's modules is nested deeper.
_MAX_DEPTH = 8


def text(value: t.Any, limit: int | None = None) -> str | None:
    """Return a text with its control characters escaped, or None if it is empty or not a text.

    A text of more than `limit` characters is cut there. Set it for a text that is repeated, since a
    probing host decides how long the text is.
    """
    if not isinstance(value, str) or not value:
        return None
    raw = str.__str__(value)  # JSON cannot write Ansible's subclasses of str
    if limit is not None and len(raw) > limit:
        raw = raw[: limit - 3] + "..."
    return escape(raw)


def one_line(value: t.Any) -> str:
    """Return any value as a text of one line."""
    try:
        return escape(str(value))
    except (RecursionError, ValueError):  # nested too deep, or a number of thousands of digits
        return f"({type(value).__name__})"


def number(value: t.Any) -> int | float | None:
    """Return a number, or None for anything else, and for infinity and NaN, which JSON lacks."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if abs(value) < 1e15 else None


def integer(value: t.Any) -> int | None:
    """Return an integer, or None for anything else."""
    found = number(value)
    return found if isinstance(found, int) else None


def mapping(value: t.Any) -> Mapping[str, t.Any]:
    """Return a dictionary, an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def sequence(value: t.Any) -> Sequence[t.Any]:
    """Return a list, an empty one for anything else."""
    return value if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) else ()


def json_value(value: t.Any, depth: int = 0) -> t.Any:
    """Copy a nested value, with every text escaped and everything that JSON lacks as text."""
    if isinstance(value, str):
        return escape(str.__str__(value))
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return number(value)
    if depth < _MAX_DEPTH and isinstance(value, Mapping):
        return {one_line(key): json_value(inner, depth + 1) for key, inner in value.items()}
    if depth < _MAX_DEPTH and isinstance(value, Sequence) and not isinstance(value, bytes):
        return [json_value(inner, depth + 1) for inner in value]
    return one_line(value)

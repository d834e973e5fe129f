# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Advice is prose in which commands and names of options stand in backticks. No I/O.

A page shows those as code. What can show no code has the text without the backticks.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator


class Span(t.NamedTuple):
    """A piece of prose, or of code."""

    text: str
    code: bool


def spans(told: str) -> Iterator[Span]:
    """Part a text at its backticks. Where the last has no counterpart, the text was cut there."""
    for index, piece in enumerate(told.split("`")):
        if piece:
            yield Span(piece, index % 2 == 1)


def without_backticks(told: str) -> str:
    """Return a text without its backticks."""
    return told.replace("`", "")

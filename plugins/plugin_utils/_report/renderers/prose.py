# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Split advice into prose and code, which is in backticks: commands and names of options. No I/O.

A page shows code as such. A format without code drops the backticks.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator


class Span(t.NamedTuple):
    """A piece of prose, or of code."""

    text: str
    code: bool


def spans(advice: str) -> Iterator[Span]:
    """Split a text at its backticks. The last one has no counterpart if the text was cut."""
    for index, piece in enumerate(advice.split("`")):
        if piece:
            yield Span(piece, index % 2 == 1)


def without_backticks(advice: str) -> str:
    """Return a text without its backticks."""
    return advice.replace("`", "")

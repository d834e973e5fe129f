# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Redaction of the password in texts of servers and messages. No I/O.

It is applied when the result is made, never before: decisions are made on the original texts.
"""

from __future__ import annotations

from .._net.redaction import secret_pattern
from .._net.text import NOT_SHOWN


class Redactor:
    """Redacts a secret, if there is one."""

    def __init__(self, user: str = "", secret: str = "") -> None:
        self._pattern = secret_pattern(user, secret) if secret else None

    def text(self, value: str) -> str:
        """Return a text without the secret in any encoding."""
        return value if self._pattern is None else self._pattern.sub(NOT_SHOWN, value)

    def pieces(self, value: str) -> frozenset[str]:
        """Return the words of a header that are parts of a secret across several words.

        A header may be folded within the secret, and its words are also returned one by one.
        """
        if self._pattern is None:
            return frozenset()
        found = [match.group().split() for match in self._pattern.finditer(value)]
        return frozenset(word for words in found if len(words) > 1 for word in words)

    def without(self, value: str, pieces: frozenset[str]) -> str:
        """Return a value without the secret and without any of its `pieces`."""
        if not pieces.isdisjoint(value.split()):
            return NOT_SHOWN
        return self.text(value)

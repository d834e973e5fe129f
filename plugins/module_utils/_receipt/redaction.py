# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What servers and messages say, made fit to be shown: without the secret. No I/O.

It is applied where the result is made, and never before: what is judged is what came.
"""

from __future__ import annotations

from .._net.redaction import secret_pattern
from .._net.text import NOT_SHOWN


class Redactor:
    """Knows a secret, if there is one, and leaves it out of texts."""

    def __init__(self, user: str = "", secret: str = "") -> None:
        self._pattern = secret_pattern(user, secret) if secret else None

    def text(self, value: str) -> str:
        """Return a text without the secret, however it is written."""
        return value if self._pattern is None else self._pattern.sub(NOT_SHOWN, value)

    def pieces(self, value: str) -> frozenset[str]:
        """Return the words of a text that are parts of a secret, which stands over several lines.

        A header that is folded within the secret is one text without it, but it is also taken apart
        into words.
        """
        if self._pattern is None:
            return frozenset()
        found = [match.group().split() for match in self._pattern.finditer(value)]
        return frozenset(word for words in found if len(words) > 1 for word in words)

    def without(self, value: str, pieces: frozenset[str]) -> str:
        """Return a value that was taken out of a text whose `pieces` are not to be shown."""
        if not pieces.isdisjoint(value.split()):
            return NOT_SHOWN
        return self.text(value)

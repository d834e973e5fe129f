# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Splits a structured header field (RFC 5322 section 3.2) into words, comments and semicolons.

It accepts the fields that servers write, even if the RFC does not allow them, in linear time.
"""

from __future__ import annotations

import re
import typing as t

WORD, COMMENT, SEMICOLON = "word", "comment", ";"

_LEXEME = re.compile(r'(?P<space>\s+)|(?P<semicolon>;)|(?P<quoted>"(?:[^"\\]|\\.)*"?)|[^\s;"(]+')
_BETWEEN_PARENTHESES = re.compile(r"[^()\\]+|\\.?|[()]")


class Lexeme(t.NamedTuple):
    """A word, a comment without its parentheses, or a semicolon."""

    kind: str
    text: str


def lexemes(text: str) -> t.Iterator[Lexeme]:
    """Yield the lexemes of a field.

    >>> [lexeme.text for lexeme in lexemes('from a (b (c)) ; "d e"')]
    ['from', 'a', 'b (c)', ';', 'd e']
    """
    position = 0
    while position < len(text):
        if text[position] == "(":
            end = _end_of_comment(text, position)
            yield Lexeme(COMMENT, text[position + 1 : end].strip())
            position = end + 1
            continue
        match = _LEXEME.match(text, position)
        if match is None:
            return
        position = match.end()
        if match.group("semicolon"):
            yield Lexeme(SEMICOLON, ";")
        elif match.group("quoted"):
            yield Lexeme(WORD, match.group().strip('"'))
        elif not match.group("space"):
            yield Lexeme(WORD, match.group())


def _end_of_comment(text: str, start: int) -> int:
    """Return the position of the parenthesis that closes the one at `start`, or the text's end."""
    depth = 0
    for match in _BETWEEN_PARENTHESES.finditer(text, start):
        if match.group() == "(":
            depth += 1
        elif match.group() == ")":
            depth -= 1
            if not depth:
                return match.start()
    return len(text)

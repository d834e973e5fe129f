# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A header field is taken apart, whatever a server has written into it."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.lexer import (
    COMMENT,
    SEMICOLON,
    WORD,
    Lexeme,
    lexemes,
)


def test_a_field_has_words_comments_and_semicolons():
    assert list(lexemes("from relay (a host (nested)); by mx")) == [
        Lexeme(WORD, "from"),
        Lexeme(WORD, "relay"),
        Lexeme(COMMENT, "a host (nested)"),
        Lexeme(SEMICOLON, ";"),
        Lexeme(WORD, "by"),
        Lexeme(WORD, "mx"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"two words" one', ["two words", "one"]),
        ('"a ; b (c"', ["a ; b (c"]),  # nothing is special between quotation marks
        ('"open', ["open"]),
        (r'"a \" b"', [r"a \" b"]),
        ("(open", ["open"]),
        (r"(a \) b) c", [r"a \) b", "c"]),
        ("\t \r\n", []),
        ("a(b)c", ["a", "b", "c"]),
        ("a)b", ["a)b"]),
        ("", []),
    ],
)
def test_quotation_marks_and_parentheses_need_not_be_closed(text, words):
    assert [lexeme.text for lexeme in lexemes(text)] == words

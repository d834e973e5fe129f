# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a text says once its escapes are undone, and where in the text that stands."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.variants import (
    WITHOUT_HEX_SEPARATORS,
    WITHOUT_SPACES,
    Variant,
    folded,
    unescaped,
)


def texts(text):
    """Return all that a text may say."""
    return [variant.text for variant in unescaped(Variant.of(text))]


def test_a_text_is_folded_to_one_character_for_each_byte():
    assert folded("Grüße") == "gr\xe3\xbcsse"  # C3 is a letter whose lower case is E3
    assert folded("ASCII") == "ascii"


@pytest.mark.parametrize(
    "text",
    [
        "É",
        "é",
        "%C3%A9",
        "=C3=A9",
        "+C3+A9",
        r"\u00c9",
        r"\u{C9}",
        r"\U000000c9",
        r"\xc3\xa9",
        r"\303\251",
        "&eacute;",
        "&#201;",
        "&#xC9;",
        "&#xc9",  # some readers need no semicolon
    ],
)
def test_one_letter_is_one_however_it_is_written(text):
    assert folded("é") in texts(text)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (r"\ud83d\ude00", "\U0001f600"),  # two surrogates, as JSON has them
        (r"a\"b", 'a"b'),
        (r"\t\n", "\t\n"),
        ("a=\nb", "ab"),  # a soft line break
        ("%2541", "a"),  # an escape of an escape
        ("&amp;lt;", "<"),
    ],
)
def test_escapes_have_a_meaning(text, meaning):
    assert folded(meaning) in texts(text)


@pytest.mark.parametrize("text", ["100%", "a = b", "a+b", "x & y", "&nosuchname;", "&#9999999;x"])
def test_what_only_looks_like_an_escape_stays(text):
    assert texts(text)[0] == text.lower()
    assert folded(text) in texts(text)


def test_a_number_beyond_unicode_is_nothing():
    assert texts("a&#9999999;b") == ["a&#9999999;b", "ab"]


def test_no_text_comes_twice():
    assert len(texts("%41%41")) == len(set(texts("%41%41"))) == 2


def test_a_place_is_that_of_the_original():
    (_itself, plain) = unescaped(Variant.of("x%41%42y"))
    assert plain.text == "xaby"
    assert plain.spans_in_original([(1, 3), (0, 1), (3, 4)]) == [(1, 7), (0, 1), (7, 8)]


def test_a_place_is_that_of_the_original_through_all_rewriting():
    original = "é %41 b"
    (_itself, plain) = unescaped(Variant.of(original))
    without = plain.rewritten(WITHOUT_SPACES)
    assert without is not None
    assert without.text == folded("éab")
    assert without.spans_in_original([(2, 3), (0, 2)]) == [(2, 5), (0, 1)]


def test_codes_at_the_beginning_of_lines_are_no_part_of_a_word():
    variant = Variant.of("sec\n550-5.7.1 ret").rewritten(WITHOUT_SPACES)
    assert variant is not None
    assert variant.text == "secret"


def test_digits_may_stand_apart():
    variant = Variant.of(r"0x61:62-63 \x64").rewritten(WITHOUT_HEX_SEPARATORS)
    assert variant is not None
    assert variant.text == "61626364"


def test_a_rule_that_changes_nothing_makes_no_variant():
    assert Variant.of("word").rewritten(WITHOUT_SPACES) is None

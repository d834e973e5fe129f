# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a server sends can be shown on a terminal, and stand in a module's result."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.text import (
    as_it_came,
    escape,
    first_few,
    printable,
    quantity,
)
from hypothesis import given
from hypothesis import strategies as st

# Every code point, halves of surrogate pairs included.
ANY_TEXT = st.lists(st.integers(0, 0x10FFFF).map(chr), max_size=50).map("".join)


@pytest.mark.parametrize(
    ("came", "shown"),
    [
        pytest.param(b"", "", id="nothing"),
        pytest.param(b"250 mail.example.com", "250 mail.example.com", id="ascii"),
        pytest.param(
            "220 caf\u00e9 \u65e5\u672c".encode(), "220 caf\u00e9 \u65e5\u672c", id="utf-8"
        ),
        pytest.param(b"caf\xe9", r"caf\xe9", id="latin-1"),
        pytest.param(b"\xff\xfe", r"\xff\xfe", id="never-utf-8"),
        pytest.param(b"\xc3", r"\xc3", id="a-character-cut-short"),
        pytest.param(b"\xc0\xae", r"\xc0\xae", id="an-overlong-dot"),
        pytest.param(b"\xed\xa0\x80", r"\xed\xa0\x80", id="half-a-surrogate-pair"),
        pytest.param(b"\x1b[2J\x07", r"\x1b[2J\x07", id="a-terminal-is-cleared"),
        pytest.param("\u009b2J".encode(), r"\x9b2J", id="the-same-in-one-character"),
        pytest.param(b"a\0b", r"a\x00b", id="nul"),
        pytest.param(b"a\r\nb\tc", r"a\r\nb\tc", id="line-ends-and-tabs"),
        pytest.param("a\u2028b\u0085c".encode(), r"a\u2028b\x85c", id="line-ends-of-unicode"),
        pytest.param("\u202edenied".encode(), r"\u202edenied", id="the-reading-direction-turned"),
        pytest.param("a\u200bb\ufeff".encode(), r"a\u200bb\ufeff", id="invisible-characters"),
        pytest.param("a\u00a0b".encode(), r"a\xa0b", id="a-space-that-is-none"),
        pytest.param("\U000e0041".encode(), r"\U000e0041", id="a-tag-beyond-the-first-plane"),
        pytest.param("\U0001f4e7".encode(), "\U0001f4e7", id="an-emoji"),
        pytest.param(b"x ##vso[a]b", r"x #\x23vso[a]b", id="a-command-for-azure-pipelines"),
        pytest.param(b"x##[add-mask]5", r"x#\x23[add-mask]5", id="a-command-for-github"),
        pytest.param(b"####TeamCity[a]", r"###\x23TeamCity[a]", id="a-command-for-teamcity"),
        pytest.param(b"::error ::x", r":\x3aerror ::x", id="a-command-at-the-beginning"),
        pytest.param(b"x ::Add-mask::5", r"x :\x3aAdd-mask::5", id="one-that-may-be-wrapped"),
        pytest.param(b"::1 ::ffff:0:1 a::error", "::1 ::ffff:0:1 a::error", id="addresses"),
        pytest.param(b"## 5 [x] #[y]", "## 5 [x] #[y]", id="number-signs"),
    ],
)
def test_what_cannot_be_shown_is_escaped_and_the_rest_is_left_alone(
    came: bytes, shown: str
) -> None:
    assert printable(came) == shown


@given(st.binary(max_size=200))
def test_any_bytes_become_one_line_of_utf8_that_can_be_printed(data: bytes) -> None:
    text = printable(data)
    assert text.isprintable()
    assert text.encode("utf-8").decode("utf-8") == text
    assert len(text.splitlines()) <= 1


@pytest.mark.parametrize(
    ("came", "judged"),
    [
        pytest.param(b"rate\tlimit \x1b[2J", "rate\tlimit \x1b[2J", id="control-characters"),
        pytest.param("caf\u00e9\u00a0b".encode(), "caf\u00e9\u00a0b", id="utf-8"),
        pytest.param(b"caf\xe9", "caf\u00e9", id="latin-1"),
        pytest.param(b"caf\xc3\xa9 caf\xe9", "caf\u00e9 caf\u00e9", id="both"),
        pytest.param(b"\xed\xa0\x80", "\xed\xa0\x80", id="half-a-surrogate-pair"),
    ],
)
def test_what_is_judged_is_what_came(came: bytes, judged: str) -> None:
    assert as_it_came(came) == judged


@given(st.binary(max_size=200))
def test_no_byte_is_lost_and_any_text_is_valid(data: bytes) -> None:
    text = as_it_came(data)
    assert text.encode("utf-8").decode("utf-8") == text
    assert as_it_came(b"\xff" + data + b"\xff") == f"\xff{text}\xff"
    assert len(text) == len(data.decode("utf-8", "surrogateescape"))


@given(ANY_TEXT)
def test_any_text_can_be_printed_once_it_is_escaped_and_escaping_again_changes_nothing(
    text: str,
) -> None:
    escaped = escape(text)
    assert escaped.isprintable()
    assert escaped.encode("utf-8").decode("utf-8") == escaped
    assert escape(escaped) == escaped


@given(ANY_TEXT.map(lambda text: "".join(filter(str.isprintable, text))))
def test_text_that_can_be_printed_is_never_changed(text: str) -> None:
    assert escape(text) == text
    assert printable(text.encode("utf-8")) == text


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 hosts"), (1, "1 host"), (2, "2 hosts"), (1234, "1,234 hosts")]
)
def test_a_number_has_its_noun_in_the_right_form(number: int, words: str) -> None:
    assert quantity(number, "host") == words


@pytest.mark.parametrize(
    ("names", "what", "words"),
    [
        ([], "", ""),
        (["a", "b"], "", "a, b"),
        (["a", "b", "c"], "", "a, b and 1 more"),
        (["a", "b", "c"], "host", "a, b and 1 more host"),
        (["a"] * 1236, "", "a, a and 1,234 more"),
        (["a"] * 1236, "host", "a, a and 1,234 more hosts"),
    ],
)
def test_a_long_list_says_how_many_names_it_leaves_out(
    names: list[str], what: str, words: str
) -> None:
    assert first_few(names, 2, what) == words

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SASLprep against the examples of RFC 4013, and what it prohibits."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.sasl.saslprep import saslprep
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "result"),
    [
        # RFC 4013 section 3
        ("I\u00adX", "IX"),
        ("user", "user"),
        ("USER", "USER"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        # RFC 5802 section 3
        ("\u00bd", "1\u20442"),
        ("\u00b4", " \u0301"),
        # spaces that are not ASCII
        ("a\u00a0b\u3000c\u200bd", "a b c d"),
        # what is mapped to nothing may leave nothing
        ("\u00ad\u2060", ""),
        # right to left, at both ends and with a digit between
        ("\u0627\u0031\u0628", "\u0627\u0031\u0628"),
        # not yet assigned in Unicode 3.2, as queries may be
        ("\U0001f984", "\U0001f984"),
    ],
)
def test_it_prepares(text: str, result: str) -> None:
    assert saslprep(text) == result


@pytest.mark.parametrize(
    "text",
    [
        "secret\u0007",  # RFC 4013 section 3
        "secret\u007f",
        "secret\u0080",
        "secret\ue000",
        "secret\ufdd0",
        "secret\ud800",
        "secret\ufff9",
        "secret\u2ff0",
        "secret\u202e",
        "secret\U000e0001",
    ],
)
def test_it_prohibits_characters(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        saslprep(text)

    assert str(caught.value) == "SASLprep (RFC 4013) prohibits a character of it"


@pytest.mark.parametrize(
    "text",
    [
        "\u0627\u0031",  # RFC 4013 section 3
        "\u0031\u0627",
        "\u0627a\u0628",
        "a\u0627",
    ],
)
def test_it_prohibits_mixed_directions(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        saslprep(text)

    assert str(caught.value) == "SASLprep (RFC 4013) prohibits its mix of writing directions"


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_printable_ascii_stays_as_it_is(text: str) -> None:
    assert saslprep(text) == text


@given(st.text())
def test_what_is_prepared_stays_as_it_is(text: str) -> None:
    try:
        prepared = saslprep(text)
    except ValueError:
        return
    assert saslprep(prepared) == prepared

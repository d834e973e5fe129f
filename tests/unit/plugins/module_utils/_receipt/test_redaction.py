# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of others, and a secret that is not to be in them."""

from __future__ import annotations

import base64

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.redaction import Redactor

SECRET = "correct-horse-42"


@pytest.mark.parametrize(
    "said",
    [
        SECRET,
        SECRET.upper(),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"\0ann\0{SECRET}".encode()).decode(),
        SECRET.encode().hex(),
        "correct%2Dhorse%2D42",
        "correct\\u002dhorse\\u002d42",
        "correct&#45;horse&#45;42",
        "correct-hor se-42",  # folded, and unfolded again
        "Y29ycmVjdC1o b3JzZS00Mg==",
    ],
)
def test_no_form_of_a_secret_is_shown(said: str) -> None:
    shown = Redactor("ann", SECRET).text(f"by {said} with x")
    assert shown == "by (not shown) with x"


def test_the_words_of_a_secret_that_was_folded_are_known() -> None:
    redactor = Redactor("ann", SECRET)
    pieces = redactor.pieces("from correct-hor se-42 by mx")
    assert pieces == {"correct-hor", "se-42"}
    assert redactor.without("correct-hor", pieces) == "(not shown)"
    assert redactor.without("with se-42", pieces) == "(not shown)"
    assert redactor.without("mx", pieces) == "mx"
    assert redactor.pieces(f"from {SECRET} by mx") == frozenset()  # it is one word


def test_without_a_secret_all_stays() -> None:
    redactor = Redactor()
    assert redactor.text(SECRET) == SECRET
    assert redactor.without("a", redactor.pieces("a b")) == "a"

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What reply codes mean."""

from __future__ import annotations

import re

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.reply_codes import (
    meaning_of_code,
)

# RFC 5321 section 4.2.3, in the order of the list there.
RFC_5321 = [
    *(211, 214, 220, 221, 250, 251, 252, 354, 421, 450, 451, 452, 455),
    *(500, 501, 502, 503, 504, 550, 551, 552, 553, 554, 555),
]
# RFC 4954 section 6, RFC 7504, and RFC 5248.
OTHERS = [235, 334, 432, 454, 521, 523, 524, 525, 530, 534, 535, 538, 556]


@pytest.mark.parametrize("code", [*RFC_5321, *OTHERS])
def test_every_code_of_an_rfc_has_a_meaning_of_its_own(code: int):
    meaning = meaning_of_code(code)
    assert re.fullmatch(r"[a-z][ -~]+[A-Za-z)]", meaning)
    assert "no RFC" not in meaning
    assert all(meaning != meaning_of_code(other) for other in RFC_5321 + OTHERS if other != code)


@pytest.mark.parametrize("code", [299, 399, 471, 571, 587])
def test_another_code_means_what_its_first_digit_says(code: int):
    assert meaning_of_code(code).endswith("(no RFC defines this code)")


def test_a_refusal_for_now_is_told_from_one_for_good():
    assert "for now" in meaning_of_code(471)
    assert "for now" not in meaning_of_code(571)

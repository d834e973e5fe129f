# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SASLprep (RFC 4013), which prepares user names and passwords for comparison. No I/O."""

from __future__ import annotations

import stringprep
from unicodedata import ucd_3_2_0

# Section 2.3.
_PROHIBITED = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


def saslprep(text: str) -> str:
    """Prepare a text as a query, which may contain characters that Unicode 3.2 does not have.

    Raises ValueError, whose message does not show the text.
    """
    # A zero width space is in both tables. The order is that of section 2.1 and of libidn.
    spaced = (" " if stringprep.in_table_c12(char) else char for char in text)
    mapped = "".join(char for char in spaced if not stringprep.in_table_b1(char))
    result = ucd_3_2_0.normalize("NFKC", mapped)
    if any(is_prohibited(char) for is_prohibited in _PROHIBITED for char in result):
        raise ValueError("SASLprep (RFC 4013) prohibits a character of it")
    # RFC 3454 section 6: a text with a right-to-left character must begin and end with one, and
    # must not contain a left-to-right character.
    to_left = [stringprep.in_table_d1(char) for char in result]
    if any(to_left) and not (
        to_left[0] and to_left[-1] and not any(map(stringprep.in_table_d2, result))
    ):
        raise ValueError("SASLprep (RFC 4013) prohibits its mix of writing directions")
    return result

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An exception that nobody foresaw is told with its place, and does no harm in a terminal."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.internal_error import (
    internal_error,
)


def raised(error):
    """Return the exception as it is caught: with a traceback that ends here."""
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


def test_it_says_what_was_raised_and_where():
    told = internal_error(raised(ValueError("seven")))
    assert told.kind == "internal"
    assert "ValueError: seven (test_internal_error.py, line " in str(told)


def test_an_exception_without_a_word_has_its_name():
    assert str(internal_error(KeyError())).endswith(": KeyError")


def test_what_cannot_be_printed_is_escaped():
    assert "\\x1b[2J" in str(internal_error(raised(OSError("\x1b[2J"))))

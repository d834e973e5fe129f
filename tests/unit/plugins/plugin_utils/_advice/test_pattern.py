# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regular expressions of a user, searched in what a hostile server says."""

from __future__ import annotations

import re

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.pattern import (
    MAX_CHARACTERS,
    BadPattern,
    check_pattern,
)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "relay access denied",
        r"relay\s+access\s+denied",
        r"policy \d+",
        "blocked.*gateway",
        "blocked by .{0,40} gateway .{0,40}",
        "(spam|virus) found",
        r"\d+\.\d+\.\d+\.\d+",
        "^(?!.{0,60}quota)mailbox",
        "(?:ab)+",
        "colou?r",
        "x{3}",
    ],
)
def test_an_ordinary_expression_can_be_used(pattern: str):
    check_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("(unclosed", "is not a regular expression"),
        ("*", "is not a regular expression"),
        ("a{99999999999}", "is not a regular expression"),
        ("x" * (MAX_CHARACTERS + 1), "has more than 500 characters"),
        ("(a+)+", "repetition within a repetition"),
        ("((a|aa)b)*", "repetition within a repetition"),
        (r"(\w{1,9} )*", "repetition within a repetition"),
        ("(a)(b.*)\\1", "refers to an earlier group"),
        (".*.*", "repeats too much"),
        (".*x.*y.*z", "repeats too much"),
        ("(?=.*x.*y)", "repeats too much"),
        (r"\s*\s*\s*x", "repeats too much"),
        ("(.*x|y).*", "repeats too much"),
    ],
)
def test_an_expression_that_may_be_slow_is_refused(pattern: str, problem: str):
    with pytest.raises(BadPattern, match=problem):
        check_pattern(pattern)


@pytest.mark.parametrize("pattern", ["a+", "a+b", ".*x", r"\s+x", "[a-z]+x", "(a|b)+x"])
@pytest.mark.parametrize("text", ["a" * 2000, " " * 2000, "ax" * 1000])
def test_what_can_be_used_ends_on_a_text_made_against_it(pattern: str, text: str):
    """The expression is refused, or it ends. A slow one would not end within the life of a test."""
    check_pattern(pattern)
    re.search(f"{pattern}!", text, re.IGNORECASE)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find regular expressions that take too long on a long reply of a hostile server. No I/O.

Python's `re` tries again from each repetition when the rest of an expression does not match. So
`(a+)+` takes exponential time, and `.*x.*y.*z` the third power of the length of the text.
"""

from __future__ import annotations

import re
import sys
import typing as t

if sys.version_info >= (3, 11):
    from re import _constants as constants
    from re import _parser as parser
else:
    import sre_constants as constants
    import sre_parse as parser

# Longer expressions are not meant for a reply.
MAX_CHARACTERS = 500

# The engine of advice searches the first 2,000 characters of a text.
_SEARCHED = 2000

# Limit on the ways to divide a text among the repetitions of an expression: with 2,000 places to
# begin at, the search takes less than a second.
_MAX_WAYS = 10_000

_REPEATS = [
    getattr(constants, name)
    for name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
    if hasattr(constants, name)
]


class BadPattern(ValueError):
    """A regular expression cannot be used. The text says why, and what to write."""


def check_pattern(pattern: str) -> None:
    """Check that a regular expression is valid, and never slow. Raise BadPattern."""
    if len(pattern) > MAX_CHARACTERS:
        raise BadPattern(f"has more than {MAX_CHARACTERS} characters")
    try:
        re.compile(pattern, re.IGNORECASE)
        parsed = parser.parse(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadPattern(f"is not a regular expression: {error}") from error
    if _ways(parsed) > _MAX_WAYS:
        raise BadPattern(
            "repeats too much to be searched in a long reply; write .{0,40} in place of .*"
        )


def _ways(items: t.Any) -> int:
    """Return how many ways there are to divide a text among the repetitions of an expression."""
    ways, follows = 1, False
    for operation, value in items:
        if operation in _REPEATS:
            ways *= _repeated(value, follows)
        else:
            ways *= _nested(operation, value)
        follows = operation in _REPEATS
    return ways


def _repeated(value: t.Any, follows: bool) -> int:
    """Return the ways of one repetition. `follows` is whether another one is right before it."""
    _least, most, inner = value
    if most == 1:
        return 2 * _ways(inner)
    if _repeats(inner):
        raise BadPattern("has a repetition within a repetition, as in (a+)+; leave the outer out")
    wide = follows or not all(_is_narrow(*item) for item in inner)
    return min(int(most), _SEARCHED) if wide else 1


def _is_narrow(operation: t.Any, value: t.Any) -> bool:
    """Return whether an item matches few characters, so that what follows it ends a repetition."""
    if operation == constants.IN:
        return all(_is_narrow(*item) for item in value)
    return operation == constants.LITERAL or value in (
        constants.CATEGORY_SPACE,
        constants.CATEGORY_DIGIT,
    )


def _repeats(items: t.Any) -> bool:
    """Return whether an expression has a repetition, or alternatives, which can overlap."""
    for operation, value in items:
        if operation in _REPEATS or operation == constants.BRANCH:
            return True
        if operation == constants.SUBPATTERN and _repeats(value[-1]):
            return True
    return False


def _nested(operation: t.Any, value: t.Any) -> int:
    """Return the ways of an item that is no repetition."""
    if operation == constants.BRANCH:
        return sum(_ways(branch) for branch in value[1])
    if operation == constants.SUBPATTERN:
        return _ways(value[-1])
    if operation in (constants.ASSERT, constants.ASSERT_NOT):
        return _ways(value[1])
    if operation in (constants.GROUPREF, constants.GROUPREF_EXISTS):
        raise BadPattern("refers to an earlier group, which is not supported")
    return 1

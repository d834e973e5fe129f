# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts work must find work that grows too fast."""

from __future__ import annotations

import re
import sys

import pytest
from ansible_collections.mailops.smtp.tests.unit.work import assert_ends, assert_linear, lines_run


def add_each(numbers):
    total = 0
    for number in numbers:
        total += number
    return total


def compare_all(numbers):
    equal = 0
    for one in numbers:
        for other in numbers:
            equal += one == other
    return equal


def compare_in_one_line(numbers):
    return sum(1 for one in numbers for other in numbers if one == other)


def backtrack(text):
    return re.match(r"(a+)+$", text)


def refuse(text):
    raise ValueError(text)


def ones(size):
    return [1] * size


def test_a_call_runs_as_many_lines_as_it_has():
    assert lines_run(add_each, [1, 2, 3]) == 9  # one, three times two and the end of the loop, one


def test_what_is_called_counts_too():
    assert lines_run(lambda: add_each([1, 2, 3])) == 10


def test_counting_leaves_a_debugger_where_it_was():
    before = sys.gettrace()
    with pytest.raises(ValueError):
        lines_run(refuse, "no")
    assert sys.gettrace() is before


def test_a_linear_function_is_linear():
    assert_linear(add_each, ones)


@pytest.mark.parametrize("quadratic", [compare_all, compare_in_one_line])
def test_a_quadratic_function_is_found(quadratic):
    with pytest.raises(AssertionError, match="more than linear"):
        assert_linear(quadratic, ones, sizes=(20, 80, 320))


def test_what_runs_no_python_is_not_called_linear():
    with pytest.raises(AssertionError, match="use assert_ends"):
        assert_linear(sum, ones)


def test_a_function_that_ends_ends():
    assert_ends(add_each, [1, 2, 3])


def test_a_function_ends_by_an_exception_as_documented():
    assert_ends(refuse, "no", raises=(ValueError,))


def test_another_exception_is_shown():
    with pytest.raises(AssertionError, match=r"(?s)add_each.*TypeError"):
        assert_ends(add_each, 1, raises=(ValueError,))


def test_a_regular_expression_that_backtracks_without_end_is_found():
    with pytest.raises(AssertionError, match="did not end within 1 seconds of CPU"):
        assert_ends(backtrack, "a" * 60 + "b", cpu_seconds=1)


def test_a_method_is_found_by_its_name_too():
    assert_ends(str.strip, " text ")

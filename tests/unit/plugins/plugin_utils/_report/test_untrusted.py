# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A value is read as the type that is wanted, whatever it is, and a text is fit to be shown."""

from __future__ import annotations

import json
import math
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.untrusted import (
    integer,
    json_value,
    mapping,
    number,
    one_line,
    sequence,
    text,
)


class Tagged(str):
    """A text as Ansible has it: a kind of its own, which says other things of itself."""

    __slots__ = ()

    def __str__(self) -> str:
        return "something else"


def nested(levels: int) -> list[t.Any]:
    """Nest a list so deep."""
    outer: list[t.Any] = []
    for _level in range(levels):
        outer = [outer]
    return outer


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("250 ok", "250 ok"),
        ("\x1b[2J\udcff", "\\x1b[2J\\udcff"),
        ("", None),
        (None, None),
        (5, None),
        (b"250", None),
        (["250"], None),
    ],
)
def test_a_text_is_one_and_its_control_characters_are_escaped(value: t.Any, read: t.Any) -> None:
    assert text(value) == read


def test_a_text_of_ansibles_own_becomes_a_plain_one() -> None:
    for read in (text, json_value):
        found = read(Tagged("250 ok"))
        assert found.__class__ is str
        assert found == "250 ok"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (250, 250),
        (-0.5, -0.5),
        (True, None),
        ("250", None),
        (math.inf, None),
        (math.nan, None),
        (10**400, None),
        (1e15, None),
        (None, None),
    ],
)
def test_a_number_is_one_that_json_has(value: t.Any, read: t.Any) -> None:
    assert number(value) == read


def test_a_whole_number_is_no_fraction() -> None:
    assert [integer(value) for value in (25, 25.0, "25", False)] == [25, None, None, None]


def test_what_is_no_dictionary_and_no_list_is_an_empty_one() -> None:
    assert [mapping(value) for value in ({"a": 1}, [1], "a", None)] == [{"a": 1}, {}, {}, {}]
    assert [list(sequence(value)) for value in ([1], (2,), "ab", b"ab", {"a": 1}, None)] == [
        [1],
        [2],
        [],
        [],
        [],
        [],
    ]


def test_what_is_nested_is_copied_as_json_has_it() -> None:
    given = {1: ("a", {2.5}), "\x00": [math.nan, True, None, b"x"], "list": [Tagged("a")]}
    copied = json_value(given)
    assert copied == {
        "1": ["a", "{2.5}"],
        "\\x00": [None, True, None, "b'x'"],
        "list": ["a"],
    }
    assert json.loads(json.dumps(copied, allow_nan=False)) == copied


@pytest.mark.parametrize("levels", [5, 100, 100_000])
def test_what_is_nested_deep_is_shown_somehow(levels: int) -> None:
    given = nested(levels)
    assert json.dumps(json_value(given))
    assert one_line(given).isprintable()
    while given:  # taken apart by hand: Python's own way goes as deep as the list
        given = given.pop()


def test_a_number_that_python_does_not_write_out_is_shown_somehow() -> None:
    assert one_line(10**5000) in ("(int)", str(10**4000) + "0" * 1000)

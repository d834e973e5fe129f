# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A value of a wrong type is told, even if Ansible would make something of it."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._net.option_types import (
    check_type,
    type_of,
    type_problem,
    with_clear_texts,
)

TEXT = {"type": "str"}
PATH = {"type": "path"}
NUMBER = {"type": "float"}
COUNT = {"type": "int"}
FLAG = {"type": "bool"}
TEXTS = {"type": "list", "elements": "str"}
ANY = {"type": "list", "elements": "raw"}
DICTIONARY = {"type": "dict"}
HUGE = 10**400
INFINITE = float("inf")
DATE = datetime.date(2026, 1, 31)
TIME = datetime.datetime(2026, 1, 31, 10, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (TEXT, "no"),
        (TEXT, 25),
        (TEXT, None),
        (PATH, "~/x"),
        (NUMBER, 1),
        (NUMBER, "1.5"),
        (NUMBER, INFINITE),  # the limits of the option refuse it
        (COUNT, "25"),
        (COUNT, HUGE),
        (FLAG, "yes"),
        (FLAG, 0),
        (TEXTS, "a,b"),
        (TEXTS, 550),
        (TEXTS, ["a", 550]),
        (TEXTS, []),
        (ANY, [{}, None, True]),
        (DICTIONARY, "a=b"),
        (DICTIONARY, '{"a": 1}'),
        (DICTIONARY, {}),
        ({"type": "raw"}, object()),
    ],
)
def test_a_value_that_ansible_converts_as_one_expects_is_right(option: t.Any, value: t.Any) -> None:
    check_type("option", option, value)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        (TEXT, False, "x must be a text, not false; write it in quotes"),
        (TEXT, ["a@b"], "x must be a text, not a list; a text in brackets needs quotes"),
        (TEXT, {"a": 1}, "x must be a text, not a dictionary"),
        (PATH, True, "x must be a path, not true; write it in quotes"),
        (TEXT, 1.5, "x must be a text, not a decimal number; write it in quotes"),
        (TEXT, DATE, "x must be a text, not a date; write it in quotes"),
        (TEXT, TIME, "x must be a text, not a date; write it in quotes"),
        (PATH, 1.5, "x must be a path, not a decimal number; write it in quotes"),
        (NUMBER, True, "x must be a number, not true"),
        (NUMBER, HUGE, "x must be a number, not one of more than 300 digits"),
        (NUMBER, "10s", "x must be a number, not a text"),
        (COUNT, True, "x must be a whole number, not true"),
        (COUNT, INFINITE, "x must be a whole number, not a decimal number"),
        (COUNT, "inf", "x must be a whole number, not a text"),
        (COUNT, 2.5, "x must be a whole number, not a decimal number"),
        ({**COUNT, "default": 1}, None, "x must be a whole number, not null"),
        ({**TEXTS, "required": True}, None, "x must be a list of texts, not null"),
        (FLAG, "maybe", "x must be true or false, not a text"),
        (FLAG, [], "x must be true or false, not a list"),
        (TEXTS, True, "x must be a list of texts, not true"),
        (TEXTS, 1.5, "x must be a list of texts, not a decimal number"),
        (TEXTS, ["a", 1.5], "x[1] must be a text, not a decimal number; write it in quotes"),
        (TEXTS, {"a": 1}, "x must be a list of texts, not a dictionary"),
        (TEXTS, ["a", None], "x[1] must be a text, not null"),
        (TEXTS, ["a", "b", False], "x[2] must be a text, not false; write it in quotes"),
        (TEXTS, [["a@b"]], "x[0] must be a text, not a list; a text in brackets needs quotes"),
        ({"type": "list", "elements": "dict"}, ["a"], "x[0] must be a dictionary, not a text"),
        (DICTIONARY, "a", "x must be a dictionary, not a text"),
        (DICTIONARY, True, "x must be a dictionary, not true"),
        (ANY, {}, "x must be a list, not a dictionary"),
        ({**TEXT, "choices": ["never", "required"]}, False, "x must be one of never, required"),
    ],
)
def test_a_value_of_a_wrong_type_is_named_with_what_to_write(
    option: t.Any, value: t.Any, message: str
) -> None:
    with pytest.raises(BadOption) as caught:
        check_type("x", option, value)
    assert str(caught.value) == message


def test_a_list_whose_elements_are_of_any_type_is_a_list() -> None:
    assert type_problem(ANY, {}) == "must be a list, not a dictionary"


class OfTheController(str):
    """A text with the place where it was written, as ansible-core has it."""


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        ("x", "a text"),
        (OfTheController("x"), "a text"),
        (1, "a whole number"),
        (1.5, "a decimal number"),
        (True, "true"),
        (False, "false"),
        ([], "a list"),
        ({}, "a dictionary"),
        (DATE, "a date"),
        (object(), "something else"),
    ],
)
def test_a_type_is_called_as_in_yaml(value: object, name: str) -> None:
    assert type_of(value) == name


class OfAVault:
    """A text of a vault, as ansible-core has it before 2.19."""

    __ENCRYPTED__ = True

    def __str__(self) -> str:
        return "clear"


def test_texts_of_a_vault_become_clear_at_any_depth() -> None:
    given = {"login_password": OfAVault(), "targets": [{"login_password": OfAVault()}, 25, None]}
    clear = {"login_password": "clear", "targets": [{"login_password": "clear"}, 25, None]}
    assert with_clear_texts(given) == clear

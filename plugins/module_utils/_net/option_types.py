# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which values an option of an argument spec can have. No I/O.

Ansible converts values more readily than is good for a user. It makes the text "False" of `false`,
the text "1.1" of `1.10`, the text "['ann@example.com']" of a list, the number 1 of `true`, and
fails with a traceback for a number that is infinite. Each of these is a mistake, and most of them
would reach a server.

Texts are converted as Ansible does, since a template or a command line can yield nothing else.
"""

from __future__ import annotations

import datetime
import typing as t

from .errors import BadOption

Option = t.Mapping[str, t.Any]

# What a value must be, by the name of its type in an argument spec: one value, and several.
_TYPES = {
    "bool": ("true or false", "true or false each"),
    "dict": ("a dictionary", "dictionaries"),
    "float": ("a number", "numbers"),
    "int": ("a whole number", "whole numbers"),
    "list": ("a list", "lists"),
    "path": ("a path", "paths"),
    "str": ("a text", "texts"),
}

# On the controller, values are of subclasses of these types.
_TYPES_OF_PYTHON = (
    (str, "a text"),
    (int, "a whole number"),
    (float, "a decimal number"),
    (list, "a list"),
    (dict, "a dictionary"),
    (datetime.date, "a date"),  # of YAML; a time of a day is one, too
)

# What YAML makes of a text without quotes. The text itself is lost: 1.10 is 1.1.
_LOST_TEXTS = (bool, float, datetime.date)

_TEXTS = ("str", "path")


def check_type(where: str, option: Option, value: t.Any) -> None:
    """Raise BadOption for a value that is not of the type of its option. Null is not given.

    `where` is the option with its path, such as `targets[0].port`.
    """
    if value is None and "default" not in option and not option.get("required"):
        return
    if not _is_of_type(option["type"], value):
        raise BadOption(where, type_problem(option, value))
    elements = option.get("elements")
    if elements in _TYPES and isinstance(value, list):  # not `raw`, which is any type
        for index, element in enumerate(value):
            if not _is_of_type(elements, element):
                raise BadOption(f"{where}[{index}]", type_problem({"type": elements}, element))


def type_problem(option: Option, value: t.Any) -> str:
    """Return what an option must be, and what type the value has that it cannot be.

    >>> type_problem({"type": "int"}, "many")
    'must be a whole number, not a text'
    >>> type_problem({"type": "str", "choices": ["never", "required"]}, "maybe")
    'must be one of never, required'
    >>> type_problem({"type": "str"}, False)
    'must be a text, not false; write it in quotes'
    """
    if "choices" in option:
        return f"must be one of {', '.join(map(str, option['choices']))}"
    required = _TYPES[option["type"]][0]
    if option.get("elements") in _TYPES:
        required += f" of {_TYPES[option['elements']][1]}"
    actual = type_of(value)
    if option["type"] == "float" and actual == "a whole number":
        actual = "one of more than 300 digits"
    hint = _hint(value) if option["type"] in _TEXTS else ""
    # An element of a list can be wrong, or a text that is to become something else.
    return f"must be {required}" + ("" if required.startswith(actual) else f", not {actual}{hint}")


def _hint(value: t.Any) -> str:
    """Return what to write if YAML has read a text such as no, 1.10 or [192.0.2.1] otherwise."""
    if isinstance(value, _LOST_TEXTS):
        return "; write it in quotes"
    return "; a text in brackets needs quotes" if isinstance(value, list) else ""


def type_of(value: t.Any) -> str:
    """Return the type of a value as a user who writes YAML calls it; true and false as they are."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    for python, name in _TYPES_OF_PYTHON:
        if isinstance(value, python):
            return name
    return "something else"


def _is_of_type(name: str, value: t.Any) -> bool:
    """Return whether a value is of a type, or Ansible converts it to the type as one expects."""
    if name in _TEXTS:
        return is_text(value)
    if name == "list":
        return isinstance(value, list) or is_text(value)
    if name in ("int", "float") and isinstance(value, bool):
        return False
    # A float may be infinite, or no number. The limits of its option refuse it.
    return name not in _TYPES or _converts(name, value)


def is_text(value: t.Any) -> bool:
    """Return whether a value is a text, or a whole number, which a text in YAML may look like.

    What the user has written can be told of both, but not of a decimal number: 1.10 is 1.1.
    """
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def with_clear_texts(value: t.Any) -> t.Any:
    """Return a value with each text of a vault, at any depth, as its clear text.

    Before ansible-core 2.19, such a text on the controller is of no subclass of str.
    """
    if isinstance(value, dict):
        return {name: with_clear_texts(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [with_clear_texts(inner) for inner in value]
    return str(value) if getattr(value, "__ENCRYPTED__", False) else value


def _converts(name: str, value: t.Any) -> bool:
    """Return whether Ansible converts a value to a type."""
    from ansible.module_utils.common import validation  # needed for few values

    try:
        getattr(validation, f"check_type_{name}")(value)
    except (TypeError, ValueError, OverflowError):
        return False
    return True

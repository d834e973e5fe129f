# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options checked against an argument spec, with errors in the words of a user who writes YAML.

Ansible checks the options of a task itself. These functions check options that Ansible does not
know of, such as those of a target, or that must be checked before Ansible logs them. An error never
shows a value, since a value in the wrong place may be a password.
"""

from __future__ import annotations

import itertools
import typing as t

from .errors import BadOption
from .nearest import nearest

Option = t.Mapping[str, t.Any]
Spec = t.Mapping[str, Option]

# Ansible's replacement for a value that must not be shown.
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"

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

_TYPES_OF_PYTHON = {
    str: "a text",
    int: "a whole number",
    float: "a decimal number",
    list: "a list",
    dict: "a dictionary",
}

# An unknown option is answered with the names of all options if there are at most this many.
_MAX_NAMES = 12

# The most that an error shows of an unknown name.
_MAX_CHARACTERS = 60


def converted(path: str, given: Option, spec: Spec) -> dict[str, t.Any]:
    """Return the options of a dictionary, each value converted to the type of its option.

    `path` is where the dictionary stands, such as `targets[0]`. Defaults are not filled in, except
    in dictionaries within it. Raises BadOption.
    """
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

    check_names(path, given, spec)
    # The time of a validation grows with its spec, so it gets the options that are given.
    result = ArgumentSpecValidator({name: dict(spec[name]) for name in given}).validate(dict(given))
    if result.error_messages:
        _check_types(path, given, spec)
        raise BadOption(path, "; ".join(result.error_messages))
    return dict(result.validated_parameters)


def check_names(path: str, given: t.Any, spec: Spec) -> None:
    """Raise BadOption for a name that is not in the spec, at any depth.

    Ansible's own check fails with a traceback where a value should be a dictionary and is not.
    """
    if not isinstance(given, dict):
        if given is not None and not isinstance(given, str):  # Ansible reads a text as a dictionary
            raise BadOption(path, type_problem({"type": "dict"}, given))
        return
    for name, value in given.items():
        if name not in spec:
            raise unknown_option(path, name, spec)
        if "options" in spec[name]:
            check_names(f"{path}.{name}", value, spec[name]["options"])


def unknown_option(path: str, name: object, spec: Spec) -> BadOption:
    """Return the error for a name that is not in the spec, with the nearest name that is.

    Only the first word of the name is shown: YAML reads `{login_password:secret}`, without a blank
    behind the colon, as one name.
    """
    word = "".join(itertools.takewhile(_is_in_name, str(name)[:_MAX_CHARACTERS])) or "''"
    option = f"{path}.{word}" if path else word
    if word in spec:
        return BadOption(option, "must be followed by a colon and a blank")
    near = nearest(word, spec)
    if near is not None:
        hint = f"; did you mean {near}?"
    elif len(spec) <= _MAX_NAMES:
        hint = f"; the options are {', '.join(sorted(spec))}"
    else:
        hint = ""
    return BadOption(option, f"is not an option{hint}")


def _is_in_name(character: str) -> bool:
    return character.isalnum() or character in "_-"


def type_problem(option: Option, value: t.Any) -> str:
    """Return what an option must be, and what type the value has that it cannot be.

    >>> type_problem({"type": "int"}, "many")
    'must be a whole number, not a text'
    >>> type_problem({"type": "str", "choices": ["never", "required"]}, "maybe")
    'must be one of never, required'
    """
    if "choices" in option:
        return f"must be one of {', '.join(map(str, option['choices']))}"
    required = _TYPES[option["type"]][0]
    if option.get("elements") in _TYPES:  # not `raw`, which is any type
        required += f" of {_TYPES[option['elements']][1]}"
    actual = type_of(value)
    # An element of a list can be wrong, or a text that is to become something else.
    return f"must be {required}" + ("" if required.startswith(actual) else f", not {actual}")


def type_of(value: t.Any) -> str:
    """Return the type of a value as a user who writes YAML calls it; true and false as they are."""
    if isinstance(value, bool):
        return str(value).lower()
    return _TYPES_OF_PYTHON.get(type(value), "something else")


def _check_types(path: str, given: Option, spec: Spec) -> None:
    """Raise BadOption for the first value that its option cannot be converted from."""
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

    for name, value in given.items():
        own = spec[name]
        outer = {key: inner for key, inner in own.items() if key != "options"}
        if not ArgumentSpecValidator({name: outer}).validate({name: value}).error_messages:
            if "options" in own and isinstance(value, dict):
                _check_types(f"{path}.{name}", value, own["options"])
            continue
        raise BadOption(f"{path}.{name}", type_problem(own, value))

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options checked against an argument spec, with errors in the words of a user who writes YAML.

Ansible checks the options of a task itself. These functions check options that Ansible does not
know of, such as those of a target, or that must be checked before Ansible logs them. An error never
shows a value, since a value in the wrong place may be a password. `option_types` says which values
an option can have.
"""

from __future__ import annotations

import itertools
import typing as t

from .errors import BadOption
from .nearest import nearest
from .option_types import check_type, type_problem, with_clear_texts

Option = t.Mapping[str, t.Any]
Spec = t.Mapping[str, Option]

# Ansible's replacement for a value that must not be shown.
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"

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

    given = with_clear_texts(given)
    check_options(path, given, spec)
    # The time of a validation grows with its spec, so it gets the options that are given.
    result = ArgumentSpecValidator({name: dict(spec[name]) for name in given}).validate(dict(given))
    if result.error_messages:
        _check_values(path, given, spec)
        raise BadOption(path, "; ".join(result.error_messages))
    return dict(result.validated_parameters)


def check_options(path: str, given: Option, spec: Spec) -> None:
    """Raise BadOption for a name that is not in the spec, or a value of a wrong type, at any depth.

    Ansible's own check converts some values that are mistakes, and fails with a traceback for
    others.
    """
    for name, value in given.items():
        check_option(path, name, value, spec)


def check_option(path: str, name: str, value: t.Any, spec: Spec) -> None:
    """Check one option, as check_options does. Raise BadOption."""
    if name not in spec:
        raise unknown_option(path, name, spec)
    where = f"{path}.{name}" if path else name
    check_type(where, spec[name], value)
    if "options" in spec[name] and isinstance(value, dict):
        check_options(where, value, spec[name]["options"])


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


def _check_values(path: str, given: Option, spec: Spec) -> None:
    """Raise BadOption for the first value that its option cannot have."""
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

    for name, value in given.items():
        own = spec[name]
        outer = {key: inner for key, inner in own.items() if key != "options"}
        if not ArgumentSpecValidator({name: outer}).validate({name: value}).error_messages:
            if "options" in own and isinstance(value, dict):
                _check_values(f"{path}.{name}", value, own["options"])
            continue
        raise BadOption(f"{path}.{name}", type_problem(own, value))

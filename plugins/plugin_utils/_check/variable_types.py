# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the values of the variables of a role against its argument spec. No I/O.

Ansible does so for a role of a play, once for each host. The playbooks of the collection have it
done once for all hosts, and in the words of somebody who writes YAML.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Callable, Mapping

from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption, sentence
from ansible_collections.mailops.smtp.plugins.module_utils._net.option_types import (
    check_type,
    type_of,
    type_problem,
    with_clear_texts,
)

from .plan import BadVariable, did_you_mean, no_dictionary

Option = Mapping[str, t.Any]

# A variable with one of these types and a default cannot be null, of which there is no such value.
# Null may be an empty text or list.
_WITHOUT_NULL = ("bool", "dict", "int")

# A list as in YAML or JSON, which is a text after -e NAME=VALUE.
_IN_BRACKETS = re.compile(r"\s*\[.*\]\s*", re.DOTALL)

_MAX_SHOWN = 60


def check_types(
    spec: Mapping[str, Option],
    variables: Mapping[str, t.Any],
    template: Callable[[t.Any], t.Any],
) -> dict[str, t.Any]:
    """Return the values of the variables of a role, each converted to its type.

    Raise BadVariable, which names each variable whose value is none that it can have. A variable
    that refers to one that is not defined is an error: `default` in a task would take it for one
    that is not set. `template` is that of a task.
    """
    values: dict[str, t.Any] = {}
    problems = []
    for name in filter(variables.__contains__, spec):
        try:
            value = with_clear_texts(template(variables[name]))
            if spec[name]["type"] == "list" and _is_in_brackets(value):
                # ansible-core 2.16 makes a list of it where a task uses the variable.
                made = with_clear_texts(template(f"{{{{ {name} }}}}"))
                value = made if isinstance(made, list) else value
            values[name] = _converted(name, spec[name], value)
        except AnsibleError as error:
            problems.append(f"{name}: {error.message}")
        except BadOption as error:
            problems.append(str(error))
        except ValueError as error:
            problems.append(sentence(name, error))
    if problems:
        raise BadVariable("", "; ".join(problems))
    return values


def _converted(name: str, option: Option, value: t.Any) -> t.Any:
    """Return the value of a variable. Raise BadOption, or ValueError with what it must be."""
    if _may_be_null(option, value):
        return value
    if option["type"] == "dict" and not isinstance(value, Mapping):
        # Ansible would read a text as JSON here, but not where the variable is used.
        raise ValueError(no_dictionary(name))
    if option["type"] == "list" and _is_in_brackets(value):
        hint = f"""write a,b or all of it as JSON: -e '{{"{name}": ["a", "b"]}}'"""
        raise ValueError(f"is a text in brackets, and no list; after -e, {hint}")
    alone = {**option, "required": False}
    if value is not None:
        if "choices" not in option:
            check_type(name, alone, value)
        found = ArgumentSpecValidator({"it": alone}).validate({"it": value})
        if not found.error_messages:
            return found.validated_parameters["it"]
    problem = _no_choice(option, value) if "choices" in option else type_problem(option, value)
    raise ValueError(problem)


def check_fail_on(values: Mapping[str, t.Any], prefix: str) -> None:
    """Raise BadVariable if what is new cannot be known."""
    name, baseline = f"{prefix}fail_on", f"{prefix}baseline"
    if values.get(name) == "new" and not values.get(baseline):
        raise BadVariable(name, f"new needs {baseline}, the json report of an earlier run")


def unused_reports(
    spec: Mapping[str, Option], values: Mapping[str, t.Any], prefix: str
) -> list[str]:
    """Return a warning if the user names files, and no folder to write them to."""
    name, folder = f"{prefix}reports", f"{prefix}report_dir"
    formats = values.get(name)
    if not formats or formats == spec[name]["default"] or values.get(folder):
        return []
    return [f"{name} is set, but no file is written, because {folder} is not set"]


def _is_in_brackets(value: t.Any) -> bool:
    return isinstance(value, str) and _IN_BRACKETS.fullmatch(value) is not None


def _may_be_null(option: Option, value: t.Any) -> bool:
    """Return whether a value is null, and the variable may be so, as if it were not set."""
    needed = option["type"] in _WITHOUT_NULL or (option["type"] == "str" and "choices" in option)
    return value is None and not ("default" in option and needed)


def _no_choice(option: Option, value: t.Any) -> str:
    """Return which value is none of the choices of an option, with the nearest of them."""
    choices = [str(choice) for choice in option["choices"]]
    given = value.split(",") if isinstance(value, str) and option["type"] == "list" else value
    items = given if isinstance(given, list) else [given]
    wrong = next((one for one in items if str(one) not in choices), choices[0])
    if wrong in choices:
        return type_problem(option, value)
    is_text = not (wrong is None or isinstance(wrong, bool))
    shown = f"'{str(wrong)[:_MAX_SHOWN]}'" if is_text else type_of(wrong)
    return f"{shown} is not one of {', '.join(choices)}{did_you_mean(wrong, choices)}"

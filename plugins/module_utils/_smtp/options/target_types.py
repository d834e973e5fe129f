# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of each target as Ansible would check and convert those of a task.

Ansible itself is told nothing of them, since it would have each option documented twice.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..._net.errors import BadOption

Spec = t.Dict[str, t.Any]

# What a value must be, by the name that Ansible has for its type.
_WORDS = {
    "bool": "true or false",
    "dict": "a dictionary",
    "float": "a number",
    "int": "a whole number",
    "list": "a list",
    "path": "a path",
    "str": "a text",
}


class TargetTypes:
    """The options that a target can have: those of a dialogue, and a name."""

    def __init__(self, spec: Spec) -> None:
        # What a target leaves out comes from the task, so here nothing has a default.
        self._spec = {
            name: {key: value for key, value in option.items() if key != "default"}
            for name, option in spec.items()
        }
        self._spec["name"] = {"type": "str"}

    def converted(self, targets: list[t.Any]) -> list[t.Any]:
        """Return the targets, each value of the type of its option. A text stays as it is.

        Raises BadOption, which shows no value of a target.
        """
        return [
            target if isinstance(target, str) else self._converted(f"targets[{index}]", target)
            for index, target in enumerate(targets)
        ]

    def _converted(self, where: str, target: t.Any) -> dict[str, t.Any]:
        if not isinstance(target, dict):
            problem = "must be a server such as relay:587, or a dictionary of the module's options"
            raise BadOption(where, problem)
        if isinstance(target.get("name"), str):
            where = f"{where} ({target['name']})"
        _check_names(where, target, self._spec)
        # Of many targets, each is held only against the options that it has.
        result = ArgumentSpecValidator({name: self._spec[name] for name in target}).validate(target)
        if result.error_messages:
            _check_types(where, target, self._spec)
            raise BadOption(where, "; ".join(result.error_messages))
        return dict(result.validated_parameters)


def _check_names(where: str, given: t.Any, spec: Spec) -> None:
    """Raise BadOption for an option that does not exist, with the nearest one that does.

    Ansible's own check would fail on a value that has no names, where it has to have some.
    """
    if not isinstance(given, dict):
        if given is not None and not isinstance(given, str):
            raise BadOption(where, f"must be {_WORDS['dict']}")
        return
    for name, value in given.items():
        if name not in spec:
            import difflib

            near = difflib.get_close_matches(str(name), spec, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise BadOption(f"{where}.{name}", f"there is no such option{hint}")
        if "options" in spec[name]:
            _check_names(f"{where}.{name}", value, spec[name]["options"])


def _check_types(where: str, given: t.Any, spec: Spec) -> None:
    """Raise BadOption for the first value of a wrong type, and say what it must be."""
    for name, value in given.items():
        own = spec[name]
        outer = {key: inner for key, inner in own.items() if key != "options"}
        if not ArgumentSpecValidator({name: outer}).validate({name: value}).error_messages:
            if "options" in own and isinstance(value, dict):
                _check_types(f"{where}.{name}", value, own["options"])
            continue
        choices = own.get("choices")
        if choices:
            must = f"one of {', '.join(map(str, choices))}"
        else:
            must = _WORDS[own["type"]]
            must += f", each {_WORDS[own['elements']]}" if "elements" in own else ""
        raise BadOption(f"{where}.{name}", f"must be {must}")

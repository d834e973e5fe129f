# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of each target, checked and converted as Ansible does for those of a task.

Ansible itself does not know the options of a target, since it would require that each option is
documented twice.
"""

from __future__ import annotations

import typing as t

from ..._net import argument_spec
from ..._net.errors import BadOption

_NAME: argument_spec.Option = {"type": "str"}


class TargetTypes:
    """The options that a target can have: those of a dialogue, and a name."""

    def __init__(self, dialogue_spec: argument_spec.Spec) -> None:
        # What a target leaves out comes from the task, so no option of a target has a default.
        self._spec: argument_spec.Spec = {
            name: {key: value for key, value in option.items() if key != "default"}
            for name, option in {**dialogue_spec, "name": _NAME}.items()
        }

    def converted(self, targets: list[t.Any]) -> list[t.Any]:
        """Return the targets, each value converted to the type of its option; a text stays a text.

        Raises BadOption, which shows no value of a target except its name.
        """
        return [
            target if isinstance(target, str) else self._converted(f"targets[{index}]", target)
            for index, target in enumerate(targets)
        ]

    def _converted(self, path: str, target: t.Any) -> dict[str, t.Any]:
        if not isinstance(target, dict):
            problem = "must be a server such as relay:587, or a dictionary of the module's options"
            raise BadOption(path, problem)
        if isinstance(target.get("name"), str):
            path = f"{path} ({target['name']})"
        return argument_spec.converted(path, target, self._spec)

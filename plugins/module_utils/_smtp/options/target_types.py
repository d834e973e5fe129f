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
from ..._net.text import escape
from .server_text import blank_problem

_NAME: argument_spec.Option = {"type": "str"}

# The most that an error shows of the name of a target.
_MAX_CHARACTERS = 60


class TargetTypes:
    """The options that a target can have: those of a dialogue, and a name.

    `of_task` are options of the task as a whole, which a target cannot have.
    """

    def __init__(self, dialogue_spec: argument_spec.Spec, of_task: t.Collection[str] = ()) -> None:
        self._of_task = of_task
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
            target if isinstance(target, str) else self._converted(index, target)
            for index, target in enumerate(targets)
        ]

    def _converted(self, index: int, target: t.Any) -> dict[str, t.Any]:
        if not isinstance(target, dict):
            problem = "must be a server such as relay:587, or a dictionary of the module's options"
            raise BadOption(where_is(index), problem)
        where = where_is(index, target.get("name"))
        for name in target:
            if name in self._of_task:
                problem = "is an option of the task, and not of a target"
                raise BadOption(f"{where}.{name}", problem)
        with_blank = blank_problem(target, self._spec)
        if with_blank:
            raise BadOption(where, with_blank)
        return argument_spec.converted(where, target, self._spec)


def where_is(index: int, name: t.Any = None) -> str:
    """Return where a target stands in the options, with its name if it has one.

    >>> where_is(0), where_is(1, "backup")
    ('targets[0]', 'targets[1] (backup)')
    """
    if not isinstance(name, str) or not name:
        return f"targets[{index}]"
    shown = escape(name)
    if len(shown) > _MAX_CHARACTERS:
        shown = f"{shown[:_MAX_CHARACTERS]}..."
    return f"targets[{index}] ({shown})"

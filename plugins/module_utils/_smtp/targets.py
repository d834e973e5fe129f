# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the user asks for, target by target: the task's options, and what each target has instead.

Without `targets` the task itself is the only one.
"""

from __future__ import annotations

import typing as t

from .options import plan_from
from .words import BadOption

if t.TYPE_CHECKING:
    from .plan import Plan

Options = t.Mapping[str, t.Any]

# What a target cannot have of its own.
OPTIONS_OF_THE_TASK = ("targets", "concurrency", "per_server")

# Each dialogue at once takes a thread and a socket.
MAX_AT_ONCE = 500

# Ways to say which server is meant: a target that has one of them has nothing of the others.
_WHOM = ("host", "socket", "mx")

# Ansible's own words for a value that is not to be shown.
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


class Target(t.NamedTuple):
    """One thing that the user asks for, which may become several dialogues.

    `item` is the target as it was given, for the result, its secrets not shown. With `mx` the plan
    is one of a dialogue with the domain itself.
    """

    item: dict[str, t.Any]
    plan: Plan
    mx: str | None
    every_address: bool


def targets_from(options: Options, check_mode: bool = False) -> list[Target]:
    """Check the module's options, and give the targets in their order.

    Raises BadOption, which says in which target.
    """
    for option in ("concurrency", "per_server"):
        if not 1 <= options[option] <= MAX_AT_ONCE:
            raise BadOption(option, f"{options[option]} is not between 1 and {MAX_AT_ONCE}")
    of_the_task = {
        name: value for name, value in options.items() if name not in OPTIONS_OF_THE_TASK
    }
    if options["targets"] is None:
        named = {name: options[name] for name in _WHOM if options[name] is not None}
        return [_target(named, of_the_task, check_mode)]
    if not options["targets"]:
        raise BadOption("targets", "is empty; name a target, or leave it out")
    targets = []
    for index, given in enumerate(options["targets"]):
        item = _given(given)
        try:
            targets.append(_target(item, _merged(of_the_task, item), check_mode))
        except BadOption as error:
            name = f" ({item['name']})" if "name" in item else ""
            raise BadOption(f"targets[{index}]{name}.{error.option}", error.problem) from error
    return targets


def _given(value: t.Any) -> t.Any:
    """Leave out what Ansible has put in for what was not given."""
    if not isinstance(value, dict):
        return value
    return {name: _given(inner) for name, inner in value.items() if inner is not None}


def _merged(of_the_task: Options, item: Options) -> dict[str, t.Any]:
    merged = dict(of_the_task)
    if any(name in item for name in _WHOM):
        merged.update(dict.fromkeys(_WHOM))
    merged.update((name, value) for name, value in item.items() if name != "name")
    return merged


def _target(item: dict[str, t.Any], options: dict[str, t.Any], check_mode: bool) -> Target:
    shown = {name: HIDDEN if name == "login_password" else value for name, value in item.items()}
    mx = options["mx"]
    if mx is not None:
        if options["host"] is not None or options["socket"] is not None:
            raise BadOption("mx", "cannot be used together with host or socket")
        try:
            plan = plan_from({**options, "host": mx}, check_mode)
        except BadOption as error:
            option = "mx" if error.option == "host" else error.option
            raise BadOption(option, error.problem) from error
    else:
        plan = plan_from(options, check_mode)
    return Target(shown, plan, mx, options["every_address"])

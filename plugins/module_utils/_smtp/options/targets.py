# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the user asks for, target by target: the task's options, and what each target has instead.

Without `targets` the task itself is the only one.
"""

from __future__ import annotations

import typing as t

from ..._net.errors import BadOption, HostLacks
from .parse import plan_from
from .secret_options import HIDDEN
from .server_text import parse_server
from .spec import OPTIONS, OPTIONS_OF_TASK, WAYS_TO_NAME_SERVER
from .this_host import check_library

if t.TYPE_CHECKING:
    from .plan import Plan

Options = t.Mapping[str, t.Any]

# Each dialogue at once takes a thread and a socket.
MAX_AT_ONCE = 500


class Target(t.NamedTuple):
    """One thing that the user asks for, which may become several dialogues.

    `item` is the target as it was given, for the result, its secrets not shown. With `mx` the plan
    is one of a dialogue with the domain itself. `lack` is what this host lacks to begin with it:
    then no dialogue is held, and the plan only says which server is meant.
    """

    item: dict[str, t.Any]
    plan: Plan
    mx: str | None
    every_address: bool
    lack: HostLacks | None = None


def targets_from(options: Options, check_mode: bool = False) -> list[Target]:
    """Check the module's options, and return the targets in their order.

    Raises BadOption, which says in which target. What this host lacks for one of several targets
    is the business of that target alone.
    """
    for option in ("concurrency", "per_server"):
        if not 1 <= options[option] <= MAX_AT_ONCE:
            problem = f"must be between 1 and {MAX_AT_ONCE}, not {options[option]}"
            raise BadOption(option, problem)
    task_options = {name: value for name, value in options.items() if name not in OPTIONS_OF_TASK}
    if options["targets"] is None:
        task_options.update(_options_of_host_text(task_options, _without_defaults(task_options)))
        named = {
            name: task_options[name]
            for name in WAYS_TO_NAME_SERVER
            if task_options[name] is not None
        }
        return [_target(named, task_options, check_mode)]
    if not options["targets"]:
        raise BadOption("targets", "is empty; name a target, or leave it out")
    return [
        _target_at(index, given, task_options, check_mode)
        for index, given in enumerate(options["targets"])
    ]


def _target_at(index: int, given: t.Any, task_options: Options, check_mode: bool) -> Target:
    """Return one of several targets. Raises BadOption, which says in which of them."""
    item = _without_nulls({"host": given} if isinstance(given, str) else given)
    try:
        item = {**item, **_options_of_host_text(item, item)}
        item = {name: value for name, value in item.items() if value is not None}
        options = _merged(task_options, item)
        try:
            return _target(item, options, check_mode)
        except HostLacks as lack:
            return _target(item, _without_needs(options), check_mode, lack)
    except BadOption as error:
        name = f" ({item['name']})" if "name" in item else ""
        where = f"targets[{index}]{name}"
        option = where if isinstance(given, str) else f"{where}.{error.option}"
        raise BadOption(option, error.problem) from error


def _options_of_host_text(options: Options, own: Options) -> dict[str, t.Any]:
    """Return the options that `host` stands for where it is a text such as relay:587.

    `own` are the options that were given beside it. Raises BadOption where they contradict it.
    """
    host = options.get("host")
    if host is None:
        return {}
    try:
        found = parse_server(host)
    except ValueError as error:
        raise BadOption("host", error) from error
    for option, value in found.items():
        if option != "host" and own.get(option) not in (None, value):
            raise BadOption(option, f"{own[option]} contradicts {host}, which means {value}")
    return {"host": None, **found}


def _without_defaults(options: Options) -> dict[str, t.Any]:
    """Leave out the options of a text that have their default, which is as good as not given."""
    defaults = {"tls": "opportunistic", "protocol": "esmtp"}
    return {name: value for name, value in options.items() if defaults.get(name) != value}


def _without_nulls(value: t.Any) -> t.Any:
    """Leave out what Ansible has put in for what was not given."""
    if not isinstance(value, dict):
        return value
    return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}


def _without_needs(options: Options) -> dict[str, t.Any]:
    """Leave out the options for which this host may lack something: the target still has a name."""
    needing = {name for name, option in OPTIONS.items() if option.depends_on_host}
    return {name: None if name in needing else value for name, value in options.items()}


def _merged(task_options: Options, item: Options) -> dict[str, t.Any]:
    merged = dict(task_options)
    if any(name in item for name in WAYS_TO_NAME_SERVER):
        merged.update(dict.fromkeys(WAYS_TO_NAME_SERVER))
    merged.update((name, value) for name, value in item.items() if name != "name")
    return merged


def _target(
    item: dict[str, t.Any],
    options: dict[str, t.Any],
    check_mode: bool,
    lack: HostLacks | None = None,
) -> Target:
    shown = {name: HIDDEN if name == "login_password" else value for name, value in item.items()}
    mx = options["mx"]
    if lack is None and mx is not None:
        check_library("mx")
    elif lack is None and options["dane"]:
        check_library("dane")
    if mx is not None:
        if options["host"] is not None or options["socket"] is not None:
            raise BadOption("mx", "cannot be used together with host or socket")
        try:
            plan = plan_from({**options, "host": mx}, check_mode)
        except BadOption as error:
            option = "mx" if error.option == "host" else error.option
            raise type(error)(option, error.problem) from error
    else:
        plan = plan_from(options, check_mode)
    return Target(shown, plan, mx, options["every_address"], lack)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make targets from the options of the task, and from the options of each target.

Without the option `targets`, the task has one target.
"""

from __future__ import annotations

import typing as t

from ..._net.argument_spec import HIDDEN
from ..._net.errors import BadOption, HostLacks
from .parse import plan_from
from .server_text import parse_server
from .spec import OPTIONS, OPTIONS_OF_TASK, WAYS_TO_NAME_SERVER

if t.TYPE_CHECKING:
    from .plan import Plan

Options = t.Mapping[str, t.Any]

# Limit on `concurrency` and `per_server`. Each simultaneous dialogue needs a thread and a socket.
MAX_AT_ONCE = 500


class Target(t.NamedTuple):
    """A server as the user names it, which may become several dialogues.

    `item` is the target as the user wrote it, with its secrets masked. With `mx`, the host of the
    plan is the domain. `lack` is the error if this host lacks something for the target. In that
    case no dialogue is held, and the plan has only the options that do not depend on the host.
    """

    item: dict[str, t.Any]
    plan: Plan
    mx: str | None
    every_address: bool
    lack: HostLacks | None = None


def targets_from(options: Options, check_mode: bool = False) -> list[Target]:
    """Check the options of the module, and return the targets in order.

    Raise BadOption, which names the target and the option. If this host lacks something for one of
    several targets, only this target fails. For a single target, raise HostLacks.
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
        raise BadOption("targets", "is empty; name a target, or omit the option")
    return [
        _target_at(index, given, task_options, check_mode)
        for index, given in enumerate(options["targets"])
    ]


def _target_at(index: int, given: t.Any, task_options: Options, check_mode: bool) -> Target:
    """Return one of several targets. Raise BadOption, which names the target."""
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
    """Return the options that are in the text of `host`, such as relay:587.

    `own` are the options beside `host`. Raise BadOption if one of them contradicts the text.
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
    """Return the options without those of a server text that have their default.

    Ansible does not say whether the user wrote a default.
    """
    defaults = {"tls": "opportunistic", "protocol": "esmtp"}
    return {name: value for name, value in options.items() if defaults.get(name) != value}


def _without_nulls(value: t.Any) -> t.Any:
    """Return a value without the entries that are None, which Ansible adds to dictionaries."""
    if not isinstance(value, dict):
        return value
    return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}


def _without_needs(options: Options) -> dict[str, t.Any]:
    """Return the options without the values that depend on the host."""
    dependent = {name for name, option in OPTIONS.items() if option.depends_on_host}
    return {name: None if name in dependent else value for name, value in options.items()}


def _merged(task_options: Options, item: Options) -> dict[str, t.Any]:
    """Return the options of a target: its own, and the options of the task for the rest."""
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
    if lack is None and (mx is not None or options["dane"]):
        from .this_host import check_library  # few targets need it

        check_library("dane" if mx is None else "mx")
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

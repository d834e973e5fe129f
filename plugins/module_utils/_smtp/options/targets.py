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
from .parse import PlanReader, read_option
from .server_text import parse_server
from .spec import OPTIONS, OPTIONS_OF_TASK, WAYS_TO_NAME_SERVER
from .target_types import where_is

if t.TYPE_CHECKING:
    from .plan import Plan

Options = t.Mapping[str, t.Any]

# The options that are dictionaries with options of their own.
_DICTIONARIES = {name for name, option in OPTIONS.items() if "options" in option.argument}

# Limit on `concurrency` and `per_server`. Each simultaneous dialogue needs a thread and a socket.
MAX_AT_ONCE = 500

# Limit on the passwords that are looked for in all dialogues. With a thousand, a dialogue would
# take 0.2 seconds of CPU time. With more than this, each looks for its own.
MAX_SECRETS = 100


class Target(t.NamedTuple):
    """A server as the user names it, which may become several dialogues.

    `item` is the target as the user wrote it, with its secrets masked. With `mx`, the host of the
    plan is the domain. `lack` is the error if this host lacks something for the target. In that
    case no dialogue is held.
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
    plans = PlanReader(check_mode)
    if options["targets"] is None:
        task_options.update(_options_of_host_text(task_options, _without_defaults(task_options)))
        named = {
            name: task_options[name]
            for name in WAYS_TO_NAME_SERVER
            if task_options[name] is not None
        }
        return with_secrets([_target(named, task_options, plans, task_options.keys())])
    if not options["targets"]:
        raise BadOption("targets", "is empty; name a target, or omit the option")
    return with_secrets(
        [
            _target_at(index, given, task_options, plans)
            for index, given in enumerate(options["targets"])
        ]
    )


def with_secrets(targets: list[Target]) -> list[Target]:
    """Return the targets, the plan of each with the secrets of all."""
    secrets = tuple(dict.fromkeys(one for target in targets for one in target.plan.secrets))
    if not 0 < len(secrets) <= MAX_SECRETS:
        return targets  # each plan has its own
    return [one._replace(plan=one.plan._replace(secrets=secrets)) for one in targets]


def _target_at(index: int, given: t.Any, task_options: Options, plans: PlanReader) -> Target:
    """Return one of several targets. Raise BadOption, which names the target."""
    item = _without_nulls({"host": given} if isinstance(given, str) else given)
    try:
        item = {**item, **_options_of_host_text(item, item)}
        item = {name: value for name, value in item.items() if value is not None}
        options = _merged(task_options, item)
        try:
            return _target(item, options, plans, item.keys())
        except HostLacks as lack:
            plans = PlanReader(plans.check_mode, checks_host=False)
            return _target(item, options, plans, item.keys(), lack)
    except BadOption as error:
        where = where_is(index, item.get("name"))
        # An option that is in the text has no name of its own there.
        in_text = isinstance(given, str) and error.option in {"host", *item}
        raise BadOption(where if in_text else f"{where}.{error.option}", error.problem) from error


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


def _without_nulls(options: Options) -> dict[str, t.Any]:
    """Return options without those that are None, as Ansible adds all options of a dictionary."""
    given = {name: value for name, value in options.items() if value is not None}
    for name in _DICTIONARIES & given.keys():
        if isinstance(given[name], dict):
            given[name] = {key: one for key, one in given[name].items() if one is not None}
    return given


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
    plans: PlanReader,
    own: t.AbstractSet[str],
    lack: HostLacks | None = None,
) -> Target:
    """Return a target. `own` are the options that it does not take from those of all targets."""
    shown = {name: HIDDEN if name == "login_password" else value for name, value in item.items()}
    mx = options["mx"]
    if lack is None and (mx is not None or options["dane"]):
        from .this_host import check_library  # few targets need it

        check_library("dane" if mx is None else "mx")
    if mx is not None:
        if options["host"] is not None or options["socket"] is not None:
            raise BadOption("mx", "cannot be used together with host or socket")
        mx = read_option("mx", mx)
        try:
            plan = plans.plan({**options, "host": mx}, own)
        except BadOption as error:
            option = "mx" if error.option == "host" else error.option
            raise type(error)(option, error.problem) from error
    else:
        plan = plans.plan(options, own)
    return Target(shown, plan, mx, options["every_address"], lack)

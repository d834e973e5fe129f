# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make options of smtp_handshake of the variables of the role smtp_check. No I/O.

An error names the variable of the role that is wrong, and says what to write there.
"""

from __future__ import annotations

import contextlib
import json
import re
import typing as t
from collections.abc import Callable, Iterable, Mapping, Sequence

from ansible.errors import AnsibleError
from ansible_collections.mailops.smtp.plugins.module_utils._net.argument_spec import (
    Spec,
    unknown_option,
)
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption, sentence
from ansible_collections.mailops.smtp.plugins.module_utils._net.nearest import nearest
from ansible_collections.mailops.smtp.plugins.module_utils._net.text import NOT_SHOWN
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.server_text import (
    blank_problem,
    parse_server,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import (
    OPTIONS as MODULE_OPTIONS,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import (
    OPTIONS_OF_TASK,
    WAYS_TO_NAME_SERVER,
)

from .yaml_types import check_yaml_types

PREFIX = "smtp_check_"

SERVERS = f"{PREFIX}servers"
OPTIONS = f"{PREFIX}options"
RECEIPT = f"{PREFIX}receipt"
SERVER_LOGS = f"{PREFIX}server_logs"

# Options of smtp_handshake that the role has a variable for.
WITH_VARIABLE = tuple(name for name, option in MODULE_OPTIONS.items() if option.has_variable)

# Options of the task that probes all servers. A single server cannot have them.
OF_TASK = tuple(name for name in OPTIONS_OF_TASK if name != "targets")

# The options that identify a planned server.
_PLANNED = ("name", *WAYS_TO_NAME_SERVER, "port", "tls")

_MESSAGE = tuple(MODULE_OPTIONS["message"].argument["options"])
OF_RECEIPT = ("imap", "pop3", "path", "mailboxes", "timeout", "delay", "delete", "delegate_to")

# A list as in YAML, which people also write after -e. It may be an address in brackets, too.
_LIST = re.compile(r"\s*\[([^\[\]]*)\]\s*")

# What a text with an account has, such as smtp://user:password@relay or login_password=secret.
_MAY_BE_SECRET = re.compile(r"[@=\s]|//")

# Limit on the messages of the module that are parsed. They are sentences.
_MAX_MESSAGE = 5000

# A message of the module about one of its targets.
_TARGET_MESSAGE = re.compile(
    r"targets\[(\d{1,9})\]( \(.*?\))?(?:\.([\w.\[\]-]+))?:? (.*)", re.DOTALL
)


# A message about an option: of the module, or of Ansible about a value of the wrong type.
_OF_OPTION = re.compile(r"(argument '|value of )?(\w+)")


class BadVariable(Exception):
    """A variable is wrong. The text says which variable, what was wrong, and what to write."""

    def __init__(self, name: str, problem: object) -> None:
        super().__init__(sentence(name, problem))


class HostPlan(t.NamedTuple):
    """The plan of one host: the options of its task, and what identifies each target."""

    options: dict[str, t.Any]
    planned: list[dict[str, t.Any]]


def own_options(
    variables: Mapping[str, t.Any], template: Callable[[t.Any], t.Any]
) -> dict[str, t.Any]:
    """Return the options whose variables are set, templated. `template` is that of a task.

    One template in the role for all of them takes longer, since most are not set. Raise
    BadVariable.
    """
    return templated(PREFIX, WITH_VARIABLE, variables, template)


def templated(
    prefix: str,
    names: Iterable[str],
    variables: Mapping[str, t.Any],
    template: Callable[[t.Any], t.Any],
) -> dict[str, t.Any]:
    """Return the values of the variables of a role that are set. Raise BadVariable."""
    found: dict[str, t.Any] = {}
    for name in names:
        variable = f"{prefix}{name}"
        if variable in variables:
            try:
                found[name] = template(variables[variable])
            except AnsibleError as error:
                raise BadVariable("", f"{variable}: {error.message}") from error
    return found


def plan_of(servers: t.Any, variables: t.Any, options: t.Any, known: Iterable[str]) -> HostPlan:
    """Return the plan of a host. Raise BadVariable.

    `variables` are the variables for single options, by the name of the option. A variable that is
    not set is None. `known` are the options of smtp_handshake.
    """
    check_yaml_values(PREFIX, {**variables, "options": options, "servers": servers})
    own = _variables(variables)
    others = _options(options, own, known)
    given = [server_options(index, one) for index, one in enumerate(read_servers(servers))]
    of_task = {name: others.pop(name) for name in OF_TASK if name in others}
    common = {**others, **own}
    # A server with null for an option has the default of the module, not the variable.
    targets = [_without_null({**common, **one}) for one in given]
    return HostPlan(
        {**of_task, "targets": targets}, [_planned_target(target) for target in targets]
    )


def check_yaml_values(prefix: str, variables: Mapping[str, t.Any]) -> None:
    """Raise BadVariable for a value whose type the module could not see.

    `variables` are those of the role, without their prefix.
    """
    try:
        check_yaml_types("", {f"{prefix}{name}": value for name, value in variables.items()})
    except BadOption as error:
        raise BadVariable(error.option, error.problem) from error


def read_servers(value: t.Any, variable: str = SERVERS) -> Sequence[t.Any]:
    """Return the list of servers. From the command line it is a text."""
    if value is None:
        problem = f"is not set; name a server, as in -e {variable}=relay.example.com"
        raise BadVariable(variable, problem)
    if isinstance(value, str):
        value = _from_text(value, variable)
    if isinstance(value, Mapping):
        raise BadVariable(variable, "must be a list, not a dictionary; write `- ` before it")
    if not isinstance(value, Sequence) or isinstance(value, bytes):
        raise BadVariable(variable, "must be a list of servers, such as [relay.example.com]")
    if not value:
        raise BadVariable(variable, "is empty; name a server")
    return value


def _from_text(text: str, variable: str) -> t.Any:
    """Read a text from the command line: JSON, or servers with commas between them."""
    if not text.lstrip().startswith(("[{", '["', "{")):
        in_brackets = _LIST.fullmatch(text)
        parts = re.split("[,\n]", in_brackets.group(1) if in_brackets else text)
        return [part.strip() for part in parts if part.strip()]
    try:
        return json.loads(text)
    except ValueError as error:
        problem = f"begins like JSON, but is not JSON ({error}); or write relay1,relay2:587"
        raise BadVariable(variable, problem) from None


def server_options(
    index: int,
    given: t.Any,
    variable: str = SERVERS,
    known: t.Collection[str] = tuple(MODULE_OPTIONS),
) -> dict[str, t.Any]:
    """Return a server as options, with the port and the brackets of its text taken apart.

    `known` are the options that a server may have.
    """
    where = f"{variable}[{index}]"
    if isinstance(given, Mapping):
        server = {str(name): value for name, value in given.items()}
        problem = blank_problem(given, known)
        if problem:
            raise BadVariable(where, problem)
    elif isinstance(given, str):
        server = {"host": given}
    else:
        raise BadVariable(where, "must be a server such as relay:587, or a dictionary of options")
    text = server.get("host")
    if not isinstance(text, str):
        return server
    try:
        found = parse_server(text)
    except ValueError as error:
        raise BadVariable(where if isinstance(given, str) else f"{where}.host", error) from None
    for name, value in found.items():
        if name != "host" and server.get(name) not in (None, value, str(value)):
            raise BadVariable(f"{where}.{name}", f"contradicts the host, which is {text}")
    return {**{name: one for name, one in server.items() if name != "host"}, **found}


def _variables(given: t.Any) -> dict[str, t.Any]:
    own = {name: value for name, value in given.items() if value is not None}
    if "message" in own:
        own["message"] = _from_json(own["message"])
        check_names(f"{PREFIX}message", own["message"], _MESSAGE)
    return own


def _from_json(value: t.Any) -> t.Any:
    """Read a text such as that of `-e smtp_check_message={}`."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        with contextlib.suppress(ValueError):
            return json.loads(value)
    return value


def _options(given: t.Any, own: Mapping[str, t.Any], known: Iterable[str]) -> dict[str, t.Any]:
    """Return the options of the variable for other options, without those that a variable sets."""
    check_names(OPTIONS, given, [*known, *OF_TASK])
    for name in WAYS_TO_NAME_SERVER:
        if given.get(name) is not None:
            raise BadVariable(f"{OPTIONS}.{name}", f"has no effect; name the servers in {SERVERS}")
    return {name: value for name, value in given.items() if value is not None and name not in own}


def only_in_options(options: Mapping[str, t.Any], own: Mapping[str, t.Any]) -> frozenset[str]:
    """Return the options that only the variable for other options has, as their own is not set."""
    return frozenset(
        name for name, value in options.items() if value is not None and own.get(name) is None
    )


def unused_options(variables: Mapping[str, t.Any], options: Mapping[str, t.Any]) -> list[str]:
    """Return a warning for each option that has no effect, since a variable sets it."""
    return [
        f"{OPTIONS}.{name} is not used, because {PREFIX}{name} is set; remove one of the two"
        for name, value in options.items()
        if value is not None and variables.get(name) not in (None, value)
    ]


def check_receipt(receipt: t.Any, plan: HostPlan, others_send: bool = False) -> None:
    """Raise BadVariable if the options are wrong, or no message is sent that could be found.

    `others_send` is whether another host of the play may send a message.
    """
    check_names(RECEIPT, receipt, OF_RECEIPT)
    check_yaml_values(PREFIX, {"receipt": receipt})
    targets: list[dict[str, t.Any]] = plan.options["targets"]
    if receipt and not others_send and all(target.get("message") is None for target in targets):
        raise BadVariable(
            RECEIPT, f"looks for messages, but no message is sent; set {PREFIX}message"
        )


def check_server_logs(given: t.Any, inventory: t.Collection[str]) -> None:
    """Raise BadVariable unless each log is on a host of the inventory."""
    if not isinstance(given, Mapping):
        raise BadVariable(SERVER_LOGS, no_dictionary(SERVER_LOGS))
    for server, host in given.items():
        where = f"{SERVER_LOGS}[{server}]"
        if not isinstance(host, str):
            raise BadVariable(where, "must be the name of a host in the inventory")
        if host not in inventory:
            raise BadVariable(
                where, f"names {host}, which is not in the inventory{did_you_mean(host, inventory)}"
            )


def may_send(known: Mapping[str, t.Any]) -> bool:
    """Return whether a host may send a message, by its variables without templating."""
    message = known.get(f"{PREFIX}message")
    return message is not None or any(
        "message" in str(known.get(name)) for name in (SERVERS, OPTIONS)
    )


def check_names(variable: str, given: t.Any, known: Iterable[str]) -> None:
    """Raise BadVariable if a value is not a dictionary, or has an unknown name."""
    spec: Spec = {name: {} for name in known}
    if not isinstance(given, Mapping):
        raise BadVariable(variable, no_dictionary(variable))
    for name in given:
        if name not in spec:
            error = unknown_option(variable, name, spec)
            raise BadVariable(error.option, error.problem)


def no_dictionary(variable: str) -> str:
    """Return the problem of a value that is no dictionary, as none is after -e NAME=VALUE."""
    as_json = f"""-e '{{"{variable}": {{...}}}}'"""
    return f"must be a dictionary; after -e, write all of it as JSON: {as_json}"


def did_you_mean(name: object, known: Iterable[str], prefix: str = "") -> str:
    """Return the end of a sentence that suggests the nearest name, or an empty text."""
    near = nearest(name, known)
    return f"; did you mean {prefix}{near}?" if near else ""


def in_terms_of_role(
    message: str, servers: Sequence[t.Any], in_options: t.Collection[str] = ()
) -> str:
    """Return a message of the module about an option as one about the variable of the role.

    `in_options` are the options that only `smtp_check_options` has.
    """
    if message.startswith(tuple(f"{name}{end}" for name in OF_TASK for end in (" ", ": "))):
        return f"{OPTIONS}.{message}"
    match = _TARGET_MESSAGE.fullmatch(message[:_MAX_MESSAGE])
    if match is None or int(match.group(1)) >= len(servers):
        return message
    index, name, path, problem = match.groups()
    given = servers[int(index)]
    own = given if isinstance(given, Mapping) else {"host": given}
    option = (path or "host").partition(".")[0]
    named = [one for one in WITH_VARIABLE if re.search(rf"\b{one}\b", problem)]
    if option in WAYS_TO_NAME_SERVER or any(one in own for one in (option, *named)):
        where = f"{SERVERS}[{index}]{name or ''}" + (f".{path}" if path else "")
        return str(BadVariable(where, problem))
    with_variable = [one for one in WITH_VARIABLE if one not in in_options]
    for one in named:
        variable = f"{PREFIX}{one}" if one in with_variable else f"{OPTIONS}.{one}"
        problem = re.sub(rf"\b{one}\b", variable, problem)
    variable = f"{PREFIX}{path}" if option in with_variable else f"{OPTIONS}.{path}"
    return str(BadVariable(variable, problem))


def receipt_in_terms_of_role(message: str, variable: str = RECEIPT) -> str:
    """Return a message of mail_receipt about an option as one about the variable of the role."""
    option = _OF_OPTION.match(message)
    if option is None or option.group(2) not in OF_RECEIPT:
        return message
    return (
        f"{variable}.{option.group(2)}: {message}" if option.group(1) else f"{variable}.{message}"
    )


def planned_as_given(servers: t.Any, variables: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return what identifies each server, even if some options are wrong."""
    try:
        given = read_servers(servers)
    except BadVariable:
        return []
    common = _without_null(variables)
    return [_planned_target({**common, **one}) for one in map(as_written, given)]


def as_written(server: t.Any) -> dict[str, t.Any]:
    """Return a server as a user wrote it.

    A text that is none, and may have an account with its password in it, is not shown.
    """
    found = dict(server) if isinstance(server, Mapping) else {"host": str(server)}
    text = str(found.get("host") or "")
    if _MAY_BE_SECRET.search(text):
        try:
            parse_server(text)
        except ValueError:
            found["host"] = NOT_SHOWN
    return found


def _without_null(server: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: value for name, value in server.items() if value is not None}


def _planned_target(target: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return what identifies a target. Its other options may be secret."""
    found = {name: target[name] for name in _PLANNED if target.get(name) is not None}
    # The module refuses an account in the domain, too.
    return {**found, "mx": NOT_SHOWN} if "@" in str(found.get("mx")) else found

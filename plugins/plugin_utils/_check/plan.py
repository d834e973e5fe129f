# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the role smtp_check in, the options of smtp_handshake out. No I/O.

Whatever is wrong is told in the words of the role's user: by the variable, and what to write there.
"""

from __future__ import annotations

import contextlib
import json
import re
import typing as t
from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import sentence
from ansible_collections.mailops.smtp.plugins.module_utils._net.nearest import nearest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.server_text import (
    parse_server,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import (
    OPTIONS as MODULE_OPTIONS,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import (
    OPTIONS_OF_TASK,
    WAYS_TO_NAME_SERVER,
)

PREFIX = "smtp_check_"

SERVERS = f"{PREFIX}servers"
OPTIONS = f"{PREFIX}options"
RECEIPT = f"{PREFIX}receipt"

# Options of smtp_handshake that have a variable of the role's own.
WITH_VARIABLE = tuple(name for name, option in MODULE_OPTIONS.items() if option.has_variable)

# Options of the one task that asks all servers, which no server can have of its own.
OF_TASK = tuple(name for name in OPTIONS_OF_TASK if name != "targets")

# What tells one planned server from another.
_PLANNED = ("name", *WAYS_TO_NAME_SERVER, "port", "tls")

_MESSAGE = tuple(MODULE_OPTIONS["message"].argument["options"])
_RECEIPT = ("imap", "pop3", "path", "mailboxes", "timeout", "delay", "delete", "delegate_to")

# A list as YAML has it, which people write behind -e too. An address alone is no different with it.
_LIST = re.compile(r"\s*\[([^\[\]]*)\]\s*")

# A message of the module is a sentence. What is longer is not taken apart.
_MAX_MESSAGE = 5000

# How the module begins to say what is wrong with one of its targets.
_OF_TARGET = re.compile(r"targets\[(\d{1,9})\]( \(.*?\))?(?:\.([\w.\[\]-]+))?:? (.*)", re.DOTALL)


class BadVariable(Exception):
    """A variable cannot be used as it is. The text names it, and says what to write."""

    def __init__(self, name: str, problem: object) -> None:
        super().__init__(sentence(name, problem))


class Plan(t.NamedTuple):
    """What one host is to do: the options of the task, and what each target is called."""

    options: dict[str, t.Any]
    planned: list[dict[str, t.Any]]


def plan_of(servers: t.Any, variables: t.Any, options: t.Any, known: Iterable[str]) -> Plan:
    """Make the plan of a host, of the variables as they were given.

    `variables` are those that an option has of its own, by the option's name, null where they are
    not set. `known` are the options of smtp_handshake. Raises BadVariable.
    """
    own = _variables(variables)
    others = _options(options, own, known)
    given = [_server(index, one) for index, one in enumerate(read_servers(servers))]
    of_task = {name: others.pop(name) for name in OF_TASK if name in others}
    common = {**others, **own}
    # An option that is null for a server is the module's default there, whatever a variable says.
    targets = [_without_null({**common, **one}) for one in given]
    return Plan({**of_task, "targets": targets}, [_named(target) for target in targets])


def read_servers(value: t.Any) -> Sequence[t.Any]:
    """Read the list of servers, which is a text when it comes from the command line."""
    if isinstance(value, str):
        value = _from_text(value)
    if isinstance(value, Mapping):
        raise BadVariable(SERVERS, "must be a list, and is a dictionary; write `- ` before it")
    if not isinstance(value, Sequence) or isinstance(value, bytes):
        raise BadVariable(SERVERS, "must be a list of servers, such as [relay.example.com]")
    if not value:
        raise BadVariable(SERVERS, "is empty; name a server")
    return value


def _from_text(text: str) -> t.Any:
    """Read what was given on the command line: JSON, or servers with commas between them."""
    if not text.lstrip().startswith(("[{", '["', "{")):
        in_brackets = _LIST.fullmatch(text)
        parts = re.split("[,\n]", in_brackets.group(1) if in_brackets else text)
        return [part.strip() for part in parts if part.strip()]
    try:
        return json.loads(text)
    except ValueError as error:
        problem = f"begins like JSON, and is none ({error}); or write relay1,relay2:587"
        raise BadVariable(SERVERS, problem) from None


def _server(index: int, given: t.Any) -> dict[str, t.Any]:
    """Return one server as options. An address in brackets, or a port, is taken from its text."""
    where = f"{SERVERS}[{index}]"
    if isinstance(given, Mapping):
        server = {str(name): value for name, value in given.items()}
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
        check_names(f"{PREFIX}message", own["message"], _MESSAGE, "a message")
    return own


def _from_json(value: t.Any) -> t.Any:
    """Read what was given as `-e smtp_check_message={}`, which is a text."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        with contextlib.suppress(ValueError):
            return json.loads(value)
    return value


def _options(given: t.Any, own: Mapping[str, t.Any], known: Iterable[str]) -> dict[str, t.Any]:
    """Check the options that have no variable, or have none that is set."""
    check_names(OPTIONS, given, [*known, *OF_TASK], "smtp_handshake")
    for name in WAYS_TO_NAME_SERVER:
        if given.get(name) is not None:
            raise BadVariable(f"{OPTIONS}.{name}", f"has no effect; name the servers in {SERVERS}")
    return {name: value for name, value in given.items() if value is not None and name not in own}


def without_use(variables: Mapping[str, t.Any], options: Mapping[str, t.Any]) -> list[str]:
    """Return what to tell of options that have no effect, since a variable says otherwise."""
    return [
        f"{OPTIONS}.{name} is not used, as {PREFIX}{name} wins over it; write it in one of the two"
        for name, value in options.items()
        if value is not None and variables.get(name) not in (None, value)
    ]


def check_receipt(receipt: t.Any, plan: Plan, others_send: bool = False) -> None:
    """Raise BadVariable where no message could be looked for as the variable says.

    `others_send` is whether a host other than that of the plan may send one.
    """
    check_names(RECEIPT, receipt, _RECEIPT, "mail_receipt")
    targets: list[dict[str, t.Any]] = plan.options["targets"]
    if receipt and not others_send and all(target.get("message") is None for target in targets):
        raise BadVariable(RECEIPT, f"looks for messages, and none is sent; set {PREFIX}message")


def may_send(known: Mapping[str, t.Any]) -> bool:
    """Whether a host may have a message to send, by its variables without templating."""
    message = known.get(f"{PREFIX}message")
    return message is not None or any(
        "message" in str(known.get(name)) for name in (SERVERS, OPTIONS)
    )


def check_names(variable: str, given: t.Any, known: Sequence[str], of_what: str) -> None:
    """Raise BadVariable where a value is no dictionary, or has a name that there is not."""
    if not isinstance(given, Mapping):
        raise BadVariable(variable, "must be a dictionary (with -e, write it as JSON)")
    for name in given:
        if name not in known:
            raise BadVariable(
                f"{variable}.{name}", f"{of_what} has no such option{hint(name, known)}"
            )


def hint(name: object, known: Iterable[str], prefix: str = "") -> str:
    """Return the end of a sentence that says which name was meant, where one is near."""
    near = nearest(name, known)
    return f"; did you mean {prefix}{near}?" if near else ""


def in_words_of_role(message: str, servers: Sequence[t.Any]) -> str:
    """Say what the module has against an option by the variable that its user has written."""
    if message.startswith(tuple(f"{name}{end}" for name in OF_TASK for end in (" ", ": "))):
        return f"{OPTIONS}.{message}"
    match = _OF_TARGET.fullmatch(message[:_MAX_MESSAGE])
    if match is None or int(match.group(1)) >= len(servers):
        return message
    index, name, path, problem = match.groups()
    given = servers[int(index)]
    own = given if isinstance(given, Mapping) else {"host": given}
    option = (path or "host").partition(".")[0]
    named = [one for one in WITH_VARIABLE if re.search(rf"\b{one}\b", problem)]
    if any(one in own for one in (option, *named)):
        where = f"{SERVERS}[{index}]{name or ''}" + (f".{path}" if path else "")
        return str(BadVariable(where, problem))
    for one in named:
        problem = re.sub(rf"\b{one}\b", f"{PREFIX}{one}", problem)
    variable = f"{PREFIX}{path}" if option in WITH_VARIABLE else f"{OPTIONS}.{path}"
    return str(BadVariable(variable, problem))


def receipt_in_words_of_role(message: str) -> str:
    """Say what mail_receipt has against one of its options by the variable that it is in."""
    option = re.match(r"\w+", message)
    return f"{RECEIPT}.{message}" if option and option.group() in _RECEIPT else message


def named_as_given(servers: t.Any, variables: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return what the servers are called, where something about them is wrong."""
    try:
        given = read_servers(servers)
    except BadVariable:
        return []
    common = _without_null(variables)
    return [
        _named({**common, **(one if isinstance(one, Mapping) else {"host": str(one)})})
        for one in given
    ]


def _without_null(server: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: value for name, value in server.items() if value is not None}


def _named(target: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return what a target is called, and nothing else of it: there may be a password."""
    return {name: target[name] for name in _PLANNED if target.get(name) is not None}

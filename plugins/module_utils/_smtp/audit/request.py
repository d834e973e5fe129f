# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what is to be audited: the server, the checks, and the values of their variables.

No I/O but on files of TLS and of the message, as for any dialogue.
"""

from __future__ import annotations

import typing as t

from ..._net.errors import BadOption
from ..options.spec import OPTIONS
from ..options.targets import targets_from
from ..wire.commands import check_line
from .form import KEYS, BadCheck, check_from
from .model import MAX_RISK, PROFILES, VANTAGES
from .pacing import CONNECTIONS

if t.TYPE_CHECKING:
    from ..options.plan import Plan
    from .model import Check, Vantage

    Argument = t.Dict[str, t.Any]

Options = t.Mapping[str, t.Any]

# The options of a dialogue that an audit has no use for: its checks have steps of their own.
NOT_USED = (
    "mx",
    "every_address",
    "mail_from",
    "mail_parameters",
    "rcpt_to",
    "rcpt_parameters",
    "message",
    "pipelining",
    "chunking",
    "stop_after",
    "expect",
    "expect_capabilities",
    "forbid_capabilities",
    "max_seconds",
    "cert_min_days",
    "retries",
    "retry_delay",
)

_STR: Argument = {"type": "str"}
_STRINGS: Argument = {"type": "list", "elements": "str", "default": []}

# The options that an audit has beside those of a dialogue.
OWN_OPTIONS: dict[str, Argument] = {
    "from": {"type": "str", "choices": list(VANTAGES), "default": "untrusted"},
    "profile": {"type": "str", "choices": list(PROFILES), "default": "relay"},
    "max_risk": {"type": "int", "choices": list(range(MAX_RISK + 1)), "default": 0},
    "checks": _STRINGS,
    "skip": _STRINGS,
    "own_checks": {"type": "path"},
    "own_domain": _STR,
    "user": _STR,
    "second_user": _STR,
    "other_domain": _STR,
    "other_user": _STR,
    "stranger": _STR,
    "connections": {"type": "int", "default": CONNECTIONS},
    "audit_deadline": {"type": "float", "default": 600},
    "definitions": {"type": "list", "elements": "dict"},
}

# The local parts that no mailbox needs: no message is sent at risk 0.
_RECIPIENT = "smtp-audit-recipient"
_SENDER = "smtp-audit-sender"

_MAX_CHECKS = 1000
_MAX_SECONDS = 7200


class Request(t.NamedTuple):
    """What is to be audited. `variables` are those of the user."""

    plan: Plan
    checks: tuple[Check, ...]
    variables: t.Mapping[str, str | None]
    claimed: Vantage
    max_risk: int
    connections: int
    seconds: float


def argument_spec() -> dict[str, Argument]:
    """Return the argument spec of the module."""
    dialogue = {name: one.argument for name, one in OPTIONS.items() if name not in NOT_USED}
    return {**dialogue, **OWN_OPTIONS}


def request_from(options: Options, check_mode: bool = False) -> Request:
    """Return the request. Raise BadOption. In check mode no message is sent, nor odd bytes."""
    if not 1 <= options["connections"] <= CONNECTIONS:
        problem = f"must be between 1 and {CONNECTIONS}, not {options['connections']}"
        raise BadOption("connections", problem)
    if not 0 < options["audit_deadline"] <= _MAX_SECONDS:
        raise BadOption("audit_deadline", f"must be more than 0 and at most {_MAX_SECONDS} seconds")
    unused = {name: OPTIONS[name].argument.get("default") for name in NOT_USED}
    of_task = {"targets": None, "concurrency": 1, "per_server": 1}
    dialogue = {name: value for name, value in options.items() if name in OPTIONS}
    (target,) = targets_from({**unused, **of_task, **dialogue})
    return Request(
        target.plan,
        tuple(_checks(options["definitions"])),
        _variables(options),
        options["from"],
        0 if check_mode else options["max_risk"],
        options["connections"],
        options["audit_deadline"],
    )


def _checks(definitions: t.Sequence[t.Mapping[str, t.Any]] | None) -> t.Iterator[Check]:
    if not definitions:
        raise BadOption("definitions", "is empty: the action plugin sets the checks to make")
    if len(definitions) > _MAX_CHECKS:
        raise BadOption("definitions", f"has more than {_MAX_CHECKS} checks")
    found = set()
    for index, given in enumerate(definitions):
        where = f"definitions[{index}]"
        try:
            check = check_from({key: given.get(key) for key in KEYS})
        except BadCheck as error:
            raise BadOption(where, str(error)) from error
        if check.id in found:
            raise BadOption(where, f"has the id of an earlier check, {check.id}")
        found.add(check.id)
        yield check


def _variables(options: Options) -> dict[str, str | None]:
    """Return the variables of the user. Raise BadOption."""
    own, other = _domain("own_domain", options), _domain("other_domain", options)
    if own is not None and other is not None and other.lower() == own.lower():
        raise BadOption("other_domain", "must be a domain that the server does not take mail for")
    user = _address("user", options, own)
    other_user = _address("other_user", options, other, _RECIPIENT)
    return {
        "own_domain": own,
        "user": user,
        "user_local": _local(user),
        "second_user": _address("second_user", options, own),
        "other_domain": other,
        "other_user": other_user,
        "other_local": _local(other_user),
        "stranger": _address("stranger", options, other, _SENDER),
        "client_cert": options["client_cert"],
    }


def _domain(name: str, options: Options) -> str | None:
    value = options[name]
    if value is None:
        return None
    if not value or "@" in value or " " in value:
        raise BadOption(name, "must be a domain, such as example.com")
    return _line(name, value)


def _address(
    name: str, options: Options, domain: str | None, default: str | None = None
) -> str | None:
    """Return a mail address. A local part alone is one of the domain."""
    value = options[name] if options[name] is not None else default
    if value is None or (domain is None and "@" not in value):
        if options[name] is not None:
            raise BadOption(name, "must be a mail address, such as ann@example.com")
        return None
    if not value or " " in value:
        raise BadOption(name, "must be a mail address, such as ann@example.com")
    address = value if "@" in value else f"{value}@{domain}"
    if domain is not None and address.rpartition("@")[2].lower() != domain.lower():
        raise BadOption(name, f"must be an address of {domain}")
    return _line(name, address)


def _local(address: str | None) -> str | None:
    return None if address is None else address.rpartition("@")[0]


def _line(name: str, value: str) -> str:
    try:
        return check_line(value)
    except ValueError as error:
        raise BadOption(name, error) from error

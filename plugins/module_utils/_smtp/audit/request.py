# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what is to be audited: the server, the checks, and the values of their variables.

No I/O but on files of TLS and of the message, as for any dialogue.
"""

from __future__ import annotations

import re
import typing as t

from ..._net.addresses import family_of
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
    "sends_from": _STRINGS,
    "dnsbl": _STRINGS,
    "dns_view": {"type": "str", "default": ""},
    "null_mx_domain": _STR,
    "spf_domain": _STR,
    "dmarc_domain": _STR,
    "wanted_size": {"type": "int"},
    "connections": {"type": "int", "default": CONNECTIONS},
    "audit_deadline": {"type": "float", "default": 600},
    "definitions": {"type": "list", "elements": "dict"},
}

# The local parts that no mailbox needs: no message is sent at risk 0.
_RECIPIENT = "smtp-audit-recipient"
_SENDER = "smtp-audit-sender"

# Limits on what the user names for the checks of the DNS.
_MAX_DNS = 6
_MAX_VIEW = 60
_ZONE = re.compile(r"(?=.{3,200}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63}){1,20}", re.IGNORECASE)

# A domain is no number and no address.
_DOMAIN = re.compile(r"(?![0-9.]+\Z)[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.IGNORECASE)

# Domains whose records in the DNS let a server refuse mail of this host that names them.
_DOMAINS_OF_OTHERS = ("null_mx_domain", "spf_domain", "dmarc_domain")

_MAX_CHECKS = 1000
_MAX_SECONDS = 7200


class DnsOptions(t.NamedTuple):
    """What the user says for the checks of the DNS.

    `sends_from` are the addresses that the server sends from, `blocklists` the zones to ask, and
    `view` the user's name for what this host sees of the DNS.
    """

    profile: str = "relay"
    sends_from: tuple[str, ...] = ()
    blocklists: tuple[str, ...] = ()
    view: str = ""


class Request(t.NamedTuple):
    """What is to be audited. `variables` are those of the user."""

    plan: Plan
    checks: tuple[Check, ...]
    variables: t.Mapping[str, str | None]
    claimed: Vantage
    max_risk: int
    connections: int
    seconds: float
    dns: DnsOptions = DnsOptions()


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
        _dns_options(options),
    )


def _dns_options(options: Options) -> DnsOptions:
    """Return what the checks of the DNS need. Raise BadOption."""
    for ip in options["sends_from"]:
        try:
            family_of(ip)
        except ValueError as error:
            raise BadOption("sends_from", f"must be a list of IP addresses: {error}") from error
    for zone in options["dnsbl"]:
        if not _ZONE.fullmatch(zone):
            raise BadOption("dnsbl", f"must be a list of domains, such as bl.example.org: {zone!r}")
    for name in ("sends_from", "dnsbl"):
        if len(options[name]) > _MAX_DNS:
            raise BadOption(name, f"must have at most {_MAX_DNS} items")
    if not options["dns_view"].isprintable() or len(options["dns_view"]) > _MAX_VIEW:
        raise BadOption("dns_view", f"must be a name of at most {_MAX_VIEW} characters")
    return DnsOptions(
        options["profile"],
        tuple(options["sends_from"]),
        tuple(zone.lower() for zone in options["dnsbl"]),
        options["dns_view"],
    )


def check_values(options: Options) -> None:
    """Raise BadOption for a value that no host can use. Nothing is looked up, opened or bound."""
    _variables(options)
    _dns_options(options)


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
        **{name: _domain(name, options) for name in _DOMAINS_OF_OTHERS},
        "wanted_size": _size("wanted_size", options),
        "client_cert": options["client_cert"],
    }


def _size(name: str, options: Options) -> str | None:
    value = options[name]
    if value is None:
        return None
    if value <= 0:
        raise BadOption(name, f"must be a number of bytes, not {value}")
    return str(value)


def _domain(name: str, options: Options) -> str | None:
    value = options[name]
    if value is None:
        return None
    domain = _ascii(value)
    if not _DOMAIN.fullmatch(domain):
        raise BadOption(name, "must be a domain, such as example.com")
    return domain


def _ascii(domain: str) -> str:
    """Return a domain as it is in SMTP without SMTPUTF8, where no dot ends it, or empty."""
    try:
        return domain.rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return ""


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
    local, at, own = value.rpartition("@")
    if at and not _ascii(own):
        raise BadOption(name, "must be a mail address, such as ann@example.com")
    address = f"{local}@{_ascii(own)}" if at else f"{value}@{domain}"
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

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options in, a checked plan out. Whatever is wrong ends here, before anything is opened."""

from __future__ import annotations

import math
import re
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.channel import reason_of
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.printable import escape
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.sasl import CannotSend, prepared
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.words import BadOption

from .account import Account, tls_context
from .moments import from_iso
from .words import Wanted

DEFAULT_PORTS = {"imap": {"implicit": 993}, "pop3": {"implicit": 995}}
DEFAULT_PORTS_WITHOUT_TLS = {"imap": 143, "pop3": 110}

# What can stand in a header and, quoted, in a command.
_TOKEN = re.compile(r"[!#-\[\]-~]{1,200}", re.ASCII)

_MAX_PORT = 65535


class Plan(t.NamedTuple):
    """What is looked for, and where: at an account by a protocol, or at a path."""

    wanted: tuple[Wanted, ...]
    protocol: str | None
    account: Account | None
    path: str | None
    mailboxes: tuple[str, ...] | None
    timeout: float
    delay: float
    delete: bool


def plan_from(options: t.Mapping[str, t.Any]) -> Plan:
    """Read the options of the module. Raises BadOption."""
    # To Ansible, an option that is null is given.
    given = [name for name in ("imap", "pop3", "path") if options[name] is not None]
    if len(given) != 1:
        raise BadOption("imap", "exactly one of imap, pop3 and path is required")
    protocol = given[0] if given[0] != "path" else None
    return Plan(
        wanted=tuple(_wanted(n, token) for n, token in enumerate(options["tokens"])),
        protocol=protocol,
        account=_account(protocol, options[protocol]) if protocol else None,
        path=options["path"],
        mailboxes=_mailboxes(options["mailboxes"], protocol),
        timeout=_seconds("timeout", options["timeout"]),
        delay=_seconds("delay", options["delay"]),
        delete=options["delete"],
    )


def _wanted(index: int, given: t.Any) -> Wanted:
    option = f"tokens[{index}]"
    if not isinstance(given, dict):
        given = {"token": given}
    unknown = sorted(set(given) - set(Wanted._fields))
    if unknown:
        known = ", ".join(Wanted._fields)
        raise BadOption(option, f"there is no {escape(str(unknown[0]))} in a token, but {known}")
    token = str(given.get("token", ""))
    if not _TOKEN.fullmatch(token):
        raise BadOption(option, f"{token!r} is not a token: one word of ASCII characters")
    accepted = given.get("accepted")
    try:
        moment = from_iso(str(accepted)) if accepted is not None else None
    except ValueError as error:
        raise BadOption(f"{option}.accepted", error) from None
    return Wanted(
        token=token,
        host=_told(given.get("host")),
        server=_told(given.get("server")),
        queue_id=_told(given.get("queue_id")),
        accepted=moment,
    )


def _told(value: t.Any) -> str | None:
    return None if value is None else escape(str(value))


def _account(protocol: str, given: t.Mapping[str, t.Any]) -> Account:
    for name in ("host", "login_user", "login_password", "tls_server_name"):
        value = given[name]
        if value is not None and (not value or re.search(r"[\x00-\x1f\x7f]", value)):
            problem = "it is empty" if not value else "it contains a control character"
            raise BadOption(f"{protocol}.{name}", problem)
    if not re.fullmatch(r"\S+", given["host"]) or not given["host"].isprintable():
        raise BadOption(f"{protocol}.host", "it is not a host name or an IP address")
    mechanism = given["auth_mechanism"]
    try:
        prepared("PLAIN" if mechanism == "LOGIN" else mechanism, *_credentials(given))
    except CannotSend as error:
        raise BadOption(f"{protocol}.{error.option}", error) from None
    port = given["port"]
    if port is None:
        port = DEFAULT_PORTS[protocol].get(given["tls"], DEFAULT_PORTS_WITHOUT_TLS[protocol])
    if not 0 < port <= _MAX_PORT:
        raise BadOption(f"{protocol}.port", f"it must be from 1 to {_MAX_PORT}")
    _check_ca_path(protocol, given)
    return Account(
        host=given["host"],
        port=port,
        tls=given["tls"],
        user=given["login_user"],
        secret=given["login_password"],
        mechanism=mechanism,
        validate_certs=given["validate_certs"],
        ca_path=given["ca_path"],
        server_name=given["tls_server_name"],
    )


def _credentials(given: t.Mapping[str, t.Any]) -> tuple[str, str]:
    return given["login_user"], given["login_password"]


def _check_ca_path(protocol: str, given: t.Mapping[str, t.Any]) -> None:
    if given["ca_path"] is None or given["tls"] == "never":
        return
    try:
        tls_context(True, given["ca_path"])
    except (OSError, ValueError) as error:
        raise BadOption(f"{protocol}.ca_path", f"{given['ca_path']}: {reason_of(error)}") from None


def _mailboxes(names: list[str] | None, protocol: str | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    if not names:
        raise BadOption("mailboxes", "it is empty: leave it out for the inbox and the junk folder")
    for name in names:
        if not name or re.search(r"[\x00-\x1f\x7f]", name):
            raise BadOption("mailboxes", f"{name!r} is not the name of a mailbox")
        if protocol == "pop3" and name.upper() != "INBOX":
            raise BadOption("mailboxes", f"POP3 has no mailbox {escape(name)}, but INBOX alone")
        if protocol is None and {"", ".", ".."} & set(name.split("/")):
            raise BadOption("mailboxes", f"{name!r} is not the name of a mailbox in a Maildir")
    return tuple(dict.fromkeys(names))


def _seconds(option: str, value: float) -> float:
    if not (value > 0 and math.isfinite(value)):
        raise BadOption(option, "it must be more than 0 seconds")
    return value

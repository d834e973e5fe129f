# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of mail_receipt in, a checked plan out. Wrong options are found before connecting."""

from __future__ import annotations

import re
import typing as t

from .._net.argument_spec import unknown_option
from .._net.errors import BadOption
from .._net.sasl.mechanisms import CannotSend, prepared
from .._net.stream import reason_of
from .._net.text import escape
from .account import Account, tls_context
from .host_port import MAX_PORT, host_and_port
from .model import WantedMessage
from .timestamps import from_iso

DEFAULT_PORTS = {"imap": {"implicit": 993}, "pop3": {"implicit": 995}}
DEFAULT_PORTS_WITHOUT_TLS = {"imap": 143, "pop3": 110}

# The characters that are allowed in a header and in a quoted string of IMAP.
_TOKEN = re.compile(r"[!#-\[\]-~]{1,200}", re.ASCII)

# A day. The socket module refuses much longer time-outs.
_MAX_SECONDS = 86400.0

# The limit on a wrong value in a message.
_MAX_CHARACTERS = 100


class Plan(t.NamedTuple):
    """The messages to look for, and where: in an account, or at a path.

    `protocol` is `imap` or `pop3` with an account, and None with a path. `mailboxes` are None for
    the inbox and the mailboxes for junk. `timeout` and `delay` are in seconds.
    """

    wanted: tuple[WantedMessage, ...]
    protocol: str | None
    account: Account | None
    path: str | None
    mailboxes: tuple[str, ...] | None
    timeout: float
    delay: float
    delete: bool


def plan_from(options: t.Mapping[str, t.Any]) -> Plan:
    """Return the plan for the options of the module. Raises BadOption."""
    # Ansible counts an option that is null as given.
    given = [name for name in ("imap", "pop3", "path") if options[name] is not None]
    if len(given) != 1:
        raise BadOption("", "exactly one of imap, pop3 and path is required")
    protocol = given[0] if given[0] != "path" else None
    return Plan(
        wanted=tuple(_wanted(n, token) for n, token in enumerate(options["tokens"])),
        protocol=protocol,
        account=_account(protocol, options[protocol]) if protocol else None,
        path=_path(options["path"]),
        mailboxes=_mailboxes(options["mailboxes"], protocol),
        timeout=_seconds("timeout", options["timeout"]),
        delay=_seconds("delay", options["delay"]),
        delete=options["delete"],
    )


def _wanted(index: int, given: t.Any) -> WantedMessage:
    option = f"tokens[{index}]"
    if not isinstance(given, dict):
        given = {"token": given}
    for name in given:
        if name not in WantedMessage._fields:
            raise unknown_option(option, name, {field: {} for field in WantedMessage._fields})
    accepted = given.get("accepted")
    try:
        accepted_at = from_iso(str(accepted)) if accepted is not None else None
    except ValueError as error:
        raise BadOption(f"{option}.accepted", _cut(str(error))) from None
    return WantedMessage(
        token=_token(option, given.get("token")),
        host=_escaped(given.get("host")),
        server=_escaped(given.get("server")),
        queue_id=_escaped(given.get("queue_id")),
        accepted=accepted_at,
    )


def _token(option: str, given: t.Any) -> str:
    """Return a token as text. Raises BadOption for other values, which are not converted."""
    if given is None:
        raise BadOption(option, "has no token; was the message sent?")
    token = str(given)
    if not isinstance(given, (str, int)) or isinstance(given, bool) or not _TOKEN.fullmatch(token):
        problem = f"must be one word of at most 200 ASCII characters, not {_cut(repr(token))}"
        raise BadOption(option, problem)
    return token


def _cut(text: str) -> str:
    text = escape(text)
    return text if len(text) <= _MAX_CHARACTERS else f"{text[:_MAX_CHARACTERS]}..."


def _escaped(value: t.Any) -> str | None:
    return None if value is None else escape(str(value))


def _account(protocol: str, given: t.Mapping[str, t.Any]) -> Account:
    for name in ("host", "login_user", "login_password", "tls_server_name", "ca_path"):
        value = given[name]
        if value is not None and (not value or not _is_encodable(value)):
            problem = "is empty" if not value else "contains a control character"
            raise BadOption(f"{protocol}.{name}", problem)
    mechanism = given["auth_mechanism"]
    try:
        prepared("PLAIN" if mechanism == "LOGIN" else mechanism, *_credentials(given))
    except CannotSend as error:
        raise BadOption(f"{protocol}.{error.option}", error) from None
    host, port = _address(protocol, given)
    _check_ca_path(protocol, given)
    return Account(
        host=host,
        port=port,
        tls=given["tls"],
        user=given["login_user"],
        secret=given["login_password"],
        mechanism=mechanism,
        validate_certs=given["validate_certs"],
        ca_path=given["ca_path"],
        server_name=_server_name(protocol, given["tls_server_name"]),
    )


def _is_encodable(value: str) -> bool:
    """Whether a text has no control character and no lone surrogate."""
    return not re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", value)


def _address(protocol: str, given: t.Mapping[str, t.Any]) -> tuple[str, int]:
    """Return host and port. The option `host` may include the port."""
    try:
        host, in_host = host_and_port(given["host"])
    except ValueError as error:
        raise BadOption(f"{protocol}.host", error) from None
    port = given["port"]
    if port is not None and not 0 < port <= MAX_PORT:
        raise BadOption(f"{protocol}.port", f"must be between 1 and {MAX_PORT}, not {port}")
    if port is not None and in_host is not None and port != in_host:
        problem = f"is {port}, but {protocol}.host has port {in_host}; write one of them"
        raise BadOption(f"{protocol}.port", problem)
    if port is None:
        port = in_host
    if port is None:
        port = DEFAULT_PORTS[protocol].get(given["tls"], DEFAULT_PORTS_WITHOUT_TLS[protocol])
    return host, port


def _server_name(protocol: str, name: str | None) -> str | None:
    if name is None:
        return None
    try:
        host, port = host_and_port(name)
    except ValueError as error:
        raise BadOption(f"{protocol}.tls_server_name", error) from None
    if port is not None:
        raise BadOption(f"{protocol}.tls_server_name", "must be a name without a port")
    return host


def _credentials(given: t.Mapping[str, t.Any]) -> tuple[str, str]:
    return given["login_user"], given["login_password"]


def _check_ca_path(protocol: str, given: t.Mapping[str, t.Any]) -> None:
    if given["ca_path"] is None or given["tls"] == "never":
        return
    try:
        tls_context(True, given["ca_path"])
    except (OSError, ValueError) as error:
        problem = f"cannot be read: {_cut(given['ca_path'])}: {reason_of(error)}"
        raise BadOption(f"{protocol}.ca_path", problem) from None


def _mailboxes(names: list[str] | None, protocol: str | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    if not names:
        raise BadOption("mailboxes", "is empty; leave it out for the inbox and the junk folder")
    for name in names:
        if not name or not _is_encodable(name):
            raise BadOption("mailboxes", f"contains {_cut(repr(name))}, which cannot be a mailbox")
        if protocol == "pop3" and name.upper() != "INBOX":
            raise BadOption("mailboxes", f"must be INBOX with pop3, not {_cut(name)}")
        if protocol is None and {"", ".", ".."} & set(name.split("/")):
            problem = f"contains {_cut(repr(name))}, which cannot be a mailbox of a Maildir"
            raise BadOption("mailboxes", problem)
    return tuple(dict.fromkeys(names))


def _path(path: str | None) -> str | None:
    if path is not None and (not path or "\0" in path):
        raise BadOption("path", "is empty" if not path else "contains a NUL character")
    return path


def _seconds(option: str, value: float) -> float:
    if not 0 < value <= _MAX_SECONDS:  # written so that "not a number" fails it too
        problem = f"must be greater than 0 and at most {_MAX_SECONDS:g} seconds, not {value:g}"
        raise BadOption(option, problem)
    return value

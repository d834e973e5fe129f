# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module's options in, a checked plan of one dialogue out.

All that can be wrong with the options is found here, before anything is connected, and is raised
as a BadOption that names the option. What is wrong with one option by itself is found where it is
read; what contradicts another is for `consistency`.
"""

from __future__ import annotations

import os
import re
import socket
import stat
import typing as t

from ..._net.addresses import FAMILIES, family_of
from ..._net.errors import BadOption, HostLacks
from ..._net.stream import can_bind
from ..._net.tls.faults import fault_of
from ..._net.tls.policy import TlsPolicy
from ..wire import commands
from ..wire.message import MAX_BYTES, RESERVED_HEADERS, MessageSpec
from ..wire.proxy_header import ProxySpec, header_for
from .consistency import check_plan
from .expectation import Pattern, Patterns
from .plan import Login, Plan

DEFAULT_PORT = 25
DEFAULT_PORT_WITH_TLS = 465

# What Postfix knows (XCLIENT_README).
XCLIENT_ATTRIBUTES = (
    "NAME",
    "ADDR",
    "PORT",
    "PROTO",
    "HELO",
    "LOGIN",
    "DESTADDR",
    "DESTPORT",
    "REVERSE_NAME",
)


def plan_from(options: t.Mapping[str, t.Any], check_mode: bool = False) -> Plan:
    """Check the module's options, and make a plan of them.

    Raises BadOption.
    """
    plan = Plan(
        host=_optional("host", _check_host, options["host"]),
        port=_port(options),
        socket=options["socket"],
        address_family=options["address_family"],
        source_address=options["source_address"],
        protocol=options["protocol"],
        helo=_optional("helo", commands.check_word, options["helo"]),
        proxy=_proxy_spec(options["proxy"]),
        xclient=_xclient(options["xclient"]),
        tls=_tls_policy(options),
        login=_login(options),
        mail_from=_optional("mail_from", commands.check_path, options["mail_from"]),
        mail_parameters=_each(
            "mail_parameters", commands.check_parameter, options["mail_parameters"]
        ),
        rcpt_to=_each("rcpt_to", commands.check_forward_path, options["rcpt_to"]),
        rcpt_parameters=_each(
            "rcpt_parameters", commands.check_parameter, options["rcpt_parameters"]
        ),
        message=_message_spec(options["message"]),
        pipelining=options["pipelining"],
        chunking=options["chunking"],
        stop_after=options["stop_after"],
        expect=_expectations(options["expect"]),
        expect_capabilities=_each(
            "expect_capabilities", _check_capability, options["expect_capabilities"]
        ),
        forbid_capabilities=_each(
            "forbid_capabilities", _check_capability, options["forbid_capabilities"]
        ),
        max_seconds=options["max_seconds"],
        connect_timeout=options["connect_timeout"],
        timeout=options["timeout"],
        deadline=options["deadline"],
        retries=options["retries"],
        retry_delay=options["retry_delay"],
        check_mode=check_mode,
    )
    check_plan(plan)
    return _with_source_family(plan)


def _each(
    option: str, check: t.Callable[[str], str], values: t.Iterable[str] | None
) -> tuple[str, ...]:
    """Check every value of an option, and turn the ValueError of a check into a BadOption."""
    try:
        return tuple(check(value) for value in values or ())
    except ValueError as error:
        raise BadOption(option, error) from error


def _optional(option: str, check: t.Callable[[str], str], value: str | None) -> str | None:
    return None if value is None else _each(option, check, [value])[0]


def _check_host(host: str) -> str:
    commands.check_line(host)
    if not re.fullmatch(r"\S+", host) or not host.isprintable():
        raise ValueError(f"{host!r} is not a host name or an IP address")
    return host


def _check_capability(wanted: str) -> str:
    if not re.fullmatch(r"[!-~]+( [!-~]+)*", wanted):
        raise ValueError(f"{wanted!r} is not a capability such as SIZE or AUTH PLAIN")
    return wanted


def _port(options: t.Mapping[str, t.Any]) -> int:
    if options["port"] is not None:
        return int(options["port"])
    if options["protocol"] == "lmtp" and options["socket"] is None:
        raise BadOption("port", "is required with protocol lmtp (RFC 2033 rules out port 25)")
    return DEFAULT_PORT_WITH_TLS if options["tls"] == "implicit" else DEFAULT_PORT


def _proxy_spec(proxy: t.Mapping[str, t.Any] | None) -> ProxySpec | None:
    """Read the option `proxy`."""
    if proxy is None:
        return None
    spec = ProxySpec(**proxy)
    for option, ip in (("source", spec.source), ("destination", spec.destination)):
        if ip is not None:
            _each(f"proxy.{option}", lambda value: str(family_of(value)), [ip])
    for option, port in (
        ("source_port", spec.source_port),
        ("destination_port", spec.destination_port),
    ):
        if port is not None and not 0 <= port <= 65535:
            raise BadOption(f"proxy.{option}", f"{port} is not between 0 and 65535")
    if spec.source and spec.destination:
        try:
            header_for(spec, (spec.source, 0), (spec.destination, 0))
        except ValueError as error:
            raise BadOption("proxy", error) from error
    return spec


def _xclient(attributes: t.Mapping[str, t.Any] | None) -> dict[str, str]:
    """Read the option `xclient`: names in upper case, IPv6 addresses marked as Postfix wants."""
    checked = {}
    for name, value in (attributes or {}).items():
        upper = str(name).upper()
        option = f"xclient.{name}"
        if upper not in XCLIENT_ATTRIBUTES:
            raise BadOption(option, f"is none of {', '.join(XCLIENT_ATTRIBUTES)}")
        text = _each(option, commands.check_line, [str(value)])[0]
        if not text:
            raise BadOption(option, "is empty; write [UNAVAILABLE] where there is no value")
        if upper in ("ADDR", "DESTADDR") and ":" in text and not text.upper().startswith("IPV6:"):
            text = f"IPV6:{text}"
        checked[upper] = text
    return checked


def _tls_policy(options: t.Mapping[str, t.Any]) -> TlsPolicy:
    """Read the options of TLS; what only OpenSSL can check, it checks now, without a connection."""
    fields = {field: options[field] for field in TlsPolicy._fields}
    spec = TlsPolicy(**{**fields, "tls_ciphers": tuple(options["tls_ciphers"] or ())})
    if spec.client_key is not None and spec.client_cert is None:
        raise BadOption("client_key", "is of no use without client_cert")
    _optional("tls_server_name", _check_host, spec.tls_server_name)
    if spec.tls == "never" and spec.cert_min_days is not None:
        raise BadOption("cert_min_days", "there is no certificate with tls never")
    fault = fault_of(spec)
    if fault is not None:
        raise fault
    return spec


def _login(options: t.Mapping[str, t.Any]) -> Login | None:
    """Read the options of AUTH."""
    user, password = options["login_user"], options["login_password"]
    if user is None and password is None:
        if options["auth_mechanism"] != "auto":
            raise BadOption("login_user", "is required with auth_mechanism")
        return None
    if user is None:
        raise BadOption("login_user", "is required with login_password")
    if password is None:
        raise BadOption("login_password", "is required with login_user")
    from ..._net.sasl.mechanisms import CannotSend, prepared

    mechanism = options["auth_mechanism"]
    try:
        prepared(mechanism, user, password)
    except CannotSend as error:
        raise BadOption(error.option, error) from error
    return Login(user, password, mechanism, options["allow_plaintext_auth"])


def _expectations(expect: t.Mapping[str, list[str] | None] | None) -> dict[str, Patterns]:
    """Read the patterns of each stage; a stage with an empty list has no expectation."""
    expectations = {}
    for stage, written in (expect or {}).items():
        try:
            patterns = tuple(Pattern.parse(stage, one) for one in written or ())
        except ValueError as error:
            raise BadOption(f"expect.{stage}", error) from error
        if patterns:
            expectations[stage] = patterns
    return expectations


def _message_spec(message: t.Mapping[str, t.Any] | None) -> MessageSpec | None:
    """Read the option `message`, and the file that it names in `src`."""
    if message is None:
        return None
    headers = tuple(
        (str(name), str(value)) for name, value in (message.get("headers") or {}).items()
    )
    _check_headers(headers, message.get("subject"))
    source = None
    if message.get("src") is not None:
        for option in ("subject", "body", "headers", "size"):
            if message.get(option) is not None:
                raise BadOption(f"message.{option}", "cannot be used together with message.src")
        source = _read_source(message["src"])
    size = message.get("size")
    if size is not None and size > MAX_BYTES:
        raise BadOption("message.size", f"{size} is more than the limit of {MAX_BYTES} bytes")
    return MessageSpec(message.get("subject"), message.get("body"), headers, size, source)


def _check_headers(headers: tuple[tuple[str, str], ...], subject: str | None) -> None:
    _optional("message.subject", commands.check_line, subject)
    for name, value in headers:
        option = f"message.headers.{name}"
        if not re.fullmatch(r"[!-9;-~]+", name):
            raise BadOption("message.headers", f"{name!r} is not the name of a header")
        _each(option, commands.check_line, [value])
        if name.lower() in (reserved.lower() for reserved in RESERVED_HEADERS):
            raise BadOption(option, "is set by the module and cannot be chosen")
        if name.lower() == "subject" and subject is not None:
            raise BadOption(option, "is given in message.subject too")


def _read_source(path: str) -> bytes:
    option = "message.src"
    try:
        # A FIFO would have us wait for whoever writes to it.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise HostLacks(option, f"{path} is not a file on this host")
            source = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise HostLacks(option, f"cannot read {path} on this host: {error.strerror}") from error
    except ValueError as error:
        raise BadOption(option, error) from error
    if len(source) > MAX_BYTES:
        raise BadOption(option, f"{path} is larger than the limit of {MAX_BYTES} bytes")
    if b"\0" in source:
        raise BadOption(option, f"{path} contains a NUL character")
    if not re.match(rb"[!-9;-~]+[ \t]*:", source):
        raise BadOption(option, f"{path} does not begin with a header, as RFC 5322 wants it")
    return source


def _with_source_family(plan: Plan) -> Plan:
    """Speak to addresses of the source address's family only, and check that it is this host's."""
    if plan.source_address is None:
        return plan
    option = "source_address"
    family = "ipv6" if ":" in plan.source_address else "ipv4"
    try:
        socket.inet_pton(FAMILIES[family], plan.source_address.partition("%")[0])
    except (OSError, ValueError) as error:
        raise BadOption(option, f"{plan.source_address!r} is not an IP address") from error
    if plan.address_family not in ("any", family):
        raise BadOption(option, f"{plan.source_address} is not of the family {plan.address_family}")
    if not can_bind(plan.source_address, FAMILIES[family]):
        raise HostLacks(option, f"{plan.source_address} is not an address of this host")
    return plan._replace(address_family=family)

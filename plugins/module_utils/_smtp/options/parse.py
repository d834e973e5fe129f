# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the plan of one dialogue from the options of the module.

All options are checked here, before the module connects. `spec` says how each option is read.
`consistency` checks whether the options fit together. `this_host` checks what an option needs of
this host.
"""

from __future__ import annotations

import socket
import typing as t

from ..._net.addresses import FAMILIES
from ..._net.errors import BadOption
from ..._net.tls.policy import TlsPolicy
from .consistency import check_plan
from .plan import Client, Endpoint, Envelope, Expectations, Limits, Login, Plan, Steps
from .spec import OPTIONS

Options = t.Mapping[str, t.Any]
Group = t.TypeVar("Group")

PORT = 25
PORT_OF_IMPLICIT_TLS = 465


def plan_from(options: Options, check_mode: bool = False) -> Plan:
    """Check the options of the module, and return the plan of a dialogue.

    Raise BadOption, which names the option that is wrong. Raise its subclass HostLacks if an option
    needs something that this host does not have.
    """
    plan = Plan(
        endpoint=_group(Endpoint, options, port=_port(options)),
        client=_group(Client, options),
        tls=_tls_policy(options),
        login=_login(options),
        envelope=_envelope(options),
        expectations=_group(Expectations, options),
        limits=_group(Limits, options),
        steps=_group(Steps, options, check_mode=check_mode),
    )
    check_plan(plan)
    return _with_source_family(plan)


def _group(group: t.Callable[..., Group], options: Options, **derived: t.Any) -> Group:
    """Read the options of a group of the plan. An option that is None has the group's default."""
    names: tuple[str, ...] = t.cast(t.Any, group)._fields
    given = {name: _read(name, options[name]) for name in names if options.get(name) is not None}
    return group(**{**derived, **given})


def _read(name: str, value: t.Any) -> t.Any:
    try:
        return OPTIONS[name].read(value)
    except ValueError as error:
        raise BadOption(name, error) from error


def _port(options: Options) -> int:
    """Return the default port. Raise BadOption if the protocol has none."""
    if options["protocol"] == "lmtp" and options["socket"] is None and options["port"] is None:
        raise BadOption("port", "is required with protocol lmtp (RFC 2033 forbids port 25)")
    return PORT_OF_IMPLICIT_TLS if options["tls"] == "implicit" else PORT


def _tls_policy(options: Options) -> TlsPolicy:
    """Read the options of TLS. OpenSSL checks its files, versions and ciphers here."""
    policy = _group(TlsPolicy, options)
    if policy.client_key is not None and policy.client_cert is None:
        raise BadOption("client_key", "has no effect without client_cert")
    if policy.tls == "never" and policy.cert_min_days is not None:
        raise BadOption("cert_min_days", "cannot be used with tls never: there is no certificate")
    if policy.depends_on_host:
        from ..._net.tls.faults import fault_of  # few dialogues need it

        fault = fault_of(policy)
        if fault is not None:
            raise fault
    return policy


def _login(options: Options) -> Login | None:
    """Read the options of AUTH. Return None if there are none."""
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


def _envelope(options: Options) -> Envelope:
    """Read the envelope, and the file of the message if there is one."""
    envelope = _group(Envelope, options)
    path = (options["message"] or {}).get("src")
    if path is None or envelope.message is None:
        return envelope
    from .this_host import message_source  # only the file of a message needs it

    message = envelope.message._replace(source=message_source(path))
    return envelope._replace(message=message)


def _with_source_family(plan: Plan) -> Plan:
    """Restrict the plan to the family of the source address, which this host must have."""
    source = plan.client.source_address
    if source is None:
        return plan
    option = "source_address"
    family = "ipv6" if ":" in source else "ipv4"
    try:
        socket.inet_pton(FAMILIES[family], source.partition("%")[0])
    except (OSError, ValueError) as error:
        raise BadOption(option, f"{source!r} is not an IP address") from error
    if plan.endpoint.address_family not in ("any", family):
        wanted = plan.endpoint.address_family
        raise BadOption(option, f"{source} is not of the address_family {wanted}")
    from .this_host import check_source_address  # only a source address needs it

    check_source_address(source, FAMILIES[family])
    return plan._replace(endpoint=plan.endpoint._replace(address_family=family))

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the plan of a dialogue from the options of the module.

All options are checked here, before the module connects. `spec` says how each option is read.
`consistency` checks whether the options fit together. `this_host` and `tls.faults` check what an
option needs of this host.
"""

from __future__ import annotations

import functools
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


_LOGIN = ("login_user", "login_password", "auth_mechanism", "allow_plaintext_auth")


def plan_from(options: Options, check_mode: bool = False) -> Plan:
    """Check the options of one target, and return its plan. Raise as PlanReader does."""
    return PlanReader(check_mode).plan(options, options.keys())


class PlanReader:
    """Checks the options of targets, and returns their plans.

    Targets that take all options of a group from the task share the group, which is read once. With
    `checks_host` False, no option is compared with what this host has, and no file is read.
    """

    def __init__(self, check_mode: bool = False, checks_host: bool = True) -> None:
        self.check_mode = check_mode
        self.checks_host = checks_host
        self._of_task: dict[str, t.Any] = {}
        # The options of each group besides the endpoint, and how they are read.
        self._groups: dict[str, tuple[tuple[str, ...], t.Callable[[Options], t.Any]]] = {
            "client": (Client._fields, functools.partial(_group, Client)),
            "tls": (TlsPolicy._fields, functools.partial(_tls_policy, checks_host)),
            "login": (_LOGIN, _login),
            "envelope": (Envelope._fields, functools.partial(_envelope, checks_host)),
            "expectations": (Expectations._fields, functools.partial(_group, Expectations)),
            "limits": (Limits._fields, functools.partial(_group, Limits)),
            "steps": (Steps._fields, functools.partial(_group, Steps, check_mode=check_mode)),
        }

    def plan(self, options: Options, own: t.AbstractSet[str]) -> Plan:
        """Return the plan of a target. `own` are the options that it does not take from the task.

        Raise BadOption, which names the option that is wrong. Raise its subclass HostLacks if an
        option needs something that this host does not have.
        """
        endpoint = _group(Endpoint, options, port=_port(options))
        groups = {name: self._read(name, options, own) for name in self._groups}
        login = groups["login"]
        secrets = ((login.user, login.password),) if login else ()
        plan = Plan(endpoint, secrets=secrets, **groups)
        check_plan(plan, own)
        return _with_source_family(plan, self.checks_host)

    def _read(self, name: str, options: Options, own: t.AbstractSet[str]) -> t.Any:
        """Return a group of the plan."""
        names, read = self._groups[name]
        if not own.isdisjoint(names):
            return read(options)
        if name not in self._of_task:
            self._of_task[name] = read(options)
        return self._of_task[name]


def _group(group: t.Callable[..., Group], options: Options, **derived: t.Any) -> Group:
    """Read the options of a group of the plan. An option that is None has the group's default."""
    names: tuple[str, ...] = t.cast(t.Any, group)._fields
    given = {
        name: read_option(name, options[name]) for name in names if options.get(name) is not None
    }
    return group(**{**derived, **given})


def read_option(name: str, value: t.Any) -> t.Any:
    """Read the value of one option. Raise BadOption."""
    try:
        return OPTIONS[name].read(value)
    except ValueError as error:
        raise BadOption(name, error) from error


def _port(options: Options) -> int:
    """Return the default port. Raise BadOption if the protocol has none."""
    if options["protocol"] == "lmtp" and options["socket"] is None and options["port"] is None:
        raise BadOption("port", "is required with protocol lmtp (RFC 2033 forbids port 25)")
    return PORT_OF_IMPLICIT_TLS if options["tls"] == "implicit" else PORT


def _tls_policy(checks_host: bool, options: Options) -> TlsPolicy:
    """Read the options of TLS. OpenSSL checks its files, versions and ciphers here."""
    policy = _group(TlsPolicy, options)
    if policy.client_key is not None and policy.client_cert is None:
        raise BadOption("client_key", "has no effect without client_cert")
    if policy.tls == "never" and policy.cert_min_days is not None:
        raise BadOption("cert_min_days", "cannot be used with tls never: there is no certificate")
    if policy.tls == "never" and policy.client_cert is not None:
        raise BadOption("client_cert", "cannot be used with tls never: it is never shown")
    if checks_host and policy.depends_on_host:
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


def _envelope(checks_host: bool, options: Options) -> Envelope:
    """Read the envelope, and the file of the message if there is one."""
    envelope = _group(Envelope, options)
    path = (options["message"] or {}).get("src")
    if path is None or envelope.message is None or not checks_host:
        return envelope
    from .this_host import message_source  # only the file of a message needs it

    message = envelope.message._replace(source=message_source(path))
    return envelope._replace(message=message)


def _with_source_family(plan: Plan, checks_host: bool) -> Plan:
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
    if checks_host:
        from .this_host import check_source_address  # only a source address needs it

        check_source_address(source, FAMILIES[family])
    return plan._replace(endpoint=plan.endpoint._replace(address_family=family))

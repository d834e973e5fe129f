# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make options of the module smtp_audit of the variables of the role smtp_audit. No I/O.

An error names the variable of the role that is wrong, and says what to write there.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Callable, Iterable, Mapping, Sequence

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.mailops.smtp.plugins.module_utils._net.argument_spec import converted
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._net.option_types import check_type
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.request import (
    argument_spec,
    check_values,
)

from .._check.plan import (
    OF_RECEIPT,
    BadVariable,
    as_written,
    check_names,
    check_yaml_values,
    only_in_options,
    read_servers,
    server_options,
    templated,
)
from .._check.variables import RoleNames
from .select import BadSelection, selected_by

if t.TYPE_CHECKING:
    from .load import Entry

PREFIX = "smtp_audit_"
SERVERS = f"{PREFIX}servers"
RECEIPT = f"{PREFIX}receipt"
OPTIONS = f"{PREFIX}options"

# Options of the module that the role has a variable for.
WITH_VARIABLE = (
    "port",
    "helo",
    "tls",
    "validate_certs",
    "ca_path",
    "client_cert",
    "client_key",
    "login_user",
    "login_password",
    "auth_mechanism",
    "from",
    "profile",
    "max_risk",
    "checks",
    "skip",
    "own_domain",
    "user",
    "second_user",
    "other_domain",
    "other_user",
    "stranger",
    "null_mx_domain",
    "spf_domain",
    "dmarc_domain",
    "wanted_size",
    "sends_from",
    "dnsbl",
    "dns_view",
)

# Options that messages about other options name.
_IN_MESSAGES = ("max_risk", "login_user", "login_password", "client_cert")

# The action plugin sets these.
_NOT_OF_SERVER = ("definitions", "own_checks")

# The options of the user, each with the variables of checks that are known by it alone.
_NEEDED = {
    "own_domain": {"own_domain"},
    "user": {"user", "user_local"},
    "other_domain": {"other_domain", "other_user", "other_local", "stranger"},
}

# What gives a host the rights of a user that logs in.
_RIGHTS = ("login_user", "client_cert", "xclient")

# The label of a server, which is no option of the module.
_NAME = {"type": "str"}

# The options that identify a server in a report.
_PLANNED = ("name", "host", "socket", "port", "tls", "from", "profile")

NAMES = RoleNames(
    PREFIX,
    {"receipts": "receipt", "report": "reports", "result": "", "started": ""},
    {
        "blocklists": "dnsbl",
        "concurrency": "throttle",
        "dest": "report_dir",
        "dir": "report_dir",
        "dmarc": "dmarc_domain",
        "domain": "own_domain",
        "ehlo": "helo",
        "exclude": "skip",
        "folder": "report_dir",
        "forks": "throttle",
        "format": "reports",
        "formats": "reports",
        "group": "checks",
        "groups": "checks",
        "host": "servers",
        "host_pattern": "hosts",
        "imap": "receipt",
        "limit": "hosts",
        "mail_from": "stranger",
        "mailbox": "receipt",
        "output": "report_dir",
        "pass": "login_password",
        "password": "login_password",
        "rbl": "dnsbl",
        "rcpt_to": "user",
        "recipient": "user",
        "recipients": "user",
        "relay": "servers",
        "relays": "servers",
        "risk": "max_risk",
        "sender": "stranger",
        "server": "servers",
        "size": "wanted_size",
        "spf": "spf_domain",
        "ssl": "tls",
        "starttls": "tls",
        "targets": "servers",
        "username": "login_user",
        "vantage": "from",
    },
)


class ServerPlan(t.NamedTuple):
    """What to ask one server.

    `options` are those of the module, `planned` what identifies the server, and `given` the names
    of the options that the server itself has, `where` in the variable of the role. `in_options` are
    the names of those that only `smtp_audit_options` has.
    """

    options: dict[str, t.Any]
    planned: dict[str, t.Any]
    given: frozenset[str]
    in_options: frozenset[str]
    where: str

    @property
    def claimed(self) -> str:
        """The vantage that the user says this host has."""
        return str(self.options.get("from") or "untrusted")

    def variable_of(self, option: str) -> str:
        """Return where the user has set an option, in words of the role."""
        if option in self.given:
            return f"{self.where}.{option}"
        has_variable = option in WITH_VARIABLE and option not in self.in_options
        return f"{PREFIX}{option}" if has_variable else f"{OPTIONS}.{option}"


def known_options() -> list[str]:
    """Return the options of the module that a user may set."""
    return [name for name in argument_spec() if name not in _NOT_OF_SERVER]


def own_options(
    variables: Mapping[str, t.Any], template: Callable[[t.Any], t.Any]
) -> dict[str, t.Any]:
    """Return the options whose variables are set, templated. Raise BadVariable.

    `template` is that of a task.
    """
    return templated(PREFIX, WITH_VARIABLE, variables, template)


def plans_of(servers: t.Any, own: Mapping[str, t.Any], options: t.Any) -> list[ServerPlan]:
    """Return the plan of each server. Raise BadVariable.

    `own` are the variables for single options, by the name of the option, and `options` the
    variable for others.
    """
    check_yaml_values(PREFIX, {**own, "options": options, "servers": servers})
    known = known_options()
    check_names(OPTIONS, options, known)
    for name in ("host", "socket"):
        if options.get(name) is not None:
            raise BadVariable(f"{OPTIONS}.{name}", f"has no effect; name the servers in {SERVERS}")
    common = {**options, **_without_null(own)}
    in_options = only_in_options(options, own)
    return [
        _plan(index, server_options(index, one, SERVERS, known), common, in_options, known)
        for index, one in enumerate(read_servers(servers, SERVERS))
    ]


def _plan(
    index: int,
    server: dict[str, t.Any],
    common: Mapping[str, t.Any],
    in_options: frozenset[str],
    known: Sequence[str],
) -> ServerPlan:
    where = f"{SERVERS}[{index}]"
    check_names(where, server, [*known, "name"])
    if (server.get("host") is None) == (server.get("socket") is None):
        raise BadVariable(where, "must have either a host or a socket")
    try:
        check_type(f"{where}.name", _NAME, server.get("name"))
    except BadOption as error:
        raise BadVariable(error.option, error.problem) from error
    # A server with null for an option has the default of the module, not the variable.
    found = _without_null({**common, **server})
    planned = {name: str(found[name]) for name in _PLANNED if name in found}
    found.pop("name", None)
    return ServerPlan(found, planned, frozenset(server), in_options, where)


def check_options(plan: ServerPlan) -> None:
    """Raise BadVariable for an option that the module would refuse on any host."""
    spec = {name: one for name, one in argument_spec().items() if name not in _NOT_OF_SERVER}
    try:
        converted(plan.where, plan.options, spec)
    except BadOption as error:
        wrong = error.option[len(plan.where) + 1 :]
        name = re.split(r"\W", wrong, maxsplit=1)[0]  # of checks[0], or proxy.version
        raise BadVariable(plan.variable_of(name) + wrong[len(name) :], error.problem) from error
    try:
        check_values(ArgumentSpecValidator(spec).validate(plan.options).validated_parameters)
    except BadOption as error:
        raise BadVariable("", in_terms_of_role(str(error), plan)) from error


def selected(plan: ServerPlan, entries: Sequence[Entry]) -> list[Entry]:
    """Return the checks to make at a server. Raise BadVariable."""
    try:
        return selected_by(plan.options, entries)
    except BadSelection as error:
        raise BadVariable("", in_terms_of_role(str(error), plan)) from error


def check_receipt(receipt: t.Any, chosen: Iterable[Sequence[Entry]]) -> None:
    """Raise BadVariable if the options are wrong, or no check sends a message to look for.

    `chosen` are the checks to make, of each server.
    """
    check_names(RECEIPT, receipt, OF_RECEIPT)
    check_yaml_values(PREFIX, {"receipt": receipt})
    if receipt and not any(entry.arrival for entries in chosen for entry in entries):
        raise BadVariable(
            RECEIPT,
            "looks for messages, but no check sends one to look for; set smtp_audit_max_risk to 1,"
            " and name relay-29 in smtp_audit_checks",
        )


def unset_variables(plan: ServerPlan, entries: Iterable[Entry]) -> list[str]:
    """Return a warning for each variable that is not set, and without which checks do not apply.

    `entries` are the checks to make.
    """
    needs = [entry.check.needs for entry in entries if not entry.check.is_control]
    warnings = []
    for option, names in _NEEDED.items():
        number = sum(not names.isdisjoint(one) for one in needs)
        if number and plan.options.get(option) is None:
            checks = "1 check is" if number == 1 else f"{number} checks are"
            warnings.append(f"{plan.variable_of(option)} is not set, so {checks} not applicable")
    if plan.claimed == "authed" and not any(plan.options.get(one) for one in _RIGHTS):
        login = plan.variable_of("login_user")
        problem = f"is authed, but {login} is not set, so nobody logs in"
        warnings.append(f"{plan.variable_of('from')} {problem}")
    return warnings


def in_terms_of_role(message: str, plan: ServerPlan) -> str:
    """Return a message of the module about an option as one about the variable of the role."""
    found = re.match(r"[a-z_]+", message)
    option = found.group() if found else ""
    if option not in known_options():
        return message
    rest = message[len(option) :]
    for name in _IN_MESSAGES:
        rest = re.sub(rf"\b{name}\b", plan.variable_of(name), rest)
    return plan.variable_of(option) + rest


def planned_as_given(servers: t.Any) -> list[dict[str, t.Any]]:
    """Return what identifies each server, even if some options are wrong."""
    try:
        given = read_servers(servers, SERVERS)
    except BadVariable:
        return []
    return [
        {name: str(one[name]) for name in _PLANNED if one.get(name)}
        for one in map(as_written, given)
    ]


def _without_null(options: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: value for name, value in options.items() if value is not None}

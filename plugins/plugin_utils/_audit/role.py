# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make options of the module smtp_audit of the variables of the role smtp_audit. No I/O.

An error names the variable of the role that is wrong, and says what to write there.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Callable, Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.request import argument_spec

from .._check.plan import BadVariable, check_names, read_servers, server_options
from .._check.variables import RoleNames
from .select import OPTIONS as OF_SELECTION
from .select import BadSelection, selected_by

if t.TYPE_CHECKING:
    from .load import Entry

PREFIX = "smtp_audit_"
SERVERS = f"{PREFIX}servers"
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
)

# The action plugin sets these.
_NOT_OF_SERVER = ("definitions", "own_checks")

# The options that identify a server in a report.
_PLANNED = ("name", "host", "socket", "port", "tls", "from", "profile")

NAMES = RoleNames(
    PREFIX,
    {"report": "reports", "result": "", "started": ""},
    {
        "dest": "report_dir",
        "dir": "report_dir",
        "domain": "own_domain",
        "ehlo": "helo",
        "folder": "report_dir",
        "formats": "reports",
        "host": "servers",
        "pass": "login_password",
        "password": "login_password",
        "recipient": "user",
        "relay": "servers",
        "relays": "servers",
        "risk": "max_risk",
        "sender": "stranger",
        "server": "servers",
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
    of the options that the server itself has, `where` in the variable of the role.
    """

    options: dict[str, t.Any]
    planned: dict[str, t.Any]
    given: frozenset[str]
    where: str

    @property
    def claimed(self) -> str:
        """The vantage that the user says this host has."""
        return str(self.options.get("from") or "untrusted")

    def variable_of(self, option: str) -> str:
        """Return where the user has set an option, in words of the role."""
        if option in self.given:
            return f"{self.where}.{option}"
        return f"{PREFIX}{option}" if option in WITH_VARIABLE else f"{OPTIONS}.{option}"


def known_options() -> list[str]:
    """Return the options of the module that a user may set."""
    return [name for name in argument_spec() if name not in _NOT_OF_SERVER]


def own_options(
    variables: Mapping[str, t.Any], template: Callable[[t.Any], t.Any]
) -> dict[str, t.Any]:
    """Return the options whose variables are set, templated. `template` is that of a task."""
    found = ((name, f"{PREFIX}{name}") for name in WITH_VARIABLE)
    return {name: template(variables[one]) for name, one in found if one in variables}


def plans_of(servers: t.Any, own: Mapping[str, t.Any], options: t.Any) -> list[ServerPlan]:
    """Return the plan of each server. Raise BadVariable.

    `own` are the variables for single options, by the name of the option, and `options` the
    variable for others.
    """
    known = known_options()
    check_names(OPTIONS, options, known, "smtp_audit")
    for name in ("host", "socket"):
        if options.get(name) is not None:
            raise BadVariable(f"{OPTIONS}.{name}", f"has no effect; name the servers in {SERVERS}")
    common = {**options, **_without_null(own)}
    return [
        _plan(index, server_options(index, one, SERVERS), common, known)
        for index, one in enumerate(read_servers(servers, SERVERS))
    ]


def _plan(
    index: int, server: dict[str, t.Any], common: Mapping[str, t.Any], known: Sequence[str]
) -> ServerPlan:
    where = f"{SERVERS}[{index}]"
    check_names(where, server, [*known, "name"], "smtp_audit")
    if (server.get("host") is None) == (server.get("socket") is None):
        raise BadVariable(where, "must have either a host or a socket")
    # A server with null for an option has the default of the module, not the variable.
    found = _without_null({**common, **server})
    planned = {name: str(found[name]) for name in _PLANNED if name in found}
    found.pop("name", None)
    return ServerPlan(found, planned, frozenset(server), where)


def selected(plan: ServerPlan, entries: Sequence[Entry]) -> list[Entry]:
    """Return the checks to make at a server. Raise BadVariable."""
    try:
        return selected_by(plan.options, entries)
    except BadSelection as error:
        raise BadVariable("", in_terms_of_role(str(error), plan)) from error


def in_terms_of_role(message: str, plan: ServerPlan) -> str:
    """Return a message of the module about an option as one about the variable of the role."""
    found = re.match(r"[a-z_]+", message)
    option = found.group() if found else ""
    if option not in {*plan.options, *OF_SELECTION}:
        return message
    return plan.variable_of(option) + message[len(option) :]


def planned_as_given(servers: t.Any) -> list[dict[str, t.Any]]:
    """Return what identifies each server, even if some options are wrong."""
    try:
        given = read_servers(servers, SERVERS)
    except BadVariable:
        return []
    texts = (one if isinstance(one, Mapping) else {"host": str(one)} for one in given)
    return [{name: str(one[name]) for name in _PLANNED if one.get(name)} for one in texts]


def _without_null(options: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: value for name, value in options.items() if value is not None}

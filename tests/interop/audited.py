# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planted faults: servers with exactly one thing wrong, which one check of an audit must find.

Each has an address of its own, and so have the sound forms of the same servers, in which no check
may find anything.
"""

from __future__ import annotations

import types
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.audit import audit_server
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.request import (
    argument_spec,
    request_from,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import all_checks
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.result import joined
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.select import select
from ansible_collections.mailops.smtp.tests.interop import own_host
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import (
        Profile,
        Vantage,
    )

Settings = t.Mapping[str, str]
NOTHING: Settings = types.MappingProxyType({})

# What the servers take mail for, and what they do not.
OWN_DOMAIN = "example.test"
OTHER_DOMAIN = "example.net"
# A domain that sends and takes no mail, and says so.
SILENT_DOMAIN = "example.com"
# A domain whose SPF record names no host.
UNSENT_DOMAIN = "unsent.example.org"
# The size of the largest message that the servers are to take.
WANTED_SIZE = 50_000
USER = f"alice@{OWN_DOMAIN}"
SECOND_USER = f"erin@{OWN_DOMAIN}"
PASSWORD = "correct horse"

# As many listeners and clients have addresses in one network.
NUMBERS = 250

PORTS = {"mx": 25, "relay": 25, "submission": 587, "none": 25}
MAX_RISK = 2

# A server that is slower than this has stopped.
TIMEOUT = 10.0

# As a server that ends a silent connection is made to do so sooner.
LONGEST_WAIT = 3


class Fault(t.NamedTuple):
    """A planted fault.

    `check` is the id of the check that must find it. `settings` are what is wrong on the server,
    which is sound otherwise; each server has its own words for them. `options` are those of the
    audit that find it. `where` is the last part of the address to audit, if it is not the server's.
    """

    name: str
    check: str
    settings: Settings
    profile: Profile = "mx"
    vantage: Vantage = "untrusted"
    options: t.Mapping[str, t.Any] = NOTHING
    ipv6: bool = False


class Place(t.NamedTuple):
    """A listener of a server, with the number that is the last part of its address.

    `settings` are those in which it is not sound. `client` is the number of the client.
    """

    number: int
    profile: Profile
    settings: Settings = NOTHING
    ipv6: bool = False

    @property
    def address(self) -> str:
        """The address of the listener."""
        return own_host.SERVER_IPV6 if self.ipv6 else address_of(self.number)

    @property
    def port(self) -> int:
        """The port of the listener."""
        return PORTS[self.profile]


def address_of(number: int) -> str:
    """Return the address of a listener by its number."""
    if number < NUMBERS:
        return f"{own_host.SERVERS}.{number}"
    return f"{own_host.MORE_SERVERS}.{number - NUMBERS + 1}"


class Verdicts(t.NamedTuple):
    """The verdicts of one audit: by the id of the check, with its evidence and transcript."""

    checks: t.Mapping[str, t.Mapping[str, t.Any]]
    result: t.Mapping[str, t.Any]

    @property
    def findings(self) -> list[str]:
        """The ids of the checks that have found something."""
        return [name for name, one in self.checks.items() if one["verdict"] == "finding"]


def audit(
    place: Place,
    checks: t.Sequence[str],
    ca_path: Path,
    vantage: Vantage = "untrusted",
    client: int | None = None,
    **options: t.Any,
) -> Verdicts:
    """Audit a listener, as the action plugin and the module do."""
    entries = select(all_checks(), place.profile, MAX_RISK, checks)
    network = own_host.TRUSTED if vantage == "trusted" else own_host.OUTSIDE
    number = place.number % NUMBERS or 1 if client is None else client
    defaults = {name: one.get("default") for name, one in argument_spec().items()}
    given = {
        **defaults,
        "host": place.address,
        "port": place.port,
        "source_address": None if place.ipv6 else f"{network}.{number}",
        "helo": f"client{number}.example.org",
        "ca_path": str(ca_path),
        "tls_server_name": SERVER_NAME,
        "timeout": TIMEOUT,
        "from": vantage,
        "profile": place.profile,
        "max_risk": MAX_RISK,
        "own_domain": OWN_DOMAIN,
        "user": USER,
        "second_user": SECOND_USER,
        "other_domain": OTHER_DOMAIN,
        "null_mx_domain": SILENT_DOMAIN,
        "dmarc_domain": SILENT_DOMAIN,
        "wanted_size": WANTED_SIZE,
        "definitions": [_patient(entry.definition) for entry in entries],
        **options,
    }
    if vantage == "authed":
        given.update(login_user=USER, login_password=PASSWORD)
    result = joined(audit_server(request_from(given)), entries, vantage)
    return Verdicts({one["id"]: one for one in result["checks"]}, result)


def _patient(definition: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a check that waits for a moment where it would wait for minutes."""
    steps = [
        {"wait": LONGEST_WAIT}
        if isinstance(one, dict) and one.get("wait", 0) > LONGEST_WAIT
        else one
        for one in definition.get("steps", [])
    ]
    return {**definition, "steps": steps} if steps else dict(definition)


def known_checks() -> frozenset[str]:
    """Return the ids of all checks."""
    return frozenset(entry.check.id for entry in all_checks())


def all_audits(profile: Profile, vantage: Vantage, waiting: bool = True) -> list[list[str]]:
    """Return the names of the checks for each of several audits, in which all checks are made.

    One audit of all would have to wait, since the connections in a minute are limited. A check that
    waits for silence has an audit of its own, or none without `waiting`. The checks of the DNS have
    their own tests.
    """
    groups: dict[str, list[str]] = {}
    for entry in all_checks():
        check = entry.check
        if profile not in check.profiles or vantage not in check.vantages or check.is_control:
            continue
        if check.dns:
            continue
        waits = any(step.kind in ("expect_silence", "listen") for step in check.steps)
        waits = waits or check.strains
        if waiting or not waits:
            groups.setdefault(check.id if waits else entry.group, []).append(check.id)
    return list(groups.values())

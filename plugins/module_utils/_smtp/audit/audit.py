# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up the server and audit it."""

from __future__ import annotations

import contextlib
import typing as t

from ..._net.addresses import numeric_addresses
from ..run.lookup import look_up_seconds, look_up_tlsa, resolve_server
from ..session.lookup import OWN_NAME_SECONDS
from .auditor import Auditor
from .facts import facts_of
from .result import result_of
from .values import Values

if t.TYPE_CHECKING:
    from ..._net.tls.dane import TlsaAnswer
    from ..options.plan import Plan
    from ..session.lookup import ServerLookup
    from .dns.questions import DnsChecks
    from .request import Request


def audit_server(request: Request) -> dict[str, t.Any]:
    """Return the result of an audit. No exception is raised for a server or a network."""
    lookup = resolve_server(request.plan)
    plan = with_name_of_host(request.plan, lookup)
    dns = _dns_checks(request, lookup)
    dane = any(one.name == "dane" for check in request.checks for one in check.predicates)
    auditor = Auditor(
        plan,
        lookup,
        Values(request.variables),
        request.claimed,
        max_risk=request.max_risk,
        connections=request.connections,
        seconds=request.seconds,
        dns=dns,
        tlsa=tlsa_of(plan) if dane else None,
    )
    report = auditor.audit(request.checks)
    answers = dns.answers() if dns is not None else {}
    return {**result_of(report, plan), "facts": facts_of(report, request.dns.view, answers)}


def _dns_checks(request: Request, lookup: ServerLookup) -> DnsChecks | None:
    """Return what makes the checks of the DNS, if there are any."""
    if not any(check.dns for check in request.checks):
        return None
    from .dns.questions import DnsChecks  # it imports dnspython
    from .dns.subject import Subject

    plan = request.plan
    host, tls_name = _name(plan.endpoint.host), _name(plan.tls_name)
    addresses = tuple(one.ip for one in lookup.addresses if not one.is_path)
    return DnsChecks(
        Subject(
            host,
            plan.endpoint.port,
            addresses,
            request.variables.get("own_domain") or "",
            tls_name,
            request.dns.profile,
            request.dns.sends_from,
            request.dns.blocklists,
            trust=plan.tls.ca_path,
        )
    )


def _name(host: str | None) -> str:
    """Return a host in lower case, or nothing for an address."""
    if not host or numeric_addresses(host, 0, "any"):
        return ""
    return host.rstrip(".").lower()


def tlsa_of(plan: Plan) -> TlsaAnswer | None:
    """Return the TLSA records of the server, or None for a socket, or without dnspython."""
    from ..._net import dns

    if plan.endpoint.socket is not None or dns.MISSING is not None:
        return None
    return look_up_tlsa(plan, look_up_seconds(plan))


def with_name_of_host(plan: Plan, lookup: ServerLookup) -> Plan:
    """Return the plan with the name of this host, as its look-up is too slow for each check."""
    name = plan.client.helo
    if name is None and lookup.own_name is not None:
        with contextlib.suppress(TimeoutError, OSError, UnicodeError):
            name = lookup.own_name.wait(OWN_NAME_SECONDS)
    return plan._replace(client=plan.client._replace(helo=name))

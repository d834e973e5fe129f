# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it this address's certificate, or the one for this name? Start TLS in other ways."""

from __future__ import annotations

import typing as t

from ...._net.text import escape
from ...options.plan import Envelope, Steps
from ..model import Conclusion, Evidence, Finding

if t.TYPE_CHECKING:
    from ...._net.addresses import Address
    from ...._net.tls.handshake import TlsSession
    from ...options.plan import Plan
    from ..investigation import Investigation

_MOST_ADDRESSES = 2
_MOST_CHARACTERS = 200

_SAME = "the same certificate"


def certificate_of_server(investigation: Investigation) -> t.Iterator[Finding]:
    """Look at the certificate at other addresses, and without the server's name (SNI)."""
    plan = investigation.plan
    if plan.endpoint.socket is not None or plan.tls.tls == "never":
        return
    shown = investigation.control.tls
    if shown is None or shown.certificate is None:
        return
    yield Finding(Evidence("the certificate", name_of(shown), verdict_of(shown)))
    others = [one for one in investigation.addresses if one != investigation.address]
    for address in others[:_MOST_ADDRESSES]:
        tls = _tls_at(investigation, f"the certificate at {address.ip}", address, plan.tls_name)
        if tls is not None:
            yield finding_of_address(address.ip, shown, tls)
    if shown.verified is False and not _is_ip(plan.tls_name):
        tls = _tls_at(investigation, "the certificate without SNI", investigation.address, "")
        if tls is not None:
            yield finding_without_name(plan.tls_name, shown, tls)


def finding_of_address(ip: str, shown: TlsSession, other: TlsSession) -> Finding:
    """Return what the certificate of another address comes to. No I/O."""
    fact = f"the certificate at {ip}"
    if _digest(shown) == _digest(other):
        return Finding(Evidence(fact, _SAME, "the addresses do not differ in this"))
    if shown.verified is False and other.verified:
        says = "this address shows another certificate, which is valid"
        return Finding(
            Evidence(fact, name_of(other), says),
            Conclusion("certificate-of-one-address", "proven"),
        )
    says = f"another certificate: {verdict_of(other)}"
    return Finding(Evidence(fact, name_of(other), says))


def finding_without_name(name: str, shown: TlsSession, other: TlsSession) -> Finding:
    """Return what the certificate comes to that is shown to a client without SNI. No I/O."""
    fact = "the certificate for a client that names no server (SNI)"
    if _digest(shown) == _digest(other):
        says = "the server does not choose its certificate by the name"
        return Finding(Evidence(fact, _SAME, says))
    names = other.certificate.names if other.certificate is not None else ()
    if name in names:
        says = "this one is for the name, and the one that is shown for the name is not"
        return Finding(
            Evidence(fact, name_of(other), says), Conclusion("certificate-for-sni", "proven")
        )
    return Finding(Evidence(fact, name_of(other), "the server chooses by the name"))


def name_of(tls: TlsSession) -> str:
    """Return subject and issuer of a certificate, bounded."""
    certificate = tls.certificate
    if certificate is None:
        return "none"
    text = f"{certificate.subject}, issued by {certificate.issuer}"
    return escape(text)[:_MOST_CHARACTERS]


def verdict_of(tls: TlsSession) -> str:
    """Return whether a certificate verifies, and why not."""
    if tls.verified:
        return "it is valid here"
    return escape(tls.verify_error or tls.error or "it was not judged")[:_MOST_CHARACTERS]


def _tls_at(
    investigation: Investigation, what: str, address: Address, name: str
) -> TlsSession | None:
    lookup = investigation.lookup.at(address)._replace(tlsa=None)
    plan = plan_up_to_tls(investigation.plan, address, name)
    return investigation.hold(what, plan, lookup).tls


def plan_up_to_tls(plan: Plan, address: Address, name: str) -> Plan:
    """Return the plan of a dialogue that ends after TLS. Without a name it sends no SNI."""
    implicit = plan.tls.tls == "implicit"
    endpoint = plan.endpoint if name else plan.endpoint._replace(host=address.ip)
    return plan._replace(
        endpoint=endpoint,
        client=plan.client._replace(xclient={}),
        tls=plan.tls._replace(
            tls="implicit" if implicit else "opportunistic",
            tls_server_name=name or None,
            validate_certs=False,
            dane=False,
        ),
        envelope=Envelope(),
        steps=Steps(plan.steps.protocol, stop_after="connect" if implicit else "starttls"),
    )


def _digest(tls: TlsSession) -> str:
    return tls.certificate.sha256 if tls.certificate is not None else ""


def _is_ip(name: str) -> bool:
    return ":" in name or name.replace(".", "").isdigit()

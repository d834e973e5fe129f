# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it this address's certificate, or the one for this name? Start TLS in other ways."""

from __future__ import annotations

import typing as t

from ...._net.text import escape
from ..model import Conclusion, Evidence, Finding
from ._certificates import tls_at, tls_of_control

if t.TYPE_CHECKING:
    from ...._net.tls.handshake import TlsSession
    from ..investigation import Investigation

_MOST_ADDRESSES = 2
_MOST_CHARACTERS = 200

_SAME = "the same certificate"


def certificate_of_server(investigation: Investigation) -> t.Iterator[Finding]:
    """Look at the certificate at other addresses, and without the server's name (SNI)."""
    plan = investigation.plan
    if plan.endpoint.socket is not None or plan.tls.tls == "never":
        return
    shown = tls_of_control(investigation)
    if shown is None or shown.certificate is None:
        return
    yield Finding(Evidence("the certificate", name_of(shown), verdict_of(shown)))
    others = [one for one in investigation.addresses if one != investigation.address]
    for address in others[:_MOST_ADDRESSES]:
        what = f"the certificate at {address.ip}"
        tls = tls_at(investigation, what, address, plan.tls_name, judges=True)
        if tls is not None:
            yield finding_of_address(address.ip, shown, tls)
    if shown.verified is False and not _is_ip(plan.tls_name):
        what = "the certificate without SNI"
        tls = tls_at(investigation, what, investigation.address, "", judges=False)
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
    says = f"no better: {verdict_of(other)}"
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


def _digest(tls: TlsSession) -> str:
    return tls.certificate.sha256 if tls.certificate is not None else ""


def _is_ip(name: str) -> bool:
    return ":" in name or name.replace(".", "").isdigit()

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it the version of TLS, or the cipher? Start TLS with all that this host's OpenSSL can do."""

from __future__ import annotations

import typing as t

from ...._net.text import escape
from ..model import Conclusion, Evidence, Finding
from ._certificates import plan_up_to_tls, start_tls
from ._change import conclusion_of

if t.TYPE_CHECKING:
    from ...._net.tls.handshake import TlsSession
    from ..investigation import Investigation

FACT = "a handshake with any version and cipher"

# The lowest security level of OpenSSL takes TLS 1.0, and keys of any length
# (SSL_CTX_set_security_level(3)).
_ANY_VERSION = "TLSv1"
_ANY_CIPHER = ("ALL", "@SECLEVEL=0")

_VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_OLD = _VERSIONS[:2]  # RFC 8996

# What OpenSSL calls ciphers without a certificate (RFC 5246 section A.5). No server prefers them.
_ANONYMOUS = ("ADH-", "AECDH-")

OF_VERSIONS = ("old-tls", "tls-versions")
OF_CIPHERS = ("tls-ciphers", "dh-group", "stronger-certificate")


def any_tls_version(investigation: Investigation) -> t.Iterator[Finding]:
    """Start TLS with any version and cipher, if a handshake ended without a certificate."""
    plan = investigation.plan
    if plan.endpoint.socket is not None or plan.tls.tls == "never":
        return
    failed = investigation.control.tls
    if failed is None or failed.error is None or failed.certificate is not None or failed.verified:
        return
    if failed.verified is False:  # on Python 3.7: the certificate was refused
        return
    address = investigation.address
    plan = plan_up_to_tls(plan, address, plan.tls_name, judges=False)
    policy = plan.tls._replace(tls_min_version=_ANY_VERSION, tls_ciphers=_ANY_CIPHER)
    tls = start_tls(investigation, FACT, plan._replace(tls=policy), address)
    if tls is not None:
        yield finding_of(investigation, tls)


def finding_of(investigation: Investigation, tls: TlsSession) -> Finding:
    """Return what a handshake with any version and cipher comes to. No I/O."""
    if tls.error is not None or tls.version is None:
        says = "it fails, too, so it is neither the version nor the cipher"
        value = escape(tls.error or "failed")
        return Finding(Evidence(FACT, value, says), excludes=(*OF_VERSIONS, *OF_CIPHERS))
    wanted = investigation.plan.tls.tls_min_version or _VERSIONS[0]
    value = f"{tls.version}, {tls.cipher}"
    if (tls.cipher or "").startswith(_ANONYMOUS):
        says = "the server chooses a cipher that needs no certificate, so it has no certificate"
        return Finding(
            Evidence(FACT, value, says), Conclusion("server-without-certificate", "proven")
        )
    if tls.version in _OLD:
        says = "the server speaks a version of TLS that is too old for this host"
        return Finding(Evidence(FACT, value, says), Conclusion("old-tls", "proven"))
    if tls.version in _VERSIONS and _VERSIONS.index(tls.version) < _VERSIONS.index(wanted):
        says = f"the server speaks no {wanted}, which `tls_min_version` asks for"
        return Finding(Evidence(FACT, value, says), Conclusion("tls-versions", "proven"))
    says = "the version would do, so it is a cipher or a key that this host does not take"
    return Finding(Evidence(FACT, value, says), conclusion_of(investigation, OF_CIPHERS))

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""STARTTLS, the TLS handshake and the certificate, replies included.

OpenSSL describes what is wrong with a handshake or a certificate. A text with "alert" in it comes
from the server and is about this host. Any other text comes from this host.
"""

from __future__ import annotations

from ..model import Rule

# What OpenSSL says of plain text in place of TLS: up to 1.1.1, and from 3.2 on.
_PLAIN = "wrong (ssl )?version|record layer failure|packet length too long|unknown protocol"

# fmt: off
TLS: tuple[Rule, ...] = (  # noqa: E128 - a table
    Rule(stage="starttls", kind="unsupported", where="masked:yes", then="starttls-stripped"),
    Rule(stage="starttls", kind="unsupported", then="starttls-on starttls-stripped"),
    Rule(stage="starttls", kind="transient", text="too many", then="limits-for-one-client"),
    # Postfix, when a milter does not answer (`milter_other_event` of STARTTLS).
    Rule(stage="starttls auth", code="454", enhanced="X.3.0", then="milter-answers"),
    # RFC 3207 section 4.
    Rule(stage="starttls", code="454", then="starttls-not-now"),
    Rule(stage="starttls", kind="permanent", then="starttls-refused log-of-handshake middlebox"),
    Rule(kind="protocol", text="injected", then="injected-plain-text"),

    # The handshake does not take place.
    Rule(stage="connect", kind="timeout", text="TLS handshake",
        then="tls-from-first-byte proxy-header-wanted"),
    Rule(stage="connect starttls", kind="timeout", text="TLS handshake",
        then="large-packets log-of-handshake"),
    # Postfix that expects a PROXY header answers a handshake with 421 in plain text.
    Rule(stage="connect", kind="tls", text=_PLAIN, then="plain-text-first proxy-header-wanted"),
    Rule(stage="starttls", kind="tls", text=_PLAIN,
        then="plain-text-after-starttls log-of-handshake"),
    Rule(stage="connect", kind="tls", text=r"\beof\b|reset by peer|broken pipe",
        then="hang-up-in-handshake log-of-handshake proxy-header-wanted client-denied"),
    Rule(stage="starttls", kind="tls", text=r"\beof\b|reset by peer|broken pipe",
        then="log-of-handshake middlebox"),

    # The handshake ends with an alert, or this host ends it.
    Rule(kind="tls", text="alert certificate (expired|revoked)", then="renew-client-certificate"),
    Rule(kind="tls", text="alert (certificate (required|unknown|expired|revoked)|unknown ca"
        "|(bad|unsupported) certificate|access denied|decrypt error)", then="client-certificate"),
    Rule(kind="tls", text="no protocols available", then="openssl-leaves-no-version"),
    Rule(kind="tls", text="protocol version|(no|unsupported) protocol|version too (low|high)"
        "|inappropriate fallback", then="tls-versions"),
    # OpenSSL 3 says "legacy sigalg" of TLS 1.0 and 1.1, which sign with SHA-1.
    Rule(kind="tls", text="protocol version|unsupported protocol|version too low|legacy sigalg",
        then="old-tls"),
    # Python's own versions and ciphers suit nearly every server that has a certificate.
    Rule(kind="tls", text="alert handshake failure", where="tls-limits:no",
        then="server-without-certificate"),
    Rule(kind="tls", text="(no|shared) cipher|insufficient security|handshake failure",
        then="tls-ciphers"),
    # In TLS 1.2 a server says only this when it requires a certificate from the client, has no
    # certificate itself, or has nothing newer than TLS 1.1.
    Rule(kind="tls", text="handshake failure", then="client-certificate log-of-handshake old-tls"),
    Rule(kind="tls", text="dh key too small", then="dh-group"),
    # From OpenSSL 3.0 on.
    Rule(kind="tls", text="legacy renegotiation", then="secure-renegotiation"),
    Rule(kind="tls", text="unrecognized name", then="name-for-sni"),
    Rule(kind="tls", text=r"\balert\b", then="log-of-handshake"),

    # DANE. Mail uses only records of usage 2 and 3 (RFC 7672 section 3.1.3).
    Rule(kind="tls", text="DANE: there is no TLSA", then="publish-tlsa"),
    # RFC 7672 section 2.2.1.
    Rule(kind="tls", text="DANE: DNSSEC does not vouch for the MX",
        then="validating-resolver-for-mx sign-mail-domain"),
    Rule(kind="tls", text="DANE: DNSSEC", then="validating-resolver-for-tlsa sign-server-zone"),
    Rule(kind="tls", text="DANE: the TLSA records of .{0,300}(timed out|lifetime expired)",
        then="resolver-of-this-host"),
    Rule(kind="tls", text="DANE: the TLSA records of",
        then="wrong-signatures tlsa-without-answer resolver-of-this-host"),
    Rule(kind="tls", text="DANE: none of", then="tlsa-usable-for-mail"),
    Rule(kind="tls", text="does not show the intermediate", then="newer-python-for-tlsa"),
    # RFC 7671 section 8.1.
    Rule(kind="tls", text="DANE: the certificate matches none",
        then="tlsa-before-renewal hash-of-served-key send-authority-of-tlsa"),
    # RFC 7672 section 3.1.2.
    Rule(kind="tls", text="DANE: the certificate matches TLSA", then="mend-certificate-of-tlsa"),

    # The certificate is not valid: in itself, for this name, or for this host.
    Rule(kind="tls", text="certificate has expired",
        then="renew-certificate expired-in-chain clock-ahead"),
    Rule(kind="tls", text="not yet valid", then="compare-clocks"),
    Rule(kind="tls", text="(certificate key|md|ee key|ca key) too (small|weak)",
        then="stronger-certificate"),
    Rule(kind="tls", text="certificate purpose", then="certificate-for-servers"),
    # What Python 3.13 requires when it trusts the system's authorities, but not with `ca_path`.
    Rule(kind="tls", text="key identifier|basic constraints|include key usage",
        then="strict-authority"),
    Rule(kind="tls", text="invalid ca certificate|path length|subtree", then="authority-that-may"),
    Rule(kind="tls", text="address mismatch", then="name-instead-of-address"),
    Rule(kind="tls", text="(hostname|address) mismatch|doesn't match|no appropriate",
        then="name-in-certificate certificate-for-sni"),
    # When the server sends only its own certificate, OpenSSL cannot tell a missing intermediate
    # from an unknown authority, so there is advice on both. The intermediate comes first, as most
    # certificates have one. Python 3.7 does not know how many certificates came.
    Rule(kind="tls", text="no intermediate", where="issuer:private", then="name-authority"),
    Rule(kind="tls", text="(trusted:|;) unable to (get local issuer|verify the first)",
        where="issuer:public", then="send-intermediates update-authorities"),
    Rule(kind="tls", text="no intermediate",
        then="send-intermediates name-authority update-authorities"),
    Rule(kind="tls", text="self.signed certificate($|;)", then="self-signed-certificate"),
    Rule(kind="tls", text="self.signed certificate in", then="name-authority update-authorities"),
    Rule(kind="tls", text="unable to get issuer", then="name-root-authority"),
    Rule(kind="tls", text="certificate signature failure", then="authority-made-anew"),
    Rule(kind="tls", text="(trusted:|;) unable to (get local issuer|verify the first)",
        then="name-authority send-intermediates update-authorities"),
    Rule(kind="expectation", text="certificate is good for",
        then="renew-certificate renewal-still-runs"),

    # What no rule above knows.
    Rule(kind="tls", text="^the certificate", then="judge-certificate-by-hand"),
    Rule(kind="tls", text="^DANE", then="judge-dane-by-postfix"),
    Rule(kind="tls", text=r"^(?!the certificate|DANE|.{0,40}\balert\b)", then="what-port-speaks"),
)
# fmt: on

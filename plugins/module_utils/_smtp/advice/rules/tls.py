# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong with STARTTLS, the TLS handshake and the certificate, replies included.

The words of a failed handshake are OpenSSL's, and so are those on a certificate. An `alert` is what
the server said of this host; without the word, this host said it of the server.
"""

from __future__ import annotations

from ..model import Rule

# Plain text that came where TLS was to come, in the words of OpenSSL 1.1.1, and from 3.2 on.
_PLAIN = "wrong (ssl )?version|record layer failure|packet length too long|unknown protocol"

# fmt: off
TLS: tuple[Rule, ...] = (
    Rule(stage="starttls", kind="unsupported", then="starttls-on starttls-stripped"),
    # RFC 3207 section 4.
    Rule(stage="starttls", code="454", then="starttls-not-now"),
    Rule(stage="starttls", kind="permanent", then="starttls-refused log-of-handshake middlebox"),
    Rule(kind="protocol", text="injected", then="injected-plain-text"),

    # The handshake does not come about.
    Rule(stage="connect", kind="timeout", text="TLS handshake",
        then="tls-from-first-byte proxy-header-wanted"),
    Rule(stage="connect starttls", kind="timeout", text="TLS handshake",
        then="large-packets log-of-handshake"),
    # A Postfix that waits for a PROXY header answers a handshake with 421 in plain text.
    Rule(stage="connect", kind="tls", text=_PLAIN, then="plain-text-first proxy-header-wanted"),
    Rule(stage="starttls", kind="tls", text=_PLAIN,
        then="plain-text-after-starttls log-of-handshake"),
    Rule(stage="connect", kind="tls", text=r"\beof\b|reset by peer|broken pipe",
        then="hang-up-in-handshake log-of-handshake proxy-header-wanted client-denied"),
    Rule(stage="starttls", kind="tls", text=r"\beof\b|reset by peer|broken pipe",
        then="log-of-handshake middlebox"),

    # It ends with an alert, or this host ends it.
    Rule(kind="tls", text="alert certificate (expired|revoked)", then="renew-client-certificate"),
    Rule(kind="tls", text="alert (certificate (required|unknown|expired|revoked)|unknown ca"
        "|(bad|unsupported) certificate|access denied|decrypt error)", then="client-certificate"),
    Rule(kind="tls", text="no protocols available", then="openssl-leaves-no-version"),
    Rule(kind="tls", text="protocol version|(no|unsupported) protocol|version too (low|high)"
        "|inappropriate fallback", then="tls-versions"),
    # OpenSSL 3 says the last of TLS 1.0 and 1.1, which sign with SHA-1.
    Rule(kind="tls", text="protocol version|unsupported protocol|version too low|legacy sigalg",
        then="old-tls"),
    Rule(kind="tls", text="(no|shared) cipher|insufficient security|handshake failure",
        then="tls-ciphers"),
    # In TLS 1.2 a server that misses our certificate says no more than that, nor does one that has
    # no certificate of its own, or nothing newer than TLS 1.1.
    Rule(kind="tls", text="handshake failure", then="client-certificate log-of-handshake old-tls"),
    Rule(kind="tls", text="dh key too small", then="dh-group"),
    # From OpenSSL 3.0 on.
    Rule(kind="tls", text="legacy renegotiation", then="secure-renegotiation"),
    Rule(kind="tls", text="unrecognized name", then="name-for-sni"),
    Rule(kind="tls", text=r"\balert\b", then="log-of-handshake"),

    # DANE. RFC 7672 section 3.1.3 has mail take no usage but 2 and 3.
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

    # The certificate is not good: for anybody, for this name, for this host.
    Rule(kind="tls", text="certificate has expired",
        then="renew-certificate expired-in-chain clock-ahead"),
    Rule(kind="tls", text="not yet valid", then="compare-clocks"),
    Rule(kind="tls", text="(certificate key|md|ee key|ca key) too (small|weak)",
        then="stronger-certificate"),
    Rule(kind="tls", text="certificate purpose", then="certificate-for-servers"),
    # What Python 3.13 asks for where the system's authorities are trusted, and not with `ca_path`.
    Rule(kind="tls", text="key identifier|basic constraints|include key usage",
        then="strict-authority"),
    Rule(kind="tls", text="invalid ca certificate|path length|subtree", then="authority-that-may"),
    Rule(kind="tls", text="address mismatch", then="name-instead-of-address"),
    Rule(kind="tls", text="(hostname|address) mismatch|doesn't match|no appropriate",
        then="name-in-certificate certificate-for-sni"),
    # Where the server sends its own certificate alone, OpenSSL cannot tell a missing intermediate
    # from an authority that this host does not know: so both are said. Most certificates are
    # issued by an intermediate, which comes first where one came alone. Python 3.7 does not know.
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

    # What no row above knows.
    Rule(kind="tls", text="^the certificate", then="judge-certificate-by-hand"),
    Rule(kind="tls", text="^DANE", then="judge-dane-by-postfix"),
    Rule(kind="tls", text=r"^(?!the certificate|DANE|.{0,40}\balert\b)", then="what-port-speaks"),
)
# fmt: on

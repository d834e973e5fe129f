# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of failures, and reply codes."""

from __future__ import annotations

import pathlib
import re

from .provoked import provoked

# A line of provider_texts.txt.
LINE = re.compile(
    r"(?P<name>\S+): (?P<stage>\w+) (?P<code>\d{3}) (?:(?P<enhanced>\d\.\d+\.\d+) )?(?P<text>.*)"
    " => (?P<says>.*)"
)


def provider_texts():
    """Read the texts of providers, and what is to be said of them."""
    path = pathlib.Path(__file__).with_name("provider_texts.txt")
    for line in path.read_text(encoding="ascii").splitlines():
        if line and not line.startswith("#"):
            said = LINE.fullmatch(line)
            assert said is not None, line
            yield said


PROVIDERS = list(provider_texts())
PROVOKED = provoked("provoked.txt")


# For each text that a rule asks for, one that has it.
EXAMPLES = (
    "mail.muffins.com: Temporary failure in name resolution",
    "192.0.2.1 port 25: Connection refused",
    "192.0.2.1 port 25: No route to host",
    "192.0.2.1 port 25: Permission denied",
    "192.0.2.1 port 25: Cannot assign requested address",
    "192.0.2.1 port 25: no answer",
    r"not an SMTP reply: \x15\x03\x01",
    "not an SMTP reply: SSH-2.0-OpenSSH_9.2",
    "one reply with differing codes: 250 and 550",
    "a reply line of more than 65536 bytes came",
    "connected to 192.0.2.1 port 25",
    "the dialogue took 9.000 s, more than max_seconds 5",
    "the server does not offer STARTTLS",
    "the certificate is not trusted: certificate has expired",
    "the certificate is not trusted: certificate is not yet valid",
    "the certificate is not trusted: IP address mismatch",
    "the certificate is not trusted: unable to get local issuer certificate",
    "unable to get local issuer certificate, and the server sent no intermediate certificate",
    "the certificate is not trusted: self-signed certificate",
    "the certificate is not trusted: EE certificate key too weak",
    "Error: No client certificate presented",
    "the connection was lost: tlsv13 alert certificate required",
    "the connection was lost: sslv3 alert certificate expired",
    "the certificate is not trusted: self-signed certificate in certificate chain",
    "the certificate is not trusted: unable to get issuer certificate",
    "the certificate is not trusted: certificate signature failure",
    "the certificate is not trusted: unsuitable certificate purpose",
    "the certificate is not trusted: Missing Authority Key Identifier",
    "the certificate is not trusted: invalid CA certificate",
    "the certificate is not trusted: Hostname mismatch, certificate is not valid for 'mx'.",
    "the certificate is good for 4 days, less than 14",
    "no answer to the TLS handshake",
    "the TLS handshake failed: unexpected eof while reading",
    "the TLS handshake failed: no protocols available",
    "the TLS handshake failed: tlsv1 alert protocol version",
    "the TLS handshake failed: sslv3 alert handshake failure",
    "the TLS handshake failed: dh key too small",
    "the TLS handshake failed: unsafe legacy renegotiation disabled",
    "the TLS handshake failed: tlsv1 unrecognized name",
    "the TLS handshake failed: tlsv1 alert internal error",
    "the TLS handshake failed: bad extension",
    "the server does not offer AUTH",
    "the server does not offer AUTH SCRAM-SHA-256, but PLAIN",
    "the server offers AUTH XOAUTH2, and `auto` takes SCRAM-SHA-256, PLAIN",
    "this host lacks the hash function of CRAM-MD5 (is it in FIPS mode?)",
    "the server's SCRAM signature is wrong: it may be an impostor",
    "Username and Password not accepted. - gsmtp",
    "Encryption required for requested authentication mechanism",
    "PROXY not allowed from 192.0.2.7",
    "DANE: there is no TLSA record at _25._tcp.mx.example.com",
    "DANE: DNSSEC does not vouch for the MX records of example.com",
    "DANE: DNSSEC does not vouch for the TLSA records of _25._tcp.mx.example.com",
    "DANE: the TLSA records of _25._tcp.mx.example.com cannot be looked up: SERVFAIL",
    "DANE: none of the 1 TLSA records of _25._tcp.mx.example.com is usable for mail",
    "DANE: the certificate matches none of the 1 TLSA records of _25._tcp.mx.example.com",
    "DANE: the certificate matches none of (this Python does not show the intermediate",
    "DANE: the certificate matches TLSA 2 0 1 8d02536c, but certificate has expired",
    "DANE: the TLSA records of _25._tcp.mx cannot be looked up: the resolution lifetime expired",
    "the TLS handshake failed: record layer failure",
    "the TLS handshake failed: wrong version number",
    "the TLS handshake failed: no shared cipher",
    "plain text was injected after the reply to STARTTLS",
    "without TLS, AUTH PLAIN would send the secret in the clear",
    "the server offers AUTH, which is forbidden",
    "the dialogue ended before this stage",
    "the server does not offer SMTPUTF8",
    "the server does not offer DSN",
    "Must issue a STARTTLS command first",
    "Authentication required",
    "This message violates muffins.com email policy. - gcdp 8a3",
    "Try again later, closing connection. (EHLO) 5b1 - gsmtp",
    "Relay access denied",
    "blocked using zen.spamhaus.org",
    "cannot find your reverse hostname",
    "Helo command rejected: need fully-qualified hostname",
    "SPF check failed",
    "rejected by DMARC policy",
    "Sender address rejected: not owned by user",
    "Client host rejected: Access denied",
    "User unknown in virtual mailbox table",
    "SMTP synchronization error",
    "PROXY timeout",
    "Error: too many errors",
    "Error: timeout exceeded",
    "Error: too many connections",
    "Greylisted",
    "2001:db8::1 port 25: Network is unreachable",
    "4.1.1 <bob@example.com>: unverified address: host mx[192.0.2.1] said: 550 5.1.1 Unknown",
    "203.0.113.7 is not allowed to send mail from example.com",
    "4.3.2 No system resources",
    "192.0.2.1 port 25: Too many open files",
    "this host cannot go on: can't start new thread",
    "mx: needs the library dnspython on this host, for /usr/bin/python3",
    "tls: Python has no ssl module on this host",
    "client_key: /k.pem: the key has a passphrase, and there is nobody to ask for it",
    "ca_path: /etc/ca.pem is not a file on this host",
    "/run/dovecot/lmtp: No such file or directory",
    "this host cannot look up mx.example.com: can't start",
    *(said["text"] for said in PROVIDERS),
    *(row.facts.text for row in PROVOKED),
)


GOOD_CODES = (220, 250, 251, 252, 354)
TRANSIENT_CODES = (421, 432, 450, 451, 452, 454, 455)
PERMANENT_CODES = (500, 501, 502, 503, 504, 521, 523, 530, 535, 541, *range(550, 557), 571)
CODES = (None, *GOOD_CODES, *TRANSIENT_CODES, *PERMANENT_CODES)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""STARTTLS and the TLS handshake."""

from __future__ import annotations

from ..model import Advice

TLS: tuple[Advice, ...] = (
    # STARTTLS.
    Advice(
        "starttls-on",
        "Switch STARTTLS on for this listener: Postfix `smtpd_tls_security_level = may` and a"
        " certificate in `smtpd_tls_chain_files`, Exim `tls_advertise_hosts` and"
        " `tls_certificate`.",
        "postconf(5) smtpd_tls_security_level",
        cause="STARTTLS is switched off on this listener.",
    ),
    Advice(
        "starttls-stripped",
        "Look for what takes STARTTLS out on the way: a firewall (Cisco `inspect esmtp` leaves"
        " `250-XXXXXXXA` and a greeting of asterisks), a virus scanner, a provider that answers"
        " port 25 itself. Compare with port 587, and with a dialogue held on the server itself.",
        "RFC 3207 section 6",
        cause="Something on the way takes STARTTLS out of the server's reply.",
    ),
    Advice(
        "starttls-not-now",
        "Read the server's log for why TLS is not there: mostly its key or certificate file, or"
        " postscreen's `tlsproxy` that does not run.",
        "RFC 3207 section 4; tlsproxy(8)",
        cause="The server cannot start TLS, mostly for lack of its key or certificate.",
    ),
    Advice(
        "starttls-refused",
        "Find out who offers STARTTLS and then refuses it: a proxy that mixes two servers' EHLO"
        " replies, or a listener whose TLS is half configured.",
        "RFC 3207 section 4",
        cause="Something offers STARTTLS and then refuses it.",
    ),
    Advice(
        "use-tls",
        "Speak TLS to this server (STARTTLS, or port 465): it takes nothing in plain text where"
        " Postfix has `smtpd_tls_security_level = encrypt`, or a connector requires TLS.",
        "RFC 3207 section 4; postconf(5) smtpd_tls_security_level",
        cause="The server asks for TLS first.",
    ),
    Advice(
        "injected-plain-text",
        "Take the path to this server for hostile, or its STARTTLS for broken (CVE-2011-0411):"
        " update the server and whatever stands before it, and compare from another segment.",
        "https://www.postfix.org/CVE-2011-0411.html",
        cause="Plain text was put before the TLS handshake.",
    ),
    # A port, and what it speaks.
    Advice(
        "tls-from-first-byte",
        "Check that the port speaks TLS from the first byte, as 465 does (`openssl s_client"
        " -connect HOST:PORT`): a listener that waits for something else is silent now.",
        "openssl-s_client(1)",
        cause="The port does not speak TLS from the first byte.",
    ),
    Advice(
        "plain-text-first",
        "Speak plain text first on this port, and TLS after STARTTLS: `tls: required`, not `tls:"
        " implicit`, which is for port 465.",
        "RFC 3207 section 4",
        cause="The port speaks plain text first, and TLS only after STARTTLS.",
    ),
    Advice(
        "plain-text-after-starttls",
        "Find out who said yes to STARTTLS and went on in plain text: a proxy or filter before the"
        " server that does not know the command, or a server whose TLS fails to start.",
        "RFC 3207 section 4",
        cause="The service that accepted STARTTLS goes on in plain text.",
    ),
    Advice(
        "hang-up-in-handshake",
        "Check that the port speaks TLS from the first byte (465), and that a load balancer before"
        " it has a healthy server: it took the connection and hung up in the handshake.",
        "openssl-s_client(1)",
        cause="The service on the port closes the connection in the TLS handshake.",
    ),
    Advice(
        "what-port-speaks",
        "Check what the port speaks (`openssl s_client`): TLS from the first byte on 465, and only"
        " after STARTTLS on 25 and 587.",
        "RFC 8314 section 3.3; RFC 3207 section 4",
        cause="The port does not speak TLS when this host does.",
    ),
    # The handshake.
    Advice(
        "log-of-handshake",
        "Read the server's log of this handshake: whether it can read its key and certificate, and"
        " which version, cipher or client it refused.",
        "postconf(5) smtpd_tls_loglevel",
        cause="The server ended the TLS handshake, for a reason that its log names.",
    ),
    Advice(
        "server-without-certificate",
        "Give the server a certificate, and the key to it, that it can read (Postfix"
        " `smtpd_tls_chain_files`, Exim `tls_certificate`): it offers TLS and has none to show. Its"
        " log says which file is missing or does not fit.",
        "postconf(5) smtpd_tls_chain_files",
        cause="The server has no certificate to show in the TLS handshake.",
    ),
    Advice(
        "renew-client-certificate",
        "Renew the certificate in `client_cert`: the server says that ours is no longer valid.",
        "RFC 8446 section 6.2",
        cause="The client certificate of this host is no longer valid.",
    ),
    Advice(
        "client-certificate",
        "Show a certificate that the server trusts (`client_cert`, `client_key`): it refused ours,"
        " or the lack of one. Postfix `smtpd_tls_req_ccert` and `smtpd_tls_CAfile`, Exim"
        " `tls_verify_hosts` and `tls_verify_certificates`.",
        "postconf(5) smtpd_tls_req_ccert",
        cause="The server does not trust the client certificate, or lacks one.",
    ),
    Advice(
        "openssl-leaves-no-version",
        "Look at what this host's OpenSSL allows: nothing is left between `tls_min_version` and"
        " MaxProtocol and MinProtocol of openssl.cnf (`update-crypto-policies --show`).",
        "SSL_CONF_cmd(3)",
        cause="The TLS versions that this host allows exclude each other.",
    ),
    Advice(
        "tls-versions",
        "Compare `tls_min_version` with what the server takes (`openssl s_client -tls1_2`,"
        " `-tls1_3`): Postfix `smtpd_tls_protocols` and `smtpd_tls_mandatory_protocols`, Exim"
        " `openssl_options`.",
        "postconf(5) smtpd_tls_protocols",
        cause="This host and the server have no TLS version in common.",
    ),
    Advice(
        "old-tls",
        "Update a server that knows no TLS 1.2. Until then `tls_min_version: TLSv1` together with"
        " `tls_ciphers: [DEFAULT:@SECLEVEL=0]` may do, if this host's OpenSSL still can.",
        "RFC 8996 section 4; SSL_CTX_set_security_level(3)",
        cause="The server knows no TLS 1.2.",
    ),
    Advice(
        "tls-ciphers",
        "Compare `tls_ciphers` with what the server takes (`openssl s_client -cipher NAME`):"
        " Postfix `smtpd_tls_mandatory_ciphers` and `smtpd_tls_exclude_ciphers`, Exim"
        " `tls_require_ciphers`. An ECDSA key goes with ECDSA ciphers only.",
        "postconf(5) smtpd_tls_mandatory_ciphers; openssl-ciphers(1)",
        cause="This host and the server have no cipher in common.",
    ),
    Advice(
        "dh-group",
        "Give the server a DH group of 2048 bits (Postfix `smtpd_tls_dh1024_param_file = auto`,"
        " Exim `tls_dhparam`), or do without: `tls_ciphers: [ECDHE+AESGCM]`.",
        "postconf(5) smtpd_tls_dh1024_param_file",
        cause="The server's Diffie-Hellman group is too small for this host.",
    ),
    Advice(
        "secure-renegotiation",
        "Update the server, or the appliance before it: it knows no secure renegotiation (RFC"
        " 5746), without which this host's OpenSSL speaks to nobody.",
        "RFC 5746 section 4.1",
        cause="The server does not know secure renegotiation.",
    ),
    Advice(
        "name-for-sni",
        "Ask for a name that the server knows (SNI), in `host` or in `tls_server_name`, or add this"
        " one to it: Postfix `tls_server_sni_maps`.",
        "RFC 6066 section 3; postconf(5) tls_server_sni_maps",
        cause="The server does not know the name that is asked for in the handshake.",
    ),
)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's certificate, and DANE."""

from __future__ import annotations

from ..model import Advice

CERTIFICATE: tuple[Advice, ...] = (
    # Its dates.
    Advice(
        "renew-certificate",
        "Renew the server's certificate and reload the service: `openssl s_client -starttls smtp"
        " -connect HOST:PORT` shows the one that is still served.",
        "RFC 5280 section 4.1.2.5",
        cause="The server's certificate has expired, or will expire too soon.",
    ),
    Advice(
        "renewal-still-runs",
        "Check that what renews the certificate by itself still runs (`certbot renew`).",
        "https://eff-certbot.readthedocs.io/en/stable/using.html",
        cause="The server's certificate was not renewed in time.",
    ),
    Advice(
        "expired-in-chain",
        "Look for an intermediate or root certificate that has expired, where the server's own has"
        " not: in what it sends (`openssl s_client -showcerts`) and in `ca_path`.",
        "RFC 5280 section 6.1.3",
        cause="Another certificate of the chain has expired, not the server's own.",
    ),
    Advice(
        "clock-ahead",
        "Check this host's clock (`date -u`): it may be ahead.",
        "date(1)",
        cause="The clock of this host is ahead.",
    ),
    Advice(
        "clock-behind",
        "Set this host's clock (`timedatectl`, `chronyc tracking`): it is behind, so that a new"
        " certificate seems not to be valid yet.",
        "RFC 5280 section 4.1.2.5; chronyc(1)",
        cause="The clock of this host is behind.",
    ),
    Advice(
        "compare-clocks",
        "Compare the clocks of this host and the one that issued the certificate (`date -u`).",
        "RFC 5280 section 4.1.2.5",
        cause="The clock of this host, or of the issuer, is wrong.",
    ),
    # Its name.
    Advice(
        "name-in-certificate",
        "Ask for a name that the certificate has (`names` in the result): in `host`, or in"
        " `tls_server_name`. Otherwise have a certificate issued for the name that is used.",
        "RFC 9525 section 6.3",
        cause="The server's certificate does not have the name that was asked for.",
    ),
    Advice(
        "name-instead-of-address",
        "Ask for the server by name, in `host` or in `tls_server_name`: a certificate seldom has an"
        " address in it.",
        "RFC 5280 section 4.2.1.6",
        cause="The server was asked for by address, and its certificate has no address.",
    ),
    Advice(
        "certificate-for-sni",
        "Check that the server shows the certificate of the name that is asked for (SNI): Postfix"
        " `tls_server_sni_maps`, Exim `tls_certificate` with `$tls_in_sni`.",
        "RFC 6066 section 3; postconf(5) tls_server_sni_maps",
        cause="The server does not choose its certificate by the name that is asked for.",
    ),
    Advice(
        "certificate-of-one-address",
        "Install the new certificate on every server behind the name, and reload each service: one"
        " address shows a certificate that the others do not (`openssl s_client -starttls smtp"
        " -connect ADDRESS:PORT -servername NAME`).",
        "openssl-s_client(1)",
        cause="One of the server's addresses shows another certificate than the others.",
    ),
    # Who issued it, and how.
    Advice(
        "send-intermediates",
        "Let the server send its intermediate certificates right after its own (`chain` in the"
        " result is what it sends): Postfix `smtpd_tls_chain_files`, Exim `tls_certificate`,"
        " Dovecot `ssl_cert`.",
        "RFC 8446 section 4.4.2; postconf(5) smtpd_tls_chain_files",
        cause="The server does not send its intermediate certificates.",
    ),
    Advice(
        "name-authority",
        "Name the authority that issued the certificate in `ca_path`, where it is one of your own."
        " `issuer` in the result says which it is.",
        "smtp_handshake ca_path",
        cause="This host does not know the private authority that issued the certificate.",
    ),
    Advice(
        "update-authorities",
        "Update the authorities that this host trusts (the package `ca-certificates`), and look"
        " whether an appliance that inspects TLS has issued what comes here.",
        "update-ca-certificates(8)",
        cause="This host's list of trusted authorities does not have the issuer.",
    ),
    Advice(
        "self-signed-certificate",
        "Have the certificate issued by an authority that this host trusts, or name it in"
        " `ca_path`: it is its own issuer, as Debian's ssl-cert-snakeoil.pem is.",
        "X509_STORE_CTX_get_error(3); make-ssl-cert(8)",
        cause="The server's certificate is self-signed.",
    ),
    Advice(
        "name-root-authority",
        "Name the root authority in `ca_path`, too: it has an intermediate one alone, whose issuer"
        " is missing.",
        "X509_STORE_CTX_get_error(3)",
        cause="`ca_path` has an intermediate authority without the root authority above it.",
    ),
    Advice(
        "authority-made-anew",
        "Compare the authority in `ca_path` with the one that issued the certificate, by their"
        " keys: it has the same name, and was made anew.",
        "X509_STORE_CTX_get_error(3)",
        cause="The authority in `ca_path` has the name of the issuer, but another key.",
    ),
    Advice(
        "authority-that-may",
        "Have the certificate issued by an authority that may: one in its chain is none, or its"
        " constraints exclude this name (`openssl x509 -text`).",
        "RFC 5280 section 4.2.1.9",
        cause="The authority is not entitled to issue this certificate.",
    ),
    Advice(
        "strict-authority",
        "Name the authority in `ca_path`, or have it issue its certificates as RFC 5280 wants them"
        " (`openssl verify -x509_strict`): without `ca_path` Python 3.13 and later takes no"
        " others.",
        "https://docs.python.org/3/whatsnew/3.13.html",
        cause="The chain breaks a rule of RFC 5280 that this host's Python enforces.",
    ),
    Advice(
        "stronger-certificate",
        "Have the server's certificate issued anew, with RSA of 2048 bits or ECDSA, and SHA-256:"
        " this host takes nothing weaker (OpenSSL's security level).",
        "SSL_CTX_set_security_level(3)",
        cause="A key or signature in the chain is too weak for this host's OpenSSL.",
    ),
    Advice(
        "certificate-for-servers",
        "Have the server's certificate issued for servers: its extended key usage must have"
        " `serverAuth` (`openssl x509 -purpose`).",
        "RFC 5280 section 4.2.1.12",
        cause="The certificate was not issued for servers.",
    ),
    Advice(
        "judge-certificate-by-hand",
        "Have the certificate judged by hand: `openssl s_client -starttls smtp -connect HOST:PORT"
        " -CAfile FILE` says which one of the chain is at fault.",
        "openssl-s_client(1)",
        cause="This host does not accept the server's certificate.",
    ),
    # DANE.
    Advice(
        "publish-tlsa",
        "Publish a TLSA record (`3 1 1` with the SHA-256 of the server's key) at the name that the"
        " failure gives, or leave `dane` out: the port is part of that name.",
        "RFC 6698 section 3; RFC 7672 section 3.1",
        cause="The server has no TLSA record for this port.",
    ),
    Advice(
        "validating-resolver-for-mx",
        "Ask a resolver that validates, on this very host (unbound; systemd-resolved with"
        " `DNSSEC=yes`): `dig +dnssec MX DOMAIN` must show the flag `ad`.",
        "RFC 7672 section 2.2.1; RFC 4035 section 3.2.3",
        cause="This host's resolver does not validate the MX records with DNSSEC.",
    ),
    Advice(
        "sign-mail-domain",
        "Sign the zone of the mail domain, too, or name the mail exchangers as `host` where they"
        " are known from a safer place than its MX records.",
        "RFC 7672 section 2.2.1",
        cause="The zone of the mail domain is not signed.",
    ),
    Advice(
        "validating-resolver-for-tlsa",
        "Ask a resolver that validates, on this very host (unbound; systemd-resolved with"
        " `DNSSEC=yes`): `dig +dnssec TLSA NAME` must show the flag `ad`.",
        "RFC 4035 section 3.2.3",
        cause="This host's resolver does not validate the TLSA records with DNSSEC.",
    ),
    Advice(
        "sign-server-zone",
        "Sign the zone of the server's name, and have its DS record published in the zone above"
        " (`delv TLSA NAME` says where the chain breaks).",
        "RFC 4035 section 2.4; delv(1)",
        cause="The zone of the server's name is not signed.",
    ),
    Advice(
        "wrong-signatures",
        "Try `dig +dnssec TLSA NAME`: SERVFAIL that goes away with `+cd` means that the zone's"
        " signatures are wrong or have expired.",
        "RFC 7672 section 2.1.1",
        cause="The DNSSEC signatures of the server's zone are wrong or have expired.",
    ),
    Advice(
        "tlsa-without-answer",
        "Ask another resolver (`dig @ADDRESS TLSA NAME`): some forwarders and name servers do not"
        " answer for TLSA, where they should say that there is none.",
        "RFC 7672 section 2.1.2",
        cause="A name server or forwarder does not answer queries for TLSA records.",
    ),
    Advice(
        "tlsa-usable-for-mail",
        "Publish records of usage 3 (DANE-EE) or 2 (DANE-TA), selector 0 or 1, with SHA-256 or"
        " SHA-512: mail makes nothing of usage 0 and 1 (RFC 7672 section 3.1.3).",
        "RFC 7672 section 3.1.3",
        cause="The server's TLSA records are of a kind that mail does not use.",
    ),
    Advice(
        "newer-python-for-tlsa",
        "Probe from a host with Python 3.8 or later: a record of usage 2 names an authority, which"
        " Python 3.7 does not see.",
        "smtp_handshake dane",
        cause="Python 3.7 does not see the authority that the TLSA record names.",
    ),
    Advice(
        "tlsa-before-renewal",
        "Publish the record of the new key before the certificate is renewed, or keep the key: the"
        " server shows a certificate that its TLSA records do not name.",
        "RFC 7671 section 8.1",
        cause="The server's key was changed before its TLSA record.",
    ),
    Advice(
        "hash-of-served-key",
        "Compare with the hash of the key that is served: `openssl x509 -pubkey -noout`, `openssl"
        " pkey -pubin -outform DER`, `openssl sha256` make a record `3 1 1`.",
        "openssl-x509(1); openssl-pkey(1)",
        cause="The TLSA record has the hash of another key than the one that is served.",
    ),
    Advice(
        "send-authority-of-tlsa",
        "For a record of usage 2, let the server send the certificate of that authority: `chain` in"
        " the result is what it sends.",
        "RFC 7672 section 3.1.2",
        cause="The server does not send the certificate of the authority in its TLSA record.",
    ),
    Advice(
        "mend-certificate-of-tlsa",
        "Mend the certificate, or publish `3 1 1`: with a record of usage 2 its dates, its name and"
        " its chain up to that authority count, with usage 3 they do not.",
        "RFC 7672 section 3.1.2",
        cause="The certificate matches its TLSA record, but it is not valid.",
    ),
    Advice(
        "judge-dane-by-postfix",
        "Have Postfix judge it, too: `posttls-finger -c -l dane HOST`.",
        "posttls-finger(1)",
        cause="The server's certificate does not pass DANE.",
    ),
)

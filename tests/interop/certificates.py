# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for mail servers: good ones, and one for each way in which they go bad."""

from __future__ import annotations

import datetime
import ssl
import typing as t
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

# What every server calls itself, and what the good certificates are for.
SERVER_NAME = "mx.example.test"


class Pem(t.NamedTuple):
    """Files of a server's own: its certificate with those that it sends along, and its key."""

    chain: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """Return the context of a server that shows them."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(self.chain), str(self.key))
        return context


class Certificates:
    """PEM files in a folder that every user can read: the mail servers drop their privileges.

    `ca` is the file of the authority to trust, and the rest is what servers show:

    - `good`: issued by that authority.
    - `with_intermediate`: issued by an authority under it, whose certificate is sent along.
    - `without_intermediate`: the same, but it is not.
    - `expired`, `not_yet_valid`, `wrong_name`: issued by that authority.
    - `rsa`, `expired_rsa`: issued by that authority, with a key for RSA; the others have ECDSA.
    - `self_signed`: issued by itself.
    - `unknown_ca`: issued by another.
    - `client`: for a client that shows one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        trusted = trustme.CA()
        below = trusted.create_child_ca()
        last_year = datetime.datetime.now() - datetime.timedelta(days=365)
        self.ca = folder / "ca.pem"
        trusted.cert_pem.write_to_path(str(self.ca))
        self.good = self._write("good", trusted.issue_cert(SERVER_NAME))
        self.with_intermediate = self._write("with_intermediate", below.issue_cert(SERVER_NAME))
        self.without_intermediate = self._without_intermediate()
        self.expired = self._write("expired", trusted.issue_cert(SERVER_NAME, not_after=last_year))
        self.not_yet_valid = self._issued("not_yet_valid", trusted, days=10)
        self.rsa = self._issued("rsa", trusted, is_rsa=True)
        self.expired_rsa = self._issued("expired_rsa", trusted, days=-40, is_rsa=True)
        self.self_signed = self._self_signed()
        self.wrong_name = self._write("wrong_name", trusted.issue_cert("other.example.test"))
        self.unknown_ca = self._write("unknown_ca", trustme.CA().issue_cert(SERVER_NAME))
        self.client = self._write("client", trusted.issue_cert("client.example.test"))

    def _write(self, name: str, certificate: trustme.LeafCert) -> Pem:
        pem = Pem(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        for blob in certificate.cert_chain_pems:
            blob.write_to_path(str(pem.chain), append=True)
        certificate.private_key_pem.write_to_path(str(pem.key))
        return pem

    def _without_intermediate(self) -> Pem:
        pem = Pem(self._folder / "without_intermediate.pem", self.with_intermediate.key)
        own, end, _sent_along = self.with_intermediate.chain.read_text().partition(
            "-----END CERTIFICATE-----\n"
        )
        pem.chain.write_text(own + end)
        return pem

    def _issued(
        self, name: str, authority: trustme.CA, days: int = -10, is_rsa: bool = False
    ) -> Pem:
        issuer = x509.load_pem_x509_certificate(authority.cert_pem.bytes())
        key = serialization.load_pem_private_key(authority.private_key_pem.bytes(), None)
        return self._signed(name, issuer.subject, key, days, is_rsa)

    def _self_signed(self) -> Pem:
        return self._signed("self_signed")

    def _signed(
        self,
        name: str,
        issuer: x509.Name | None = None,
        authority_key: t.Any = None,
        days: int = -10,
        is_rsa: bool = False,
    ) -> Pem:
        """Make a certificate that is valid for a month, from some days hence; or ago, if negative.

        Without an issuer it is issued by itself. This trustme does not do.
        """
        key: t.Any = ec.generate_private_key(ec.SECP256R1())
        if is_rsa:
            key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SERVER_NAME)])
        begin = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
        signer = authority_key or key
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer or subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + datetime.timedelta(days=30))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(SERVER_NAME)]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                critical=False,
            )
            .sign(signer, hashes.SHA256())
        )
        pem = Pem(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        pem.chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        pem.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return pem

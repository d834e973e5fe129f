# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for chains of all kinds, which trustme does not make. Needs cryptography."""

from __future__ import annotations

import datetime
import ipaddress
import typing as t

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

NAME = "mx.example.org"
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


class Party:
    """Somebody with a key, a certificate, and the certificates of those who vouch for it."""

    def __init__(self, key: t.Any, certificate: x509.Certificate, above: list[bytes]) -> None:
        self.key = key
        self.certificate = certificate
        self.der = certificate.public_bytes(serialization.Encoding.DER)
        self.chain = [self.der, *above]
        self.subject = certificate.subject

    def issue(self, subject: str = NAME, **options: t.Any) -> Party:
        """Issue a certificate."""
        return issue(subject, issuer=self, **options)


def p256() -> t.Any:
    return ec.generate_private_key(ec.SECP256R1())


def issue(
    subject: str,
    *,
    issuer: Party | None = None,
    key: t.Any = None,
    days: tuple[float, float] = (-1, 30),
    names: t.Iterable[str] | None = None,
    authority: bool = False,
    path_length: int | None = None,
    extensions: t.Iterable[tuple[x509.ExtensionType, bool]] = (),
) -> Party:
    """Issue a certificate, signed by itself where there is no issuer."""
    key = key or p256()
    signer = issuer.key if issuer else key
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    identifier = x509.SubjectKeyIdentifier.from_public_key
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + datetime.timedelta(days[0]))
        .not_valid_after(NOW + datetime.timedelta(days[1]))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=path_length), critical=True)
        .add_extension(identifier(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                identifier(signer.public_key())
            ),
            critical=False,
        )
        .add_extension(key_usage(authority=authority), critical=True)
    )
    if names is None:
        names = () if authority else (subject,)
    alternatives = [general_name(alternative) for alternative in names]
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    digest = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    # A root is not part of what a server sends.
    above = issuer.chain if issuer and issuer.certificate.issuer != issuer.subject else []
    return Party(key, builder.sign(signer, digest), above)


def general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )

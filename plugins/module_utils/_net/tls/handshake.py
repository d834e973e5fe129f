# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The TLS handshake on a stream, and a report of it.

The certificate is reported in full whether it verifies or not. So the handshake itself verifies it
only if a certificate that does not verify must end the dialogue.
"""

from __future__ import annotations

import functools
import os
import ssl
import time
import typing as t

from ..errors import ProbeError
from ..stream import reason_of
from .certificate import Certificate, days_left, read_certificate
from .chain import Chain, chain_of, watch
from .dane import Dane, match_tlsa
from .verify import Trust, VerifyFailure, all_failures, set_checks, trust_only

if t.TYPE_CHECKING:
    import socket

    from ..network import Stream
    from .dane import Mask, TlsaAnswer
    from .policy import TlsPolicy
    from .server_hello import Choice

_VERSIONS = {
    "TLSv1": "TLSv1",
    "TLSv1.1": "TLSv1_1",
    "TLSv1.2": "TLSv1_2",
    "TLSv1.3": "TLSv1_3",
}

# OpenSSL's X509_V_ERR for an unknown issuer. On Python 3.7, which does not return intermediate
# certificates, it may be due to their lack.
_ISSUER_UNKNOWN = (20, 21)

# Limits on the report. A hostile certificate can have thousands of names.
_MAX_CHAIN = 10
_MAX_NAMES = 100
_MAX_CHARACTERS = 500


class TlsSession(t.NamedTuple):
    """A report of TLS: of an established session, or of a failed handshake.

    `error` is why the handshake failed, or None. `verified` is whether the certificate verifies, or
    None if that is not known. `verify_errors` say why it does not, in OpenSSL's words. `bits` is
    the length of the cipher's key. `chain` begins with `certificate`. `cause` is the error that
    ended the handshake, with the state of the connection.
    """

    version: str | None
    cipher: str | None
    bits: int | None
    verified: bool | None
    verify_errors: tuple[str, ...]
    certificate: Certificate | None
    chain: tuple[Certificate, ...]
    dane: Dane | None
    error: str | None
    cause: ProbeError | None = None

    def __str__(self) -> str:
        certificate = "verified"
        if not self.verified:
            judged = "not judged" if self.verified is None else "not verified"
            certificate = f"{judged}: {self.verify_error}"
        dane = f"; {self.dane}" if self.dane else ""
        return f"TLS stands: {self.version}, {self.cipher}, certificate {certificate}{dane}"

    @property
    def verify_error(self) -> str | None:
        """Why the certificate does not verify, as one text, or None."""
        return "; ".join(self.verify_errors) or None

    @property
    def days_left(self) -> int | None:
        """The number of whole days until the certificate expires."""
        return None if self.certificate is None else days_left(self.certificate, time.time())

    def as_result(self, mask: Mask) -> dict[str, t.Any]:
        """Return the value of `tls` in the module's result; `mask` replaces secrets in texts."""
        return {
            "version": self.version,
            "cipher": self.cipher,
            "bits": self.bits,
            "verified": self.verified,
            "verify_error": mask(self.verify_error) if self.verify_error else None,
            "certificate": self._certificate_result(mask),
            "chain": [
                {
                    "subject": _shown(mask(one.subject)),
                    "issuer": _shown(mask(one.issuer)),
                }
                for one in self.chain[:_MAX_CHAIN]
            ],
            "dane": self.dane.as_result(mask) if self.dane else None,
        }

    def _certificate_result(self, mask: Mask) -> dict[str, t.Any] | None:
        certificate = self.certificate
        if certificate is None:
            return None
        return {
            "subject": _shown(mask(certificate.subject)),
            "issuer": _shown(mask(certificate.issuer)),
            "names": [_shown(mask(name)) for name in certificate.names[:_MAX_NAMES]],
            "not_before": certificate.not_before,
            "not_after": certificate.not_after,
            "days_left": self.days_left,
            "serial": _shown(mask(certificate.serial)),
            "sha256": certificate.sha256,
        }


def _shown(text: str) -> str:
    """Cut a text. It must be masked before, since a part of a secret would not be recognized."""
    return text if len(text) <= _MAX_CHARACTERS else f"{text[:_MAX_CHARACTERS]}..."


def start(
    stream: Stream, policy: TlsPolicy, name: str, answer: TlsaAnswer | None, until: float
) -> TlsSession:
    """Start TLS with a server by its name, and return a report, also of a failed handshake.

    With `answer`, the certificate is also matched with the TLSA records. Raises ProbeError:
    `timeout`, or `local` if a file of the options no longer exists.
    """
    if answer is not None:
        # SNI must be the name of the TLSA records (RFC 7672 section 8.1).
        name = answer.host
    context = _context_to_connect(policy)
    made: list[ssl.SSLSocket] = []

    def wrap(sock: socket.socket) -> ssl.SSLSocket:
        made.append(
            context.wrap_socket(sock, server_hostname=name or None, do_handshake_on_connect=False)
        )
        return made[0]

    error: ProbeError | None = None
    try:
        stream.start_tls(wrap, until)
    except ProbeError as broken:
        if broken.kind != "tls" or not made:
            raise
        error = broken
    return _session(made[0], policy, name, answer, error)


def _context_to_connect(policy: TlsPolicy) -> ssl.SSLContext:
    try:
        return context_for(policy, verifies=policy.judges)
    except (OSError, ValueError) as error:
        raise ProbeError("local", f"this host cannot prepare TLS: {reason_of(error)}") from error


def _session(
    sock: ssl.SSLSocket,
    policy: TlsPolicy,
    name: str,
    answer: TlsaAnswer | None,
    error: ProbeError | None,
) -> TlsSession:
    chain = chain_of(sock)
    failures: list[VerifyFailure] = []
    verified: bool | None = None
    if error is not None:
        cause = error.__cause__
        if isinstance(cause, ssl.SSLCertVerificationError):
            verified = False
            failures = _verify_failures(chain, policy, name, VerifyFailure.of(cause))
    elif policy.judges:
        verified = True
    else:
        verified, failures = _would_verify(chain, policy, name)
    certificates = tuple(_read(chain))
    cipher = sock.cipher() if error is None else None
    return TlsSession(
        version=sock.version() if error is None else None,
        cipher=cipher[0] if cipher else None,
        bits=cipher[2] if cipher else None,
        verified=verified,
        verify_errors=tuple(failure.text for failure in failures),
        certificate=certificates[0] if certificates else None,
        chain=certificates,
        dane=_dane(answer, chain) if answer and error is None else None,
        error=_handshake_error(error, failures, chain),
        cause=error,
    )


def session_of(
    chosen: Choice, policy: TlsPolicy, name: str, answer: TlsaAnswer | None
) -> TlsSession:
    """Return a report of what a server chose and showed in a handshake that was not finished.

    Whether the server has the key of its certificate is not known.
    """
    chain = Chain(chosen.certificates, whole=True)
    certificates = tuple(_read(chain))
    verified, failures = _would_verify(chain, policy, name) if chain.certificates else (None, [])
    return TlsSession(
        version=chosen.version,
        cipher=chosen.cipher,
        bits=None,
        verified=verified,
        verify_errors=tuple(failure.text for failure in failures),
        certificate=certificates[0] if certificates else None,
        chain=certificates,
        dane=_dane(answer, chain) if answer is not None and chain.certificates else None,
        error=None,
    )


def _handshake_error(
    error: ProbeError | None, failures: list[VerifyFailure], chain: Chain
) -> str | None:
    """Return why the handshake failed; mention a missing intermediate certificate."""
    if error is None or not failures:
        return error.text if error is not None else None
    alone = chain.whole and len(chain.certificates) == 1
    hint = ", and the server sent no intermediate certificate"
    texts = [
        failure.text + (hint if alone and failure.code in _ISSUER_UNKNOWN else "")
        for failure in failures
    ]
    return f"the certificate is not trusted: {'; '.join(texts)}"


def _would_verify(
    chain: Chain, policy: TlsPolicy, name: str
) -> tuple[bool | None, list[VerifyFailure]]:
    """Return whether a chain would verify, and why not; None if Python returns a part of it."""
    failures = _verify_failures(chain, policy, name)
    if not failures:
        return True, []
    proven = [one for one in failures if chain.whole or one.code not in _ISSUER_UNKNOWN]
    if proven:
        return False, proven
    why = "(this Python does not show the intermediate certificates)"
    return None, [one._replace(text=f"{one.text} {why}") for one in failures]


def _verify_failures(
    chain: Chain, policy: TlsPolicy, name: str, first: VerifyFailure | None = None
) -> list[VerifyFailure]:
    """Return all failures of a chain; `first` is the failure of a handshake."""
    if first is not None and not chain.certificates:  # on Python 3.7, after a failed handshake
        return [first]
    judging = policy._replace(
        tls_min_version=None, tls_ciphers=(), client_cert=None, client_key=None
    )

    def make(names: bool, times: bool) -> ssl.SSLContext:
        return context_for(judging, True, names, times)

    return all_failures(chain.certificates, name, Trust(make), first)


def _dane(answer: TlsaAnswer, chain: Chain) -> Dane:
    """Match the chain with the TLSA records."""

    def failure_of(authority: bytes) -> str | None:
        trust = trust_only([authority])
        names = answer.reference_names
        if any(trust.failure(chain.certificates, name) is None for name in names):
            return None
        failures = all_failures(chain.certificates, names[0], trust)
        return "; ".join(failure.text for failure in failures)

    return match_tlsa(answer, chain.certificates, chain.whole, failure_of)


def _read(chain: Chain) -> t.Iterator[Certificate]:
    for der in chain.certificates:
        try:
            yield read_certificate(der)
        except ValueError:
            return


@functools.lru_cache(maxsize=64)  # many dialogues share a context: loading the authorities is slow
def context_for(
    policy: TlsPolicy, verifies: bool, names: bool = True, times: bool = True
) -> ssl.SSLContext:
    """Return a context for the options of TLS. Raises OSError or ValueError for a bad option."""
    if policy.ca_path is None:
        context = ssl.create_default_context()
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        folder = policy.ca_path if os.path.isdir(policy.ca_path) else None
        context.load_verify_locations(None if folder else policy.ca_path, folder)
    if policy.client_cert is not None:
        _load_client_certificate(context, policy.client_cert, policy.client_key)
    if policy.tls_min_version is not None:
        version = ssl.TLSVersion[_VERSIONS[policy.tls_min_version]]
        context.minimum_version = version
    if policy.tls_ciphers:
        context.set_ciphers(":".join(policy.tls_ciphers))
    set_checks(context, names and verifies, times)
    if not verifies:
        context.verify_mode = ssl.CERT_NONE
    watch(context)
    return context


class PassphraseNeeded(ValueError):
    """A private key is encrypted."""


def _load_client_certificate(context: ssl.SSLContext, certificate: str, key: str | None) -> None:
    """Load the certificate and key of a client.

    OpenSSL would ask for a passphrase on the terminal. Here it gets an empty passphrase: with
    OpenSSL 3, Python 3.7 cannot handle an exception in the callback.
    """
    asked = []

    def passphrase() -> str:
        asked.append(True)
        return ""

    try:
        context.load_cert_chain(certificate, key, passphrase)
    except ssl.SSLError as error:
        if asked:
            raise PassphraseNeeded("the key has a passphrase") from error
        raise

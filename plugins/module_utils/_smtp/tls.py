# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS on a channel, and what there is to say of it. Whether that will do is for the verdict.

The certificate is reported in full whether it verifies or not, so the handshake itself verifies
only where a certificate that does not is to end the dialogue.
"""

from __future__ import annotations

import functools
import os
import ssl
import time
import typing as t

from .certificate import Certificate, days_left, read_certificate
from .chain import Chain, chain_of, watch
from .channel import reason_of
from .dane import Dane, judge_dane
from .tls_verify import verify_chain
from .words import Broken

if t.TYPE_CHECKING:
    import socket

    from .channel import Channel
    from .dane import Answer
    from .plan import Plan, TlsWish

_VERSIONS = {
    "TLSv1": "TLSv1",
    "TLSv1.1": "TLSv1_1",
    "TLSv1.2": "TLSv1_2",
    "TLSv1.3": "TLSv1_3",
}

# What OpenSSL says of a chain whose issuer it does not know: on Python 3.7, which does not show
# the intermediates, that may be for lack of them.
_ISSUER_UNKNOWN = (20, 21)


# OpenSSL's X509_V_FLAG_PARTIAL_CHAIN, which the ssl module names from Python 3.10 on.
_PARTIAL_CHAIN = 0x80000


# A hostile certificate can have thousands of names; of an honest one, this is all.
_MAX_CHAIN = 10
_MAX_NAMES = 100
_MAX_CHARACTERS = 500


class Session(t.NamedTuple):
    """TLS as it stands, or as far as it came: `error` is why the handshake failed.

    `verified` is None where it cannot be told, and `verify_error` why the certificate does not
    verify, in OpenSSL's words.
    """

    version: str | None
    cipher: str | None
    bits: int | None
    verified: bool | None
    verify_error: str | None
    certificate: Certificate | None
    chain: tuple[Certificate, ...]
    dane: Dane | None
    error: str | None

    def __str__(self) -> str:
        certificate = "verified"
        if not self.verified:
            judged = "not judged" if self.verified is None else "not verified"
            certificate = f"{judged}: {self.verify_error}"
        dane = f"; {self.dane}" if self.dane else ""
        return f"TLS stands: {self.version}, {self.cipher}, certificate {certificate}{dane}"

    @property
    def days_left(self) -> int | None:
        """For how many days the certificate is still valid."""
        return None if self.certificate is None else days_left(self.certificate, time.time())

    def as_result(self) -> dict[str, t.Any]:
        """Give the return value that the module documents."""
        return {
            "version": self.version,
            "cipher": self.cipher,
            "bits": self.bits,
            "verified": self.verified,
            "verify_error": self.verify_error,
            "certificate": self._certificate_result(),
            "chain": [
                {"subject": _shown(one.subject), "issuer": _shown(one.issuer)}
                for one in self.chain[:_MAX_CHAIN]
            ],
            "dane": self.dane.as_result() if self.dane else None,
        }

    def _certificate_result(self) -> dict[str, t.Any] | None:
        certificate = self.certificate
        if certificate is None:
            return None
        return {
            "subject": _shown(certificate.subject),
            "issuer": _shown(certificate.issuer),
            "names": [_shown(name) for name in certificate.names[:_MAX_NAMES]],
            "not_before": certificate.not_before,
            "not_after": certificate.not_after,
            "days_left": self.days_left,
            "serial": certificate.serial,
            "sha256": certificate.sha256,
        }


def _shown(text: str) -> str:
    return text if len(text) <= _MAX_CHARACTERS else f"{text[:_MAX_CHARACTERS]}..."


def start(channel: Channel, plan: Plan, answer: Answer | None, until: float) -> Session:
    """Start TLS; with an answer of the DNS, hold the certificate against it.

    Raises Broken, kind `timeout`; a handshake that fails is told in the session.
    """
    wish = plan.tls
    # A server with many names chooses its certificate by the one of the records (RFC 7672
    # section 8.1).
    name = plan.tls_name if answer is None else answer.host
    context = _context(wish, verifies=wish.judges)
    made: list[ssl.SSLSocket] = []

    def wrap(sock: socket.socket) -> ssl.SSLSocket:
        made.append(
            context.wrap_socket(sock, server_hostname=name or None, do_handshake_on_connect=False)
        )
        return made[0]

    error: Broken | None = None
    try:
        channel.start_tls(wrap, until)
    except Broken as broken:
        if broken.kind != "tls" or not made:
            raise
        error = broken
    return _session(made[0], wish, name, answer, error)


def fault_of(wish: TlsWish) -> tuple[str, str] | None:
    """Give the option that OpenSSL can make nothing of, and its reason; None where all are good."""
    for option in ("ca_path", "client_cert", "tls_min_version", "tls_ciphers"):
        value = getattr(wish, option)
        if not value:
            continue
        key = wish.client_key if option == "client_cert" else None
        nothing = type(wish)(client_key=key)
        try:
            _context(nothing._replace(**{option: value}), verifies=True)
        except (OSError, ValueError) as error:
            return option, f"{value}: {reason_of(error)}"
    return None


def _session(
    sock: ssl.SSLSocket, wish: TlsWish, name: str, answer: Answer | None, error: Broken | None
) -> Session:
    chain = chain_of(sock)
    refusal: str | None = None
    verified: bool | None = None
    if error is not None:
        cause = error.__cause__
        if isinstance(cause, ssl.SSLCertVerificationError):
            verified, refusal = False, cause.verify_message
    elif wish.judges:
        verified = True
    else:
        verified, refusal = _would_verify(chain, wish, name)
    certificates = tuple(_read(chain))
    cipher = sock.cipher() if error is None else None
    return Session(
        version=sock.version() if error is None else None,
        cipher=cipher[0] if cipher else None,
        bits=cipher[2] if cipher else None,
        verified=verified,
        verify_error=refusal,
        certificate=certificates[0] if certificates else None,
        chain=certificates,
        dane=_dane(answer, chain) if answer and error is None else None,
        error=_words(error, refusal, chain),
    )


def _words(error: Broken | None, refusal: str | None, chain: Chain) -> str | None:
    """Say why the handshake failed; of a chain that may be broken off, that too."""
    if error is None or refusal is None:
        return error.text if error is not None else None
    text = f"the certificate is not trusted: {refusal}"
    code = getattr(error.__cause__, "verify_code", None)
    if code in _ISSUER_UNKNOWN and chain.whole and len(chain.certificates) == 1:
        text += ", and the server sent no intermediate certificate"
    return text


def _would_verify(chain: Chain, wish: TlsWish, name: str) -> tuple[bool | None, str | None]:
    """Ask OpenSSL what it would say, and do not blame the server for what Python does not show."""
    judging = _context(wish._replace(tls_min_version=None, tls_ciphers=()), verifies=True)
    refusal = verify_chain(chain.certificates, name, judging)
    if refusal is None:
        return True, None
    if not chain.whole and refusal.code in _ISSUER_UNKNOWN:
        return None, f"{refusal.text} (this Python does not show the intermediate certificates)"
    return False, refusal.text


def _dane(answer: Answer, chain: Chain) -> Dane:
    """Hold the chain against the TLSA records."""

    def why_not(authority: bytes) -> str | None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=authority)
        # The authority may well be an intermediate one.
        context.verify_flags |= ssl.VerifyFlags(_PARTIAL_CHAIN)
        refusals = [
            verify_chain(chain.certificates, name, context) for name in answer.reference_names
        ]
        texts = [refusal.text if refusal else None for refusal in refusals]
        return None if None in texts else texts[0]

    return judge_dane(answer, chain.certificates, chain.whole, why_not)


def _read(chain: Chain) -> t.Iterator[Certificate]:
    for der in chain.certificates:
        try:
            yield read_certificate(der)
        except ValueError:
            return


@functools.lru_cache(
    maxsize=64
)  # many dialogues share a context: to load the authorities takes time
def _context(wish: TlsWish, verifies: bool) -> ssl.SSLContext:
    """Make a context. Raises what the ssl module raises on a file or a cipher that is none."""
    if wish.ca_path is None:
        context = ssl.create_default_context()
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        folder = wish.ca_path if os.path.isdir(wish.ca_path) else None
        context.load_verify_locations(None if folder else wish.ca_path, folder)
    if wish.client_cert is not None:
        context.load_cert_chain(wish.client_cert, wish.client_key)
    if wish.tls_min_version is not None:
        version = ssl.TLSVersion[_VERSIONS[wish.tls_min_version]]
        context.minimum_version = version
    if wish.tls_ciphers:
        context.set_ciphers(":".join(wish.tls_ciphers))
    if not verifies:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    watch(context)
    return context

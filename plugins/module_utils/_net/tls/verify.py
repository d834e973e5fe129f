# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Verification of a chain of certificates by OpenSSL, without a connection.

Opportunistic TLS accepts any certificate, but reports whether it would verify. The ssl module
verifies a chain only in a handshake. So a TLS client is given one in memory: the ServerHello and
the Certificate message that a server would send in TLS 1.2. OpenSSL verifies the chain as soon as
it has read that message, before the server would need its key. Then it either fails, or waits for
the next message, which means that the chain verifies.
"""

from __future__ import annotations

import contextlib
import re
import ssl
import typing as t

from ..text import escape

# OpenSSL itself rejects a chain of more than 100 KiB.
MAX_CHAIN_BYTES = 1024 * 1024

_MAX_RECORD_BYTES = 2**14

# OpenSSL's X509_V_FLAG_NO_CHECK_TIME and X509_V_FLAG_PARTIAL_CHAIN; the ssl module names the latter
# since Python 3.10. With it, a trusted authority need not be a root.
NO_CHECK_TIME = 0x200000
PARTIAL_CHAIN = 0x80000

# OpenSSL's X509_V_ERR for a chain that does not end at a trusted certificate, or is too long.
_NOT_TRUSTED = (2, 18, 19, 20, 21, 22, 27, 28)

# OpenSSL's X509_V_ERR_CERT_HAS_EXPIRED.
_EXPIRED = 10

# The extensions of the ServerHello: secure renegotiation, which OpenSSL requires.
_EXTENSIONS = b"\0\5\xff\1\0\1\0"

# The types of server keys in cipher suites, as in SSLContext.get_ciphers(). The suite must match
# the key of the certificate: otherwise OpenSSL fails after it has verified the chain.
_KEY_TYPES = ("auth-rsa", "auth-ecdsa")


class VerifyFailure(t.NamedTuple):
    """Why a chain does not verify.

    `code` is the number of OpenSSL's X509_V_ERR, or None if OpenSSL failed before it verified the
    chain. `text` is OpenSSL's text, which differs from version to version.
    """

    text: str
    code: int | None

    @classmethod
    def of(cls, error: ssl.SSLCertVerificationError) -> VerifyFailure:
        """Return the failure that an exception of the ssl module stands for."""
        return cls(escape(error.verify_message), error.verify_code)


class Trust(t.NamedTuple):
    """A factory of contexts that trust the same authorities.

    `make` takes whether to check names and whether to check dates. It may return a cached context.
    """

    make: t.Callable[[bool, bool], ssl.SSLContext]

    def failure(
        self, chain: t.Sequence[bytes], server_name: str, times: bool = True
    ) -> VerifyFailure | None:
        """Return why a client with this trust would reject a chain, or None."""
        return verify_chain(chain, server_name, self.make(bool(server_name), times))


def all_failures(
    chain: t.Sequence[bytes], server_name: str, trust: Trust, first: VerifyFailure | None = None
) -> list[VerifyFailure]:
    """Return all failures of a chain, although OpenSSL stops at the first.

    `first` is the first failure, if it is known. The others are found by checking less: without
    dates and names, whether the chain is trusted; with the server's own certificate trusted,
    whether its dates and names are right.
    """
    first = first or trust.failure(chain, server_name)
    if first is None:
        return []
    found = {first.code: first}
    for failure in _others(chain, server_name, trust):
        if failure is not None and failure.code is not None:
            found.setdefault(failure.code, failure)
    return list(found.values())


def _others(
    chain: t.Sequence[bytes], server_name: str, trust: Trust
) -> t.Iterator[VerifyFailure | None]:
    not_trusted = trust.failure(chain, "", times=False)
    yield not_trusted
    if not_trusted is None:
        yield trust.failure(chain, "")
    own = chain[:1]
    for failure in (
        trust_only(own).failure(own, ""),
        trust_only(own).failure(own, server_name, times=False),
    ):
        yield _if_trusted(failure)
    if not_trusted is not None and len(chain) > 1:
        # The expired certificate may be one that is not needed, so the text says which one it is.
        failure = _if_trusted(trust_only(chain[-1:]).failure(chain, ""))
        if failure is not None and failure.code == _EXPIRED:
            failure = failure._replace(text=f"{failure.text} (one sent with the server's own)")
        yield failure


def _if_trusted(failure: VerifyFailure | None) -> VerifyFailure | None:
    return None if failure is None or failure.code in _NOT_TRUSTED else failure


def trust_only(certificates: t.Sequence[bytes]) -> Trust:
    """Trust these certificates (DER) alone, even with weak keys. Malformed ones are ignored."""

    def make(names: bool, times: bool) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        with contextlib.suppress(ssl.SSLError):
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
        for certificate in certificates:
            with contextlib.suppress(ssl.SSLError, ValueError):
                context.load_verify_locations(cadata=certificate)
        context.verify_flags |= ssl.VerifyFlags(PARTIAL_CHAIN)
        return set_checks(context, names, times)

    return Trust(make)


def set_checks(context: ssl.SSLContext, names: bool, times: bool) -> ssl.SSLContext:
    """Set whether a new context checks names and dates, and return the context."""
    context.check_hostname = names
    if not times:
        context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
    return context


def verify_chain(
    chain: t.Sequence[bytes], server_name: str, context: ssl.SSLContext
) -> VerifyFailure | None:
    """Return why a client with this context would reject a chain, or None.

    `chain` is in DER, the server's own certificate first. With an empty `server_name` the name is
    not checked. The context is used as it would be for a connection, and is not changed. Raises
    ValueError if the context does not verify, or has no cipher suite of TLS 1.2.
    """
    if context.verify_mode != ssl.CERT_REQUIRED or (server_name and not context.check_hostname):
        raise ValueError("the context does not verify certificates")
    if not chain:
        return VerifyFailure("there is no certificate", None)
    if sum(map(len, chain)) > MAX_CHAIN_BYTES:
        return VerifyFailure(f"the certificates have more than {MAX_CHAIN_BYTES} bytes", None)
    error = None
    for key_type in _KEY_TYPES:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        try:
            client = context.wrap_bio(incoming, outgoing, server_hostname=server_name or None)
        except (
            TypeError,
            ValueError,
            ssl.SSLError,
            SystemError,
        ):  # SystemError is a bug of Python 3.7
            return VerifyFailure(f"no certificate can be valid for '{escape(server_name)}'", None)
        _continue_handshake(client)
        suite = _suite(outgoing.read(), context, key_type)
        if suite is not None:
            incoming.write(_flight(suite, chain))
            error = _continue_handshake(client)
            if getattr(error, "reason", None) != "WRONG_CERTIFICATE_TYPE":
                break
    if error is None:
        raise ValueError("the context has no cipher suite of TLS 1.2")
    return _verify_failure(error)


def _continue_handshake(client: ssl.SSLObject) -> ssl.SSLError:
    """Continue the handshake of a client, and return the error that stops it."""
    try:
        client.do_handshake()
    except ssl.SSLError as error:
        return error
    return ssl.SSLError(0, "it has ended")  # impossible: no server has signed anything


def _verify_failure(error: ssl.SSLError) -> VerifyFailure | None:
    if isinstance(error, ssl.SSLWantReadError):
        return None
    if isinstance(error, ssl.SSLCertVerificationError):
        return VerifyFailure.of(error)
    words = re.sub(r"^\[[^]]*\] | \(_ssl\.c:\d+\)$", "", str(error))
    return VerifyFailure(f"the certificates cannot be judged: {escape(words)}", None)


def _suite(client_hello: bytes, context: ssl.SSLContext, key_type: str) -> bytes | None:
    """Return the first cipher suite in the ClientHello for a key of this type, or None."""
    suites = {
        (cipher["id"] & 0xFFFF).to_bytes(2, "big")
        for cipher in context.get_ciphers()
        if cipher["auth"] == key_type
    }
    # The headers of the record and of the message, the version, the random, the session ID.
    begin = 5 + 4 + 2 + 32 + 1 + int.from_bytes(client_hello[43:44], "big")
    end = begin + 2 + int.from_bytes(client_hello[begin : begin + 2], "big")
    offered = (client_hello[i : i + 2] for i in range(begin + 2, end, 2))
    return next((suite for suite in offered if suite in suites), None)


def _flight(suite: bytes, chain: t.Sequence[bytes]) -> bytes:
    """Return a ServerHello and a Certificate message (RFC 5246 section 7.4) in records."""
    hello = b"\3\3" + bytes(32) + b"\0" + suite + b"\0" + _EXTENSIONS
    certificates = _vector(b"".join(map(_vector, chain)))
    messages = b"\x02" + _vector(hello) + b"\x0b" + _vector(certificates)
    pieces = (
        messages[start : start + _MAX_RECORD_BYTES]
        for start in range(0, len(messages), _MAX_RECORD_BYTES)
    )
    return b"".join(b"\x16\3\3" + len(piece).to_bytes(2, "big") + piece for piece in pieces)


def _vector(content: bytes) -> bytes:
    return len(content).to_bytes(3, "big") + content

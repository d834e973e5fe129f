# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Would a chain of certificates verify? OpenSSL's own answer, without a connection.

Opportunistic TLS judges no certificate, yet its user wants to know how one would be judged. The ssl
module verifies a chain in a handshake and nowhere else, so a client gets one, in memory: the
ServerHello and the Certificate message that a server would send in TLS 1.2. OpenSSL judges the
chain as soon as it has read that message, before anything for which the server needs its key.
Then it either says what is wrong, or asks for the message that would come next; only this last is
taken to mean that the chain is good.
"""

from __future__ import annotations

import contextlib
import re
import ssl
import typing as t

from ..text import escape

# OpenSSL itself refuses a chain of more than 100 KiB.
MAX_CHAIN_BYTES = 1024 * 1024

_MAX_RECORD_BYTES = 2**14

# OpenSSL's X509_V_FLAG_NO_CHECK_TIME and X509_V_FLAG_PARTIAL_CHAIN; the ssl module names the latter
# from Python 3.10 on. With it an authority that is trusted need not be a root.
NO_CHECK_TIME = 0x200000
PARTIAL_CHAIN = 0x80000

# OpenSSL's X509_V_ERR for a chain that does not lead to anything trusted, or is too long for that.
_NOT_TRUSTED = (2, 18, 19, 20, 21, 22, 27, 28)

# And for what has expired.
_EXPIRED = 10

# What follows a ServerHello: extensions, of which secure renegotiation must be among them.
_EXTENSIONS = b"\0\5\xff\1\0\1\0"

# What authenticates the server in a cipher suite, as SSLContext.get_ciphers() has it. A suite must
# go with the key of the certificate: OpenSSL would complain of it after it has judged the chain.
_KEY_TYPES = ("auth-rsa", "auth-ecdsa")


class VerifyFailure(t.NamedTuple):
    """Why a chain does not verify.

    `code` is the number of OpenSSL's X509_V_ERR, and `text` OpenSSL's words for it, which differ
    from version to version. `code` is None where OpenSSL did not get as far as to judge the chain.
    """

    text: str
    code: int | None

    @classmethod
    def of(cls, error: ssl.SSLCertVerificationError) -> VerifyFailure:
        """Return what OpenSSL says of a certificate that it has not verified."""
        return cls(escape(error.verify_message), error.verify_code)


class Trust(t.NamedTuple):
    """How to make a context that trusts somebody.

    `make` is given whether names and dates are to be checked. It may return a context that it has
    made before.
    """

    make: t.Callable[[bool, bool], ssl.SSLContext]

    def failure(
        self, chain: t.Sequence[bytes], server_name: str, times: bool = True
    ) -> VerifyFailure | None:
        """Say why a client that trusts so would refuse a chain; None if it would not."""
        return verify_chain(chain, server_name, self.make(bool(server_name), times))


def all_failures(
    chain: t.Sequence[bytes], server_name: str, trust: Trust, first: VerifyFailure | None = None
) -> list[VerifyFailure]:
    """Say all that is wrong with a chain, where OpenSSL stops at the first.

    That is `first` if it is known. What is wrong beside it is found out with less to be checked:
    without dates and names whether the chain is trusted at all, and with the server's own
    certificate for trusted what its dates and names are like.
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
        # Not all that a server sends need be of use, so it is said which certificate that is.
        failure = _if_trusted(trust_only(chain[-1:]).failure(chain, ""))
        if failure is not None and failure.code == _EXPIRED:
            failure = failure._replace(text=f"{failure.text} (one sent with the server's own)")
        yield failure


def _if_trusted(failure: VerifyFailure | None) -> VerifyFailure | None:
    return None if failure is None or failure.code in _NOT_TRUSTED else failure


def trust_only(certificates: t.Sequence[bytes]) -> Trust:
    """Trust these certificates, in DER, and whatever their keys are like. Of garbage, nothing."""

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
    """Have a new context check names and dates, or not."""
    context.check_hostname = names
    if not times:
        context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
    return context


def verify_chain(
    chain: t.Sequence[bytes], server_name: str, context: ssl.SSLContext
) -> VerifyFailure | None:
    """Say why a client with this context would refuse this chain; None if it would not.

    `chain` is in DER, in the order that it came in, the server's own certificate first. With an
    empty `server_name` only the chain is judged. The context is one to connect with, and is left as
    it is: whom it trusts, its flags and its security level all count. Raises ValueError, and
    nothing else, where the context does not verify or has no cipher suite of TLS 1.2.
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
        except (TypeError, ValueError, ssl.SSLError, SystemError):  # the last in 3.7, by a bug
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
    """Let the client go on with its handshake, and give what stops it."""
    try:
        client.do_handshake()
    except ssl.SSLError as error:
        return error
    return ssl.SSLError(0, "it has ended")  # which it cannot: nobody has signed anything


def _verify_failure(error: ssl.SSLError) -> VerifyFailure | None:
    if isinstance(error, ssl.SSLWantReadError):
        return None
    if isinstance(error, ssl.SSLCertVerificationError):
        return VerifyFailure.of(error)
    words = re.sub(r"^\[[^]]*\] | \(_ssl\.c:\d+\)$", "", str(error))
    return VerifyFailure(f"the certificates cannot be judged: {escape(words)}", None)


def _suite(client_hello: bytes, context: ssl.SSLContext, key_type: str) -> bytes | None:
    """Choose a cipher suite of those that the ClientHello offers, one for a key of this type."""
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
    """Write what a server sends first in TLS 1.2 (RFC 5246 section 7.4), in records."""
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

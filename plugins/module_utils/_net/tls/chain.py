# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The certificates that a server sent, whether they verify or not.

The ssl module returns the whole chain only since Python 3.13, and with OpenSSL 1.1.1 only if the
chain verifies. Since Python 3.8 it has a hook that is called with each decrypted message of a
handshake, which is used here. Python 3.7 returns only the server's own certificate, and no
certificate after a failed handshake.
"""

from __future__ import annotations

import contextlib
import ssl
import typing as t
import weakref

Connection = t.Union[ssl.SSLSocket, ssl.SSLObject]

_HANDSHAKE = 22
_CERTIFICATE = 11

# OpenSSL's SSL_OP_NO_RX_CERTIFICATE_COMPRESSION, which the ssl module does not name. With
# compression (RFC 8879) the hook would get the compressed message.
_NO_COMPRESSION = 1 << 33

_messages: weakref.WeakKeyDictionary[Connection, tuple[int, bytes]] = weakref.WeakKeyDictionary()


class Chain(t.NamedTuple):
    """Certificates in DER, in the order of the message; `whole` if they are all that were sent."""

    certificates: tuple[bytes, ...]
    whole: bool


def watch(context: ssl.SSLContext) -> None:
    """Record the certificates of all connections that are made with a context."""
    if ssl.OPENSSL_VERSION_INFO >= (3, 2):
        with contextlib.suppress(OverflowError):  # where a C long has 32 bits
            context.options |= ssl.Options(_NO_COMPRESSION)
    if hasattr(ssl.SSLContext, "_msg_callback"):
        t.cast(t.Any, context)._msg_callback = _keep


def chain_of(connection: Connection) -> Chain:
    """Return the certificates that the server of a connection sent."""
    if connection in _messages:
        return Chain(tuple(_certificates(*_messages[connection])), whole=True)
    try:
        certificate = connection.getpeercert(True)
    except (AttributeError, OSError, ValueError):  # shut down, not connected, no handshake yet
        certificate = None
    return Chain((certificate,) if certificate else (), whole=False)


def _keep(
    connection: Connection, direction: str, version: int, content: int, message: int, data: bytes
) -> None:
    if (direction, content, message) == ("read", _HANDSHAKE, _CERTIFICATE):
        _messages[connection] = version, data


def _certificates(version: int, message: bytes) -> t.Iterator[bytes]:
    """Read a Certificate message (RFC 5246 section 7.4.2, RFC 8446 section 4.4.2)."""
    position = 4  # the message's type and length
    is_tls_1_3 = version >= ssl.TLSVersion.TLSv1_3
    if is_tls_1_3:
        position += 1 + int.from_bytes(message[4:5], "big")  # certificate_request_context
    position += 3  # the length of the list
    while position < len(message):
        begin = position + 3
        position = begin + int.from_bytes(message[position:begin], "big")
        if position > len(message):
            return  # malformed, and refused by OpenSSL
        yield message[begin:position]
        if is_tls_1_3:
            position += 2 + int.from_bytes(message[position : position + 2], "big")  # extensions

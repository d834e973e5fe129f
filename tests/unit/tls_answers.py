# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server of TLS sends before the client goes on, made by hand (RFC 5246 section 7.4)."""

from __future__ import annotations

import typing as t

TLS10, TLS11, TLS12, TLS13 = 0x0301, 0x0302, 0x0303, 0x0304
ECDHE_RSA = 0xC02F
DHE_RSA = 0x009E
RENEGOTIATION_INFO = b"\xff\x01\0\x01\0"


def number(value: int, size: int = 2) -> bytes:
    """Return a number in `size` bytes."""
    return value.to_bytes(size, "big")


def vector(data: bytes, size: int) -> bytes:
    """Return data behind its length."""
    return number(len(data), size) + data


def message(kind: int, body: bytes) -> bytes:
    """Return a message of the handshake."""
    return bytes([kind]) + vector(body, 3)


def server_hello(
    version: int = TLS12,
    cipher: int = ECDHE_RSA,
    compression: int = 0,
    extensions: bytes = RENEGOTIATION_INFO,
) -> bytes:
    """Return a ServerHello."""
    body = number(version) + bytes(32) + vector(b"", 1) + number(cipher) + bytes([compression])
    return message(2, body + (vector(extensions, 2) if extensions else b""))


def certificates(*chain: bytes) -> bytes:
    """Return a Certificate message."""
    return message(11, vector(b"".join(vector(one, 3) for one in chain), 3))


def ecdhe_key(group: int = 0x001D) -> bytes:
    """Return a ServerKeyExchange with a key on a curve, and a signature of nothing."""
    return message(12, b"\x03" + number(group) + vector(bytes(32), 1) + bytes(8))


def dhe_key(bits: int) -> bytes:
    """Return a ServerKeyExchange with a group of a prime of this length."""
    prime = (1 << (bits - 1) | 1).to_bytes((bits + 7) // 8, "big")
    return message(12, vector(prime, 2) + vector(b"\x02", 2) + vector(prime, 2))


DONE = message(14, b"")


def record(content: bytes, kind: int = 22, version: int = TLS12) -> bytes:
    """Return a record."""
    return bytes([kind]) + number(version) + vector(content, 2)


def alert(number_of_alert: int, level: int = 2) -> bytes:
    """Return a record with an alert."""
    return record(bytes([level, number_of_alert]), 21)


def flight(*messages: bytes) -> bytes:
    """Return all messages in one record."""
    return record(b"".join(messages))


def in_records(content: bytes, size: int) -> t.Iterator[bytes]:
    """Yield records that have so many bytes of the content each."""
    for start in range(0, len(content), size):
        yield record(content[start : start + size])

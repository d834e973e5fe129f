# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parse what a server answers to a ClientHello, as far as it is not encrypted. No I/O.

Up to TLS 1.2 that is all that the server sends before the client answers: ServerHello, Certificate,
ServerKeyExchange and ServerHelloDone (RFC 5246 section 7.3). In TLS 1.3 it is the ServerHello alone
(RFC 8446 section 2). Nothing is verified.

A server that has sent a ServerHello may still refuse: OpenSSL finds only afterwards that it may not
sign for an old version. So the answer counts once the last of the messages has come.
"""

from __future__ import annotations

import typing as t

from .code_points import ALERTS, CIPHERS, GROUPS, VERSIONS, name_of

# Limits on what is read. OpenSSL accepts a chain of at most 100 KiB.
MAX_BYTES = 256 * 1024
MAX_MESSAGE_BYTES = 128 * 1024
_MAX_CERTIFICATES = 20

# RFC 5246 section 6.2.3: more than 2**14 with compression or encryption.
_MAX_RECORD_BYTES = 2**14 + 2048
_HEADER_BYTES = 5

_ALERT, _HANDSHAKE = 21, 22
_WARNING = 1
_CLOSE_NOTIFY = 0

_SERVER_HELLO = 2
_CERTIFICATE = 11
_SERVER_KEY_EXCHANGE = 12
_SERVER_HELLO_DONE = 14

_NAMED_CURVE = 3
_SUPPORTED_VERSIONS = 43
_KEY_SHARE = 51
_RENEGOTIATION_INFO = 0xFF01

# The random of a ServerHello that is a HelloRetryRequest (RFC 8446 section 4.1.3).
RETRY_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")

_VERSION_NAMES = {number: name for name, number in VERSIONS.items()}


class BadAnswer(ValueError):
    """What the server sent is no legal answer to a ClientHello. The text says why."""


class Choice(t.NamedTuple):
    """What a server chose. `group` is that of the key exchange; `dh_bits` the size of a DHE group.

    `certificates` are in DER, and empty in TLS 1.3, where they are encrypted.
    """

    version_number: int
    cipher_number: int
    group: str | None = None
    dh_bits: int | None = None
    compression: bool = False
    secure_renegotiation: bool = False
    certificates: tuple[bytes, ...] = ()

    @property
    def version(self) -> str:
        """The name of the version."""
        return name_of(_VERSION_NAMES, self.version_number)

    @property
    def cipher(self) -> str:
        """The name of the cipher suite."""
        return name_of(CIPHERS, self.cipher_number)

    def __str__(self) -> str:
        parts = [self.version, self.cipher]
        if self.group is not None:
            parts.append(f"group {self.group}")
        if self.dh_bits is not None:
            parts.append(f"DH group of {self.dh_bits} bits")
        if self.version_number < VERSIONS["TLSv1.3"]:
            parts.append("compression" if self.compression else "no compression")
            known = "secure" if self.secure_renegotiation else "no secure"
            parts.append(f"{known} renegotiation")
        return ", ".join(parts)


class AnswerReader:
    """Reads the records of a server. `feed` raises BadAnswer.

    `refusal` is the name of the alert with which the server refuses, and `choice` what it chose;
    both are None as long as more must be read.
    """

    def __init__(self) -> None:
        self.refusal: str | None = None
        self.choice: Choice | None = None
        self.chosen: Choice | None = None  # the choice as far as it is known
        # Not bytes, as a server may send them one by one.
        self._records = bytearray()
        self._messages = bytearray()
        self._read = 0

    def feed(self, data: bytes) -> None:
        """Take bytes from the server."""
        self._read += len(data)
        if self._read > MAX_BYTES:
            raise BadAnswer(f"the server sent more than {MAX_BYTES} bytes")
        self._records += data
        position = 0
        while not self._is_complete:
            header = bytes(self._records[position : position + _HEADER_BYTES])
            if len(header) < _HEADER_BYTES:
                break
            length = _record_length(header)
            end = position + _HEADER_BYTES + length
            if end > len(self._records):
                break
            self._take_record(header[0], bytes(self._records[position + _HEADER_BYTES : end]))
            position = end
        del self._records[:position]

    @property
    def _is_complete(self) -> bool:
        return self.choice is not None or self.refusal is not None

    def _take_record(self, kind: int, content: bytes) -> None:
        if kind == _ALERT:
            self._take_alert(content)
        elif kind == _HANDSHAKE:
            self._messages += content
            self._take_messages()
        else:
            raise BadAnswer(f"a record of type {kind} came where the handshake goes on")

    def _take_alert(self, content: bytes) -> None:
        if len(content) != 2:
            raise BadAnswer("an alert has not two bytes")
        level, number = content
        if level != _WARNING or number == _CLOSE_NOTIFY:
            self.refusal = f"alert {ALERTS.get(number, 'unknown')} ({number})"

    def _take_messages(self) -> None:
        position = 0
        while not self._is_complete and len(self._messages) >= position + 4:
            length = int.from_bytes(self._messages[position + 1 : position + 4], "big")
            if length > MAX_MESSAGE_BYTES:
                raise BadAnswer(f"a message has more than {MAX_MESSAGE_BYTES} bytes")
            end = position + 4 + length
            if end > len(self._messages):
                break
            self._take_message(self._messages[position], bytes(self._messages[position + 4 : end]))
            position = end
        del self._messages[:position]

    def _take_message(self, kind: int, body: bytes) -> None:
        chosen = self.chosen
        if chosen is None:
            if kind != _SERVER_HELLO:
                raise BadAnswer(f"a message of type {kind} came in place of a ServerHello")
            chosen = _read_server_hello(body)
            if chosen.version_number >= VERSIONS["TLSv1.3"]:
                self.choice = chosen
        elif kind == _CERTIFICATE:
            chosen = chosen._replace(certificates=_read_certificates(body))
        elif kind == _SERVER_KEY_EXCHANGE:
            chosen = _with_key(chosen, body)
        elif kind == _SERVER_HELLO_DONE:
            self.choice = chosen
        self.chosen = chosen


def _record_length(header: bytes) -> int:
    """Return the length of a record. Raise BadAnswer for a header that is none of TLS."""
    length = int.from_bytes(header[3:5], "big")
    if not 20 <= header[0] <= 23 or header[1] != 3:
        raise BadAnswer("what the server sent is not TLS")
    if length > _MAX_RECORD_BYTES:
        raise BadAnswer(f"a record has {length} bytes")
    return length


class _Fields:
    """Reads the fields of a message, one after the other. Raises BadAnswer at its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    @property
    def at_end(self) -> bool:
        """Whether all of it was read."""
        return self._position >= len(self._data)

    def take(self, count: int) -> bytes:
        """Read bytes."""
        end = self._position + count
        if end > len(self._data):
            raise BadAnswer("a message is cut short")
        found, self._position = self._data[self._position : end], end
        return found

    def number(self, size: int) -> int:
        """Read a number of `size` bytes."""
        return int.from_bytes(self.take(size), "big")

    def vector(self, size: int) -> bytes:
        """Read bytes behind their length, which has `size` bytes."""
        return self.take(self.number(size))


def _read_server_hello(body: bytes) -> Choice:
    """Read a ServerHello (RFC 8446 section 4.1.3), or a HelloRetryRequest."""
    fields = _Fields(body)
    version = fields.number(2)
    random = fields.take(32)
    fields.vector(1)  # the session ID
    cipher = fields.number(2)
    compression = fields.number(1)
    extensions = dict(_read_extensions(_Fields(b"" if fields.at_end else fields.vector(2))))
    group = None
    if _SUPPORTED_VERSIONS in extensions:
        version = _Fields(extensions[_SUPPORTED_VERSIONS]).number(2)
    if version >= VERSIONS["TLSv1.3"] and _KEY_SHARE in extensions:
        group = name_of(GROUPS, _Fields(extensions[_KEY_SHARE]).number(2))
    elif random == RETRY_RANDOM and version < VERSIONS["TLSv1.3"]:
        raise BadAnswer("a HelloRetryRequest has no version of TLS 1.3")
    return Choice(
        version,
        cipher,
        group,
        compression=bool(compression),
        secure_renegotiation=_RENEGOTIATION_INFO in extensions,
    )


def _read_extensions(fields: _Fields) -> t.Iterator[tuple[int, bytes]]:
    while not fields.at_end:
        yield fields.number(2), fields.vector(2)


def _read_certificates(body: bytes) -> tuple[bytes, ...]:
    """Read a Certificate message (RFC 5246 section 7.4.2)."""
    fields = _Fields(_Fields(body).vector(3))
    found = []
    while not fields.at_end:
        found.append(fields.vector(3))
        if len(found) > _MAX_CERTIFICATES:
            raise BadAnswer(f"the server sent more than {_MAX_CERTIFICATES} certificates")
    return tuple(found)


def _with_key(chosen: Choice, body: bytes) -> Choice:
    """Read a ServerKeyExchange (RFC 5246 section 7.4.3, RFC 8422 section 5.4)."""
    fields = _Fields(body)
    if "_ECDH" in chosen.cipher:
        if fields.number(1) != _NAMED_CURVE:
            return chosen._replace(group="an explicit curve")
        return chosen._replace(group=name_of(GROUPS, fields.number(2)))
    if "_DHE_" in chosen.cipher or "_DH_" in chosen.cipher:
        prime = int.from_bytes(fields.vector(2), "big")
        return chosen._replace(dh_bits=prime.bit_length())
    return chosen

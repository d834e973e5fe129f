# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build a ClientHello (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2) by hand. No I/O.

It offers what the OpenSSL of this host may not be able to offer any more: SSL 3.0, weak ciphers,
compression. What a server chooses of that can be read without any cryptography.
"""

from __future__ import annotations

import ipaddress
import typing as t

from ..nearest import nearest
from .code_points import (
    CIPHER_CLASSES,
    CIPHERS,
    GROUPS,
    SIGNATURE_CLASSES,
    SIGNATURES,
    VERSIONS,
    numbers_of,
)

if t.TYPE_CHECKING:
    Words = t.Tuple[str, ...]

RANDOM_BYTES = 32

# The default order of cipher suites: those that sound servers choose come first.
_CIPHERS = ("TLSv1.3", "ECDHE", "DHE", "kRSA", "ALL")
_GROUPS = ("x25519", "secp256r1", "secp384r1", "secp521r1")

_HANDSHAKE, _CLIENT_HELLO = 22, 1

# Tells the server that the client knows RFC 5746 (section 3.3); servers of SSL 3.0 may not know
# extensions.
_RENEGOTIATION_SCSV = 0x00FF

_DEFLATE, _NO_COMPRESSION = 1, 0
_UNCOMPRESSED_POINTS = 0

_SERVER_NAME = 0
_SUPPORTED_GROUPS = 10
_POINT_FORMATS = 11
_SIGNATURE_ALGORITHMS = 13
_PADDING = 21
_SUPPORTED_VERSIONS = 43
_KEY_SHARE = 51

# Some load balancers hang at a ClientHello with a length between these (RFC 7685).
_HANGS_FROM, _HANGS_TO = 256, 512


class Offer(t.NamedTuple):
    """What a client offers, by its names or those of its classes in `code_points`.

    An empty tuple stands for all that is usual.
    """

    versions: Words
    ciphers: Words = ()
    groups: Words = ()
    signatures: Words = ()
    compression: bool = False

    def __str__(self) -> str:
        parts = [" ".join(self.versions)]
        for name, words in (
            ("ciphers", self.ciphers),
            ("groups", self.groups),
            ("signatures", self.signatures),
        ):
            if words:
                parts.append(f"{name} {' '.join(words)}")
        return ", ".join(parts + ["compression"] * self.compression)

    def filled(self, fill: t.Callable[[str], str]) -> Offer:
        """Return the offer with each word replaced by what `fill` returns for it."""
        versions, ciphers, groups, signatures = (tuple(map(fill, words)) for words in self[:4])
        return Offer(versions, ciphers, groups, signatures, self.compression)

    @property
    def version_numbers(self) -> list[int]:
        """The numbers of the versions. Raises ValueError for one that is not known."""
        return _numbers("version", self.versions, {n: v for v, n in VERSIONS.items()}, {})

    @property
    def cipher_numbers(self) -> list[int]:
        """The numbers of the cipher suites. Raises ValueError for one that is not known."""
        return _numbers("cipher suite", self.ciphers or _CIPHERS, CIPHERS, CIPHER_CLASSES)

    @property
    def group_numbers(self) -> list[int]:
        """The numbers of the groups. Raises ValueError for one that is not known."""
        return _numbers("group", self.groups or _GROUPS, GROUPS, {})

    @property
    def signature_numbers(self) -> list[int]:
        """The numbers of the signature algorithms. Raises ValueError for one that is not known."""
        words = self.signatures or ("ALL",)
        return _numbers("signature algorithm", words, SIGNATURES, SIGNATURE_CLASSES)

    def check(self) -> None:
        """Raise ValueError, with a text that says what to write, if a name is not known."""
        if not self.versions:
            raise ValueError(f"must offer versions, such as {', '.join(VERSIONS)}")
        for name in ("version", "cipher", "group", "signature"):
            getattr(self, f"{name}_numbers")


def _numbers(
    what: str, words: Words, names: t.Mapping[int, str], classes: t.Mapping[str, str]
) -> list[int]:
    try:
        return numbers_of(words, names, classes)
    except ValueError as error:
        word = str(error)
        known = [*classes, *names.values()]
        near = nearest(word, known)
        hint = f"did you mean {near}?" if near else f"write one of {', '.join(known[:16])}"
        raise ValueError(f"has no {what} '{word[:40]}'; {hint}") from error


def client_hello(offer: Offer, server_name: str, random: bytes) -> bytes:
    """Return a record with a ClientHello. `random` are 32 random bytes.

    A name that is an IP address, or empty, is not sent (RFC 6066 section 3). For TLS 1.3 no key is
    sent along, so that the server names the group that it prefers in a HelloRetryRequest (RFC 8446
    section 4.2.8).
    """
    versions = offer.version_numbers
    highest = max(versions)
    ciphers = [*offer.cipher_numbers, _RENEGOTIATION_SCSV]
    compression = [_DEFLATE, _NO_COMPRESSION] if offer.compression else [_NO_COMPRESSION]
    body = b"".join(
        [
            _number(min(highest, VERSIONS["TLSv1.2"])),
            random,
            _vector(b"", 1),  # no session to resume
            _vector(_list(ciphers), 2),
            _vector(bytes(compression), 1),
        ]
    )
    if highest > VERSIONS["SSLv3"]:
        body += _vector(_padded(body, _extensions(offer, server_name, versions)), 2)
    message = bytes([_CLIENT_HELLO]) + _vector(body, 3)
    # The first record of a client has the version TLS 1.0 at most (RFC 8446 section 5.1).
    record_version = min(highest, VERSIONS["TLSv1"])
    return bytes([_HANDSHAKE]) + _number(record_version) + _vector(message, 2)


def _extensions(offer: Offer, server_name: str, versions: t.Sequence[int]) -> bytes:
    groups = _vector(_list(offer.group_numbers), 2)
    found = [
        _extension(_SUPPORTED_GROUPS, groups),
        _extension(_POINT_FORMATS, _vector(bytes([_UNCOMPRESSED_POINTS]), 1)),
    ]
    name = _name(server_name)
    if name:
        entry = bytes([0]) + _vector(name, 2)  # 0 is host_name
        found.insert(0, _extension(_SERVER_NAME, _vector(entry, 2)))
    if max(versions) >= VERSIONS["TLSv1.2"]:
        signatures = _vector(_list(offer.signature_numbers), 2)
        found.append(_extension(_SIGNATURE_ALGORITHMS, signatures))
    if max(versions) >= VERSIONS["TLSv1.3"]:
        newest_first = sorted(versions, reverse=True)
        found.append(_extension(_SUPPORTED_VERSIONS, _vector(_list(newest_first), 1)))
        found.append(_extension(_KEY_SHARE, _vector(b"", 2)))
    return b"".join(found)


def _padded(before: bytes, extensions: bytes) -> bytes:
    """Return the extensions, with one of padding if some servers hang at their length."""
    header = 4 + 2  # of the message, and of the extensions
    length = header + len(before) + len(extensions)
    if not _HANGS_FROM <= length < _HANGS_TO:
        return extensions
    return extensions + _extension(_PADDING, bytes(max(_HANGS_TO - length - 4, 0)))


def _name(server_name: str) -> bytes:
    """Return the name as it is sent: a host name without a final dot."""
    try:
        ipaddress.ip_address(server_name)
    except ValueError:
        pass
    else:
        return b""
    try:
        return server_name.rstrip(".").encode("idna")
    except UnicodeError:
        return b""


def _extension(number: int, data: bytes) -> bytes:
    return _number(number) + _vector(data, 2)


def _list(numbers: t.Sequence[int]) -> bytes:
    return b"".join(map(_number, numbers))


def _number(number: int) -> bytes:
    return number.to_bytes(2, "big")


def _vector(data: bytes, size: int) -> bytes:
    """Return data behind its length, which has `size` bytes."""
    return len(data).to_bytes(size, "big") + data

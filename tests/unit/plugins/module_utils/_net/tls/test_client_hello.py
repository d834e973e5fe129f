# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A ClientHello that is built by hand is one that a server understands."""

from __future__ import annotations

import ssl
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.client_hello import (
    Offer,
    client_hello,
)

RANDOM = bytes(range(32))
MODERN = Offer(("TLSv1.2", "TLSv1.3"), ("TLSv1.3", "ECDHE"))


class Read(t.NamedTuple):
    """The fields of a ClientHello."""

    record_version: int
    version: int
    ciphers: list[int]
    compression: bytes
    extensions: dict[int, bytes]
    length: int


def read(hello: bytes) -> Read:
    """Take a record apart, and check that each length in it is right."""
    assert hello[0] == 22
    assert int.from_bytes(hello[3:5], "big") == len(hello) - 5
    assert hello[5] == 1
    body = hello[9:]
    assert int.from_bytes(hello[6:9], "big") == len(body)
    assert body[2:34] == RANDOM
    assert body[34] == 0
    end = 37 + int.from_bytes(body[35:37], "big")
    ciphers = [int.from_bytes(body[start : start + 2], "big") for start in range(37, end, 2)]
    compression = body[end + 1 : end + 1 + body[end]]
    rest = body[end + 1 + body[end] :]
    extensions = {}
    if rest:
        assert int.from_bytes(rest[:2], "big") == len(rest) - 2
        rest = rest[2:]
    while rest:
        length = int.from_bytes(rest[2:4], "big")
        extensions[int.from_bytes(rest[:2], "big")] = rest[4 : 4 + length]
        rest = rest[4 + length :]
    version = int.from_bytes(body[:2], "big")
    record_version = int.from_bytes(hello[1:3], "big")
    return Read(record_version, version, ciphers, compression, extensions, len(hello) - 5)


def built(name: str = "mx.example.com", **offer: t.Any) -> Read:
    """Build the ClientHello of an offer, and take it apart."""
    return read(client_hello(Offer(**offer), name, RANDOM))


@pytest.mark.parametrize(
    ("versions", "version", "record_version"),
    [
        (("SSLv3",), 0x0300, 0x0300),
        (("SSLv3", "TLSv1"), 0x0301, 0x0301),
        (("TLSv1.1", "TLSv1"), 0x0302, 0x0301),
        (("TLSv1.2",), 0x0303, 0x0301),
        (("TLSv1.3",), 0x0303, 0x0301),
    ],
)
def test_the_highest_version_is_said_as_each_version_says_it(
    versions: tuple[str, ...], version: int, record_version: int
) -> None:
    found = built(versions=versions)
    assert (found.version, found.record_version) == (version, record_version)


def test_tls_13_is_offered_in_an_extension_without_a_key() -> None:
    found = built(versions=("TLSv1.2", "TLSv1.3")).extensions
    assert found[43] == bytes.fromhex("04 0304 0303")
    assert found[51] == b"\0\0"


def test_ssl_3_has_no_extensions() -> None:
    assert built(versions=("SSLv3",)).extensions == {}


def test_signature_algorithms_are_of_tls_12_and_later() -> None:
    assert 13 not in built(versions=("TLSv1.1",)).extensions
    found = built(versions=("TLSv1.2",), signatures=("ecdsa_secp256r1_sha256",)).extensions
    assert found[13] == bytes.fromhex("0002 0403")


def test_the_name_of_the_server_is_sent() -> None:
    assert built("mx.example.com.", versions=("TLSv1",)).extensions[0] == (
        b"\0\x11\0\0\x0emx.example.com"
    )


@pytest.mark.parametrize("name", ["", "192.0.2.1", "2001:db8::1", "a" * 64])
def test_what_is_no_name_is_not_sent(name: str) -> None:
    assert 0 not in built(name, versions=("TLSv1",)).extensions


def test_secure_renegotiation_is_always_known() -> None:
    assert built(versions=("TLSv1.2",), ciphers=("RC4",)).ciphers[-1] == 0x00FF


def test_compression_is_offered_only_if_it_is_asked_for() -> None:
    assert built(versions=("TLSv1.2",)).compression == b"\0"
    assert built(versions=("TLSv1.2",), compression=True).compression == b"\1\0"


def test_what_is_sound_comes_first_by_default() -> None:
    found = built(versions=("TLSv1.2",)).ciphers
    assert found[0] == 0x1301
    assert found.index(0xC02F) < found.index(0x009C) < found.index(0x0001)


@pytest.mark.parametrize("letters", range(1, 60))
def test_no_length_is_one_at_which_load_balancers_hang(letters: int) -> None:
    offer = {"versions": ("TLSv1.2",), "ciphers": ("ECDHE", "DHE", "kRSA", "3DES", "RC4")}
    for name in ("a" * letters, ".".join(["a" * letters] * 4)):
        assert not 256 <= built(name, **offer).length < 512


def test_a_short_hello_is_not_made_longer() -> None:
    assert built(versions=("TLSv1",), ciphers=("eNULL",)).length < 256


@pytest.mark.parametrize(
    ("offer", "problem"),
    [
        ({"versions": ()}, "must offer versions, such as SSLv3"),
        ({"versions": ("TLSv1.4",)}, "has no version 'TLSv1.4'"),
        ({"versions": ("TLSv1",), "ciphers": ("RC5",)}, "has no cipher suite 'RC5'; did you mean"),
        ({"versions": ("TLSv1",), "groups": ("x25518",)}, "did you mean x25519?"),
        ({"versions": ("TLSv1",), "signatures": ("rsa",)}, "did you mean RSA?"),
    ],
)
def test_a_name_that_is_not_known_is_refused(offer: t.Any, problem: str) -> None:
    with pytest.raises(ValueError, match=r"^(must|has no)") as raised:
        Offer(**offer).check()
    assert problem in str(raised.value)


def test_words_are_filled_in() -> None:
    offer = Offer(("TLSv1.2",), ("a{x}",), (), ("{x}",), compression=True)
    assert offer.filled(lambda text: text.replace("{x}", "RSA")) == Offer(
        ("TLSv1.2",), ("aRSA",), (), ("RSA",), compression=True
    )


def test_an_offer_is_shown_in_one_line() -> None:
    offer = Offer(("TLSv1", "TLSv1.2"), ("RC4",), ("x25519",), ("RSA",), compression=True)
    assert str(offer) == "TLSv1 TLSv1.2, ciphers RC4, groups x25519, signatures RSA, compression"


def test_openssl_answers_to_it() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(client_hello(MODERN, "mx.example.com", RANDOM))

    with pytest.raises(ssl.SSLError, match=r"(?i)no.(suitable.signature.algorithm|shared.cipher)"):
        server.do_handshake()  # it has no certificate

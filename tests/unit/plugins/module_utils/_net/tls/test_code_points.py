# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers of TLS: each has one name, and the names of classes stand for what they say."""

from __future__ import annotations

import ssl

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.code_points import (
    ALERTS,
    CIPHER_CLASSES,
    CIPHERS,
    GROUPS,
    SIGNATURE_CLASSES,
    SIGNATURES,
    name_of,
    numbers_of,
)


@pytest.mark.parametrize("names", [CIPHERS, GROUPS, SIGNATURES, ALERTS])
def test_no_name_stands_for_two_numbers(names: dict[int, str]) -> None:
    assert len(set(names.values())) == len(names)


def test_openssl_gives_the_same_number_to_each_cipher_that_it_has() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    known = {one["id"] & 0xFFFF: one["description"].split()[0] for one in context.get_ciphers()}

    shared = CIPHERS.keys() & known.keys()
    assert len(shared) > 40
    for number in shared:
        name = CIPHERS[number]
        strength = {"128": "128", "256": "256", "CHACHA20": "CHACHA20", "NULL": "NULL"}
        (part,) = [word for word in strength if f"_{word}_" in name]
        assert strength[part] in known[number], (name, known[number])
        anonymous = known[number].startswith(("ADH", "AECDH"))
        assert anonymous == ("_anon_" in name), (name, known[number])
        assert ("ECDSA" in known[number]) == ("ECDSA" in name), (name, known[number])


@pytest.mark.parametrize(
    ("word", "one"),
    [
        ("eNULL", "TLS_RSA_WITH_NULL_SHA"),
        ("EXPORT", "TLS_RSA_EXPORT_WITH_RC4_40_MD5"),
        ("DES", "TLS_RSA_WITH_DES_CBC_SHA"),
        ("DES", "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA"),
        ("3DES", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
        ("RC4", "TLS_ECDHE_RSA_WITH_RC4_128_SHA"),
        ("aNULL", "TLS_DH_anon_WITH_AES_128_CBC_SHA"),
        ("aRSA", "TLS_RSA_WITH_AES_128_CBC_SHA"),
        ("TLSv1.3", "TLS_AES_128_GCM_SHA256"),
        ("TLS_RSA_WITH_NULL_SHA", "TLS_RSA_WITH_NULL_SHA"),
    ],
)
def test_a_word_stands_for_cipher_suites(word: str, one: str) -> None:
    assert one in [CIPHERS[number] for number in numbers_of([word], CIPHERS, CIPHER_CLASSES)]


@pytest.mark.parametrize("word", ["TLSv1.3", "ECDHE", "DHE", "kRSA", "aRSA", "aECDSA"])
def test_what_is_sound_has_nothing_weak(word: str) -> None:
    weak = numbers_of(
        ["eNULL", "EXPORT", "DES", "RC4", "MD5", "IDEA", "3DES", "aNULL"], CIPHERS, CIPHER_CLASSES
    )
    assert not set(weak) & set(numbers_of([word], CIPHERS, CIPHER_CLASSES))


def test_single_des_is_not_triple_des() -> None:
    single = numbers_of(["DES"], CIPHERS, CIPHER_CLASSES)
    assert not set(single) & set(numbers_of(["3DES"], CIPHERS, CIPHER_CLASSES))


def test_each_number_comes_once_in_the_order_of_the_words() -> None:
    found = numbers_of(["ecdsa_sha1", "ALL"], SIGNATURES, SIGNATURE_CLASSES)
    assert found[0] == 0x0203
    assert sorted(found) == sorted(SIGNATURES)


def test_a_word_that_is_no_name_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^ROT13$"):
        numbers_of(["ROT13"], CIPHERS, CIPHER_CLASSES)


def test_a_number_without_a_name_is_shown_as_a_number() -> None:
    assert name_of(GROUPS, 0x1234) == "0x1234"

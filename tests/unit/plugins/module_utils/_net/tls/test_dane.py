# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A chain matches the TLSA records of its name, or is told why it does not.

The DNS itself, and whether OpenSSL's own DANE agrees, is for the tests with real servers.
"""

from __future__ import annotations

import hashlib
import ssl
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.redaction import secret_pattern
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.certificate import (
    read_certificate,
)
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.dane import (
    Dane,
    NextHop,
    Tlsa,
    TlsaAnswer,
    match_tlsa,
)
from ansible_collections.mailops.smtp.tests.unit.work import assert_linear, lines_run

trustme = pytest.importorskip("trustme")

HOST = "mx.example.org"


@pytest.fixture(scope="module")
def chain() -> list[bytes]:
    """A server's certificate and that of the authority below the root, which issued it."""
    issued = trustme.CA().create_child_ca().issue_cert(HOST)
    return [ssl.PEM_cert_to_DER_cert(blob.bytes().decode()) for blob in issued.cert_chain_pems]


def key(der: bytes) -> bytes:
    return read_certificate(der).public_key_der


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def sha512(data: bytes) -> bytes:
    return hashlib.sha512(data).digest()


def judged(
    chain: list[bytes],
    *records: Tlsa,
    secure: bool = True,
    whole: bool = True,
    failure_of: t.Callable[[bytes], str | None] = lambda authority: None,
) -> Dane:
    return match_tlsa(TlsaAnswer(HOST, 25, secure, records), chain, whole, failure_of)


OTHER = Tlsa(3, 1, 1, sha256(b"of another server"))


@pytest.mark.parametrize("usage", [2, 3])
@pytest.mark.parametrize("selector", [0, 1])
@pytest.mark.parametrize("matching_type", [0, 1, 2])
def test_a_record_names_a_certificate_or_its_key_in_three_ways(
    chain: list[bytes], usage: int, selector: int, matching_type: int
) -> None:
    certificate = chain[0] if usage == 3 else chain[1]
    named = key(certificate) if selector else certificate
    data = {0: named, 1: sha256(named), 2: sha512(named)}[matching_type]
    record = Tlsa(usage, selector, matching_type, data)

    assert judged(chain, record).matched == record
    assert judged(chain, record).error is None
    other = record._replace(data=bytes(len(data)))
    assert judged(chain, other, failure_of=lambda authority: "it is none").matched is None


def test_one_record_that_matches_is_enough(chain: list[bytes]) -> None:
    good = Tlsa(3, 1, 1, sha256(key(chain[0])))
    assert judged(chain, OTHER, good).matched == good


def test_the_servers_own_certificate_need_not_come_from_anywhere(chain: list[bytes]) -> None:
    def nobody_asks(authority: bytes) -> str | None:
        raise AssertionError("RFC 7672 section 3.1.1 has no one look at dates or names")

    record = Tlsa(3, 0, 1, sha256(chain[0]))
    assert judged(chain, record, failure_of=nobody_asks).error is None


def test_an_authority_is_not_enough_where_the_certificate_does_not_come_from_it(
    chain: list[bytes],
) -> None:
    record = Tlsa(2, 0, 1, sha256(chain[1]))
    asked = []

    def expired(authority: bytes) -> str | None:
        asked.append(authority)
        return "certificate has expired"

    dane = judged(chain, record, failure_of=expired)

    assert asked == [chain[1]]
    assert dane.matched is None
    assert dane.error == f"DANE: the certificate matches TLSA {record}, but certificate has expired"


def test_a_record_of_the_server_does_not_name_an_authority(chain: list[bytes]) -> None:
    assert judged(chain, Tlsa(3, 0, 1, sha256(chain[1]))).matched is None


# An authority is above the server's own certificate (RFC 7671 section 5.2)


@pytest.mark.parametrize("selector", [0, 1])
@pytest.mark.parametrize("matching_type", [0, 1, 2])
@pytest.mark.parametrize("sent", ["alone", "twice", "with its authority"])
def test_the_servers_own_certificate_is_no_authority(
    chain: list[bytes], selector: int, matching_type: int, sent: str
) -> None:
    named = key(chain[0]) if selector else chain[0]
    data = {0: named, 1: sha256(named), 2: sha512(named)}[matching_type]
    record = Tlsa(2, selector, matching_type, data)
    came = {"alone": chain[:1], "twice": chain[:1] * 2, "with its authority": chain}[sent]

    dane = judged(came, record)

    assert dane.matched is None
    assert dane.error == (
        f"DANE: the certificate matches none of the 1 TLSA records of {NAME}"
        " (one with usage 2 is of the server's own certificate, which usage 3 is for)"
    )


def test_an_authority_that_is_whole_in_the_record_need_not_be_sent(chain: list[bytes]) -> None:
    record = Tlsa(2, 0, 0, chain[1])

    assert judged(chain[:1], record).matched == record
    assert judged(chain[:1], record, whole=False).matched == record
    assert judged(chain[:1], Tlsa(2, 0, 1, sha256(chain[1]))).matched is None


def test_an_authority_that_was_not_sent_and_has_not_issued_the_certificate_is_no_match(
    chain: list[bytes],
) -> None:
    dane = judged(
        chain, Tlsa(2, 0, 0, b"of another"), failure_of=lambda authority: "issuer unknown"
    )

    assert dane.error == f"DANE: the certificate matches none of the 1 TLSA records of {NAME}"


def test_of_an_authority_whose_key_is_in_the_record_the_certificate_must_be_sent(
    chain: list[bytes],
) -> None:
    error = judged(chain[:1], Tlsa(2, 1, 0, key(chain[1]))).error

    assert error is not None
    assert error.endswith("must send the certificate of an authority whose key is in a record)")


def test_each_authority_is_asked_for_once_and_not_too_many_of_them(chain: list[bytes]) -> None:
    asked = []

    def failure_of(authority: bytes) -> str | None:
        asked.append(authority)
        return "it is none"

    many = [b"certificate %d" % number for number in range(50)]
    records = [Tlsa(2, 0, kind, one(der)) for der in many for kind, one in DIGESTS.items()]

    error = judged([chain[0], *many], *records, failure_of=failure_of).error

    assert len(asked) == len(set(asked)) == 10
    assert error is not None
    assert len(error) < 3000


DIGESTS = {1: sha256, 2: sha512}


def test_the_work_grows_with_the_chain_and_not_with_the_records_times_the_chain() -> None:
    records = [Tlsa(2, 1, 1, bytes([number]) * 32) for number in range(50)]

    assert_linear(lambda chain: judged(chain, *records), lambda size: [b"0"] + [b"x"] * size)
    few = lines_run(judged, [bytes([number]) for number in range(200)], *records[:1])
    all_of_them = lines_run(judged, [bytes([number]) for number in range(200)], *records)
    assert all_of_them < 2 * few


NAME = "_25._tcp.mx.example.org"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (
            TlsaAnswer(HOST, 25, error="SERVFAIL"),
            f"the TLSA records of {NAME} cannot be looked up: SERVFAIL",
        ),
        (TlsaAnswer(HOST, 25, secure=True), f"there is no TLSA record at {NAME}"),
        (
            TlsaAnswer(HOST, 25, secure=False, records=(OTHER,)),
            f"DNSSEC does not vouch for the TLSA records of {NAME}",
        ),
        (
            TlsaAnswer(HOST, 25, secure=True, records=(OTHER, OTHER)),
            f"the certificate matches none of the 2 TLSA records of {NAME}",
        ),
    ],
)
def test_what_is_wrong_with_the_records_is_said(
    chain: list[bytes], answer: TlsaAnswer, error: str
) -> None:
    dane = match_tlsa(answer, chain, whole=True, failure_of=lambda authority: None)
    assert (dane.matched, dane.error) == (None, f"DANE: {error}")


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(Tlsa(0, 0, 1, bytes(32)), id="PKIX-TA"),
        pytest.param(Tlsa(1, 1, 1, bytes(32)), id="PKIX-EE"),
        pytest.param(Tlsa(3, 2, 1, bytes(32)), id="selector"),
        pytest.param(Tlsa(3, 1, 3, bytes(32)), id="matching type"),
        pytest.param(Tlsa(3, 1, 1, bytes(31)), id="short digest"),
        pytest.param(Tlsa(255, 255, 255, b""), id="private use"),
    ],
)
def test_a_record_that_means_nothing_to_mail_is_left_out(chain: list[bytes], record: Tlsa) -> None:
    assert judged(chain, record).error == (
        f"DANE: none of the 1 TLSA records of {NAME} is usable for mail (RFC 7672)"
    )
    assert judged(chain, record, Tlsa(3, 0, 1, sha256(chain[0]))).error is None


def test_a_weaker_digest_does_not_count_beside_a_stronger_one(chain: list[bytes]) -> None:
    weaker = Tlsa(3, 1, 1, sha256(key(chain[0])))
    stronger = Tlsa(3, 1, 2, sha512(b"of another server"))
    assert judged(chain, weaker, stronger).matched is None
    assert judged(chain, weaker, stronger._replace(selector=0)).matched == weaker


def test_what_python_3_7_does_not_show_is_not_held_against_the_server(chain: list[bytes]) -> None:
    record = Tlsa(2, 0, 1, sha256(chain[1]))
    error = judged(chain[:1], record, whole=False).error
    assert error is not None
    assert error.endswith("(this Python does not show the intermediate certificates)")


def test_a_certificate_that_cannot_be_read_has_no_key_to_match() -> None:
    assert judged([b"nonsense"], Tlsa(3, 1, 0, b"nonsense")).matched is None
    assert judged([], OTHER).matched is None


def test_a_hostile_record_is_shown_in_part(chain: list[bytes]) -> None:
    result = judged(chain, Tlsa(3, 0, 0, b"x" * 60000)).as_result(str)
    assert result["records"] == [f"3 0 0 {'78' * 64}..."]


def test_the_longest_digest_is_shown_whole(chain: list[bytes]) -> None:
    record = Tlsa(2, 0, 2, sha512(chain[1]))

    assert judged(chain, record).as_result(str)["matched"] == f"2 0 2 {record.data.hex()}"


def test_a_secret_is_masked_in_what_the_dns_says_before_it_is_cut(chain: list[bytes]) -> None:
    record = Tlsa(3, 0, 0, b"x" * 58 + b"correct horse")
    pattern = secret_pattern("ann", "correct horse")
    answer = TlsaAnswer("correct-horse.example.org", 25, True, (record,))
    dane = match_tlsa(answer, chain, True, lambda authority: None)

    result = dane.as_result(lambda text: pattern.sub("*", text).replace("correct-horse", "*"))

    assert result["records"] == [f"3 0 0 {'78' * 58}*"]
    assert result["name"] == "_25._tcp.*.example.org"
    assert "of _25._tcp.*.example.org" in result["error"]


def test_the_result_has_it_all(chain: list[bytes]) -> None:
    record = Tlsa(3, 0, 1, sha256(chain[0]))
    assert judged(chain, record).as_result(str) == {
        "name": NAME,
        "secure": True,
        "records": [f"3 0 1 {sha256(chain[0]).hex()}"],
        "matched": f"3 0 1 {sha256(chain[0]).hex()}",
        "error": None,
    }


# A mail exchanger counts as far as the MX records do that lead to it


@pytest.mark.parametrize(
    ("secure", "error"),
    [
        (True, None),
        (False, "DANE: DNSSEC does not vouch for the MX records of example.org"),
    ],
)
def test_dnssec_must_vouch_for_the_mx_records_too(
    chain: list[bytes], secure: bool, error: str | None
) -> None:
    record = Tlsa(3, 1, 1, sha256(key(chain[0])))
    next_hop = NextHop("example.org", "example.org", secure)
    answer = TlsaAnswer(HOST, 25, True, (record,), next_hop=next_hop)

    dane = match_tlsa(answer, chain, True, lambda authority: None)

    assert dane.matched == (record if secure else None)
    assert dane.error == error


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        (TlsaAnswer(HOST, 25), (HOST,)),
        (TlsaAnswer(HOST, 25, alias="mail.example.org"), (HOST, "mail.example.org")),
        (
            TlsaAnswer(HOST, 25, next_hop=NextHop("example.org", "example.net", True)),
            (HOST, "example.org", "example.net"),
        ),
        (TlsaAnswer(HOST, 25, next_hop=NextHop(HOST, HOST, True)), (HOST,)),
    ],
)
def test_with_dane_ta_a_certificate_may_be_for_every_name_that_led_to_the_server(
    answer: TlsaAnswer, names: tuple[str, ...]
) -> None:
    assert answer.reference_names == names


@pytest.mark.parametrize("matching_type", [0, 1, 2])
@pytest.mark.parametrize("selector", [0, 1])
def test_a_certificate_that_was_read_matches_the_records_that_its_bytes_match(
    chain: list[bytes], selector: int, matching_type: int
) -> None:
    digest = (bytes, sha256, sha512)[matching_type]
    own, other = (
        Tlsa(3, selector, matching_type, digest(key(der) if selector else der)) for der in chain[:2]
    )
    certificate = read_certificate(chain[0])
    known = (selector, matching_type) != (0, 2)  # the SHA-512 of the whole is not kept

    assert own.matches(chain[0])
    assert not other.matches(chain[0])
    assert own.matches_read(certificate) is (True if known else None)
    assert other.matches_read(certificate) is (False if known else None)

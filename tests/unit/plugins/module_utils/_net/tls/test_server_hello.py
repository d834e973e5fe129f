# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server chooses is read, and nothing that a hostile one sends can break the reading."""

from __future__ import annotations

import contextlib

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.server_hello import (
    MAX_BYTES,
    AnswerReader,
    BadAnswer,
    Choice,
)
from ansible_collections.mailops.smtp.tests.unit.tls_answers import (
    DHE_RSA,
    DONE,
    ECDHE_RSA,
    TLS10,
    TLS11,
    TLS12,
    alert,
    certificates,
    dhe_key,
    ecdhe_key,
    flight,
    in_records,
    message,
    number,
    record,
    server_hello,
    vector,
)
from ansible_collections.mailops.smtp.tests.unit.work import assert_ends
from hypothesis import given
from hypothesis import strategies as st

# RFC 8448 section 3.
SERVER_HELLO = bytes.fromhex(
    "02000056 0303 a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e26928 00 1301 00"
    "002e 0033 0024 001d 0020 c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f"
    "002b 0002 0304"
)
# RFC 8448 section 5.
RETRY_REQUEST = bytes.fromhex(
    "020000ac 0303 cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c 00 1301 00"
    "0084 0033 0002 0017 002c 0074 0072 71dcd04bb88bc3189119398a00000000eefafc76c146b823b096f8aa"
    "cad365dd0030953f4edf625636e5f21bb2e23fcc654b1b5b40318d10d137abcbb87574e36e8a1f025f7dfa5d6e"
    "50781b5eda4aa15b0c8be778257d16aa3030e9e7841dd9e4c0342267e8ca0caf571fb2b7cff0f934b0"
    "002b 0002 0304"
)
WHOLE = flight(server_hello(), certificates(b"own", b"above"), ecdhe_key(), DONE)


def reader_of(*pieces: bytes) -> AnswerReader:
    """Return a reader that was fed."""
    reader = AnswerReader()
    for piece in pieces:
        reader.feed(piece)
    return reader


def choice_of(*pieces: bytes) -> Choice:
    """Return what the server chose."""
    choice = reader_of(*pieces).choice
    assert choice is not None
    return choice


def test_a_server_hello_of_the_rfc_is_read() -> None:
    assert choice_of(record(SERVER_HELLO)) == Choice(0x0304, 0x1301, "x25519")


def test_a_retry_request_of_the_rfc_names_the_group_that_the_server_prefers() -> None:
    choice = choice_of(record(RETRY_REQUEST))
    assert str(choice) == "TLSv1.3, TLS_AES_128_GCM_SHA256, group secp256r1"


def test_all_that_comes_before_the_client_answers_is_read() -> None:
    assert choice_of(WHOLE) == Choice(
        TLS12, ECDHE_RSA, "x25519", None, False, True, (b"own", b"above")
    )


def test_a_choice_is_shown_in_one_line() -> None:
    hello = server_hello(TLS10, DHE_RSA, compression=1, extensions=b"")
    assert str(choice_of(flight(hello, dhe_key(1024), DONE))) == (
        "TLSv1, TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, DH group of 1024 bits, compression,"
        " no secure renegotiation"
    )


@pytest.mark.parametrize("bits", [512, 1023, 1024, 2048, 8192])
def test_the_size_of_a_group_is_that_of_its_prime(bits: int) -> None:
    assert choice_of(flight(server_hello(cipher=DHE_RSA), dhe_key(bits), DONE)).dh_bits == bits


def test_leading_zeros_do_not_make_a_group_larger() -> None:
    key = message(12, vector(b"\0" * 200 + b"\x80" + bytes(63), 2) + bytes(4))
    assert choice_of(flight(server_hello(cipher=DHE_RSA), key, DONE)).dh_bits == 512


def test_a_group_of_nobody_is_a_number() -> None:
    assert choice_of(flight(server_hello(), ecdhe_key(0x1234), DONE)).group == "0x1234"


def test_a_curve_may_be_written_out() -> None:
    key = message(12, b"\x01" + bytes(20))
    assert choice_of(flight(server_hello(), key, DONE)).group == "an explicit curve"


@pytest.mark.parametrize("size", [1, 3, 7, 100, 1000])
def test_messages_may_be_split_over_records(size: int) -> None:
    assert choice_of(*in_records(WHOLE[5:], size)) == choice_of(WHOLE)


def test_bytes_may_come_one_by_one() -> None:
    assert choice_of(*(WHOLE[index : index + 1] for index in range(len(WHOLE)))) == choice_of(WHOLE)


@pytest.mark.parametrize("end", range(len(WHOLE) - 1))
def test_nothing_is_chosen_before_the_last_message_has_come(end: int) -> None:
    reader = reader_of(WHOLE[:end])
    assert reader.choice is None
    assert reader.refusal is None


@pytest.mark.parametrize(
    ("number_of_alert", "refusal"),
    [
        (40, "alert handshake_failure (40)"),
        (70, "alert protocol_version (70)"),
        (80, "alert internal_error (80)"),
        (200, "alert unknown (200)"),
    ],
)
def test_an_alert_is_a_refusal(number_of_alert: int, refusal: str) -> None:
    assert reader_of(alert(number_of_alert)).refusal == refusal


def test_a_server_may_refuse_after_its_hello() -> None:
    reader = reader_of(flight(server_hello(TLS11)) + alert(80))
    assert reader.refusal == "alert internal_error (80)"
    assert reader.choice is None
    assert reader.chosen is not None
    assert reader.chosen.version == "TLSv1.1"


def test_a_warning_is_no_refusal_but_the_end_of_the_connection_is() -> None:
    assert choice_of(alert(112, level=1), WHOLE).version == "TLSv1.2"
    assert reader_of(alert(0, level=1)).refusal == "alert close_notify (0)"


def test_what_comes_after_the_last_message_is_left() -> None:
    assert choice_of(WHOLE + b"not TLS") == choice_of(WHOLE)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"500 5.5.1 What?\r\n", "is not TLS"),
        (b"\x16\x02\0\0\x05" + bytes(5), "is not TLS"),
        (b"\x16\x03\x03\xff\xff", "a record has 65535 bytes"),
        (record(b"\x01", 20), "a record of type 20"),
        (record(b"x" * 3, 21), "an alert has not two bytes"),
        (flight(certificates()), "in place of a ServerHello"),
        (flight(message(2, b"\x03\x03")), "a message is cut short"),
        (record(b"\x02\xff\xff\xff"), "a message has more than"),
        (flight(server_hello(extensions=b"\0\x2b\0\x09\x03")), "a message is cut short"),
        (flight(server_hello(), message(11, b"\0\0\x05abc")), "a message is cut short"),
        (flight(server_hello(), certificates(*[b"x"] * 21)), "more than 20 certificates"),
        (flight(message(2, number(TLS12) + RETRY_REQUEST[6:38] + bytes(4))), "no version of TLS"),
    ],
)
def test_what_is_no_legal_answer_is_named(data: bytes, problem: str) -> None:
    with pytest.raises(BadAnswer, match=problem):
        reader_of(data)


def test_a_server_that_sends_on_and_on_is_left() -> None:
    many = [flight(message(22, bytes(10_000)))] * 100
    with pytest.raises(BadAnswer, match=f"more than {MAX_BYTES} bytes"):
        reader_of(flight(server_hello()), *many)


def read_single_bytes(count: int) -> None:
    """Read a message whose bytes come in records of their own, each of them in two pieces."""
    one = record(b"x")
    reader_of(flight(server_hello()), record(b"\x0b\x01\xff\xff"), *[one[:3], one[3:]] * count)


def test_single_bytes_in_records_of_their_own_cost_little() -> None:
    assert_ends(read_single_bytes, 40_000)


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_hostile_bytes_end_in_an_answer_or_in_its_refusal(pieces: list[bytes]) -> None:
    try:
        reader = reader_of(*pieces)
    except BadAnswer:
        return
    assert reader.choice is None or reader.refusal is None


@given(st.binary(max_size=300), st.sampled_from([2, 11, 12]), st.integers(0, 0xFFFF))
def test_hostile_messages_end_in_an_answer_or_in_its_refusal(
    body: bytes, kind: int, cipher: int
) -> None:
    hello = b"" if kind == 2 else server_hello(cipher=cipher)
    try:
        reader = reader_of(flight(hello, message(kind, body), DONE))
    except BadAnswer:
        return
    assert reader.choice is None or str(reader.choice).isprintable()


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_one_wrong_byte_ends_in_an_answer_or_in_its_refusal(where: int, byte: int) -> None:
    with contextlib.suppress(BadAnswer):
        reader = reader_of(WHOLE[:where] + bytes([byte]) + WHOLE[where + 1 :])
        assert str(reader.choice).isprintable()

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IMAP writes in ways of its own."""

from __future__ import annotations

import calendar

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.imap_syntax import (
    MAX_SET_CHARACTERS,
    Listed,
    decode_name,
    encode_name,
    read_fetch,
    read_list,
    uid_sets,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Junk E-mail", b"Junk E-mail"),
        ("inbox", b"INBOX"),
        ("Tom & Jerry", b"Tom &- Jerry"),
        ("~peter/mail/台北/日本語", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),  # RFC 3501 section 5.1.3
        ("😀", b"&2D3eAA-"),
    ],
)
def test_mailbox_names(name: str, written: bytes) -> None:
    assert encode_name(name) == written
    assert decode_name(written).lower() == name.lower()


@given(st.text())
def test_every_name_comes_back(name: str) -> None:
    if name.upper() != "INBOX":
        assert decode_name(encode_name(name)) == name


@pytest.mark.parametrize("name", [b"&", b"&!-", b"Entw\xc3\xbcrfe", b"\xff", b"&2AA-"])
def test_a_name_that_is_wrongly_written_is_shown_somehow(name: bytes) -> None:
    assert decode_name(name)


def test_lists_have_names_of_all_kinds() -> None:
    assert read_list(
        [
            b'(\\HasNoChildren \\Junk) "/" "Junk \\"E-mail\\""',
            b"(\\Noselect) NIL INBOX",
            (b'() "." {4}', b'a"b\\'),
            b"",
            b'() "\\\\" Spam',
            (b'() "." {4}', b"a\r\nb"),  # which no command could name
            b"nonsense",
            None,
        ]
    ) == [
        Listed(b'Junk "E-mail"', "/", frozenset({"\\hasnochildren", "\\junk"})),
        Listed(b"INBOX", "", frozenset({"\\noselect"})),
        Listed(b'a"b\\', ".", frozenset()),
        Listed(b"Spam", "\\", frozenset()),
    ]


def test_messages_are_read_in_whatever_order_a_server_writes() -> None:
    date = b'INTERNALDATE "24-Nov-2026 13:00:00 +0100"'
    found = list(
        read_fetch(
            [
                (b"1 (UID 7 " + date + b" BODY[HEADER]<0> {4}", b"one\n"),
                b")",
                b"2 (FLAGS (\\Seen))",  # told unasked
                (b"3 (BODY[HEADER]<0> {6}", b"UID 99"),
                b" " + date + b" UID 8)",
                b'4 (UID 9 BODY[HEADER.FIELDS ("X")] "")',
                (b"5 (BODY[HEADER]<0> {1}", b"x"),
                b")",  # without a UID
                None,
            ]
        )
    )
    assert [(one.uid, one.literal) for one in found] == [(7, b"one\n"), (8, b"UID 99")]
    noon = calendar.timegm((2026, 11, 24, 12, 0, 0))
    assert [one.arrived for one in found] == [noon, noon]


@pytest.mark.parametrize(
    "date", [b"99-Foo-2026 13:00:00 +0100", b"24-Nov-9999 13:00:00 +9999", b"x" * 26]
)
def test_a_date_that_is_none_is_none(date: bytes) -> None:
    text = b'1 (UID 7 INTERNALDATE "' + date + b'" BODY[HEADER] {1}'
    (one,) = read_fetch([(text, b"x"), b")"])
    assert one.arrived is None or one.arrived > 0


@given(st.sets(st.integers(1, 2**32 - 1), max_size=300), st.integers(1, 50))
def test_sets_name_every_uid_once_and_are_short(uids: set[int], most: int) -> None:
    named: list[int] = []
    for written in uid_sets(uids, most):
        assert len(written) <= MAX_SET_CHARACTERS
        before = len(named)
        for part in written.split(","):
            first, _colon, last = part.partition(":")
            named.extend(range(int(first), int(last or first) + 1))
        assert len(named) - before <= most
    assert named == sorted(uids)


def test_a_thousand_messages_in_a_row_are_one_set() -> None:
    assert list(uid_sets(range(1, 1001), 1000)) == ["1:1000"]
    assert list(uid_sets(range(1, 1001), 500)) == ["1:500", "501:1000"]

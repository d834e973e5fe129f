# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IMAP writes in ways of its own."""

from __future__ import annotations

import calendar
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.imap_response import Response
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.imap_syntax import (
    MAX_NAME_BYTES,
    MAX_SET_CHARACTERS,
    ListEntry,
    decode_name,
    encode_name,
    read_fetch,
    read_list,
    uid_sets,
)
from ansible_collections.mailops.smtp.tests.unit import work
from hypothesis import given
from hypothesis import strategies as st


def response(kind: str, text: bytes, *literals: bytes) -> Response:
    return Response(b"*", kind, 1, text, literals)


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


@pytest.mark.parametrize(
    ("text", "literals", "listed"),
    [
        (
            b'(\\HasNoChildren \\Junk) "/" "Junk \\"E-mail\\""',
            (),
            ListEntry(b'Junk "E-mail"', "/", frozenset({"\\hasnochildren", "\\junk"})),
        ),
        (b"(\\Noselect) NIL INBOX", (), ListEntry(b"INBOX", "", frozenset({"\\noselect"}))),
        (b'() "." ', (b'a"b\\',), ListEntry(b'a"b\\', ".", frozenset())),
        (b'() "\\\\" Spam', (), ListEntry(b"Spam", "\\", frozenset())),
        (b'() "." ', (b"a\r\nb",), None),  # which no command could name
        (b'() "." ' + b"a" * (MAX_NAME_BYTES + 1), (), None),
        (b"nonsense", (), None),
        (b"", (), None),
    ],
)
def test_lists_have_names_of_all_kinds(
    text: bytes, literals: tuple[bytes, ...], listed: ListEntry | None
) -> None:
    assert read_list(response("LIST", text, *literals)) == listed


DATE = b'INTERNALDATE "24-Nov-2026 13:00:00 +0100"'


@pytest.mark.parametrize(
    "text",
    [
        b"(UID 7 " + DATE + b" BODY[HEADER]<0> )",
        b"(BODY[HEADER]<0>  " + DATE + b" UID 7)",
        b'(INTERNALDATE "24-Nov-2026 12:00:00 +0000" UID 7 BODY[HEADER] FLAGS (\\Seen))',
        b"( UID  7 )".replace(b"UID  7", b"UID 7 " + DATE),
    ],
)
def test_messages_are_read_in_whatever_order_a_server_writes(text: bytes) -> None:
    one = read_fetch(response("FETCH", text, b"UID 99"))
    assert one is not None
    assert (one.uid, one.literal) == (7, b"UID 99")
    assert one.arrived == calendar.timegm((2026, 11, 24, 12, 0, 0))


@pytest.mark.parametrize(
    ("text", "literals"),
    [
        (b"(FLAGS (\\Seen))", ()),  # told unasked
        (b'(UID 9 BODY[HEADER.FIELDS ("X")] "")', ()),
        (b"(BODY[HEADER]<0> )", (b"x",)),
        (b"(UID 99999999999 BODY[HEADER])", (b"x",)),
    ],
)
def test_what_is_no_header_of_a_message_is_left_out(
    text: bytes, literals: tuple[bytes, ...]
) -> None:
    assert read_fetch(response("FETCH", text, *literals)) is None


@pytest.mark.parametrize(
    "date",
    [b"99-Foo-2026 13:00:00 +0100", b"24-Nov-99999 13:00:00 +9999", b"x" * 26, b"\xff" * 26],
)
def test_a_date_that_is_none_is_none(date: bytes) -> None:
    one = read_fetch(response("FETCH", b'(UID 7 INTERNALDATE "' + date + b'" BODY[HEADER])', b"x"))
    assert one is not None
    assert one.arrived is None


@pytest.mark.parametrize("unit", [b"&", b"&A", b"&&-", b"&-", b"&AOQ-", b"-&", b"\xff&"])
def test_a_name_of_a_megabyte_takes_no_time(unit: bytes) -> None:
    work.assert_ends(decode_name, unit * (1_000_000 // len(unit)), cpu_seconds=5)


@pytest.mark.parametrize("function", [read_list, read_fetch])
@pytest.mark.parametrize(
    "unit", [b"(", b"()", b'("', b'() "/" "\\', b"UID ", b"UID 1", b'INTERNALDATE "', b"[", b'"\\']
)
def test_a_response_of_a_megabyte_takes_no_time(
    function: t.Callable[..., object], unit: bytes
) -> None:
    hostile = response("FETCH", b"(UID 7 " + unit * (1_000_000 // len(unit)), b"x")
    work.assert_ends(function, hostile, cpu_seconds=5)


def test_the_work_of_making_sets_grows_with_the_uids() -> None:
    def written(uids: list[int]) -> list[str]:
        return list(uid_sets(uids, 10**9))

    work.assert_linear(written, lambda size: list(range(1, 2 * size, 2)))


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

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an IMAP server sends, line by line and literal by literal."""

from __future__ import annotations

import contextlib
import io
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.errors import StoreError
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.imap_response import (
    Response,
    read_response,
)
from ansible_collections.mailops.smtp.tests.unit import work
from hypothesis import given
from hypothesis import strategies as st


class Lines(io.BytesIO):
    """What a server sends before it closes the connection."""

    def readline(self, *_args: t.Any) -> bytes:
        line = super().readline()
        if not line.endswith(b"\n"):
            raise StoreError("disconnect", "closed")
        return line

    def read(self, size: t.Any = None) -> bytes:
        data = super().read(size)
        if len(data) < size:
            raise StoreError("disconnect", "closed")
        return data


def read(data: bytes) -> list[Response]:
    """Read all responses."""
    lines: t.Any = Lines(data)
    responses = []
    while lines.tell() < len(data):
        responses.append(read_response(lines))
    return responses


@pytest.mark.parametrize(
    ("data", "response"),
    [
        (b"* OK here\r\n", (b"*", "OK", None, b"here")),
        (b"* 23 EXISTS\n", (b"*", "EXISTS", 23, b"")),
        (b"*  5  expunge\r\n", (b"*", "EXPUNGE", 5, b"")),
        (b"A1 NO [ALERT] no\r\n", (b"A1", "NO", None, b"[ALERT] no")),
        (b"+\r\n", (b"+", "", None, b"")),
        (b"+ go on\r\n", (b"+", "", None, b"go on")),
        (b"* LIST () NIL {3}\r\na\nb\r\n", (b"*", "LIST", None, b"() NIL ", (b"a\nb",))),
        (b"* 1 FETCH (X {0}\r\n Y {1}\r\ny)\r\n", (b"*", "FETCH", 1, b"(X  Y )", (b"", b"y"))),
        (b"* 1 FETCH (X {1}\r\nx\r\n\r\n)\r\n", (b"*", "FETCH", 1, b"(X )", (b"x",))),
        (b"* 1 FETCH (X ~{1+}\r\nx)\r\n", (b"*", "FETCH", 1, b"(X )", (b"x",))),  # RFC 3516
        (b'* 1 FETCH ("(" X {1}\r\nx)\r\n', (b"*", "FETCH", 1, b'("(" X )', (b"x",))),
        (b"* OK {3}\r\n", (b"*", "OK", None, b"{3}")),
        (b"\r\n\r\n FLAGS (\\Seen)\r\n* BYE\r\n", (b"*", "BYE", None, b"")),
    ],
)
def test_the_shapes_of_responses(data: bytes, response: tuple[t.Any, ...]) -> None:
    assert read(data) == [Response(*response)]


def test_a_literal_at_the_end_ends_a_response() -> None:
    lists = read(b"* LIST () NIL {1}\r\na\r\n\r\n* LIST () NIL {1}\r\nb\r\n")
    assert [one.literals for one in lists] == [(b"a",), (b"b",)]


@pytest.mark.parametrize("line", [b"220 mx.example.org ESMTP", b"\xff", b"*", b"* (", b"*OK x"])
def test_what_is_no_response_is_said(line: bytes) -> None:
    with pytest.raises(StoreError, match="does not speak IMAP") as caught:
        read(line + b"\r\n")
    assert caught.value.kind == "protocol"


@given(
    st.lists(
        st.sampled_from(
            [b"* ", b"1 FETCH ", b"(", b")", b'"', b"\\", b"{2}\r\n", b"\r\n", b"+", b"a"]
        )
    )
)
def test_any_bytes_are_responses_or_a_failure(parts: list[bytes]) -> None:
    with contextlib.suppress(StoreError):
        assert all(one.printable.isprintable() for one in read(b"".join(parts)))


@pytest.mark.parametrize("unit", [b'"\\', b'"', b"(", b"{0}", b"{", b"\\", b"{1"])
def test_a_line_of_a_megabyte_takes_no_time(unit: bytes) -> None:
    data = b"* 1 FETCH (" + unit * (1_000_000 // len(unit)) + b" {0}\r\n)\r\n"
    work.assert_ends(read, data, cpu_seconds=5)


def test_the_work_grows_with_the_literals() -> None:
    work.assert_linear(read, lambda size: b"* 1 FETCH (X" + b" {0}\r\n" * size + b")\r\n")

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Header sections as they come from mailboxes."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.header_section import (
    MAX_BYTES,
    read_header,
    read_header_with_token,
)
from ansible_collections.mailops.smtp.tests.unit import work
from hypothesis import given
from hypothesis import strategies as st

HEAD = b"""Return-Path: <ann@example.com>\r
Received: from mx.example.org ([192.0.2.25])\r
\tby store.example.org with LMTP\r
\tid 8B79; Tue, 24 Nov 2026 12:00:02 +0000\r
Received: from web1.example.com (web1.example.com [192.0.2.7])\r
 by mx.example.org (Postfix) with ESMTP id 4Xy;\r
 Tue, 24 Nov 2026 12:00:00 +0000 (UTC)\r
Authentication-Results: mx.example.org; spf=pass\r
Authentication-Results: elsewhere.example; spf=fail\r
x-smtp-handshake-token: 2f1c6b1f\r
Subject: Hello\r
\r
X-SMTP-Handshake-Token: in-the-body\r
"""


def test_hops_go_in_the_order_of_the_mail_and_verdicts_the_latest_first() -> None:
    header = read_header(HEAD)
    assert [hop.by for hop in header.hops] == ["mx.example.org", "store.example.org"]
    assert [one.spf for one in header.authentication_results] == ["pass", "fail"]


def test_a_token_counts_in_the_header_only() -> None:
    assert read_header(HEAD).tokens == ("2f1c6b1f",)
    assert read_header(HEAD).token_in({"2f1c6b1f", "x"}) == "2f1c6b1f"
    assert read_header(HEAD).token_in({"2f1c6b1", "in-the-body"}) is None


def test_what_cannot_be_printed_is_escaped() -> None:
    header = read_header(b"Received: from \x1b[2J by m\xc3\xa4 with SMTP\xff id 1\r\n\r\n")
    (hop,) = header.hops
    assert (hop.from_name, hop.by, hop.protocol) == ("\\x1b[2J", "mä", "SMTP\\xff")


def test_a_header_without_end_is_read_as_far_as_it_may_be() -> None:
    endless = b"Received: from a by b; x\r\n" * 100_000
    assert len(endless) > MAX_BYTES
    assert len(read_header(endless).hops) == 100


@pytest.mark.parametrize(
    "unit", [b"a:\n", b"a: b\r\n", b" x\n", b"\r", b"Received: a;b\n", b"\0", b"\n", b":", b"\xff"]
)
def test_megabytes_take_no_time(unit: bytes) -> None:
    token = b"X-SMTP-Handshake-Token: a\n"
    for begin in (token, token + b"Received: ", token + b"Authentication-Results: "):
        work.assert_ends(read_header, begin + unit * (5_000_000 // len(unit)), cpu_seconds=5)


def test_a_header_without_a_token_is_not_read_at_all() -> None:
    assert read_header_with_token(HEAD) == read_header(HEAD)
    assert read_header_with_token(b"Received: from a by b; x\r\n\r\n").hops == ()


@given(st.binary())
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    for verdict in read_header(b"Authentication-Results: " + data).authentication_results:
        assert verdict.text.isprintable()

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server accepts a message, and its reply names it or does not; the texts are real servers'."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.printable import printable
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.queue_id import queue_id
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.reply import MAX_REPLY_BYTES, Reply
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("2.0.0 Ok: queued as CBFBF407BE", "CBFBF407BE", id="postfix"),
        pytest.param("2.0.0 Ok: queued as 4XyZ1234abcz1kT", "4XyZ1234abcz1kT", id="postfix-long"),
        pytest.param("Ok: queued as BF88888888", "BF88888888", id="postfix-without-enhanced-code"),
        pytest.param(
            "2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 2C03762234A",
            "2C03762234A",
            id="postfix-behind-amavis",
        ),
        pytest.param("OK id=1sMrpq-0001Ah-UT", "1sMrpq-0001Ah-UT", id="exim"),
        pytest.param("OK id=1wLWNN-00000002g1x-0ye6", "1wLWNN-00000002g1x-0ye6", id="exim-4.97"),
        pytest.param(
            "2.0.0 rBBDP5ji010691 Message accepted for delivery", "rBBDP5ji010691", id="sendmail"
        ),
        pytest.param(
            "2.0.0 a1b2c3d4 Message accepted for delivery", "a1b2c3d4", id="opensmtpd-is-alike"
        ),
        pytest.param(
            "2.0.0 25nc6w82mk-1 Message accepted for delivery",
            "25nc6w82mk-1",
            id="proofpoint-is-a-sendmail",
        ),
        pytest.param(
            "2.6.0 <e6c29c88-7479-4fee-9a7e-5ca909546317@exchange.example.com>"
            " [InternalId=237172389052427, Hostname=exchange.example.com]"
            " 11511 bytes in 0.102, 109,173 KB/sec Queued mail for delivery",
            "e6c29c88-7479-4fee-9a7e-5ca909546317@exchange.example.com",
            id="exchange",
        ),
        pytest.param(
            "2.6.0 <20111025103822.7F94E1C0299@web1> [InternalId=274498] Queued mail for delivery",
            "20111025103822.7F94E1C0299@web1",
            id="exchange-2010",
        ),
        pytest.param(
            "2.6.0 <WEB01JswFCHOzyfyz5b000015ac@relay.example.com> Queued mail for delivery",
            "WEB01JswFCHOzyfyz5b000015ac@relay.example.com",
            id="exchange-2007-and-iis",
        ),
        pytest.param(
            "Message Queued (9C7B9D53-AB1B-4C6F-8F55-B4F3D4CAB1F0.1)",
            "9C7B9D53-AB1B-4C6F-8F55-B4F3D4CAB1F0.1",
            id="haraka",
        ),
        pytest.param(
            "2.0.0 <user@example.com> ixPpB+Zvv2P7BAAAUi6ngw Saved",
            "ixPpB+Zvv2P7BAAAUi6ngw",
            id="dovecot-lmtp",
        ),
        pytest.param(
            "2.0.0 <user@example.com> s3F/FLrz7GiE0QAA0WRAUQ:R2 Saved",
            "s3F/FLrz7GiE0QAA0WRAUQ:R2",
            id="dovecot-lmtp-second-recipient",
        ),
        pytest.param(
            "2.0.0 qIs0C7bdDFx6RQAAfXFM7g Saved", "qIs0C7bdDFx6RQAAfXFM7g", id="dovecot-proxied"
        ),
        pytest.param("ok 1375388751 qp 26627", "1375388751", id="qmail"),
        pytest.param("ok 1349174460 qp 13230 by mx1.example.org", "1349174460", id="qmail-named"),
        pytest.param(
            "2.0.0 OK  1653776100 r33-20020a056870582100b000f169cbbb32sm1847208oap.43 - gsmtp",
            "1653776100 r33-20020a056870582100b000f169cbbb32sm1847208oap.43",
            id="gmail",
        ),
        pytest.param(
            "2.0.0 OK 1376056636 i3si9508927obz.16 - gsmtp",
            "1376056636 i3si9508927obz.16",
            id="gmail-one-space",
        ),
        pytest.param(
            "2.0.0 OK: queued as <202508020358.47907466195@smtp-relay.example.com>",
            "202508020358.47907466195@smtp-relay.example.com",
            id="an-id-in-angle-brackets",
        ),
        pytest.param(
            "2.0.0 OK: queued as <CAB+k=a/b@mail.example.com>",
            "CAB+k=a/b@mail.example.com",
            id="an-id-of-all-that-an-id-may-have",
        ),
        pytest.param("2.0.0 Ok", None, id="says-nothing"),
        pytest.param("", None, id="no-text"),
        pytest.param("2.0.0 OK", None, id="says-ok"),
        pytest.param("ok dirdel", None, id="yahoo"),
        pytest.param("Ok: queued", None, id="queued-as-what"),
        pytest.param("Requested mail action okay, completed", None, id="the-rfc"),
        pytest.param("2.0.0 Message accepted for delivery", None, id="sendmail-nameless"),
        pytest.param("Message Queued", None, id="haraka-nameless"),
        pytest.param("2.0.0 <user@example.com> Saved", None, id="dovecot-nameless"),
        pytest.param("OK, uid=500 gid=500", None, id="another-id"),
    ],
)
def test_the_name_that_the_server_gives_a_message_is_found(text: str, name: str | None) -> None:
    assert queue_id(Reply(250, (text,))) == name


def test_the_name_is_found_on_a_later_line_too() -> None:
    assert queue_id(Reply(250, ("2.0.0 Thank you", "2.0.0 Ok: queued as CBFBF407BE"))) == (
        "CBFBF407BE"
    )


def test_a_mebibyte_is_not_searched_for_a_name() -> None:
    assert queue_id(Reply(250, ("x" * MAX_REPLY_BYTES + " queued as CBFBF407BE",))) is None


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(["queued as ", "id=", "<", ">", "OK ", " "]), st.text())))
def test_whatever_the_server_says_the_name_is_a_printable_word(pieces: list[str]) -> None:
    name = queue_id(Reply(250, (printable("".join(pieces).encode("utf-8", "replace")),)))
    assert name is None or (name.isprintable() and name and len(name) <= 1000)

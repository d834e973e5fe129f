# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A reply as people have it at hand."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.reply_text import (
    MAX_CHARACTERS,
    NoReply,
    read_reply,
)
from ansible_collections.mailops.smtp.tests.unit.work import assert_ends
from hypothesis import given
from hypothesis import strategies as st


class TestOneLine:
    """A reply of one line."""

    def test_it_has_a_code_an_enhanced_code_and_a_text(self):
        reply, stage = read_reply("550 5.7.1 Relaying denied")
        assert (reply.code, reply.enhanced_code, reply.text) == (
            550,
            "5.7.1",
            "5.7.1 Relaying denied",
        )
        assert stage is None

    def test_the_enhanced_code_may_be_missing(self):
        reply, _stage = read_reply("550 No such user here\n")
        assert (reply.code, reply.enhanced_code) == (550, None)

    def test_an_enhanced_code_of_another_class_is_ignored(self):
        assert read_reply("450 5.7.1 later").reply.enhanced_code is None

    def test_a_code_alone_is_a_reply(self):
        reply, _stage = read_reply(" 421 ")
        assert (reply.code, reply.text) == (421, "")


class TestSeveralLines:
    """A reply of several lines, as it is on the wire, and as logs and bounces wrap it."""

    def test_the_texts_are_joined(self):
        reply, _stage = read_reply("550-5.7.26 no SPF\r\n550-5.7.26 no DKIM\r\n550 5.7.26 see")
        assert reply.lines == ("5.7.26 no SPF", "5.7.26 no DKIM", "5.7.26 see")
        assert reply.text == "5.7.26 no SPF no DKIM see"

    def test_a_line_without_a_code_continues_the_one_before(self):
        reply, _stage = read_reply("552-5.2.2 The mailbox\n   is full\n552 5.2.2 see")
        assert reply.lines == ("5.2.2 The mailbox is full", "5.2.2 see")

    def test_postfix_logs_all_lines_in_one(self):
        reply, _stage = read_reply("said: 550-5.7.26 no SPF 550-5.7.26 no DKIM 550 5.7.26 see")
        assert reply.lines == ("5.7.26 no SPF", "5.7.26 no DKIM", "5.7.26 see")

    def test_a_number_in_the_text_is_no_line(self):
        reply, _stage = read_reply("452 4.3.1 at most 452 messages")
        assert reply.lines == ("4.3.1 at most 452 messages",)

    def test_two_codes_are_two_replies(self):
        with pytest.raises(NoReply, match="two codes, 250 and 550; write one reply alone"):
            read_reply("250 ok\n550 no")


class TestWhereItIsFrom:
    """What stands before and after a reply in a transcript, a log and a bounce."""

    def test_a_transcript_of_this_collection(self):
        text = "[ 0.013] S: 554-5.7.1 no\n[12.200] S: 554 5.7.1 never"
        assert read_reply(text).reply.lines == ("5.7.1 no", "5.7.1 never")

    @pytest.mark.parametrize(
        ("command", "stage"),
        [
            ("RCPT TO command", "rcpt_to"),
            ("MAIL FROM command", "mail_from"),
            ("end of DATA command", "message"),
            ("DATA command", "data"),
            ("EHLO command", "helo"),
            ("NOOP command", None),
        ],
    )
    def test_the_log_of_postfix_names_the_command(self, command: str, stage: str | None):
        text = (
            "status=bounced (host mx.example.com[192.0.2.25] said: 550 5.1.1 <bob@example.com>:"
            f" unknown (in reply to {command}))"
        )
        reply, named = read_reply(text)
        assert reply.lines == ("5.1.1 <bob@example.com>: unknown",)
        assert named == stage

    @pytest.mark.parametrize(
        ("command", "stage"),
        [
            ("RCPT TO:<bob@example.com>", "rcpt_to"),
            ("pipelined MAIL FROM:<ann@example.com>", "mail_from"),
            ("end of data", "message"),
            ("initial connection", "greeting"),
        ],
    )
    def test_the_log_of_exim_does_so_too(self, command: str, stage: str):
        reply, named = read_reply(f"SMTP error from remote mail server after {command}: 550 No")
        assert (reply.code, reply.lines, named) == (550, ("No",), stage)

    def test_a_bounce_has_a_field_for_it(self):
        assert read_reply("Diagnostic-Code: smtp; 550 5.1.1 unknown").reply.code == 550


class TestNoReply:
    """Texts that are no reply."""

    @pytest.mark.parametrize("text", ["", " \n", "Relaying denied", "5.7.1 denied", "650 x", "25"])
    def test_the_error_says_what_to_write(self, text: str):
        with pytest.raises(NoReply, match=r"must begin with a reply code, as in '550 5\.7\.1"):
            read_reply(text)

    def test_the_error_shows_little_of_the_text_and_no_control_characters(self):
        with pytest.raises(NoReply) as error:
            read_reply("\x1b[2J" + "x" * 5000)
        assert str(error.value).isprintable()
        assert len(str(error.value)) < 200

    def test_a_text_is_bounded(self):
        with pytest.raises(NoReply, match="write the reply alone"):
            read_reply("550 " + "x" * MAX_CHARACTERS)


def test_control_characters_of_a_server_are_escaped():
    reply, _stage = read_reply("550-5.7.1 \x1b[2J\n\x00\x85\n550 5.7.1 \u202e")
    assert all(line.isprintable() for line in reply.lines)


class TestLength:
    """Reading takes time in proportion to the length; the square of it would be hours."""

    @pytest.mark.parametrize(
        "text", ["550 " + "a" * 60_000, "550-" + " 550-a" * 9_000, ": " * 30_000 + ": 550 x"]
    )
    def test_a_long_reply_is_read(self, text: str):
        assert read_reply(text).reply.code == 550

    @pytest.mark.parametrize("text", ["(" * 60_000, ": 55" * 15_000, "[ " * 30_000])
    def test_a_long_text_that_is_no_reply_is_refused(self, text: str):
        with pytest.raises(NoReply):
            read_reply(text)


# Parts of replies, logs and bounces, and what a hostile server puts between them.
PARTS = st.sampled_from(
    [
        *(
            "550",
            "550-",
            "550 ",
            "421",
            "5.7.1 ",
            "4.2.2",
            " ",
            "\n",
            "\r\n",
            ": ",
            "; ",
            "-",
            "S: ",
        ),
        *("[0.013] S: ", "said", "(in reply to ", "RCPT TO command)", "after "),
        *("\x1b", "\x85", "\u2028", "\u202e", "x" * 50, "("),
    ]
)


@given(st.lists(PARTS, max_size=12).map("".join) | st.text())
def test_any_text_is_a_printable_reply_or_refused(text: str):
    try:
        reply, _stage = read_reply(text)
    except NoReply as error:
        message = str(error)
    else:
        assert 200 <= reply.code < 600
        message = reply.text
    assert message.isprintable()


def read_long_replies() -> None:
    for _number in range(30):
        read_reply(f"550 {' ' * 60_000}x")


@pytest.mark.thorough
def test_a_reply_of_blanks_takes_no_time() -> None:
    assert_ends(read_long_replies, cpu_seconds=20)

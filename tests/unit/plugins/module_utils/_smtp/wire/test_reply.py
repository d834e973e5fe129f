# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server speaks, in whatever pieces the network brings, and its replies are read.

What is no reply, or never ends, is called `protocol`, and costs no more than the bounds allow.
"""

from __future__ import annotations

import contextlib
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError, StrayLine
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.reply import (
    MAX_LINE_BYTES,
    MAX_REPLY_BYTES,
    MAX_REPLY_LINES,
    Reply,
    ReplyReader,
)
from hypothesis import given
from hypothesis import strategies as st


def read(*pieces: bytes) -> list[Reply]:
    """Return the replies that are whole once all pieces have come."""
    return list(replies_in(ReplyReader(), pieces))


def replies_in(reader: ReplyReader, pieces: t.Iterable[bytes]) -> t.Iterator[Reply]:
    """Feed a reader piece by piece, taking each line as soon as it is there."""
    for piece in pieces:
        reader.feed(piece)
        while True:
            line = reader.next_line()
            if line is None:
                break
            reply = reader.reply_with(line)
            if reply is not None:
                yield reply


def outcome(pieces: t.Iterable[bytes]) -> tuple[list[Reply], tuple[str, str] | None]:
    """Return the replies that came before it broke, and what broke it."""
    replies = []
    try:
        for reply in replies_in(ReplyReader(), pieces):
            replies.append(reply)
    except ProbeError as broken:
        return replies, (broken.kind, broken.text)
    return replies, None


# What servers say


@pytest.mark.parametrize(
    ("came", "code", "lines"),
    [
        pytest.param(
            b"220 mail.example.com ESMTP\r\n", 220, ["mail.example.com ESMTP"], id="one-line"
        ),
        pytest.param(
            b"250-mail.example.com\r\n250-SIZE 10240000\r\n250 8BITMIME\r\n",
            250,
            ["mail.example.com", "SIZE 10240000", "8BITMIME"],
            id="several-lines",
        ),
        pytest.param(b"250 \r\n", 250, [""], id="a-space-and-no-text"),
        pytest.param(b"250\r\n", 250, [""], id="no-space-and-no-text"),
        pytest.param(b"250-\r\n250-\r\n250\r\n", 250, ["", "", ""], id="lines-without-text"),
        pytest.param(b"220 ready\n", 220, ["ready"], id="bare-LF"),
        pytest.param(b"250-a\n250-b\r\n250 c\n", 250, ["a", "b", "c"], id="LF-and-CRLF-mixed"),
        pytest.param(b"220  two spaces \r\n", 220, [" two spaces "], id="spaces-are-kept"),
        pytest.param(b"220 a\r\r\n", 220, [r"a\r"], id="CR-CR-LF"),
        pytest.param(b"220 a\rb\r\n", 220, [r"a\rb"], id="CR-within-a-line"),
        pytest.param(
            "220 caf\u00e9\r\n".encode("latin-1"), 220, [r"caf\xe9"], id="8-bit-that-is-not-utf-8"
        ),
        pytest.param("220 caf\u00e9\r\n".encode(), 220, ["caf\u00e9"], id="utf-8"),
        pytest.param(b"220 a\0b\r\n", 220, [r"a\x00b"], id="NUL"),
        pytest.param(b"220 \x1b[31mred\r\n", 220, [r"\x1b[31mred"], id="terminal-escape"),
        pytest.param(b"587 5.7.1 no\r\n", 587, ["5.7.1 no"], id="a-code-beyond-the-rfc"),
        pytest.param(b"199 x\r\n", 199, ["x"], id="a-code-of-rfc-821"),
        pytest.param(
            b"250-first\r\n250-250 second\r\n250 third\r\n",
            250,
            ["first", "250 second", "third"],
            id="a-code-within-the-text",
        ),
    ],
)
def test_a_reply_is_read_as_the_server_sent_it(came: bytes, code: int, lines: list[str]) -> None:
    (reply,) = read(came)
    assert reply.code == code
    assert list(reply.lines) == lines


@pytest.mark.parametrize(
    ("came", "judged", "shown"),
    [
        pytest.param(b"550 rate\tlimit\r\n", "rate\tlimit", r"rate\tlimit", id="a-tab"),
        pytest.param(b"550-\x1b[2J\r\n550 b\r\n", "\x1b[2J\nb", r"\x1b[2J b", id="an-escape"),
        pytest.param(b"550 caf\xe9\r\n", "caf\u00e9", r"caf\xe9", id="latin-1"),
        pytest.param(b"550 ##vso[a]\r\n", "##vso[a]", r"#\x23vso[a]", id="a-command"),
        pytest.param("550 caf\u00e9\r\n".encode(), "caf\u00e9", "caf\u00e9", id="utf-8"),
    ],
)
def test_a_reply_is_judged_as_it_came_and_shown_escaped(
    came: bytes, judged: str, shown: str
) -> None:
    (reply,) = read(came)
    assert (reply.judged, reply.text) == (judged, shown)


def test_a_reply_is_kept_twice_only_if_something_in_it_may_not_be_shown() -> None:
    plain, other = read(b"250-a\r\n250 b\r\n", b"250-a\r\n250 \x1b\r\n")
    assert (plain.came, other.came) == ((), ("a", "\x1b"))


def test_a_greeting_that_begins_with_a_teaser_is_one_reply_and_not_whole_before_its_last_line() -> (
    None
):
    reader = ReplyReader()
    assert list(replies_in(reader, [b"220-mail.example.com please wait\r\n"])) == []
    assert reader.in_reply
    assert list(replies_in(reader, [b"220 mail.example.com ESMTP Postfix\r\n"])) == [
        Reply(220, ("mail.example.com please wait", "mail.example.com ESMTP Postfix"))
    ]
    assert not reader.in_reply


def test_replies_that_come_together_are_read_one_after_the_other() -> None:
    replies = read(b"250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n")
    assert [reply.code for reply in replies] == [250, 250, 354]


def test_a_line_that_is_not_whole_is_pending_and_can_be_looked_at() -> None:
    reader = ReplyReader()
    assert list(replies_in(reader, [b"250 ok\r\n421 going do"])) == [Reply(250, ("ok",))]
    assert reader.pending == b"421 going do"
    assert not reader.in_reply
    assert list(replies_in(reader, [b"wn\r\n"])) == [Reply(421, ("going down",))]
    assert reader.pending == b""


def test_a_CR_and_its_LF_may_come_apart() -> None:
    assert read(b"220 ready\r", b"\n") == [Reply(220, ("ready",))]


def test_a_reply_does_not_say_how_long_it_took_until_someone_has_timed_it() -> None:
    (reply,) = read(b"220 ready\r\n")
    assert reply.seconds == 0.0
    assert reply._replace(seconds=1.5) == Reply(220, ("ready",), 1.5)


@pytest.mark.parametrize(
    ("code", "positive"), [(199, False), (200, True), (299, True), (354, False), (550, False)]
)
def test_only_2yz_is_positive(code: int, positive: bool) -> None:
    assert Reply(code, ("",)).positive is positive


# What is no reply


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"SSH-2.0-OpenSSH_9.2p1 Debian-2", id="ssh"),
        pytest.param(b"HTTP/1.1 400 Bad Request", id="http"),
        pytest.param(b"+OK POP3 ready", id="pop3"),
        pytest.param(b"* OK [CAPABILITY IMAP4rev1] ready", id="imap"),
        pytest.param(b"\x15\x03\x01\x00\x02\x02\x16", id="a-tls-alert"),
        pytest.param(b"", id="an-empty-line"),
        pytest.param(b"   ", id="spaces"),
        pytest.param(b"\0", id="nul"),
        pytest.param(b"25", id="two-digits"),
        pytest.param(b"2500 ok", id="four-digits"),
        pytest.param(b"250ok", id="no-space"),
        pytest.param(b"250\tok", id="a-tab-for-a-space"),
        pytest.param(b" 250 ok", id="a-space-before"),
        pytest.param(b"-250 ok", id="a-sign"),
        pytest.param(b"099 ok", id="first-digit-0"),
        pytest.param(b"600 ok", id="first-digit-6"),
        pytest.param("\u0662\u0665\u0660 ok".encode(), id="arabic-digits"),
    ],
)
def test_what_is_no_reply_is_called_protocol_and_shown(line: bytes) -> None:
    with pytest.raises(ProbeError, match=r"^not an SMTP reply: ") as broken:
        read(line + b"\r\n")
    assert broken.value.kind == "protocol"
    assert broken.value.text.isprintable()


def test_an_empty_line_is_no_reply_whatever_ends_it_and_follows_it() -> None:
    for came in (b"\n", b"\r\n", b"250-a\n\n", b"\n" + b"x" * MAX_LINE_BYTES):
        with pytest.raises(ProbeError, match=r"^not an SMTP reply: an empty line$"):
            read(came)


def test_an_empty_line_in_place_of_a_later_reply_is_a_stray_line() -> None:
    reader = ReplyReader()
    reader.reply_with(b"220 mx.example.com")
    with pytest.raises(StrayLine, match=r"^an empty line came$"):
        reader.reply_with(b"")


def test_postscreen_refuses_a_client_with_the_last_line_of_its_greeting() -> None:
    reader = ReplyReader()
    assert reader.reply_with(b"220-mx.example.com ESMTP Postfix") is None
    reply = reader.reply_with(b"521 5.7.1 Service unavailable; client [192.0.2.7] blocked")
    assert reply is not None
    assert (reply.code, reply.enhanced_code, len(reply.lines)) == (521, "5.7.1", 1)


def test_421_breaks_off_any_reply_and_takes_its_place() -> None:
    reader = ReplyReader()
    reader.reply_with(b"220 mx.example.com")
    assert reader.reply_with(b"250-mx.example.com") is None
    reply = reader.reply_with(b"421 4.3.2 shutting down")
    assert reply is not None
    assert (reply.code, reply.lines) == (421, ("4.3.2 shutting down",))


@pytest.mark.parametrize("lines", [(b"220-mx", b"250 mx"), (b"554-no", b"220 mx")])
def test_no_other_greeting_changes_its_code(lines: tuple[bytes, bytes]) -> None:
    reader = ReplyReader()
    reader.reply_with(lines[0])
    with pytest.raises(ProbeError, match=r"^one reply with differing codes"):
        reader.reply_with(lines[1])


def test_of_garbage_all_is_handed_on_since_a_secret_is_masked_before_anything_is_cut() -> None:
    with pytest.raises(ProbeError) as broken:
        read(b"x" * 5000 + b"\r\n")
    assert broken.value.text == "not an SMTP reply: " + "x" * 5000


@pytest.mark.parametrize(
    "came",
    [
        pytest.param(b"250-mail.example.com\r\n550 no\r\n", id="a-refusal-behind-a-welcome"),
        pytest.param(b"250-a\r\n250-b\r\n251 c\r\n", id="nearly-the-same"),
        pytest.param(b"550-no\r\n250-\r\n", id="in-the-middle"),
    ],
)
def test_one_reply_with_two_codes_is_believed_in_neither(came: bytes) -> None:
    with pytest.raises(ProbeError, match=r"differing codes: \d{3} and \d{3}$") as broken:
        read(came)
    assert broken.value.kind == "protocol"


def test_an_unfinished_reply_is_not_finished_by_garbage() -> None:
    with pytest.raises(ProbeError, match=r"^not an SMTP reply: bogus$"):
        read(b"250-mail.example.com\r\nbogus\r\n")


# What never ends


def line_of(size: int) -> bytes:
    """Return a reply line of so many bytes, its CRLF included."""
    return b"250 " + b"x" * (size - 6) + b"\r\n"


def test_a_line_of_16_kib_is_read() -> None:
    (reply,) = read(line_of(MAX_LINE_BYTES))
    assert MAX_LINE_BYTES == 16384
    assert len(reply.lines[0]) == 16384 - 6


@pytest.mark.parametrize(
    "came",
    [
        pytest.param(line_of(MAX_LINE_BYTES + 1), id="with-an-end"),
        pytest.param(b"250 " + b"x" * MAX_LINE_BYTES, id="without-an-end"),
        pytest.param(b"250 ok\r\n" + b"\0" * MAX_LINE_BYTES, id="behind-a-good-reply"),
    ],
)
def test_a_line_of_more_than_16_kib_is_refused_whether_or_not_it_ends(came: bytes) -> None:
    with pytest.raises(ProbeError, match="line of more than 16384 bytes") as broken:
        read(came)
    assert broken.value.kind == "protocol"


def test_a_line_without_an_end_is_given_up_before_much_more_than_16_kib_is_held() -> None:
    reader = ReplyReader()
    fed = 0
    with contextlib.suppress(ProbeError):
        while fed < 10 * MAX_LINE_BYTES:
            list(replies_in(reader, [b"2" * 1000]))
            fed += 1000
    assert fed < 10 * MAX_LINE_BYTES
    assert len(reader.pending) <= MAX_LINE_BYTES + 1000


def test_a_reply_of_a_thousand_lines_is_read() -> None:
    (reply,) = read(b"250-x\r\n" * (MAX_REPLY_LINES - 1) + b"250 x\r\n")
    assert len(reply.lines) == 1000


@pytest.mark.parametrize(
    "came",
    [
        pytest.param(b"250-x\r\n" * MAX_REPLY_LINES + b"250 x\r\n", id="1001-lines"),
        pytest.param(b"250-x\r\n" * (MAX_REPLY_LINES + 1), id="no-last-line"),
        pytest.param(b"250-" + b"x" * 1045 + b"\r\n" + b"250-x\r\n" * 1000, id="endless"),
        pytest.param((b"250-" + b"x" * 15000 + b"\r\n") * 5, id="more-than-64-kib"),
    ],
)
def test_a_reply_that_outgrows_its_bounds_is_refused(came: bytes) -> None:
    with pytest.raises(
        ProbeError, match="a reply of more than 1000 lines or 65536 bytes"
    ) as broken:
        read(came)
    assert broken.value.kind == "protocol"


def test_a_reply_of_64_kib_is_read_and_the_bounds_are_those_of_one_reply() -> None:
    line = b"250-" + b"x" * 15000
    reply = (line + b"\r\n") * 4 + b"250 " + b"x" * (MAX_REPLY_BYTES - 4 * len(line) - 4)
    replies = read((reply + b"\r\n") * 3)
    assert [sum(4 + len(text) for text in reply.lines) for reply in replies] == [65536] * 3


class CountingBuffer(bytearray):
    """Counts the bytes that are looked at in search of the end of a line."""

    looked_at = 0

    def find(self, sub: t.Any, start: t.Any = 0, *rest: t.Any) -> int:
        """Search, and count."""
        found = super().find(sub, start, *rest)
        self.looked_at += (len(self) if found < 0 else found + 1) - start
        return found


def test_bytes_that_drip_in_one_by_one_are_each_looked_at_once() -> None:
    reader = ReplyReader()
    buffer = reader._buffer = CountingBuffer()
    came = b"250-" + b"x" * 10000 + b"\r\n250 ok\r\n"
    assert len(list(replies_in(reader, (came[at : at + 1] for at in range(len(came)))))) == 1
    assert reader._buffer is buffer
    assert buffer.looked_at == len(came)


# Any bytes at all, in any pieces

# Bytes that resemble replies more often than chance has it.
RESEMBLING = st.lists(
    st.one_of(
        st.sampled_from(
            [b"250 ", b"250-", b"250", b"550-5.7.1 ", b"220-", b"\r\n", b"\n", b"\r", b"ok", b"\0"]
        ),
        st.binary(max_size=8),
    ),
    max_size=30,
).map(b"".join)


@given(RESEMBLING, st.lists(st.integers(0, 250), max_size=20))
def test_however_a_stream_is_cut_the_same_replies_are_read_and_it_breaks_the_same_way(
    stream: bytes, cuts: list[int]
) -> None:
    edges = [0, *sorted(cuts), len(stream)]
    pieces = [stream[start:end] for start, end in zip(edges, edges[1:])]
    byte_by_byte = [stream[at : at + 1] for at in range(len(stream))]
    assert outcome(pieces) == outcome([stream]) == outcome(byte_by_byte)


@given(RESEMBLING)
def test_any_bytes_give_printable_replies_or_are_called_protocol(stream: bytes) -> None:
    replies, broken = outcome([stream + b"\r\n"])
    texts = [text for reply in replies for text in (*reply.lines, reply.text)]
    texts += [reply.enhanced_code or "" for reply in replies]
    if broken is not None:
        kind, text = broken
        assert kind == "protocol"
        texts.append(text)
    for text in texts:
        assert text.isprintable()
        assert text.encode("utf-8").decode("utf-8") == text


# Enhanced status codes and text


@pytest.mark.parametrize(
    ("code", "text", "enhanced_code"),
    [
        pytest.param(554, "5.7.1 Relay access denied", "5.7.1", id="refused"),
        pytest.param(450, "4.2.0 Greylisted", "4.2.0", id="later"),
        pytest.param(250, "2.1.5 Ok", "2.1.5", id="accepted"),
        pytest.param(550, "5.7.1", "5.7.1", id="nothing-behind-it"),
        pytest.param(550, "5.7.509 DMARC", "5.7.509", id="three-digits"),
        pytest.param(550, "5.7.1234 no", None, id="four-digits"),
        pytest.param(550, "4.7.1 no", None, id="the-class-of-another-code"),
        pytest.param(250, "5.7.1 no", None, id="a-refusal-in-an-acceptance"),
        pytest.param(354, "3.0.0 go on", None, id="there-is-no-class-3"),
        pytest.param(550, "no 5.7.1", None, id="not-at-the-beginning"),
        pytest.param(550, " 5.7.1 no", None, id="a-space-before-it"),
        pytest.param(550, "5.7.1: no", None, id="no-space-behind-it"),
        pytest.param(550, "5.7.1.2 no", None, id="four-numbers"),
        pytest.param(550, "5.7 no", None, id="two-numbers"),
        pytest.param(550, "5.7.x no", None, id="a-letter"),
        pytest.param(220, "2.example.com", None, id="a-name-that-begins-alike"),
        pytest.param(550, "", None, id="no-text"),
        pytest.param(
            550,
            "5.\u0661.1 no",
            None,
            id="arabic-digits",
        ),
    ],
)
def test_an_enhanced_code_is_one_only_at_the_beginning_and_of_the_replys_class(
    code: int, text: str, enhanced_code: str | None
) -> None:
    assert Reply(code, (text,)).enhanced_code == enhanced_code


def test_a_tab_may_follow_an_enhanced_code() -> None:
    (reply,) = read(b"550-5.7.1\tno\r\n550 5.7.1\t\tnever\r\n")
    assert reply.enhanced_code == "5.7.1"
    assert reply.text == r"5.7.1\tno never"


def test_an_enhanced_code_of_a_later_line_is_not_that_of_the_reply() -> None:
    assert Reply(550, ("Sorry", "5.7.1 no")).enhanced_code is None


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        pytest.param(
            (
                "5.7.26 This mail has been blocked because the sender is unauthenticated.",
                "5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.",
                "5.7.26  https://support.google.com/mail/answer/81126 - gsmtp",
            ),
            "5.7.26 This mail has been blocked because the sender is unauthenticated."
            " Gmail requires all senders to authenticate with either SPF or DKIM."
            " https://support.google.com/mail/answer/81126 - gsmtp",
            id="on-each-line",
        ),
        pytest.param(("5.7.1 no", "really"), "5.7.1 no really", id="on-the-first-line-only"),
        pytest.param(("no", "5.7.1 really"), "no 5.7.1 really", id="on-a-later-line-only"),
        pytest.param(
            ("5.7.1 no", "see 5.7.1"), "5.7.1 no see 5.7.1", id="within-the-text-it-stays"
        ),
        pytest.param(("5.7.1 no", "5.7.1"), "5.7.1 no", id="a-line-of-nothing-else"),
        pytest.param(("", "", "no"), "no", id="empty-lines"),
        pytest.param(("",), "", id="no-text"),
        pytest.param(
            ("5.7.1 Blocked", "5.7.13 is what the rule is called"),
            "5.7.1 Blocked 5.7.13 is what the rule is called",
            id="a-longer-code",
        ),
    ],
)
def test_the_text_joins_the_lines_and_says_the_enhanced_code_once(
    lines: tuple[str, ...], text: str
) -> None:
    assert Reply(550, lines).text == text

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The transcript is what a telnet session would show, within a limit of memory."""

from __future__ import annotations

import re
import sys
import time
from base64 import b64encode

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.redaction import secret_pattern
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.transcript import (
    BUDGET_BYTES,
    MAX_MESSAGE_LINE_BYTES,
    Transcript,
)
from hypothesis import given
from hypothesis import strategies as st


def transcript_lines(transcript: Transcript) -> list[str]:
    """Return the lines without their times."""
    return [re.sub(r"^\[\d+\.\d{3}\] ", "", line) for line in transcript.lines]


def message_of(lines: int) -> bytes:
    """Return a message of so many lines."""
    return b"".join(b"line %d\r\n" % number for number in range(1, lines + 1))


def test_a_dialogue_reads_as_it_was_spoken() -> None:
    transcript = Transcript()
    transcript.event("connecting to 192.0.2.25 port 25")
    transcript.received(b"220-mail.example.com")
    transcript.received(b"220 ready")
    transcript.sent("EHLO web1.example.com")
    transcript.received(b"250 mail.example.com")
    transcript.sent("DATA")
    transcript.received(b"354 go ahead")
    transcript.sent_message(b"Subject: hello\r\n\r\n..\r\n")
    transcript.sent(".")
    transcript.received(b"250 2.0.0 Ok: queued as 4XyZ")
    transcript.event("closed")
    assert transcript_lines(transcript) == [
        "*: connecting to 192.0.2.25 port 25",
        "S: 220-mail.example.com",
        "S: 220 ready",
        "C: EHLO web1.example.com",
        "S: 250 mail.example.com",
        "C: DATA",
        "S: 354 go ahead",
        "C: Subject: hello",
        "C: ",
        "C: ..",
        "C: .",
        "S: 250 2.0.0 Ok: queued as 4XyZ",
        "*: closed",
    ]


def test_each_line_begins_with_the_seconds_since_the_start_which_never_run_backwards() -> None:
    started = time.monotonic()
    transcript = Transcript()
    for number in range(100):
        transcript.event(str(number))
    times = [re.match(r"\[(\d+\.\d{3})\] \*: \d+$", line) for line in transcript.lines]
    seconds = [float(time.group(1)) for time in times if time]
    assert len(seconds) == 100
    assert seconds == sorted(seconds)
    assert 0 <= seconds[0] <= seconds[-1] <= time.monotonic() - started + 0.0005


@pytest.mark.parametrize(
    ("came", "shown"),
    [
        pytest.param(b"220 \x1b[2J\x07", r"S: 220 \x1b[2J\x07", id="terminal-escapes"),
        pytest.param(b"220 a\0b", r"S: 220 a\x00b", id="nul"),
        pytest.param(b"220 caf\xe9", r"S: 220 caf\xe9", id="latin-1"),
        pytest.param("220 caf\u00e9".encode(), "S: 220 caf\u00e9", id="utf-8"),
        pytest.param("220 \u202etfel".encode(), r"S: 220 \u202etfel", id="right-to-left"),
        pytest.param(b"220 a\rS: 250 ok", r"S: 220 a\rS: 250 ok", id="a-forged-line"),
        pytest.param(b"", "S: ", id="nothing"),
    ],
)
def test_a_received_line_is_escaped(came: bytes, shown: str) -> None:
    transcript = Transcript()
    transcript.received(came)
    assert transcript_lines(transcript) == [shown]


def test_commands_and_events_are_escaped() -> None:
    transcript = Transcript()
    transcript.sent('MAIL FROM:<"\x1b"@\u4f8b\u3048.jp>')
    transcript.sent_message(b"Subject: \xff\r\n")
    transcript.event("the server closed\r\nS: 250 ok")
    assert transcript_lines(transcript) == [
        'C: MAIL FROM:<"\\x1b"@\u4f8b\u3048.jp>',
        r"C: Subject: \xff",
        r"*: the server closed\r\nS: 250 ok",
    ]


@given(st.binary(max_size=100), st.text(max_size=50))
def test_anything_can_be_recorded_and_printed(data: bytes, text: str) -> None:
    transcript = Transcript()
    transcript.received(data)
    transcript.sent_message(data + b"\r\n")
    transcript.sent(text)
    transcript.event(text)
    assert len(transcript.lines) >= 4
    for line in transcript.lines:
        assert line.isprintable()
        assert line.encode("utf-8").decode("utf-8") == line


def test_a_secret_is_masked_in_a_line_that_is_no_reply() -> None:
    transcript = Transcript(secret_pattern("ann", "correct horse"))
    transcript.received(b64encode(b"correct horse"))
    transcript.received(b"correct horse")
    assert transcript_lines(transcript) == ["S: (not shown)", "S: (not shown)"]


def test_a_secret_is_masked_before_a_line_is_cut() -> None:
    transcript = Transcript(secret_pattern("ann", "correct horse"))
    transcript.received(b"you said correct horse", max_characters=15)
    transcript.event("x" * 4090 + "correct horse")
    assert transcript_lines(transcript) == ["S: you said (not s", "*: " + "x" * 4090 + "(not s"]


def test_a_response_that_the_server_repeats_is_masked() -> None:
    transcript = Transcript()
    transcript.hide("cHJvb2Y6IDE3")
    transcript.received(b"535 not <CHJVB2Y6IDE3>!")
    assert transcript_lines(transcript) == ["S: 535 not <(not shown)>!"]


def test_a_decoded_response_is_masked() -> None:
    transcript = Transcript(secret_pattern("ann", "correct horse"))
    transcript.received(b"220 I know b913a602c7eda7a495b4e6e7334d3890")
    transcript.hide(b64encode(b"ann b913a602c7eda7a495b4e6e7334d3890").decode())
    transcript.received(b"535 ann, your digest is B913A602C7EDA7A495B4E6E7334D3890")
    transcript.received(b"535 b9:13:a6:02:c7:ed:a7:a4:95:b4:e6:e7:33:4d:38:90")
    transcript.received(b"535 " + b"b913a602c7eda7a495b4e6e7334d3890".hex().encode())
    assert transcript_lines(transcript) == [
        "S: 220 I know (not shown)",
        "S: 535 ann, your digest is (not shown)",
        "S: 535 (not shown)",
        "S: 535 (not shown)",
    ]


# A secret that is split over lines


def test_a_secret_is_masked_if_the_next_line_completes_it() -> None:
    transcript = Transcript(secret_pattern("ann", "correct horse"))
    transcript.received(b"535-5.7.8 you said correct")
    assert transcript_lines(transcript) == ["S: 535-5.7.8 you said correct"]
    transcript.received(b"535 5.7.8 horse, ann")
    assert transcript_lines(transcript) == [
        "S: 535-5.7.8 you said (not shown)",
        "S: 535 5.7.8 (not shown), ann",
    ]


def test_a_secret_is_masked_if_it_is_split_over_replies() -> None:
    word = b64encode(b"correct horse")
    transcript = Transcript(secret_pattern("ann", "correct horse"))
    transcript.received(b"250 " + word[:9])
    transcript.sent("RSET")
    transcript.received(b"250 " + word[9:] + b" ok")
    transcript.event("closed")
    assert transcript_lines(transcript) == [
        "S: 250 (not shown)",
        "C: RSET",
        "S: 250 (not shown) ok",
        "*: closed",
    ]


def test_the_lines_of_a_reply_are_masked_as_one() -> None:
    transcript = Transcript(secret_pattern("ann", "correct horse"))
    assert transcript.masked_lines(["a cor", "rect ho", "rse"]) == [
        "a (not shown)",
        "(not shown)",
        "(not shown)",
    ]
    assert transcript.masked_lines([]) == []
    assert Transcript().masked_lines(("a", "b")) == ["a", "b"]


@pytest.mark.parametrize("code", [b"220", b"220 ", b"220-"])
def test_a_code_is_no_secret(code: bytes) -> None:
    transcript = Transcript(secret_pattern("ann", "220"))
    transcript.received(code)
    assert transcript_lines(transcript) == ["S: " + code.decode()]


def test_the_text_in_place_of_secrets_counts_as_memory() -> None:
    transcript = Transcript(secret_pattern("ann", "a"), budget_bytes=1000)
    transcript.received(b"250 " + b"ab" * 200)
    transcript.event("closed")
    assert transcript_lines(transcript)[0].startswith("*: 1 more line from the server")


# The limits on messages and on the lines of a server


@pytest.mark.parametrize("lines", [1, 49, 50])
def test_a_message_of_up_to_fifty_lines_is_shown_whole(lines: int) -> None:
    transcript = Transcript()
    transcript.sent_message(message_of(lines))
    assert transcript_lines(transcript) == [f"C: line {number}" for number in range(1, lines + 1)]


@pytest.mark.parametrize(
    ("lines", "omitted"), [(51, "1 more line"), (52, "2 more lines"), (1000, "950 more lines")]
)
def test_a_longer_message_is_shown_as_its_first_fifty_lines_and_a_count_of_the_rest(
    lines: int, omitted: str
) -> None:
    transcript = Transcript()
    message = message_of(lines)
    transcript.sent_message(message)
    assert transcript_lines(transcript) == [
        *(f"C: line {number}" for number in range(1, 51)),
        f"*: {omitted} of the message, {len(message)} bytes in all",
    ]


def test_a_long_line_of_a_message_is_cut() -> None:
    transcript = Transcript()
    longest = b"x" * MAX_MESSAGE_LINE_BYTES
    transcript.sent_message(longest + b"\r\n" + longest + b"yz\r\n")
    assert transcript_lines(transcript) == [
        f"C: {longest.decode()}",
        f"C: {longest.decode()}... (2 more bytes)",
    ]


def test_characters_that_need_more_memory_count_more() -> None:
    transcript = Transcript(budget_bytes=1000)
    transcript.received("250-\U0001f4e8".encode() + b"x" * 300)
    transcript.received(b"250-" + b"x" * 300)
    transcript.event("closed")
    assert [line[:8] for line in transcript_lines(transcript)] == [
        "*: 1 mor",
        "S: 250-x",
        "*: close",
    ]


def test_lines_beyond_the_limit_are_counted() -> None:
    transcript = Transcript()
    line = b"250-" + b"x" * (1024 - sys.getsizeof("250-"))
    kept = BUDGET_BYTES // 1024
    assert BUDGET_BYTES == 256 * 1024
    for _number in range(kept + 7):
        transcript.received(line)
    assert transcript_lines(transcript) == ["S: " + line.decode()] * kept
    transcript.sent("QUIT")
    transcript.received(b"221 bye")
    transcript.received(b"221 bye bye")
    transcript.event("closed")
    assert transcript_lines(transcript)[kept:] == [
        "*: 7 more lines from the server, left out of this transcript",
        "C: QUIT",
        "*: 2 more lines from the server, left out of this transcript",
        "*: closed",
    ]


def test_a_line_longer_than_the_limit_is_omitted_and_counted() -> None:
    transcript = Transcript()
    transcript.received(b"x" * BUDGET_BYTES)
    transcript.event("closed")
    assert transcript_lines(transcript) == [
        "*: 1 more line from the server, left out of this transcript",
        "*: closed",
    ]


def test_a_short_line_is_kept_after_a_long_one_was_omitted() -> None:
    transcript = Transcript()
    transcript.received(b"250-" + b"x" * (BUDGET_BYTES - sys.getsizeof("250-") - 70))
    transcript.received(b"250-" + b"y" * 100)
    transcript.received(b"250-" + b"z" * 100)
    transcript.received(b"250 ok")
    assert transcript_lines(transcript)[1:] == [
        "*: 2 more lines from the server, left out of this transcript",
        "S: 250 ok",
    ]


def test_there_is_no_count_if_no_line_was_omitted() -> None:
    transcript = Transcript()
    transcript.received(b"x" * (BUDGET_BYTES - sys.getsizeof("")))
    transcript.sent("QUIT")
    transcript.event("closed")
    assert transcript_lines(transcript)[1:] == ["C: QUIT", "*: closed"]


def test_lines_omitted_before_a_message_are_counted_before_the_message() -> None:
    transcript = Transcript()
    transcript.received(b"x" * BUDGET_BYTES)
    transcript.sent_message(b"Subject: hello\r\n")
    transcript.sent(".")
    assert transcript_lines(transcript) == [
        "*: 1 more line from the server, left out of this transcript",
        "C: Subject: hello",
        "C: .",
    ]

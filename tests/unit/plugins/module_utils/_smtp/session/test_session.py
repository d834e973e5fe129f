# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reply is the answer to the command before it, and to no other: one that is early is refused."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import (
    ProbeError,
    StrayLine,
    UnaskedReply,
)
from ansible_collections.mailops.smtp.plugins.module_utils._net.stream import Channel
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.session import (
    MORE_THAN_ONE,
    Session,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.transcript import (
    Transcript,
)

LONG = 10.0


class Ends:
    """The two ends of a connection, and the conversation of ours."""

    def __init__(self, ours: Channel, theirs: socket.socket) -> None:
        self.channel = ours
        self.theirs = theirs
        self.transcript = Transcript()
        self.session = Session(ours, self.transcript, LONG, time.monotonic() + LONG)

    def server_says(self, data: bytes) -> None:
        """Send from the server, and wait until it has come."""
        self.theirs.sendall(data)
        select.select([self.channel._socket], [], [], LONG)


@pytest.fixture
def ends() -> t.Iterator[Ends]:
    with contextlib.ExitStack() as open_ones:
        listener = open_ones.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        channel = Channel.open(
            Address(socket.AF_INET, listener.getsockname()), None, time.monotonic() + LONG
        )
        open_ones.callback(channel.close)
        yield Ends(channel, open_ones.enter_context(listener.accept()[0]))


def test_a_reply_that_came_before_its_command_is_none_to_it(ends: Ends) -> None:
    ends.server_says(b"220 mx.example.com\r\n")
    ends.session.read_reply()
    ends.server_says(b"250 too early\r\n")
    with pytest.raises(ProbeError, match=f"^{MORE_THAN_ONE}$"):
        ends.session.command("EHLO client.example.com")
    assert not has_come(ends.theirs)


def test_nor_is_it_with_pipelining_where_all_came_in_one_packet(ends: Ends) -> None:
    ends.server_says(b"250 EHLO\r\n250 MAIL\r\n250 RCPT\r\n")
    ends.session.read_reply()
    ends.session.pipeline(["MAIL FROM:<>", "RCPT TO:<bob@example.org>"])
    with pytest.raises(ProbeError, match=f"^{MORE_THAN_ONE}$"):
        ends.session.command("MAIL FROM:<>")
    assert not has_come(ends.theirs)


def test_421_may_come_at_any_time_and_answers_no_command_after_it(ends: Ends) -> None:
    ends.server_says(b"220 mx.example.com\r\n")
    ends.session.read_reply()
    ends.server_says(b"421 4.3.2 shutting down\r\n")
    with pytest.raises(UnaskedReply) as unasked:
        ends.session.command("EHLO client.example.com")
    assert unasked.value.reply.code == 421
    assert not has_come(ends.theirs)


def test_nor_is_it_the_answer_to_a_message_that_was_not_sent(ends: Ends) -> None:
    with answering(ends, b"354 go ahead\r\n421 4.3.2 shutting down\r\n"):
        assert ends.session.ask_for_message().code == 354
    with pytest.raises(UnaskedReply):
        ends.session.send_message(b"Subject: x\r\n\r\n")
    assert not ends.session.can_send  # QUIT would be a line of the message
    assert not has_come(ends.theirs)


@pytest.mark.parametrize("stray", [b"\r\n", b"\n", b"\r\n250 more\r\n"])
def test_an_empty_line_is_one_kind_of_fault_whether_it_comes_early(
    ends: Ends, stray: bytes
) -> None:
    ends.server_says(b"220 mx.example.com\r\n" + stray)
    ends.session.read_reply()
    with pytest.raises(StrayLine, match=r"^an empty line came$"):
        ends.session.command("EHLO client.example.com")


def test_or_late(ends: Ends) -> None:
    ends.server_says(b"220 mx.example.com\r\n")
    ends.session.read_reply()
    ends.theirs.sendall(b"\r\n250 mx.example.com\r\n")
    with pytest.raises(StrayLine, match=r"^an empty line came$"):
        ends.session.command("EHLO client.example.com")


def test_what_is_no_reply_is_shown_when_it_comes_early(ends: Ends) -> None:
    ends.server_says(b"220 mx.example.com\r\nX-Banner: hello\r\n")
    ends.session.read_reply()
    with pytest.raises(ProbeError, match=r"^not an SMTP reply: X-Banner: hello$"):
        ends.session.command("EHLO client.example.com")


def test_a_challenge_that_comes_early_is_not_shown(ends: Ends) -> None:
    with answering(ends, b"334 Zmlyc3Q=\r\n334 c2Vjb25k\r\n"):
        ends.session.command("AUTH CRAM-MD5", "AUTH CRAM-MD5")
    with pytest.raises(ProbeError):
        ends.session.command("answer", "(not shown)")
    assert ends.transcript.lines
    assert not [line for line in ends.transcript.lines if "c2Vjb25k" in line]


class TestQuit:
    """By the answer to QUIT it shows whether all answers before belonged to their commands."""

    @pytest.mark.parametrize("answer", [b"221 bye\r\n", b"221-bye\r\n221 now\r\n", b"250 bye\r\n"])
    def test_one_answer_is_its_own(self, ends: Ends, answer: bytes) -> None:
        ends.session.can_send = True
        with answering(ends, answer):
            reply = ends.session.quit(LONG)
        assert reply is not None
        assert reply.code == int(answer[:3])

    @pytest.mark.parametrize(
        ("more", "told"),
        [
            (b"221 bye\r\n", MORE_THAN_ONE),
            (b"\r\n221 bye\r\n", "an empty line came"),
            (b"X\r\n221 bye\r\n", "not an SMTP reply: X"),
        ],
    )
    def test_of_two_the_first_was_to_an_earlier_command(
        self, ends: Ends, more: bytes, told: str
    ) -> None:
        ends.session.can_send = True
        with answering(ends, b"250 that was to RCPT\r\n" + more), pytest.raises(
            ProbeError, match=f"^{told}$"
        ):
            ends.session.quit(LONG)


@contextlib.contextmanager
def answering(ends: Ends, answer: bytes) -> t.Iterator[None]:
    """Have the server wait for a command, answer it, and send no more."""

    def serve() -> None:
        ends.theirs.recv(1000)
        ends.theirs.sendall(answer)
        ends.theirs.shutdown(socket.SHUT_WR)

    server = threading.Thread(target=serve)
    server.start()
    yield
    server.join()


def has_come(sock: socket.socket) -> bool:
    """Whether something has come to a socket."""
    return bool(select.select([sock], [], [], 0)[0])

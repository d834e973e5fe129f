# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reply is the answer to the command before it, and to no other: one that is early is refused."""

from __future__ import annotations

import socket

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import (
    ProbeError,
    StrayLine,
    UnsolicitedReply,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.plan import (
    Endpoint,
    Limits,
    Plan,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.lookup import ServerLookup
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.session import (
    MORE_THAN_ONE,
    Session,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.transcript import (
    Transcript,
)
from ansible_collections.mailops.smtp.tests.unit.memory import HOST, PORT, MemoryNetwork

EHLO = "EHLO client.example.com"


class Ends:
    """A session, and the server in memory at its other end."""

    def __init__(self, script: str, timeout: float = 10.0, deadline: float = 120.0) -> None:
        self.network = MemoryNetwork(script)
        plan = Plan(Endpoint(HOST, PORT), limits=Limits(10.0, timeout, deadline))
        self.record = Record(plan, Transcript(now=self.network.now))
        self.record.addresses = [Address(socket.AF_INET, (HOST, PORT))]
        self.session = Session(self.record, ServerLookup(), plan.limits, self.network)
        self.session.connect(None)

    def lines(self) -> list[str]:
        """Return the lines of the transcript, without their times."""
        return [line.partition("] ")[2] for line in self.record.transcript.lines]


class TestEarlyReplies:
    def test_a_reply_that_came_before_its_command_is_not_its_own(self) -> None:
        ends = Ends(r"S> 220 mx.example.com\r\n250 too early\r\n")
        ends.session.read_reply("greeting")
        with pytest.raises(ProbeError, match=f"^{MORE_THAN_ONE}$"):
            ends.session.command("helo", EHLO)
        ends.network.join()  # nothing was sent

    def test_nor_with_pipelining_where_all_came_in_one_packet(self) -> None:
        ends = Ends(r"S> 250 EHLO\r\n250 MAIL\r\n250 RCPT\r\n")
        ends.session.read_reply("helo")
        ends.session.pipeline(["MAIL FROM:<>", "RCPT TO:<bob@example.org>"])
        with pytest.raises(ProbeError, match=f"^{MORE_THAN_ONE}$"):
            ends.session.command("mail_from", "MAIL FROM:<>")
        ends.network.join()

    def test_421_may_come_at_any_time_and_answers_no_command_after_it(self) -> None:
        ends = Ends(r"S> 220 mx.example.com\r\n421 4.3.2 shutting down\r\n")
        ends.session.read_reply("greeting")
        with pytest.raises(UnsolicitedReply) as unasked:
            ends.session.command("helo", EHLO)
        assert unasked.value.reply.code == 421
        ends.network.join()

    def test_nor_a_message_that_was_not_sent(self) -> None:
        ends = Ends("C: DATA\n" + r"S> 354 go ahead\r\n421 4.3.2 shutting down\r\n")
        assert ends.session.request_data("data").code == 354
        with pytest.raises(UnsolicitedReply):
            ends.session.send_message(b"Subject: x\r\n\r\n")
        can_send: bool = ends.session.can_send
        assert not can_send  # QUIT would be a line of the message
        ends.network.join()

    @pytest.mark.parametrize("stray", [r"\r\n", r"\n", r"\r\n250 more\r\n"])
    def test_an_empty_line_is_one_kind_of_fault_whether_it_comes_early(self, stray: str) -> None:
        ends = Ends(rf"S> 220 mx.example.com\r\n{stray}")
        ends.session.read_reply("greeting")
        with pytest.raises(StrayLine, match=r"^an empty line came$"):
            ends.session.command("helo", EHLO)

    def test_or_late(self) -> None:
        ends = Ends(f"S: 220 mx\nC: {EHLO}\n" + r"S> \r\n250 mx\r\n")
        ends.session.read_reply("greeting")
        with pytest.raises(StrayLine, match=r"^an empty line came$"):
            ends.session.command("helo", EHLO)

    def test_what_is_not_a_reply_is_shown_when_it_comes_early(self) -> None:
        ends = Ends(r"S> 220 mx.example.com\r\nX-Banner: hello\r\n")
        ends.session.read_reply("greeting")
        with pytest.raises(ProbeError, match=r"^not an SMTP reply: X-Banner: hello$"):
            ends.session.command("helo", EHLO)

    def test_a_challenge_that_comes_early_is_not_shown(self) -> None:
        ends = Ends("C: AUTH CRAM-MD5\n" + r"S> 334 Zmlyc3Q=\r\n334 c2Vjb25k\r\n")
        ends.session.secret_command("auth", "AUTH CRAM-MD5", "AUTH CRAM-MD5")
        with pytest.raises(ProbeError):
            ends.session.secret_command("auth", "answer", "")
        assert "S: 334 (not shown)" in ends.lines()
        assert not [line for line in ends.lines() if "c2Vjb25k" in line]


class TestInjectedPlaintext:
    """What comes after the reply to STARTTLS, and before TLS, was not said by the server."""

    @pytest.mark.parametrize("injected", [r"250 trust me\r\n", "2"])
    def test_nothing_may_be_said_after_it(self, injected: str) -> None:
        ends = Ends("C: STARTTLS\n" + rf"S> 220 go ahead\r\n{injected}")
        ends.session.command("starttls", "STARTTLS")
        with pytest.raises(ProbeError, match=r"^plain text was injected after"):
            ends.session.reject_injected_plaintext()
        assert not ends.session.can_send
        assert ends.lines()[-1].startswith("S: 2")  # what was injected is on record

    def test_without_it_the_session_goes_on(self) -> None:
        ends = Ends("C: STARTTLS\nS: 220 go ahead")
        ends.session.command("starttls", "STARTTLS")
        ends.session.reject_injected_plaintext()
        assert ends.session.can_send


class TestWhatIsRecordedOfAnIncompleteReply:
    def test_the_beginning_of_a_line_is(self) -> None:
        ends = Ends("S> 554 go aw\n*: close")
        with pytest.raises(ProbeError):
            ends.session.read_reply("greeting")
        assert ends.lines()[-1] == "S: 554 go aw"

    def test_and_of_a_long_one_no_more_than_a_thousand_characters(self) -> None:
        ends = Ends(f"S> 554 {'x' * 5000}\n*: close")
        with pytest.raises(ProbeError):
            ends.session.read_reply("greeting")
        assert ends.lines()[-1] == "S: 554 " + "x" * 1000

    def test_whole_lines_before_it_are_whole(self) -> None:
        ends = Ends("S: 220-one\nS> 220 tw\n*: close")
        with pytest.raises(ProbeError) as error:
            ends.session.read_reply("greeting")
        assert error.value.kind == "disconnect"
        assert ends.lines()[-2:] == ["S: 220-one", "S: 220 tw"]
        assert not ends.record.replies


class TestPipelining:
    COMMANDS = ("MAIL FROM:<>", "RCPT TO:<a@example.org>", "RCPT TO:<b@example.org>")

    def test_commands_are_sent_in_one_packet_and_answered_in_their_order(self) -> None:
        ends = Ends(
            "\n".join(f"C: {one}" for one in self.COMMANDS) + "\nS: 250 1\nS: 250 2\nS: 550 3"
        )
        ends.session.pipeline(self.COMMANDS)
        replies = [ends.session.command("rcpt_to", one) for one in self.COMMANDS]
        assert [reply.text for reply in replies] == ["1", "2", "3"]
        assert ends.lines()[2:5] == [f"C: {one}" for one in self.COMMANDS]

    def test_to_ask_in_another_order_is_a_mistake_of_ours(self) -> None:
        ends = Ends("\n".join(f"C: {one}" for one in self.COMMANDS))
        ends.session.pipeline(self.COMMANDS)
        with pytest.raises(ValueError, match="order"):
            ends.session.command("rcpt_to", self.COMMANDS[1])

    def test_what_was_sent_and_not_read_is_known(self) -> None:
        ends = Ends("\n".join(f"C: {one}" for one in self.COMMANDS) + "\nS: 550 no")
        ends.session.pipeline(self.COMMANDS)
        ends.session.command("mail_from", self.COMMANDS[0])
        assert ends.session.unanswered == list(self.COMMANDS[1:])

    def test_no_more_than_fifty_commands_are_ahead_of_their_replies(self) -> None:
        commands = [f"RCPT TO:<{number}@example.org>" for number in range(51)]
        ahead = "\n".join(f"C: {one}" for one in commands[:50])
        answers = "\n".join(f"S: 250 {number}" for number in range(50))
        ends = Ends(f"{ahead}\n{answers}\nC: {commands[50]}\nS: 250 50")
        ends.session.pipeline(commands)
        replies = [ends.session.command("rcpt_to", one) for one in commands]
        assert [reply.text for reply in replies] == [str(number) for number in range(51)]
        ends.network.join()


class TestTime:
    """The clock is the server's in memory: it moves where the session waits."""

    def test_a_reply_has_the_seconds_that_it_took(self) -> None:
        ends = Ends("*: hush\nS: 220 mx")
        assert ends.session.read_reply("greeting").seconds == pytest.approx(0.1)

    @pytest.mark.parametrize(
        ("limits", "text"),
        [
            ({"timeout": 0.5}, "no complete answer within 0.5 s"),
            ({"deadline": 0.5}, "the deadline for the whole dialogue has passed"),
        ],
    )
    def test_bytes_that_come_one_by_one_buy_no_time(
        self, limits: dict[str, float], text: str
    ) -> None:
        ends = Ends("*: drip\nS: 220 mx has all the time in the world", **limits)
        began = ends.network.now()
        with pytest.raises(ProbeError, match=f"^{text}$"):
            ends.session.read_reply("greeting")
        assert ends.network.now() - began == pytest.approx(0.5)


class TestQuit:
    """By the answer to QUIT it shows whether all answers before belonged to their commands."""

    @pytest.mark.parametrize(
        "answer", ["S: 221 bye", "S: 221-bye\nS: 221 now", "S: 250 bye\n*: close"]
    )
    def test_one_answer_is_its_own(self, answer: str) -> None:
        ends = Ends(f"C: QUIT\n{answer}")
        reply = ends.session.quit("quit", 3.0)
        assert reply is not None
        assert reply.code == int(answer[3:6])
        assert [recorded.reply for recorded in ends.record.replies] == [reply]

    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ("S: 221 bye", MORE_THAN_ONE),
            ("S: \nS: 221 bye", "an empty line came"),
            ("S: X\nS: 221 bye", "not an SMTP reply: X"),
        ],
    )
    def test_of_two_the_first_was_to_an_earlier_command(self, more: str, text: str) -> None:
        ends = Ends(f"C: QUIT\nS: 250 that was to RCPT\n{more}")
        with pytest.raises(ProbeError, match=f"^{text}$"):
            ends.session.quit("quit", 3.0)

    def test_after_a_time_out_no_reply_can_be_told_to_be_its_own(self) -> None:
        ends = Ends("C: NOOP\n*: hush\nC: QUIT\nS: 250 to NOOP\nS: 221 bye")
        with pytest.raises(ProbeError):
            ends.session.command("helo", "NOOP")
        assert ends.session.quit("quit", 3.0) is None
        ends.network.join()


def test_without_a_connection_there_is_nothing_to_send_on() -> None:
    plan = Plan(Endpoint(HOST, PORT))
    session = Session(Record(plan, Transcript()), ServerLookup(), plan.limits, MemoryNetwork())
    with pytest.raises(RuntimeError, match="not connected"):
        _ = session.stream
    session.close()
    assert session.record.transcript.lines == []

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reply answers the command before it. A reply that comes before a command is an error."""

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
from ansible_collections.mailops.smtp.tests.unit.scripted import HUSH_SECONDS

EHLO = "EHLO client.example.com"


class SessionInMemory:
    """A session with a server in memory."""

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


class TestTheTimeSinceSomethingWasSent:
    def test_each_reply_has_it_and_a_pipelined_one_has_that_of_its_batch(self) -> None:
        dialogue = SessionInMemory(
            """S: 250 mx.example.com
C: MAIL FROM:<>
*: hush
S: 250 Ok
C: RCPT TO:<bob@example.org>
*: hush
S: 250 Ok"""
        )
        session = dialogue.session
        assert session.read_reply("helo").since_sent == 0.0
        session.pipeline(["MAIL FROM:<>", "RCPT TO:<bob@example.org>"])
        first = session.command("mail_from", "MAIL FROM:<>")
        assert first.seconds == pytest.approx(HUSH_SECONDS)
        assert first.since_sent == pytest.approx(HUSH_SECONDS)
        second = session.command("rcpt_to", "RCPT TO:<bob@example.org>")
        assert second.seconds == pytest.approx(HUSH_SECONDS)
        assert second.since_sent == pytest.approx(2 * HUSH_SECONDS)
        dialogue.network.clock += 3.0
        assert session.waited == pytest.approx(2 * HUSH_SECONDS + 3.0)

    def test_without_a_connection_there_is_none(self) -> None:
        network = MemoryNetwork("S: 220 mx")
        plan = Plan(Endpoint(HOST, PORT))
        session = Session(Record(plan, Transcript()), ServerLookup(), plan.limits, network)
        assert (session.waited, session.round_trip()) == (None, None)

    def test_a_command_that_could_not_be_sent_has_the_number_of_the_loss(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        dialogue = SessionInMemory("S: 220 mx.example.com\n*: close")
        session = dialogue.session
        session.read_reply("greeting")

        def lose(_data: bytes, _until: float) -> None:
            raise ProbeError("disconnect", "the connection was lost: Broken pipe", errno="EPIPE")

        monkeypatch.setattr(session.stream, "send", lose)
        with pytest.raises(ProbeError, match=r"^the server closed the connection$") as lost:
            session.command("helo", EHLO)
        assert lost.value.errno == "EPIPE"


class TestTheDurationsOfStages:
    def test_the_durations_of_one_stage_add_up_and_a_call_that_raises_has_one_too(self) -> None:
        dialogue = SessionInMemory("S: 220 mx")

        def take(seconds: float) -> float:
            dialogue.network.clock += seconds
            return 1 / (seconds - 2.0)

        session, seconds = dialogue.session, dialogue.record.seconds
        assert session.timed("helo", take, 0.5) == pytest.approx(-1 / 1.5)
        with pytest.raises(ZeroDivisionError):
            session.timed("helo", take, 2.0)
        session.timed("auth", take, 1.0)
        assert seconds == {"helo": pytest.approx(2.5), "auth": pytest.approx(1.0)}


class TestEarlyReplies:
    def test_a_reply_that_comes_before_a_command_does_not_answer_it(self) -> None:
        dialogue = SessionInMemory(r"S> 220 mx.example.com\r\n250 too early\r\n")
        dialogue.session.read_reply("greeting")
        with pytest.raises(ProbeError, match=f"^{MORE_THAN_ONE}$"):
            dialogue.session.command("helo", EHLO)
        dialogue.network.join()  # nothing was sent

    def test_replies_that_come_before_pipelined_commands_do_not_answer_them(self) -> None:
        dialogue = SessionInMemory(r"S> 250 EHLO\r\n250 MAIL\r\n250 RCPT\r\n")
        dialogue.session.read_reply("helo")
        dialogue.session.pipeline(["MAIL FROM:<>", "RCPT TO:<bob@example.org>"])
        with pytest.raises(ProbeError, match=f"^{MORE_THAN_ONE}$"):
            dialogue.session.command("mail_from", "MAIL FROM:<>")
        dialogue.network.join()

    def test_421_that_comes_before_a_command_does_not_answer_it(self) -> None:
        dialogue = SessionInMemory(r"S> 220 mx.example.com\r\n421 4.3.2 shutting down\r\n")
        dialogue.session.read_reply("greeting")
        with pytest.raises(UnsolicitedReply) as unasked:
            dialogue.session.command("helo", EHLO)
        assert unasked.value.reply.code == 421
        dialogue.network.join()

    @pytest.mark.parametrize(
        ("reply", "error"), [("421 4.3.2 shutting down", UnsolicitedReply), ("450 no", ProbeError)]
    )
    @pytest.mark.parametrize("first", [1, 2, 4])
    def test_it_is_told_by_its_code_however_it_is_cut(
        self, reply: str, error: type[ProbeError], first: int
    ) -> None:
        begin, rest = reply[:first], reply[first:]
        script = rf"S> 220 mx.example.com\r\n{begin}" + "\n*: hush\n" + rf"S> {rest}\r\n"
        dialogue = SessionInMemory(script)
        dialogue.session.read_reply("greeting")
        with pytest.raises(ProbeError) as unasked:
            dialogue.session.command("helo", EHLO)
        assert type(unasked.value) is error
        dialogue.network.join()

    def test_421_of_which_no_more_than_its_beginning_comes_is_a_time_out(self) -> None:
        dialogue = SessionInMemory(r"S> 220 mx.example.com\r\n421 4.3")
        dialogue.session.read_reply("greeting")
        with pytest.raises(ProbeError) as late:
            dialogue.session.command("helo", EHLO)
        assert (late.value.kind, late.value.text[:18]) == ("timeout", "no complete answer")

    def test_421_that_comes_before_the_message_does_not_answer_it(self) -> None:
        dialogue = SessionInMemory("C: DATA\n" + r"S> 354 go ahead\r\n421 4.3.2 shutting down\r\n")
        assert dialogue.session.request_data("data").code == 354
        with pytest.raises(UnsolicitedReply):
            dialogue.session.send_message(b"Subject: x\r\n\r\n")
        can_send: bool = dialogue.session.can_send
        assert not can_send  # QUIT would be a line of the message
        dialogue.network.join()

    @pytest.mark.parametrize("stray", [r"\r\n", r"\n", r"\r\n250 more\r\n"])
    def test_an_empty_line_that_comes_early_is_a_stray_line(self, stray: str) -> None:
        dialogue = SessionInMemory(rf"S> 220 mx.example.com\r\n{stray}")
        dialogue.session.read_reply("greeting")
        with pytest.raises(StrayLine, match=r"^an empty line came$"):
            dialogue.session.command("helo", EHLO)

    def test_an_empty_line_that_comes_late_is_a_stray_line(self) -> None:
        dialogue = SessionInMemory(f"S: 220 mx\nC: {EHLO}\n" + r"S> \r\n250 mx\r\n")
        dialogue.session.read_reply("greeting")
        with pytest.raises(StrayLine, match=r"^an empty line came$"):
            dialogue.session.command("helo", EHLO)

    def test_an_early_line_that_is_not_a_reply_is_quoted(self) -> None:
        dialogue = SessionInMemory(r"S> 220 mx.example.com\r\nX-Banner: hello\r\n")
        dialogue.session.read_reply("greeting")
        with pytest.raises(ProbeError, match=r"^not an SMTP reply: X-Banner: hello$"):
            dialogue.session.command("helo", EHLO)

    def test_a_challenge_that_comes_early_is_not_shown(self) -> None:
        dialogue = SessionInMemory("C: AUTH CRAM-MD5\n" + r"S> 334 Zmlyc3Q=\r\n334 c2Vjb25k\r\n")
        dialogue.session.secret_command("auth", "AUTH CRAM-MD5", "AUTH CRAM-MD5")
        with pytest.raises(ProbeError):
            dialogue.session.secret_command("auth", "answer", "")
        assert "S: 334 (not shown)" in dialogue.lines()
        assert not [line for line in dialogue.lines() if "c2Vjb25k" in line]


class TestInjectedPlaintext:
    """Plain text that comes after the reply to STARTTLS may come from an attacker."""

    @pytest.mark.parametrize("injected", [r"250 trust me\r\n", "2"])
    def test_no_command_may_be_sent_after_it(self, injected: str) -> None:
        dialogue = SessionInMemory("C: STARTTLS\n" + rf"S> 220 go ahead\r\n{injected}")
        dialogue.session.command("starttls", "STARTTLS")
        with pytest.raises(ProbeError, match=r"^plain text was injected after"):
            dialogue.session.reject_injected_plaintext()
        assert not dialogue.session.can_send
        assert dialogue.lines()[-1].startswith("S: 2")  # what was injected is on record

    def test_without_it_the_session_goes_on(self) -> None:
        dialogue = SessionInMemory("C: STARTTLS\nS: 220 go ahead")
        dialogue.session.command("starttls", "STARTTLS")
        dialogue.session.reject_injected_plaintext()
        assert dialogue.session.can_send


class TestIncompleteReply:
    def test_the_incomplete_line_is_recorded(self) -> None:
        dialogue = SessionInMemory("S> 554 go aw\n*: close")
        with pytest.raises(ProbeError):
            dialogue.session.read_reply("greeting")
        assert dialogue.lines()[-1] == "S: 554 go aw"

    def test_a_long_incomplete_line_is_cut_to_a_thousand_characters(self) -> None:
        dialogue = SessionInMemory(f"S> 554 {'x' * 5000}\n*: close")
        with pytest.raises(ProbeError):
            dialogue.session.read_reply("greeting")
        assert dialogue.lines()[-1] == "S: 554 " + "x" * 1000

    def test_the_complete_lines_before_it_are_recorded(self) -> None:
        dialogue = SessionInMemory("S: 220-one\nS> 220 tw\n*: close")
        with pytest.raises(ProbeError) as error:
            dialogue.session.read_reply("greeting")
        assert error.value.kind == "disconnect"
        assert dialogue.lines()[-2:] == ["S: 220-one", "S: 220 tw"]
        assert not dialogue.record.replies


class TestPipelining:
    COMMANDS = ("MAIL FROM:<>", "RCPT TO:<a@example.org>", "RCPT TO:<b@example.org>")

    def test_commands_are_sent_in_one_packet_and_answered_in_their_order(self) -> None:
        dialogue = SessionInMemory(
            "\n".join(f"C: {one}" for one in self.COMMANDS) + "\nS: 250 1\nS: 250 2\nS: 550 3"
        )
        dialogue.session.pipeline(self.COMMANDS)
        replies = [dialogue.session.command("rcpt_to", one) for one in self.COMMANDS]
        assert [reply.text for reply in replies] == ["1", "2", "3"]
        assert dialogue.lines()[2:5] == [f"C: {one}" for one in self.COMMANDS]

    def test_another_order_of_commands_is_a_programming_error(self) -> None:
        dialogue = SessionInMemory("\n".join(f"C: {one}" for one in self.COMMANDS))
        dialogue.session.pipeline(self.COMMANDS)
        with pytest.raises(ValueError, match="order"):
            dialogue.session.command("rcpt_to", self.COMMANDS[1])

    def test_commands_without_a_reply_are_unanswered(self) -> None:
        dialogue = SessionInMemory("\n".join(f"C: {one}" for one in self.COMMANDS) + "\nS: 550 no")
        dialogue.session.pipeline(self.COMMANDS)
        dialogue.session.command("mail_from", self.COMMANDS[0])
        assert dialogue.session.unanswered == list(self.COMMANDS[1:])

    def test_no_more_than_fifty_commands_are_ahead_of_their_replies(self) -> None:
        commands = [f"RCPT TO:<{number}@example.org>" for number in range(51)]
        ahead = "\n".join(f"C: {one}" for one in commands[:50])
        answers = "\n".join(f"S: 250 {number}" for number in range(50))
        dialogue = SessionInMemory(f"{ahead}\n{answers}\nC: {commands[50]}\nS: 250 50")
        dialogue.session.pipeline(commands)
        replies = [dialogue.session.command("rcpt_to", one) for one in commands]
        assert [reply.text for reply in replies] == [str(number) for number in range(51)]
        dialogue.network.join()


class TestTime:
    """The clock of the network in memory advances only while the session waits."""

    def test_a_reply_has_its_duration(self) -> None:
        dialogue = SessionInMemory("*: hush\nS: 220 mx")
        assert dialogue.session.read_reply("greeting").seconds == pytest.approx(0.1)

    @pytest.mark.parametrize(
        ("limits", "text"),
        [
            ({"timeout": 0.5}, "no complete answer within 0.5 s"),
            ({"deadline": 0.5}, "the deadline for the whole dialogue has passed"),
        ],
    )
    def test_a_reply_that_comes_byte_by_byte_does_not_extend_the_time(
        self, limits: dict[str, float], text: str
    ) -> None:
        dialogue = SessionInMemory("*: drip\nS: 220 mx has all the time in the world", **limits)
        began = dialogue.network.now()
        with pytest.raises(ProbeError, match=f"^{text}$"):
            dialogue.session.read_reply("greeting")
        assert dialogue.network.now() - began == pytest.approx(0.5)


class TestQuit:
    """The reply to QUIT shows whether each earlier reply belonged to its command."""

    @pytest.mark.parametrize(
        "answer", ["S: 221 bye", "S: 221-bye\nS: 221 now", "S: 250 bye\n*: close"]
    )
    def test_a_single_reply_answers_quit(self, answer: str) -> None:
        dialogue = SessionInMemory(f"C: QUIT\n{answer}")
        reply = dialogue.session.quit("quit", 3.0)
        assert reply is not None
        assert reply.code == int(answer[3:6])
        assert [recorded.reply for recorded in dialogue.record.replies] == [reply]

    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ("S: 221 bye", MORE_THAN_ONE),
            ("S: \nS: 221 bye", "an empty line came"),
            ("S: X\nS: 221 bye", "not an SMTP reply: X"),
        ],
    )
    def test_the_first_of_two_replies_answers_an_earlier_command(
        self, more: str, text: str
    ) -> None:
        dialogue = SessionInMemory(f"C: QUIT\nS: 250 that was to RCPT\n{more}")
        with pytest.raises(ProbeError, match=f"^{text}$"):
            dialogue.session.quit("quit", 3.0)

    def test_no_reply_is_read_after_a_time_out(self) -> None:
        dialogue = SessionInMemory("C: NOOP\n*: hush\nC: QUIT\nS: 250 to NOOP\nS: 221 bye")
        with pytest.raises(ProbeError):
            dialogue.session.command("helo", "NOOP")
        assert dialogue.session.quit("quit", 3.0) is None
        dialogue.network.join()


class TestAnAudit:
    def test_bytes_go_as_they_are_and_are_shown_up_to_a_limit(self) -> None:
        dialogue = SessionInMemory("C> NOOP\\x00\\r\\n\nS: 250 Ok\nS: 500 what?")
        dialogue.session.send_bytes(b"NO")
        dialogue.session.send_bytes(b"OP\x00\r\n")
        assert dialogue.session.read_reply("mail_from").code == 250
        assert dialogue.session.read_reply("mail_from").code == 500
        dialogue.session.send_bytes(b"x" * 1500)
        sent = [line for line in dialogue.lines() if line.startswith("C: ")]
        assert sent == ["C: NO", r"C: OP\x00\r\n", f"C: {'x' * 1000}... (500 more bytes)"]

    def test_a_silence_is_no_error_and_the_next_reply_is_in_step(self) -> None:
        dialogue = SessionInMemory("*: hush\nC: NOOP\nS: 250 Ok")
        assert dialogue.session.unasked_reply("mail_from", HUSH_SECONDS * 2) is None
        assert dialogue.session.command("helo", "NOOP").code == 250

    def test_an_answer_in_the_silence_is_recorded(self) -> None:
        dialogue = SessionInMemory("S: 250 queued")
        reply = dialogue.session.unasked_reply("mail_from", 3.0)
        assert reply is not None
        assert [recorded.reply for recorded in dialogue.record.replies] == [reply]

    @pytest.mark.parametrize(
        ("script", "seconds", "text"),
        [
            ("S> 250 hal\n*: silence", 3.0, "no complete answer within 3 s"),
            ("*: close", 3.0, "the server closed the connection"),
            ("*: silence", 500.0, "the deadline for the whole dialogue has passed"),
        ],
    )
    def test_what_is_no_silence(self, script: str, seconds: float, text: str) -> None:
        dialogue = SessionInMemory(script)
        with pytest.raises(ProbeError, match=f"^{text}$"):
            dialogue.session.unasked_reply("mail_from", seconds)


def test_without_a_connection_there_is_nothing_to_send_on() -> None:
    plan = Plan(Endpoint(HOST, PORT))
    session = Session(Record(plan, Transcript()), ServerLookup(), plan.limits, MemoryNetwork())
    with pytest.raises(RuntimeError, match="not connected"):
        session.stream.close()
    session.close()
    assert session.record.transcript.lines == []

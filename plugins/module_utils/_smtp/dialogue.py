# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The SMTP dialogue: the eight steps of a person with telnet, in their order.

`Dialogue.hold` and `Dialogue._steps` are the table of contents. Each step is a method that asks
for something, has the reply judged, and returns when the dialogue is to go on. A step that ends
the dialogue raises Over.
"""

from __future__ import annotations

import contextlib
import time
import typing as t

from . import commands, verdict
from .capabilities import Capabilities, extension_of
from .channel import open_first
from .conversation import Conversation
from .message import Circumstances, Message, compose, dot_stuffed
from .names import OWN_NAME_SECONDS, Address, LookUp, address_literal, own_name, resolve
from .record import Exchange, Record
from .words import Broken, Failure

if t.TYPE_CHECKING:
    from .plan import Plan
    from .reply import Reply
    from .transcript import Transcript

# For the reply to QUIT: by then all that matters has been said.
QUIT_SECONDS = 3.0

# Replies to EHLO after which HELO is worth a try: the command is not known, or not implemented
# (RFC 5321 section 3.2). A 4yz is no answer to the question whether EHLO is known.
_EHLO_NOT_KNOWN = (500, 502, 504)


class Over(Exception):
    """The dialogue is over: it has failed, or it has done what it was to do."""

    def __init__(self, failure: Failure | None = None) -> None:
        super().__init__()
        self.failure = failure


class Dialogue:
    """One connection to one address of one server, from greeting to QUIT."""

    def __init__(self, plan: Plan, transcript: Transcript) -> None:
        self._plan = plan
        self._record = Record(plan, transcript)
        self._deadline = time.monotonic() + plan.deadline
        self._own_name = LookUp(own_name) if plan.helo is None else None
        self._talk: Conversation  # from when the connection stands
        self._stage = "connect"

    def hold(self) -> Record:
        """Hold the dialogue to its end, and give the record of it."""
        record = self._record
        try:
            self._steps()
        except Over as over:
            record.failure = over.failure
        finally:
            failure_to_quit = self._quit()  # Step 7: exit the telnet session
            self._close()
        # Step 8, confirm receipt of the message, is for the host that has the mailbox.
        record.failure = record.failure or failure_to_quit or self._failure_at_end()
        return record

    def _steps(self) -> None:
        addresses = self._resolve()
        self._connect(addresses)  # Step 1: telnet to port 25 of the SMTP server
        self._greeting()
        self._helo()  # Step 2: identify yourself
        message = self._compose()
        self._mail_from(message)  # Step 3: identify your mail address
        self._rcpt_to()  # Step 4: identify the recipients
        if message is not None and self._plan.sends_message:
            self._data()  # Step 5: begin the body of the message
            self._message(message)  # Step 6: end the body of the message

    def _resolve(self) -> list[Address]:
        plan = self._plan
        with self._at("connect", timed_as="resolve"):
            seconds = min(plan.timeout, plan.deadline)
            addresses = resolve(plan.host, plan.port, plan.address_family, seconds)
        self._record.addresses = addresses
        if addresses[0].ip != plan.host:
            self._event(f"{plan.host} is {', '.join(address.ip for address in addresses)}")
        return addresses

    def _connect(self, addresses: list[Address]) -> None:
        plan, record = self._plan, self._record
        with self._at("connect"):
            record.channel = open_first(
                addresses, plan.source_address, plan.connect_timeout, self._deadline, self._event
            )
            self._talk = Conversation(
                record.channel, record.transcript, plan.timeout, self._deadline
            )
            connected_to = str(record.channel.address)
            self._end_if(verdict.judge_connected(connected_to, plan.expected("connect")))

    def _greeting(self) -> None:
        with self._at("greeting"):
            self._judge(self._noted(None, self._talk.hear()))

    def _helo(self) -> None:
        plan, record = self._plan, self._record
        with self._at("helo"):
            record.helo = plan.helo or self._name_of_this_host()
            if plan.protocol == "smtp":
                reply = self._ask(commands.helo(record.helo))
            else:
                reply = self._ask(commands.ehlo(record.helo))
                if self._falls_back(reply):
                    reply = self._ask(commands.helo(record.helo))
                elif reply.positive:
                    record.capabilities = Capabilities.from_reply(reply)
            self._judge(reply)
            self._end_if(
                verdict.judge_capabilities(
                    record.capabilities, plan.expect_capabilities, plan.forbid_capabilities
                )
            )

    def _mail_from(self, message: Message | None) -> None:
        plan = self._plan
        if plan.mail_from is None:
            raise Over
        with self._at("mail_from"):
            parameters = plan.mail_parameters
            if plan.utf8:
                parameters = _with_parameter(parameters, "SMTPUTF8")
            if message is not None and message.eight_bit:
                parameters = _with_parameter(parameters, "BODY=8BITMIME")
            self._check_offered(parameters)
            self._judge(self._ask(commands.mail_from(plan.mail_from, parameters)))

    def _rcpt_to(self) -> None:
        """Ask for every recipient before a refusal counts: it says nothing of the others.

        But 421 says that the server is about to close (RFC 5321 section 3.8).
        """
        plan = self._plan
        if not plan.rcpt_to:
            raise Over
        with self._at("rcpt_to"):
            self._check_offered(plan.rcpt_parameters)
            overs = []
            for recipient in plan.rcpt_to:
                command = commands.rcpt_to(recipient, plan.rcpt_parameters)
                reply = self._ask(command, recipient)
                overs.append(self._over(reply, recipient))
                if reply.code == 421:
                    break
            refused = [over for over in overs if over is not None]
            if refused:
                raise next((over for over in refused if over.failure), refused[0])

    def _data(self) -> None:
        with self._at("data"):
            self._judge(self._noted(commands.DATA, self._talk.ask_for_message()))

    def _message(self, message: Message) -> None:
        with self._at("message"):
            self._record.message = message
            reply = self._talk.send_message(dot_stuffed(message.data))
            self._judge(self._noted(commands.END_OF_DATA, reply))

    def _quit(self) -> Failure | None:
        """Leave with QUIT, whatever came before; a server that does not answer has not failed."""
        if self._record.channel is None or not self._talk.may_speak:
            return None
        expected = self._plan.expected("quit")
        self._stage = "quit"
        try:
            with self._timed("quit"):
                reply = self._talk.leave(QUIT_SECONDS)
        except Broken as broken:
            self._event(broken.text)
            silent = broken.kind in ("timeout", "disconnect")
            return None if silent and not expected else verdict.judge_broken("quit", broken, ())
        if reply is None:
            return None
        return verdict.judge_reply("quit", self._noted(commands.QUIT, reply), expected)

    def _close(self) -> None:
        if self._record.channel is not None:
            self._record.channel.close()
            self._event("closed")

    # What the steps are made of

    @contextlib.contextmanager
    def _at(self, stage: str, timed_as: str | None = None) -> t.Iterator[None]:
        """Be at a stage: time it, judge what breaks there, end where the user wants the end."""
        self._stage = stage
        try:
            with self._timed(timed_as or stage):
                yield
        except Broken as broken:
            if stage != "connect" or timed_as is not None:  # each address was noted when it failed
                self._event(broken.text)
            failure = verdict.judge_broken(stage, broken, self._plan.expected(stage))
            raise Over(failure) from broken
        if self._plan.stop_after == stage and timed_as is None:
            raise Over

    @contextlib.contextmanager
    def _timed(self, name: str) -> t.Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self._record.seconds[name] = time.monotonic() - started

    def _ask(self, command: str, recipient: str | None = None) -> Reply:
        return self._noted(command, self._talk.ask(command), recipient)

    def _noted(self, command: str | None, reply: Reply, recipient: str | None = None) -> Reply:
        self._record.exchanges.append(Exchange(self._stage, command, reply, recipient))
        return reply

    def _event(self, text: str) -> None:
        self._record.transcript.event(text)

    def _over(self, reply: Reply, recipient: str | None = None) -> Over | None:
        """Give the end of the dialogue that a reply means, or None where it is to go on.

        A refusal that was expected ends it too, without a failure.
        """
        expected = self._plan.expected(self._stage)
        failure = verdict.judge_reply(self._stage, reply, expected, recipient)
        if failure is None and verdict.accepted(self._stage, reply):
            return None
        return Over(failure)

    def _judge(self, reply: Reply) -> None:
        over = self._over(reply)
        if over is not None:
            raise over

    def _end_if(self, failure: Failure | None) -> None:
        if failure is not None:
            raise Over(failure)

    def _falls_back(self, reply: Reply) -> bool:
        """Whether to try HELO: EHLO is not known, and that is not what the user wants to see."""
        wanted = any(pattern.matches_reply(reply) for pattern in self._plan.expected("helo"))
        return reply.code in _EHLO_NOT_KNOWN and not wanted

    def _name_of_this_host(self) -> str:
        name = None
        if self._own_name is not None:
            # Without a name, RFC 5321 section 4.1.4 has a client give its address.
            with contextlib.suppress(TimeoutError, OSError, UnicodeError):
                name = self._own_name.wait(OWN_NAME_SECONDS)
        return name or address_literal(self._talk.channel.local_ip)

    def _compose(self) -> Message | None:
        """Compose the message as this server can take it. Not timed: the server waits for us."""
        plan = self._plan
        if plan.message is None or plan.mail_from is None:
            return None
        now = Circumstances(
            sender=plan.mail_from,
            recipients=plan.rcpt_to,
            helo=self._record.helo or "",
            eight_bit=self._record.capabilities.offers("8BITMIME")
            and "BODY=7BIT" not in map(str.upper, plan.mail_parameters),
            utf8=plan.utf8,
        )
        return compose(plan.message, now)

    def _check_offered(self, parameters: t.Iterable[str]) -> None:
        """End the dialogue where a parameter needs what the server does not offer."""
        for parameter in parameters:
            extension = extension_of(parameter)
            if not self._record.capabilities.offers(extension):
                raise Broken(
                    "unsupported",
                    f"the server does not offer {extension}, which the parameter {parameter} needs",
                )

    def _failure_at_end(self) -> Failure | None:
        plan, record = self._plan, self._record
        return verdict.judge_end(plan.expectations, record.stage_seconds, plan.max_seconds)


def _with_parameter(parameters: tuple[str, ...], needed: str) -> tuple[str, ...]:
    """Add a parameter that the transaction needs, unless the user has given that keyword."""
    keyword = needed.partition("=")[0]
    given = (parameter.upper().partition("=")[0] for parameter in parameters)
    return parameters if keyword in given else (*parameters, needed)

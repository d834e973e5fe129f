# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The SMTP dialogue: the eight steps of a person with telnet, in their order.

`Dialogue.hold` and `Dialogue._steps` are the table of contents. Each step is a method that asks
for something, has the reply judged, and returns when the dialogue is to go on. A step that ends
the dialogue raises EndOfDialogue.
"""

from __future__ import annotations

import contextlib
import os
import time
import traceback
import typing as t

from .._net.addresses import address_literal
from .._net.errors import ProbeError, StrayLine, UnaskedReply
from .._net.resolver import OWN_NAME_SECONDS
from .._net.stream import open_first
from .._net.text import NOT_SHOWN
from .model import Failure
from .session import verdict
from .session.record import Record, RecordedReply
from .session.session import Session
from .wire import commands
from .wire.capabilities import Capabilities, extension_of
from .wire.message import Message, MessageContext, compose, dot_stuffed
from .wire.proxy_header import header_for

if t.TYPE_CHECKING:
    from .options.plan import Login, Plan
    from .session.lookup import ServerLookup
    from .session.transcript import Transcript
    from .wire.reply import Reply

# For the reply to QUIT: by then all that matters has been said.
QUIT_SECONDS = 3.0

# Replies to EHLO after which HELO is worth a try: the command is not known, or not implemented
# (RFC 5321 section 3.2). A 4yz is no answer to the question whether EHLO is known.
_EHLO_NOT_KNOWN = (500, 502, 504)


class EndOfDialogue(Exception):
    """The dialogue is over: it has failed, or it has done what it was to do."""

    def __init__(self, failure: Failure | None = None) -> None:
        super().__init__()
        self.failure = failure


class _Timed:
    """Adds the seconds that a block takes to those under a name.

    `end` is called where the block has ended, with what broke in it or with None, and not where
    it has raised anything else. A class, and no generator, as thousands of dialogues have a dozen
    of these each.
    """

    __slots__ = ("_end", "_name", "_seconds", "_started")

    def __init__(
        self,
        seconds: dict[str, float],
        name: str,
        end: t.Callable[[ProbeError | None], None] | None = None,
    ) -> None:
        self._seconds = seconds
        self._name = name
        self._end = end

    def __enter__(self) -> None:
        self._started = time.monotonic()

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        taken = time.monotonic() - self._started
        self._seconds[self._name] = self._seconds.get(self._name, 0.0) + taken
        if self._end is not None and (error is None or isinstance(error, ProbeError)):
            self._end(error)


class Dialogue:
    """One connection to one address of one server, from greeting to QUIT."""

    def __init__(self, plan: Plan, lookup: ServerLookup, transcript: Transcript) -> None:
        self._plan = plan
        self._lookup = lookup
        self._record = Record(plan, transcript)
        # To find the server is a part of the whole, and may have taken its time already.
        self._spent = lookup.seconds or 0.0
        self._deadline = time.monotonic() + plan.deadline - self._spent
        self._session: Session  # from when the connection stands
        self._stage = "connect"

    def hold(self) -> Record:
        """Hold the dialogue to its end, and give the record of it.

        It raises nothing: an exception that nobody foresaw is how this one dialogue ended.
        """
        record = self._record
        failure = self._failure_of(self._steps)
        failure_to_quit = self._failure_of(self._quit)  # Step 7: exit the telnet session
        self._close()
        # Step 8, confirm receipt of the message, is for the host that has the mailbox.
        record.failure = failure or failure_to_quit or self._failure_at_end()
        return record

    def _failure_of(self, do: t.Callable[[], Failure | None]) -> Failure | None:
        """Do a part of the dialogue, and give the failure that it ended with."""
        try:
            return do()
        except EndOfDialogue as end:
            return end.failure
        except Exception as error:  # noqa: BLE001 - whatever it is, other dialogues go on
            self._event(f"{type(error).__name__} {place_of(error)}")
            return verdict.judge_unforeseen(self._stage, error)

    def _steps(self) -> None:
        plan = self._plan
        self._resolve()
        self._connect()  # Step 1: telnet to port 25 of the SMTP server
        self._proxy()
        self._connected()
        self._greeting()
        self._helo()  # Step 2: identify yourself
        if self._wants_starttls():
            self._starttls()
            self._helo()  # what was offered before TLS is forgotten (RFC 3207 section 4.2)
        if plan.xclient:
            self._xclient()
            self._helo()  # for the server, another client begins
        if plan.login is not None:
            self._auth(plan.login)
        message = self._compose()
        self._mail_from(message)  # Step 3: identify your mail address
        self._rcpt_to()  # Step 4: identify the recipients
        if message is not None and self._plan.sends_message:
            self._data()  # Step 5: begin the body of the message
            self._message(message)  # Step 6: end the body of the message

    def _resolve(self) -> None:
        """Tell what was found before the dialogue; without an address it is at its end."""
        lookup, record = self._lookup, self._record
        if lookup.seconds is not None:
            with self._at("connect", timed_as="resolve", goes_on=True):
                record.seconds["resolve"] = lookup.seconds
                if lookup.broken is not None:
                    raise lookup.broken
        record.addresses = list(lookup.addresses)
        found = ", ".join(address.ip for address in lookup.addresses)
        if self._plan.host not in (None, found):
            self._event(f"{self._plan.host} is {found}")

    def _connect(self) -> None:
        plan, record = self._plan, self._record
        with self._at("connect", goes_on=True):
            record.channel = open_first(
                record.addresses,
                plan.source_address,
                plan.connect_timeout,
                self._deadline,
                self._event,
                self._spent,
            )
            self._session = Session(record.channel, record.transcript, plan.timeout, self._deadline)

    def _proxy(self) -> None:
        """Say for whom the connection is made, before anything else is said."""
        plan = self._plan
        if plan.proxy is None:
            return
        with self._at("proxy"):
            channel = self._session.channel
            try:
                header = header_for(plan.proxy, channel.local, channel.address.sockaddr[:2])
            except ValueError as error:
                raise ProbeError("unsupported", str(error)) from error
            self._event(f"sending a header of version {header.version}: {header}")
            channel.send(header.as_bytes(), self._session.next_deadline())

    def _connected(self) -> None:
        """Be connected: with implicit TLS, that is when TLS stands."""
        plan = self._plan
        with self._at("connect"):
            if plan.tls.tls == "implicit":
                self._start_tls()
            connected_to = str(self._session.channel.address)
            self._end_if(verdict.judge_connected(connected_to, plan.expected("connect")))

    def _greeting(self) -> None:
        with self._at("greeting"):
            self._judge(self._noted(None, self._session.read_reply()))

    def _helo(self) -> None:
        plan, record = self._plan, self._record
        with self._at("helo"):
            record.capabilities = Capabilities()
            name = record.helo = record.helo or plan.helo or self._name_of_this_host()
            hello = {"esmtp": commands.ehlo, "smtp": commands.helo, "lmtp": commands.lhlo}
            reply = self._ask(hello[plan.protocol](name))
            if plan.protocol == "esmtp" and self._falls_back(reply):
                reply = self._ask(commands.helo(name))
            elif plan.protocol != "smtp" and reply.positive:
                record.capabilities = Capabilities.from_reply(reply)
            self._judge(reply)
            if not self._wants_starttls():
                if record.tls is None:
                    self._end_if(verdict.judge_plain_text(plan.tls))
                self._end_if(
                    verdict.judge_capabilities(
                        self._offered(), plan.expect_capabilities, plan.forbid_capabilities
                    )
                )

    def _offered(self) -> Capabilities:
        """Return what counts as offered: STARTTLS too, which is no more once it was taken."""
        offered = Capabilities(self._record.capabilities)
        if any(exchange.stage == "starttls" for exchange in self._record.replies):
            offered.setdefault("STARTTLS", [])
        return offered

    def _wants_starttls(self) -> bool:
        """Whether TLS is still to be started: it must be, or it can be and is taken."""
        if self._record.tls is not None:
            return False
        wish = self._plan.tls.tls
        offered = self._record.capabilities.offers("STARTTLS")
        return wish == "required" or (wish == "opportunistic" and offered)

    def _starttls(self) -> None:
        """Once TLS was asked for, there is no way back to plain text."""
        with self._at("starttls"):
            if not self._record.capabilities.offers("STARTTLS"):
                raise ProbeError("unsupported", "the server does not offer STARTTLS")
            self._judge(self._ask(commands.STARTTLS))
            self._session.reject_injected_plaintext()
            self._start_tls()

    def _start_tls(self) -> None:
        from .._net.tls import (
            handshake as tls,  # and with it ssl, which a dialogue in plain text need not load
        )

        plan, record = self._plan, self._record
        can_send, self._session.can_send = self._session.can_send, False  # plain text is over
        with _Timed(record.seconds, "tls"):
            record.tls = tls.start(
                self._session.channel,
                plan.tls,
                plan.tls_name,
                self._lookup.tlsa,
                self._session.next_deadline(),
            )
        if record.tls.error is not None:
            raise ProbeError("tls", record.tls.error)
        self._session.can_send = can_send
        self._event(str(record.tls))
        if record.tls.dane is not None:
            self._end_if(verdict.judge_dane(self._stage, record.tls.dane.error))
        self._end_if(verdict.judge_certificate(self._stage, record.tls.days_left, plan.tls))

    def _xclient(self) -> None:
        """Ask a server that trusts us how it would treat another client."""
        attributes = self._plan.xclient
        with self._at("xclient"):
            offered = self._record.capabilities
            if "XCLIENT" not in offered:
                raise ProbeError("unsupported", "the server does not offer XCLIENT to this host")
            missing = [name for name in attributes if not offered.offers(f"XCLIENT {name}")]
            if missing:
                raise ProbeError("unsupported", f"XCLIENT is offered without {', '.join(missing)}")
            self._judge(self._ask(commands.xclient(attributes)))

    def _auth(self, login: Login) -> None:
        """Log in. What is said of the secret is not recorded, nor what the server asks for it."""
        from .._net.sasl import mechanisms as sasl  # and with it what only a login needs

        plan, record = self._plan, self._record
        with self._at("auth"):
            offered = record.capabilities.get("AUTH", [])
            mechanism = sasl.choose(
                login.mechanism, offered, record.tls is not None, login.allow_plaintext
            )
            who = sasl.Credentials(login.user, login.password, plan.host, plan.port)
            exchange = sasl.SaslExchange(mechanism, who, self._event)
            reply = self._ask_in_secret(exchange.command(), f"AUTH {mechanism}")
            while reply.code == 334:
                try:
                    answer = exchange.answer(reply.text)
                except ProbeError:
                    self._ask(sasl.CANCEL)
                    raise
                reply = self._ask_in_secret(answer, "")
            self._judge(reply)
            exchange.accepted()

    def _ask_in_secret(self, command: str, shown: str) -> Reply:
        """Send a line of an AUTH exchange, and record that it was sent; give the reply as it is."""
        self._record.transcript.hide(command[len(shown) :].lstrip())
        shown = f"{shown} {NOT_SHOWN}".lstrip()
        reply = self._session.command(command, shown)
        noted = reply
        if reply.code == 334:
            self._record.transcript.hide(reply.text)
            noted = reply._replace(lines=(NOT_SHOWN,))
        self._noted(shown, noted)
        return reply

    def _mail_from(self, message: Message | None) -> None:
        plan = self._plan
        if plan.mail_from is None:
            raise EndOfDialogue
        with self._at("mail_from"):
            parameters = plan.mail_parameters
            if plan.utf8:
                parameters = _with_parameter(parameters, "SMTPUTF8")
            if message is not None and message.eight_bit:
                parameters = _with_parameter(parameters, "BODY=8BITMIME")
            self._check_offered(parameters)
            self._check_size(message)
            command = commands.mail_from(plan.mail_from, parameters)
            if plan.pipelining and self._record.capabilities.offers("PIPELINING"):
                self._session.pipeline([command, *self._commands_after_mail()])
            self._judge(self._ask(command))

    def _rcpt_to(self) -> None:
        """Ask for every recipient before a refusal counts: it says nothing of the others.

        But 421 says that the server is about to close (RFC 5321 section 3.8).
        """
        plan = self._plan
        if not plan.rcpt_to:
            raise EndOfDialogue
        with self._at("rcpt_to"):
            self._check_offered(plan.rcpt_parameters)
            ends = []
            for command, recipient in zip(self._rcpt_commands(), plan.rcpt_to):
                reply = self._ask(command, recipient)
                ends.append(self._end_of(reply, recipient))
                if reply.code == 421:
                    self._end_if(verdict.judge_unheard(len(ends), reply, plan))
                    break
            self._end_with(ends)

    def _data(self) -> None:
        if self._chunks:
            return
        with self._at("data"):
            self._judge(self._noted(commands.DATA, self._session.ask_for_message()))

    def _message(self, message: Message) -> None:
        """Send the message; LMTP answers it once for each recipient (RFC 2033 section 4.2)."""
        plan = self._plan
        with self._at("message"):
            self._record.message = message
            if self._chunks:
                command = commands.bdat(len(message.data))
                self._session.send_chunk(command, message.data)
            else:
                command = commands.END_OF_DATA
                self._session.send_message(dot_stuffed(message.data))
            recipients = plan.rcpt_to if plan.protocol == "lmtp" else (None,)
            ends = []
            for recipient in recipients:
                reply = self._noted(command, self._session.read_reply(), recipient)
                ends.append(self._end_of(reply, recipient))
            self._end_with(ends)

    @property
    def _chunks(self) -> bool:
        """Whether the message goes in a chunk (BDAT), without DATA."""
        return self._plan.chunking and self._record.capabilities.offers("CHUNKING")

    def _quit(self) -> Failure | None:
        """Leave with QUIT, whatever came before; a server that does not answer has not failed."""
        if self._record.channel is None or not self._session.can_send:
            return None
        expected = self._plan.expected("quit")
        try:
            self._hear_rest()
            self._stage = "quit"
            with _Timed(self._record.seconds, "quit"):
                reply = self._session.quit(QUIT_SECONDS)
        except ProbeError as broken:
            self._event(broken.text)
            silent = broken.kind in ("timeout", "disconnect")
            return None if silent and not expected else self._judge_error("quit", broken)
        if reply is None:
            return None
        return verdict.judge_reply("quit", self._noted(commands.QUIT, reply), expected)

    def _hear_rest(self) -> None:
        """Hear the replies to what was sent ahead when the first of them ended the dialogue."""
        asked = sum(exchange.stage == "rcpt_to" for exchange in self._record.replies)
        self._stage = "rcpt_to"
        for command, recipient in zip(self._session.unanswered, self._plan.rcpt_to[asked:]):
            self._ask(command, recipient)

    def _close(self) -> None:
        if self._record.channel is not None:
            self._record.channel.close()
            self._event("closed")

    # What the steps are made of

    def _at(self, stage: str, timed_as: str | None = None, goes_on: bool = False) -> _Timed:
        """Be at a stage: time it, judge what breaks there, end where the user wants the end."""

        def end(broken: ProbeError | None) -> None:
            if broken is not None:
                # Of connecting, each address was noted in its turn.
                if stage != "connect" or not goes_on or timed_as:
                    self._event(broken.text)
                raise EndOfDialogue(self._judge_error(stage, broken)) from broken
            if self._plan.stop_after == stage and not goes_on:
                raise EndOfDialogue

        self._stage = stage
        return _Timed(self._record.seconds, timed_as or stage, end)

    def _judge_error(self, stage: str, broken: ProbeError) -> Failure | None:
        """Judge what broke at a stage; a stray line belongs to the stage of the reply before it."""
        if isinstance(broken, StrayLine) and self._record.replies:
            last = self._record.replies[-1]
            text = f"{broken.text} after the reply to {last.command or 'the connection'}"
            return verdict.judge_error(last.stage, ProbeError(broken.kind, text), ())
        if isinstance(broken, UnaskedReply):
            self._noted(None, broken.reply)
            return verdict.judge_unasked(stage, broken.reply, self._plan.expected(stage))
        return verdict.judge_error(stage, broken, self._plan.expected(stage))

    def _ask(self, command: str, recipient: str | None = None) -> Reply:
        return self._noted(command, self._session.command(command), recipient)

    def _noted(self, command: str | None, reply: Reply, recipient: str | None = None) -> Reply:
        """Put a reply on record, and give it back: what is judged is what came."""
        tls = self._record.tls is not None
        self._record.note(RecordedReply(self._stage, command, reply, recipient, tls))
        return reply

    def _event(self, text: str) -> None:
        self._record.transcript.event(text)

    def _end_of(self, reply: Reply, recipient: str | None = None) -> EndOfDialogue | None:
        """Return the end of the dialogue that a reply means, or None where it is to go on.

        A refusal that was expected ends it too, without a failure.
        """
        expected = self._plan.expected(self._stage)
        failure = verdict.judge_reply(self._stage, reply, expected, recipient)
        if failure is None and verdict.accepted(self._stage, reply):
            return None
        return EndOfDialogue(failure)

    def _judge(self, reply: Reply) -> None:
        end = self._end_of(reply)
        if end is not None:
            raise end

    def _end_with(self, ends: list[EndOfDialogue | None]) -> None:
        """End the dialogue with the first failure, or else the first refusal that was expected."""
        refused = [end for end in ends if end is not None]
        if refused:
            raise next((end for end in refused if end.failure), refused[0])

    def _end_if(self, failure: Failure | None) -> None:
        if failure is not None:
            raise EndOfDialogue(failure)

    def _falls_back(self, reply: Reply) -> bool:
        """Whether to try HELO: EHLO is not known, and that is not what the user wants to see."""
        wanted = any(pattern.matches_reply(reply) for pattern in self._plan.expected("helo"))
        return reply.code in _EHLO_NOT_KNOWN and not wanted

    def _name_of_this_host(self) -> str:
        name = None
        look_up = self._lookup.own_name
        if look_up is not None:
            # Without a name, RFC 5321 section 4.1.4 has a client give its address.
            with contextlib.suppress(TimeoutError, OSError, UnicodeError):
                name = look_up.wait(OWN_NAME_SECONDS)
        return name or address_literal(self._session.channel.local[0])

    def _compose(self) -> Message | None:
        """Compose the message as this server can take it. Not timed: the server waits for us."""
        plan = self._plan
        if plan.message is None or plan.mail_from is None:
            return None
        now = MessageContext(
            sender=plan.mail_from,
            recipients=plan.rcpt_to,
            helo=self._record.helo or "",
            eight_bit=self._record.capabilities.offers("8BITMIME")
            and "BODY=7BIT" not in map(str.upper, plan.mail_parameters),
            utf8=plan.utf8,
        )
        return compose(plan.message, now)

    def _commands_after_mail(self) -> list[str]:
        """Return what may be sent ahead with MAIL: not DATA, as a refused recipient is the end."""
        refused = any(map(self._lacks, self._plan.rcpt_parameters))
        return [] if refused or self._plan.stop_after == "mail_from" else self._rcpt_commands()

    def _rcpt_commands(self) -> list[str]:
        return [commands.rcpt_to(one, self._plan.rcpt_parameters) for one in self._plan.rcpt_to]

    def _check_size(self, message: Message | None) -> None:
        """End the dialogue where the server has said that the message is too large (RFC 1870)."""
        limit = "".join(self._record.capabilities.get("SIZE", [])[:1])
        if message is not None and limit.isdecimal() and 0 < int(limit[:20]) < len(message.data):
            raise ProbeError(
                "unsupported",
                f"the message has {len(message.data)} bytes, more than the {limit[:20]}"
                " that the server announces to take",
            )

    def _check_offered(self, parameters: t.Iterable[str]) -> None:
        """End the dialogue where a parameter needs what the server does not offer."""
        for parameter in parameters:
            if self._lacks(parameter):
                extension = extension_of(parameter)
                raise ProbeError(
                    "unsupported",
                    f"the server does not offer {extension}, which the parameter {parameter} needs",
                )

    def _lacks(self, parameter: str) -> bool:
        return not self._record.capabilities.offers(extension_of(parameter))

    def _failure_at_end(self) -> Failure | None:
        plan, record = self._plan, self._record
        return verdict.judge_end(plan.expectations, record.stage_seconds, plan.max_seconds)


def place_of(error: Exception) -> str:
    """Say where in the code an exception was raised, for whoever is to mend it."""
    *_outer, last = traceback.extract_tb(error.__traceback__)
    return f"in {os.path.basename(last.filename)}, line {last.lineno} ({last.name})"


def _with_parameter(parameters: tuple[str, ...], needed: str) -> tuple[str, ...]:
    """Add a parameter that the transaction needs, unless the user has given that keyword."""
    keyword = needed.partition("=")[0]
    given = (parameter.upper().partition("=")[0] for parameter in parameters)
    return parameters if keyword in given else (*parameters, needed)

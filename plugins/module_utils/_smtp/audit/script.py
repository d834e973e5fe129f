# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hold the steps of a check over one connection.

A dialogue (`dialogue.py`) stops at the first reply that is not as it should be. A check goes on
after the replies that it names, and may send what no mail client sends. So it has steps of its own,
on the same session: with its transcript, its limits and its deadlines.

No step of a check of risk 0 begins a message, whatever the file of the check says.
"""

from __future__ import annotations

import time
import typing as t

from ..._net.addresses import address_literal
from ..._net.errors import ProbeError, UnsolicitedReply
from ..._net.network import SYSTEM
from ..session.record import Record
from ..session.session import Session
from ..session.transcript import Transcript
from ..steps.auth import auth
from ..steps.connect import (
    complete_connection,
    find_server,
    has_proxy_header,
    open_connection,
    send_proxy_header,
)
from ..steps.ending import EndOfDialogue
from ..steps.starttls import wants_starttls
from ..steps.tls import start_tls
from ..steps.xclient import has_xclient, xclient
from ..wire import commands
from ..wire.capabilities import Capabilities
from ..wire.server_name import server_name_of
from .form import sends_message, unescaped
from .model import HELLO, Answer, Held
from .values import MissingVariable

if t.TYPE_CHECKING:
    from ..._net.network import Network
    from ..model import Stage
    from ..options.plan import Plan
    from ..session.lookup import ServerLookup
    from ..wire.reply import Reply
    from .model import Check, Step
    from .values import Values

# Limit on the memory for what a server says over one connection.
BUDGET_BYTES = 32 * 1024

_QUIT_SECONDS = 3.0
_SPLIT_SECONDS = 0.2

# After these replies to EHLO, HELO is tried (see steps/hello.py).
_EHLO_NOT_KNOWN = (500, 502, 504)
_GO_AWAY = 421
_START_MAIL_INPUT = 354
_READY = 220

# The record needs a stage for each reply. A command that has none of its own counts as one of the
# envelope.
_STAGES: dict[str, Stage] = {
    "EHLO": "helo",
    "HELO": "helo",
    "LHLO": "helo",
    "STARTTLS": "starttls",
    "AUTH": "auth",
    "RCPT": "rcpt_to",
    "DATA": "data",
}
_OTHER_STAGE: Stage = "mail_from"

_HELLO = {"esmtp": commands.ehlo, "smtp": commands.helo, "lmtp": commands.lhlo}


class NotAllowed(Exception):
    """A step does what the risk of its check rules out."""


class _Ended(Exception):
    """The dialogue cannot go on after an answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.shown)
        self.answer = answer


class Connection:
    """A connection to the server, over which checks are held.

    `wait` waits for a number of seconds. The time of one connection is limited by the plan.
    """

    def __init__(
        self,
        plan: Plan,
        lookup: ServerLookup,
        values: Values,
        network: Network = SYSTEM,
        wait: t.Callable[[float], None] = time.sleep,
    ) -> None:
        secret = None
        if plan.login is not None:
            from ..._net.redaction import secret_pattern

            secret = secret_pattern(plan.login.user, plan.login.password)
        self.transcript = Transcript(secret, BUDGET_BYTES, network.now)
        self._plan = plan
        self._values = values
        self._wait = wait
        self._record = Record(plan, self.transcript)
        self._session = Session(self._record, lookup, plan.limits, network)
        self._opening: dict[str, Answer] = {}  # to the connection, the greeting and EHLO
        self._answers: dict[str, Answer] = {}
        self._opened = self._said_hello = self._in_message = False
        self._broken: Answer | None = None  # after which nothing can be held
        self._lines_of_opening = 0
        self.sent_away: str | None = None  # the reply 421 to RSET, if the server sent it

    @property
    def usable(self) -> bool:
        """Whether another check can be held over this connection."""
        return self._broken is None and self._session.can_send and not self._in_message

    def hold(self, check: Check) -> Held:
        """Hold the steps of a check. No exception of a server or the network is raised."""
        self._answers = dict(self._opening)
        last = missing = None
        steps = check.steps
        if self._said_hello and steps[:1] == (HELLO,):
            steps = steps[1:]  # an earlier check over this connection has said it
        try:
            self._open(check)
            for step in steps:
                self._take(step, check)
        except _Ended as end:
            last = end.answer
        except MissingVariable as variable:
            missing = str(variable)
        except (NotAllowed, ValueError) as error:
            last = Answer("steps", "error", text=str(error), kind="local")
        tls = self._record.tls
        offered = self._record.capabilities if "helo" in self._answers else None
        version = tls.version if tls is not None else None
        return Held(self._answers, last, offered, version, missing, tls)

    def lines(self, start: int = 0) -> list[str]:
        """Return the lines of the opening, and those from number `start` on."""
        lines = self.transcript.lines
        opening = self._lines_of_opening
        return lines if start <= opening else [*lines[:opening], *lines[start:]]

    def reset(self) -> bool:
        """Abort the transaction with RSET. Return whether another check can be held."""
        if not self.usable:
            return False
        answer = self._ask("rset", "RSET", lambda: self._session.command(_OTHER_STAGE, "RSET"))
        if answer.reply is not None and answer.reply.code == _GO_AWAY:
            self.sent_away = answer.shown
        return answer.reply is not None and answer.reply.positive and self.usable

    def close(self) -> None:
        """Send QUIT, if it is not a part of a message, and close the connection."""
        try:
            if self._session.can_send and not self._in_message:
                self._session.quit("quit", _QUIT_SECONDS)
        except ProbeError as error:
            self.transcript.event(error.text)
        self._session.close()

    # The opening

    def _open(self, check: Check) -> None:
        """Connect and read the greeting, unless that was done. Raise _Ended."""
        if self._broken is not None:
            raise _Ended(self._broken)
        if self._opened:
            return
        self._opened = True
        plan, session = self._plan, self._session
        try:
            find_server(session, plan)
            open_connection(session, plan)
            if has_proxy_header(session, plan):
                send_proxy_header(session, plan)
            complete_connection(session, plan)
        except (EndOfDialogue, ProbeError) as error:
            self._fail(_answer_to("connect", error))
        self._keep(Answer("connect", "connected"))
        self._connection_values()
        greeting = self._ask("greeting", "", lambda: session.read_reply("greeting"))
        self._keep(greeting)
        if greeting.reply is None or greeting.reply.code != _READY:
            self._broken = greeting
        self._end_unless_named(greeting, check)
        self._connection_values()
        self._lines_of_opening = len(self.transcript.lines)

    def _connection_values(self) -> None:
        """Set the variables of this connection."""
        address, local = self._record.address, self._record.local[0]
        ip = address.ip if address is not None else ""
        replies = [(one.stage, one.reply) for one in self._record.replies]
        self._values.connection = {
            "helo": self._plan.client.helo or address_literal(local),
            "ip": ip,
            "literal": address_literal(ip),
            "port": str(self._plan.endpoint.port),
            "client_ip": local,
            "client_literal": address_literal(local),
            "server_name": server_name_of(replies),
        }

    def _keep(self, answer: Answer) -> None:
        self._opening[answer.name] = self._answers[answer.name] = answer

    # The steps

    def _take(self, step: Step, check: Check) -> None:
        texts = tuple(step.texts)
        if step.kind == "hello":
            self._hello(texts, step.replies[0], check)
        elif step.kind == "send":
            self._note(self._command(self._values.fill(texts[0]), step.replies[0], check), check)
        elif step.kind in ("bytes", "split"):
            self._write(texts, check)
        elif step.kind == "wait":
            self._wait(step.seconds)
        elif step.kind == "starttls":
            self._note(self._starttls(step.replies[0]), check)
        elif step.kind == "handshake":
            self._handshake(step.replies[0])
        elif step.kind == "login":
            self._note(self._login(step.replies[0]), check)
        elif step.kind == "expect_silence":
            self._note(self._listen(step.replies[0], step.seconds), check)
        unread = 0 if step.kind in ("bytes", "split", "read") else 1
        self._read_all(step.replies[unread:], check)

    def _hello(self, texts: t.Sequence[str], name: str, check: Check) -> None:
        """Say EHLO, start TLS if the plan asks for it, and present another client with XCLIENT."""
        client = self._values.fill(texts[0] if texts else "{helo}")
        self._note(self._say_hello(client, name), check)
        if wants_starttls(self._session, self._plan):
            if not self._record.capabilities.offers("STARTTLS"):
                text = "the server does not offer STARTTLS"
                self._note(Answer("starttls", "error", text=text, kind="unsupported"), check)
            self._note(self._starttls("starttls"), check)
            self._note(self._say_hello(client, name), check)
        if has_xclient(self._session, self._plan):
            self._present_another_client(check)
            self._note(self._say_hello(client, name), check)
        if not texts:
            self._said_hello = True
            self._opening = dict(self._answers)
            self._lines_of_opening = len(self.transcript.lines)

    def _say_hello(self, client: str, name: str) -> Answer:
        protocol = self._plan.steps.protocol
        answer = self._ask_hello(_HELLO[protocol](client), name)
        reply = answer.reply
        if protocol == "esmtp" and reply is not None and reply.code in _EHLO_NOT_KNOWN:
            answer = self._ask_hello(commands.helo(client), name)
        return answer

    def _ask_hello(self, line: str, name: str) -> Answer:
        self._record.capabilities = Capabilities()
        answer = self._ask(name, line, lambda: self._session.command("helo", line))
        if answer.reply is not None and answer.reply.positive and not line.startswith("HELO"):
            self._record.capabilities = Capabilities.from_reply(answer.reply)
        self._connection_values()
        return answer

    def _present_another_client(self, check: Check) -> None:
        try:
            xclient(self._session, self._plan)
        except (EndOfDialogue, ProbeError) as error:
            self._note(_answer_to("xclient", error), check)

    def _command(self, line: str, name: str, check: Check) -> Answer:
        """Send a command, or a line of a message that has begun."""
        if not check.risk and sends_message(line):
            raise NotAllowed("a check of risk 0 never begins a message")
        commands.check_line(line)
        verb = (line.split() or [""])[0].upper()
        if verb in ("EHLO", "HELO", "LHLO"):
            return self._ask_hello(line, name)
        stage = _STAGES.get(verb, _OTHER_STAGE)
        return self._ask(name, line, lambda: self._session.command(stage, line))

    def _write(self, texts: t.Sequence[str], check: Check) -> None:
        """Send bytes as they are, in as many writes as there are texts."""
        if not check.risk:
            raise NotAllowed("a check of risk 0 never sends odd bytes")
        for index, text in enumerate(texts):
            if index:
                self._wait(_SPLIT_SECONDS)
            data = self._values.fill_bytes(unescaped(text))
            try:
                self._session.send_bytes(data)
            except ProbeError as error:
                self._fail(_answer_to("steps", error))

    def _read_all(self, names: t.Sequence[str], check: Check) -> None:
        for name in names:
            self._note(self._ask(name, "", self._read), check)

    def _read(self) -> Reply:
        return self._session.read_reply(_OTHER_STAGE)

    def _starttls(self, name: str) -> Answer:
        session, plan = self._session, self._plan
        answer = self._ask(
            name, commands.STARTTLS, lambda: session.command("starttls", commands.STARTTLS)
        )
        if answer.reply is None or answer.reply.code != _READY:
            return answer
        try:
            session.reject_injected_plaintext()
            start_tls(session, plan, "starttls")
        except (EndOfDialogue, ProbeError) as error:
            self._broken = _answer_to(name, error)
            return self._broken
        return answer

    def _handshake(self, name: str) -> None:
        """Shake hands. What has come in plain text before it is left to be read afterwards."""
        try:
            start_tls(self._session, self._plan, "starttls")
        except (EndOfDialogue, ProbeError) as error:
            self._fail(_answer_to(name, error))

    def _login(self, name: str) -> Answer:
        if self._plan.login is None:
            raise MissingVariable("login_user")
        number = len(self._record.replies)
        failed: ProbeError | EndOfDialogue | None = None
        try:
            auth(self._session, self._plan)
        except (EndOfDialogue, ProbeError) as error:
            failed = error
        replies = self._record.replies[number:]
        if not replies or isinstance(failed, ProbeError):
            return _answer_to(name, failed or ProbeError("protocol", "the server did not reply"))
        return Answer(name, "reply", replies[-1].reply, command="AUTH")

    def _listen(self, name: str, seconds: float) -> Answer:
        """Return what the server says without being asked."""
        try:
            reply = self._session.unasked_reply(_OTHER_STAGE, seconds)
        except ProbeError as error:
            return self._lost(_answer_to(name, error))
        return Answer(name, "silence") if reply is None else self._answered(name, "", reply)

    # The answers

    def _ask(self, name: str, line: str, ask: t.Callable[[], Reply]) -> Answer:
        try:
            reply = ask()
        except ProbeError as error:
            answer = _answer_to(name, error)._replace(command=self.transcript.masked(line))
            return self._lost(answer)
        return self._answered(name, line, reply)

    def _answered(self, name: str, line: str, reply: Reply) -> Answer:
        self._in_message = reply.code == _START_MAIL_INPUT
        lines = tuple(self.transcript.masked_lines(reply.lines))
        command = self.transcript.masked(line)
        return Answer(name, "reply", reply._replace(lines=lines), command=command)

    def _lost(self, answer: Answer) -> Answer:
        """Note that no further check can be held after this answer, and return it."""
        if answer.text:
            self.transcript.event(answer.text)
        self._broken = answer
        return answer

    def _note(self, answer: Answer, check: Check) -> None:
        self._answers[answer.name] = answer
        self._end_unless_named(answer, check)

    def _end_unless_named(self, answer: Answer, check: Check) -> None:
        """Raise _Ended, if the dialogue cannot go on after this answer."""
        reply = answer.reply
        if answer.happening == "silence":
            return
        if reply is None or reply.code == _GO_AWAY or self._broken is not None:
            self._broken = answer
            raise _Ended(answer)
        if reply.code // 100 not in (2, 3) and answer.name not in check.names:
            raise _Ended(answer)

    def _fail(self, answer: Answer) -> t.NoReturn:
        self._broken = self._answers[answer.name] = answer
        raise _Ended(answer)


def _answer_to(name: str, error: ProbeError | EndOfDialogue) -> Answer:
    """Return the answer that an error stands for."""
    if isinstance(error, UnsolicitedReply):
        return Answer(name, "reply", error.reply)
    if isinstance(error, ProbeError):
        text, kind = error.text, error.kind
    elif error.failure is not None:
        text, kind = error.failure.text, t.cast(t.Any, error.failure.kind)
    else:
        text, kind = "the dialogue ended", "protocol"
    if name == "connect" and kind in ("connect", "timeout"):
        return Answer(name, "unreachable", text=text, kind=kind)
    return Answer(name, "closed" if kind == "disconnect" else "error", text=text, kind=kind)

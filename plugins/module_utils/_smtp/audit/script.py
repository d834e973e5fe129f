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

import re
import time
import typing as t

from ..._net.addresses import address_literal
from ..._net.errors import ProbeError, UnsolicitedReply
from ..._net.network import SYSTEM
from ..._net.stream import hung_up
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
from ..steps.hello import EHLO_NOT_KNOWN, HELLO_COMMANDS
from ..steps.starttls import wants_starttls
from ..steps.tls import start_tls
from ..steps.xclient import has_xclient, xclient
from ..wire import commands
from ..wire.capabilities import Capabilities
from ..wire.server_name import server_name_of
from .form import sends_message, unescaped
from .judge import is_met
from .model import HELLO, Answer, Held
from .values import MissingVariable

if t.TYPE_CHECKING:
    from ..._net.network import Network
    from ..._net.tls.client_hello import Offer
    from ..._net.tls.dane import TlsaAnswer
    from ..model import Stage
    from ..options.plan import Plan
    from ..session.lookup import ServerLookup
    from ..wire.reply import Reply
    from .model import Check, Step
    from .values import Values

# Limit on the memory for what a server says over one connection.
BUDGET_BYTES = 32 * 1024

# Limit on a message that is larger than a server allows, and the line that it is made of.
_MAX_FILL_BYTES = 20_000_000
_FILL_LINE = b"x" * 76 + b"\r\n"

_QUIT_SECONDS = 3.0
_SPLIT_SECONDS = 0.2

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

# Postfix writes an IPv6 address of XCLIENT so (XCLIENT_README).
_IPV6 = "IPV6:"


class NotAllowed(Exception):
    """A step does what the risk of its check rules out."""


class _Ended(Exception):
    """The dialogue cannot go on after an answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.shown)
        self.answer = answer


class _NotOffered(Exception):
    """The server does not offer an extension that the check is about."""


class Connection:
    """A connection to the server, over which checks are held.

    `wait` waits for a number of seconds. The time of one connection is limited by the plan. `tlsa`
    are the TLSA records with which the certificates that an offer shows are matched.
    """

    def __init__(
        self,
        plan: Plan,
        lookup: ServerLookup,
        values: Values,
        network: Network = SYSTEM,
        wait: t.Callable[[float], None] = time.sleep,
        tlsa: TlsaAnswer | None = None,
    ) -> None:
        self.transcript = Transcript(plan.secret_pattern, BUDGET_BYTES, network.now)
        self._plan = plan
        self._values = values
        self._wait = wait
        self._tlsa = tlsa
        self._record = Record(plan, self.transcript)
        self._session = Session(self._record, lookup, plan.limits, network)
        self._opening: dict[str, Answer] = {}  # to the connection, the greeting and EHLO
        self._answers: dict[str, Answer] = {}
        self._opened = self._said_hello = self._in_message = False
        self._is_another_client = False  # whether XCLIENT has presented one
        self._broken: Answer | None = None  # after which nothing can be held
        self._lines_of_opening = 0
        self.sent_away: str | None = None  # the reply 421 to RSET, if the server sent it

    @property
    def record(self) -> Record:
        """The record of what was said over this connection."""
        return self._record

    @property
    def usable(self) -> bool:
        """Whether another check can be held over this connection."""
        return self._broken is None and self._session.can_send and not self._in_message

    def hold(self, check: Check) -> Held:
        """Hold the steps of a check. No exception of a server or the network is raised."""
        self._answers = dict(self._opening)
        last = missing = None
        try:
            self._open(check)
            self._take_all(check)
        except _Ended as end:
            last = end.answer
        except _NotOffered:
            pass  # what the server has offered is in what is returned
        except MissingVariable as variable:
            missing = str(variable)
        except (NotAllowed, ValueError) as error:
            last = Answer("steps", "error", text=str(error), kind="local")
        tls = self._record.tls
        version = tls.version if tls is not None else None
        return Held(self._answers, last, self._offered, version, missing, tls)

    @property
    def _offered(self) -> Capabilities | None:
        """What the server has offered, or None if it has accepted no EHLO."""
        helo = self._answers.get("helo")
        accepted = helo is not None and helo.reply is not None and helo.reply.positive
        return self._record.capabilities if accepted else None

    def without_secrets(self, held: Held) -> Held:
        """Return what was held as it may be shown. What came is judged, which may differ."""
        if self._plan.login is None:
            return held
        answers = {name: self._masked(one) for name, one in held.answers.items()}
        last = None if held.last is None else self._masked(held.last)
        return held._replace(answers=answers, last=last)

    def _masked(self, answer: Answer) -> Answer:
        mask, reply = self.transcript.masked, answer.reply
        if reply is not None:
            lines, came = map(self.transcript.masked_lines, (reply.lines, reply.came))
            reply = reply._replace(lines=tuple(lines), came=tuple(came))
        return answer._replace(reply=reply, text=mask(answer.text), command=mask(answer.command))

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
            self.sent_away = self.transcript.masked(answer.shown)
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
        at_once = check.offers_tls and plan.tls.tls == "implicit"
        try:
            find_server(session, plan)
            open_connection(session, plan)
            if has_proxy_header(session, plan):
                send_proxy_header(session, plan)
            self._connection_values()
            self._send_early(check)
            if at_once:
                plan = plan._replace(tls=plan.tls._replace(tls="never"))
            complete_connection(session, plan)
        except (EndOfDialogue, ProbeError) as error:
            self._fail(_answer_to_handshake("connect", error))
        self._keep(Answer("connect", "connected"))
        self._connection_values()
        if at_once:
            return
        greeting = self._ask("greeting", "", lambda: session.read_reply("greeting"))
        self._keep(greeting)
        if not _is_ready(greeting):
            self._broken = greeting
        self._end_unless_named(greeting, check)
        self._connection_values()
        if has_xclient(session, plan):
            self._present_another_client(check)
        self._lines_of_opening = len(self.transcript.lines)

    def _send_early(self, check: Check) -> None:
        """Send what the check sends before the greeting, and before TLS from the start."""
        for step in check.steps[:1]:
            if step.kind == "early":
                self._write(step.texts, check)

    def _connection_values(self) -> None:
        """Set the variables of this connection."""
        address, local = self._record.address, self._record.local[0]
        client = presented_address(self._plan) or local
        ip = address.ip if address is not None else ""
        replies = [(one.stage, one.reply) for one in self._record.replies]
        self._values.connection = {
            "helo": self._plan.client.helo or address_literal(local),
            "ip": ip,
            "literal": address_literal(ip),
            "port": str(self._plan.endpoint.port),
            "client_ip": client,
            "client_literal": address_literal(client),
            "server_name": server_name_of(replies),
        }

    def _keep(self, answer: Answer) -> None:
        self._opening[answer.name] = self._answers[answer.name] = answer

    # The steps

    def _take_all(self, check: Check) -> None:
        """Take the steps. Raise _NotOffered after the last EHLO if an extension is not offered."""
        steps = check.steps
        said_hello = [index for index, step in enumerate(steps) if step.says_hello]
        for index, step in enumerate(steps):
            if step.offer is not None:
                offer = step.offer.filled(self._values.fill)
                self._fail(self._offer(offer, step.replies[0], check))
            # An earlier check over this connection may have said hello.
            if not (index == 0 and step == HELLO and self._said_hello):
                self._take(step, check)
            if said_hello[-1:] == [index]:
                self._check_offer(check)

    def _check_offer(self, check: Check) -> None:
        offered = self._offered
        if offered is None:
            return
        if not all(map(offered.offers, check.offers)):
            raise _NotOffered
        if any(step.kind == "fill" for step in check.steps):
            self._announced_size()

    def _take(self, step: Step, check: Check) -> None:
        texts = tuple(step.texts)
        if step.kind == "hello":
            self._hello(texts, step.replies[0], check)
        elif step.kind == "send":
            self._note(self._send_repeatedly(step, check), check)
        elif step.kind in ("bytes", "split"):
            self._write(texts, check)
        elif step.kind == "fill":
            self._fill(check)
        elif step.kind == "wait":
            self._wait(step.seconds)
        elif step.kind == "starttls":
            self._note(self._starttls(step.replies[0]), check)
        elif step.kind == "handshake":
            self._handshake(step.replies[0])
        elif step.kind == "login":
            self._note(self._login(step.replies[0]), check)
        elif step.kind in ("expect_silence", "listen"):
            self._note(self._listen(step.replies[0], step.seconds), check)
        unread = 0 if step.kind in ("early", "bytes", "split", "read") else 1
        self._read_all(step.replies[unread:], check)

    def _hello(self, texts: t.Sequence[str], name: str, check: Check) -> None:
        """Say EHLO, and start TLS if the plan asks for it."""
        client = self._values.fill(texts[0] if texts else "{helo}")
        self._note(self._say_hello(client, name), check)
        if wants_starttls(self._session, self._plan):
            if not self._record.capabilities.offers("STARTTLS"):
                text = "the server does not offer STARTTLS"
                self._note(Answer("starttls", "error", text=text, kind="unsupported"), check)
            self._note(self._starttls("starttls"), check)
            self._note(self._say_hello(client, name), check)
        if has_xclient(self._session, self._plan) and not self._is_another_client:
            self._send_xclient(check)
            self._note(self._say_hello(client, name), check)
        if not texts:
            self._said_hello = True
            self._opening = dict(self._answers)
            self._lines_of_opening = len(self.transcript.lines)

    def _say_hello(self, client: str, name: str) -> Answer:
        protocol = self._plan.steps.protocol
        answer = self._ask_hello(HELLO_COMMANDS[protocol](client), name)
        reply = answer.reply
        if protocol == "esmtp" and reply is not None and reply.code in EHLO_NOT_KNOWN:
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
        """Present another client with XCLIENT, after which the server begins anew.

        So this comes before the steps of any check, also of those that say EHLO in their own way,
        or do not say it at all. A server may offer XCLIENT only within TLS: then it is sent once
        `hello` has started TLS. A check without `hello` cannot be held there.
        """
        hello = self._say_hello(self._values.fill("{helo}"), "helo")
        self._end_unless_named(hello, check)
        if "XCLIENT" in self._record.capabilities or not _starts_with_tls(self._plan, check):
            self._send_xclient(check)

    def _send_xclient(self, check: Check) -> None:
        try:
            xclient(self._session, self._plan)
        except (EndOfDialogue, ProbeError) as error:
            self._note(_answer_to("xclient", error), check)
        self._record.capabilities = Capabilities()
        self._is_another_client = True

    def _send_repeatedly(self, step: Step, check: Check) -> Answer:
        """Send a command once, or several times until the server answers in another way."""
        waits: list[float] = []
        kinds: set[int] = set()
        while True:
            line = self._values.fill(step.texts[0])
            answer = self._command(line, step.replies[0], check)
            reply = answer.reply
            if step.times == 1 or reply is None:
                return answer._replace(waits=tuple(waits))
            waits.append(reply.seconds)
            kinds.add(reply.code // 100)
            if len(waits) == step.times or len(kinds) > 1:
                return answer._replace(waits=tuple(waits))

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

    def _fill(self, check: Check) -> None:
        """Send lines of a message, until it is larger than the server says it may be.

        It is larger by a tenth, as some servers count a line end as one byte.
        """
        if not check.risk:
            raise NotAllowed("a check of risk 0 never sends a message")
        size = self._announced_size() * 11 // 10
        try:
            self._session.send_bytes(_FILL_LINE * (size // len(_FILL_LINE) + 1))
        except ProbeError as error:
            self._fail(_answer_to("steps", error))

    def _announced_size(self) -> int:
        """Return the limit that the server has announced. Raise MissingVariable."""
        sizes = self._offered.get("SIZE", []) if self._offered is not None else []
        size = int(sizes[0]) if sizes and re.fullmatch("[0-9]{1,12}", sizes[0]) else 0
        if not 0 < size <= _MAX_FILL_BYTES:
            raise MissingVariable(f"a limit with SIZE, of at most {_MAX_FILL_BYTES} bytes,")
        return size

    def _read_all(self, names: t.Sequence[str], check: Check) -> None:
        for name in names:
            self._note(self._ask(name, "", self._read), check)

    def _read(self) -> Reply:
        return self._session.read_reply(_OTHER_STAGE)

    def _starttls(self, name: str) -> Answer:
        answer = self._ask_starttls(name)
        if not _is_ready(answer):
            return answer
        try:
            start_tls(self._session, self._plan, "starttls")
        except (EndOfDialogue, ProbeError) as error:
            self._broken = _answer_to_handshake(name, error)
            return self._broken
        return answer

    def _ask_starttls(self, name: str) -> Answer:
        """Send STARTTLS. Return the answer, which is an error if more than the reply came."""
        session = self._session
        answer = self._ask(
            name, commands.STARTTLS, lambda: session.command("starttls", commands.STARTTLS)
        )
        if _is_ready(answer):
            try:
                session.reject_injected_plaintext()
            except ProbeError as error:
                self._broken = answer = _answer_to(name, error)
        return answer

    def _handshake(self, name: str) -> None:
        """Shake hands. What has come in plain text before it is left to be read afterwards."""
        try:
            start_tls(self._session, self._plan, "starttls")
        except (EndOfDialogue, ProbeError) as error:
            self._fail(_answer_to_handshake(name, error))

    def _offer(self, offer: Offer, name: str, check: Check) -> Answer:
        """Offer TLS, and return what the server chooses. After it, the connection is of no use."""
        from ..._net.tls.handshake import session_of  # other checks do not need it
        from ..._net.tls.offer import make_offer
        from ..._net.tls.server_hello import Choice

        session, plan = self._session, self._plan
        if plan.tls.tls != "implicit":
            self._ask_for_tls(check)
        session.can_send = False
        self.transcript.event(f"ClientHello: {offer}")
        session.expect_answer()
        try:
            found = make_offer(session.stream, offer, plan.tls_name, session.next_deadline())
        except ProbeError as error:
            self.transcript.event(error.text)
            return _answer_to(name, error)._replace(command=f"ClientHello {offer}")
        command = f"ClientHello of {' '.join(offer.versions)}"
        if not isinstance(found, Choice):
            self.transcript.event(f"refused: {found}")
            return Answer(name, "refused", text=str(found), command=command)
        self.transcript.event(f"chosen: {found}")
        self._record.tls = session_of(found, plan.tls, plan.tls_name, self._tlsa)
        return Answer(name, "accepted", text=str(found), command=command, choice=found)

    def _ask_for_tls(self, check: Check) -> None:
        """Say EHLO and STARTTLS. Raise _NotOffered, or _Ended if the server refuses."""
        self._note(self._say_hello(self._values.fill("{helo}"), "helo"), check)
        if not self._record.capabilities.offers("STARTTLS"):
            raise _NotOffered
        answer = self._ask_starttls("starttls")
        if not _is_ready(answer):
            self._fail(answer)

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
            return self._lost(_answer_to(name, error)._replace(command=line))
        return self._answered(name, line, reply)

    def _answered(self, name: str, line: str, reply: Reply) -> Answer:
        self._in_message = reply.code == _START_MAIL_INPUT
        return Answer(name, "reply", reply, command=line)

    def _lost(self, answer: Answer) -> Answer:
        """Note that no further check can be held after this answer, and return it."""
        if answer.text:
            self.transcript.event(answer.text)
        self._broken = answer
        return answer

    def _note(self, answer: Answer, check: Check) -> None:
        self._answers[answer.name] = answer
        self._end_unless_named(answer, check)
        needed = check.requires.get(answer.name)
        if needed is not None and not is_met(needed, answer):
            raise _Ended(answer)

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


def presented_address(plan: Plan) -> str | None:
    """Return the address of the client that PROXY or XCLIENT presents to the server, or None."""
    address = plan.client.xclient.get("ADDR")
    if address is None:
        return plan.client.proxy.source if plan.client.proxy is not None else None
    if address.startswith("["):  # [UNAVAILABLE]
        return None
    return address[len(_IPV6) :] if address.upper().startswith(_IPV6) else address


def _is_ready(answer: Answer) -> bool:
    """Return whether the server takes a connection, or STARTTLS."""
    return answer.reply is not None and answer.reply.code == _READY


def _starts_with_tls(plan: Plan, check: Check) -> bool:
    """Return whether the check begins with `hello`, which starts TLS as the plan asks for it."""
    begins = bool(check.steps) and check.steps[0].kind == "hello"
    return begins and plan.tls.tls in ("opportunistic", "required")


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
        rejected = is_rejection(error if isinstance(error, ProbeError) else error.__cause__)
        return Answer(name, "unreachable", text=text, kind=kind, rejected=rejected)
    return Answer(name, "closed" if kind == "disconnect" else "error", text=text, kind=kind)


def is_rejection(error: BaseException | None) -> bool:
    """Return whether every address has refused the connection, so that each was reached."""
    causes = error.causes if isinstance(error, ProbeError) else ()
    return bool(causes) and all(one.errno == "ECONNREFUSED" for one in causes)


def _answer_to_handshake(name: str, error: ProbeError | EndOfDialogue) -> Answer:
    """Return the answer that an error of a handshake stands for."""
    answer = _answer_to(name, error)
    return answer._replace(happening="closed") if hung_up(error) else answer

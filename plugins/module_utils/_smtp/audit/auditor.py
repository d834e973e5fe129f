# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Audit one server: make the checks in order, and return their verdicts.

Theory of operation
-------------------

The controls come first. The other checks follow in their order, but one that others name in
`unless` comes before them.

A check becomes one or several *parts*, one for each combination of its variants, each of its ports,
or each address of the server. Parts that say hello in the same way and then send only commands that
RSET undoes share a connection, since the server limits the number of connections. A few only, since
the server also limits the number of errors. Every other part has a connection of its own, and so
has, in a second attempt, a part that finds a shared connection lost.

The audit ends early if the server sends 421, if it does not answer several times, or if the
connections or the time are used up. What was not asked by then is undecided.
"""

from __future__ import annotations

import collections
import itertools
import time
import typing as t

from ..._net.addresses import Address
from ..._net.network import SYSTEM
from .controls import Controls
from .judge import judge, worst
from .model import HELLO, Verdict
from .pacing import CONNECTIONS, NoConnectionLeft, Pace
from .script import Connection

if t.TYPE_CHECKING:
    from ..._net.network import Network
    from ..._net.tls.policy import TlsPolicy
    from ..options.plan import Plan
    from ..session.lookup import ServerLookup
    from .model import Answer, Check, Held, Step, Vantage
    from .values import Values

# The default time for an audit.
SECONDS = 600.0

# Postfix delays a client after 10 errors (smtpd_soft_error_limit), Exim drops one after 3 syntax
# errors (smtp_max_synprot_errors) or 10 commands that are no mail (smtp_accept_max_nonmail).
_MOST_ON_ONE_CONNECTION = 3

# The commands after which RSET restores the state of the session. TURN is long gone.
_SHARED_COMMANDS = ("MAIL", "RCPT", "RSET", "VRFY", "EXPN", "NOOP", "HELP", "ETRN", "TURN")

# A longer check may meet a limit of the server on its own.
_MOST_STEPS = 6

# After as many connections without any answer, the server is taken to be down.
_MOST_WITHOUT_ANSWER = 3

_GO_AWAY = 421
_BAD_SEQUENCE = 503
_PORT_OF_TLS = 465


class Result(t.NamedTuple):
    """The result of one check. `token` finds the message again that it sent, if it sent one."""

    check: Check
    verdict: Verdict
    transcript: tuple[str, ...] = ()
    seconds: float = 0.0
    connections: int = 0
    token: str | None = None


class Report(t.NamedTuple):
    """The results of all checks in their order, and what the controls have shown."""

    results: tuple[Result, ...]
    controls: Controls
    connections: int
    seconds: float
    ended_early: str | None


class _Part(t.NamedTuple):
    """One connection of a check. `label` says what it differs in from the others."""

    check: Check
    plan: Plan
    lookup: ServerLookup
    variant: t.Mapping[str, str] = {}
    label: str = ""
    other_port: bool = False
    key: str | None = None  # parts with the same key can share a connection


class _HeldPart(t.NamedTuple):
    verdict: Verdict
    transcript: tuple[str, ...] = ()
    seconds: float = 0.0
    answers: t.Mapping[str, Answer] = {}


class Auditor:
    """Audits one server.

    `max_risk` is the highest risk that is allowed. `wait` waits for a number of seconds.
    """

    def __init__(
        self,
        plan: Plan,
        lookup: ServerLookup,
        values: Values,
        claimed: Vantage,
        network: Network = SYSTEM,
        wait: t.Callable[[float], None] = time.sleep,
        max_risk: int = 0,
        connections: int = CONNECTIONS,
        seconds: float = SECONDS,
    ) -> None:
        self._plan = plan
        self._lookup = lookup
        self._values = values
        self._network = network
        self._wait = wait
        self._max_risk = max_risk
        self._started = network.now()
        self._until = self._started + seconds
        self._pace = Pace(network.now, wait, connections, self._until)
        self._controls = Controls(claimed)
        self._why_ended: str | None = None
        self._unanswered = 0  # the connections without any answer, one after the other

    def audit(self, checks: t.Sequence[Check]) -> Report:
        """Make all checks. No exception is raised for a server or a network."""
        found: dict[str, Result] = {}
        parts: list[_Part] = []
        for check in in_order(checks):
            reason = self._reason_not_applicable(check)
            if self._controls.claimed not in check.vantages:
                # Nor does a control of another vantage say anything here.
                found[check.id] = Result(check, Verdict("not_applicable", reason or ""))
            elif reason is not None:
                self._conclude(check, [_HeldPart(Verdict("not_applicable", reason))], found)
            else:
                parts += self._parts(check)
        held: dict[str, list[_HeldPart]] = {part.check.id: [] for part in parts}
        number = collections.Counter(part.check.id for part in parts)
        for batch in batches(parts):
            for part, one in self._hold_batch(batch):
                check = part.check
                held[check.id].append(one)
                if len(held[check.id]) == number[check.id]:
                    self._conclude(check, held[check.id], found)
        return Report(
            tuple(found[check.id] for check in checks),
            self._controls,
            self._pace.connections,
            self._network.now() - self._started,
            self._why_ended,
        )

    def _reason_not_applicable(self, check: Check) -> str | None:
        claimed = self._controls.claimed
        if claimed not in check.vantages:
            return f"it is valid from {' or '.join(check.vantages)}, and this host is {claimed}"
        if check.risk > self._max_risk:
            return f"its risk is {check.risk}, and max_risk is {self._max_risk}"
        missing = [name for name in check.needs if not self._values.known(name)]
        return f"{', '.join(missing)} is not known" if missing else None

    # The connections

    def _hold_batch(self, batch: t.Sequence[_Part]) -> t.Iterator[tuple[_Part, _HeldPart]]:
        """Hold parts over the same connection, as long as it is of use."""
        connection: Connection | None = None
        for part in batch:
            fresh = connection is None
            held, connection = self._hold(part, connection)
            spent = connection is None and held.verdict.name == "undecided"
            if not fresh and (spent or _refuses_another_hello(held)):
                if connection is not None:
                    connection.close()
                held, connection = self._again(part, held)
            if connection is not None and (part.key is None or not connection.reset()):
                if connection.sent_away is not None:
                    self._why_ended = f"the server replied {connection.sent_away}"
                connection.close()
                connection = None
            yield part, held
        if connection is not None:
            connection.close()

    def _again(self, part: _Part, held: _HeldPart) -> tuple[_HeldPart, Connection | None]:
        """Hold a part over a connection of its own, as others may have brought the end of it."""
        if self._why_ended is not None:
            return held, None
        return self._hold(part, None)

    def _hold(
        self, part: _Part, connection: Connection | None
    ) -> tuple[_HeldPart, Connection | None]:
        """Hold one part. Return what was held, and the connection if it is of further use."""
        started = self._network.now()
        try:
            if connection is None:
                connection = self._connect(part)
        except NoConnectionLeft as limit:
            self._why_ended = self._why_ended or str(limit)
            return _HeldPart(Verdict("undecided", f"it was not asked: {limit}")), None
        if part.label:
            connection.transcript.event(part.label)
        first_line = len(connection.transcript.lines)
        self._values.variant = part.variant
        try:
            held = connection.hold(part.check)
            verdict = self._judged(part, held)
        except Exception as error:  # noqa: BLE001 - other checks must go on
            text = f"unexpected {type(error).__name__}: {error}"
            connection.close()
            return _HeldPart(Verdict("undecided", text), tuple(connection.lines())), None
        self._note_end(part, held, verdict)
        if not connection.usable:
            connection.close()
        seconds = self._network.now() - started
        lines = tuple(connection.lines(first_line))
        done = _HeldPart(verdict, lines, seconds, held.answers)
        return done, connection if connection.usable else None

    def _connect(self, part: _Part) -> Connection:
        """Return a new connection, which is not opened yet. Raise NoConnectionLeft."""
        if self._why_ended is not None:
            raise NoConnectionLeft(self._why_ended)
        self._pace.take()
        left = max(self._until - self._network.now(), 0.01)
        limits = part.plan.limits._replace(deadline=min(part.plan.limits.deadline, left))
        plan = part.plan._replace(limits=limits)
        return Connection(plan, part.lookup, self._values, self._network, self._wait)

    def _judged(self, part: _Part, held: Held) -> Verdict:
        connect = held.answers.get("connect")
        if (
            part.other_port
            and "connect" not in part.check.want
            and connect is not None
            and connect.happening == "unreachable"
        ):
            verdict = Verdict("not_applicable", f"nothing answers: {connect.shown}", connect)
        else:
            verdict = judge(part.check, held)
        where = f"{part.label}: " if part.label else ""
        return verdict._replace(evidence=where + verdict.evidence)

    def _note_end(self, part: _Part, held: Held, verdict: Verdict) -> None:
        """Note whether the server can be asked on."""
        last = held.last
        code = last.reply.code if last is not None and last.reply is not None else None
        if last is not None and code == _GO_AWAY and verdict.name != "sound":  # it may be wanted
            self._why_ended = f"the server replied {last.shown}"
        if part.other_port:
            connect = held.answers.get("connect")
            if connect is not None and connect.happening == "unreachable":
                self._pace.give_back()
            return
        answered = any(one.reply is not None for one in held.answers.values())
        self._unanswered = 0 if answered else self._unanswered + 1
        if self._unanswered == _MOST_WITHOUT_ANSWER:
            shown = last.shown if last is not None else "no answer"
            self._why_ended = f"the server did not answer {self._unanswered} times: {shown}"

    # The parts and the results

    def _parts(self, check: Check) -> t.Iterator[_Part]:
        for plan, lookup, where, other in self._places(check):
            for values in itertools.product(*check.variants.values()):
                variant = dict(zip(check.variants, values))
                words = [where, *(f"{name} {value}" for name, value in variant.items())]
                label = ", ".join(filter(None, words))
                yield _Part(check, plan, lookup, variant, label, other, self._key(check))

    def _key(self, check: Check) -> str | None:
        """Return what a part of a check shares a connection by, or None."""
        if check.every_address and len(self._lookup.addresses) == 1:
            check = check._replace(every_address=False)
        return share_key(check)

    def _places(self, check: Check) -> t.Iterator[tuple[Plan, ServerLookup, str, bool]]:
        """Yield where to connect to: plan, look-up, its name, and whether it is another port."""
        plan, lookup = self._plan, self._lookup
        if check.every_address:
            for address in lookup.addresses or (None,):
                one = lookup if address is None else lookup.at(address)
                yield plan, one, str(address), False
        elif not check.ports:
            yield plan, lookup, "", False
        for port in check.ports:
            addresses = tuple(_at_port(one, port) for one in lookup.addresses)
            endpoint = plan.endpoint._replace(port=port)
            other = port != plan.endpoint.port
            there = plan._replace(endpoint=endpoint, tls=_tls(plan, port) if other else plan.tls)
            yield there, lookup._replace(addresses=addresses), f"port {port}", other

    def _conclude(
        self, check: Check, held: t.Sequence[_HeldPart], found: dict[str, Result]
    ) -> None:
        answers = held[0].answers if held else {}
        verdict = self._controls.revised(check, worst([one.verdict for one in held]), answers)
        found[check.id] = Result(
            check,
            verdict,
            tuple(line for one in held for line in one.transcript),
            sum(one.seconds for one in held),
            sum(bool(one.transcript) for one in held),
            self._values.token if _sent_token(check, held) else None,
        )


def in_order(checks: t.Sequence[Check]) -> list[Check]:
    """Return checks in the order in which they are made.

    The control of the vantage comes first, then the positive controls, then the plainer checks that
    others name, then the rest. Checks that can share a connection stand together.
    """
    plainer = {name for check in checks for name in check.unless}
    kinds = ("vantage", "positive")

    def rank(check: Check) -> tuple[int, str]:
        key = share_key(check) or "~"
        if check.is_control:
            return kinds.index(check.is_control), key
        # A plainer check may name one that is plainer still.
        return (4 if check.id not in plainer else 3 if check.unless else 2), key

    return sorted(checks, key=rank)


def batches(parts: t.Sequence[_Part]) -> t.Iterator[list[_Part]]:
    """Yield the parts that are held over one connection, in order."""
    for key, several in itertools.groupby(parts, key=lambda part: part.key):
        group = list(several)
        most = 1 if key is None else _MOST_ON_ONE_CONNECTION
        for start in range(0, len(group), most):
            yield group[start : start + most]


def share_key(check: Check) -> str | None:
    """Return what a check shares a connection by, or None if it needs one of its own.

    It leaves a connection as it was, as RSET and EHLO restore its state. Checks that say hello as
    the user does have one key, those that say another name a second, and those that stay in plain
    text a third.
    """
    if check.risk or check.is_control or check.ports or check.every_address:
        return None
    if "connect" in check.names or len(check.steps) > _MOST_STEPS:
        return None
    if not all(_verb(step) in _SHARED_COMMANDS for step in check.steps[1:]):
        return None
    first = check.steps[0] if check.steps else HELLO
    if first.kind == "hello":
        return "named" if first.texts else "hello"
    return "plain" if _verb(first) in ("EHLO", "HELO") else None


def _refuses_another_hello(held: _HeldPart) -> bool:
    """Return whether the server takes no second EHLO over a connection, as OpenSMTPD does not."""
    return any(
        one.command[:4].upper() in ("EHLO", "HELO")
        and one.reply is not None
        and one.reply.code == _BAD_SEQUENCE
        for one in held.answers.values()
    )


def _verb(step: Step) -> str:
    """Return the command of a step in upper case, or nothing if the step is no command."""
    return step.texts[0].split()[0].upper() if step.kind == "send" and step.texts else ""


def _at_port(address: Address, port: int) -> Address:
    if address.is_path:
        return address
    return address._replace(sockaddr=(address.sockaddr[0], port, *address.sockaddr[2:]))


def _tls(plan: Plan, port: int) -> TlsPolicy:
    """Return how TLS is used at another port: from the start at 465 only (RFC 8314 section 3.3).

    The certificate there is not the matter, unless a password is sent.
    """
    if plan.login is not None:
        return plan.tls._replace(tls="implicit" if port == _PORT_OF_TLS else "required")
    tls = "implicit" if port == _PORT_OF_TLS else "opportunistic"
    if plan.tls.tls == "never" and port != _PORT_OF_TLS:
        tls = "never"
    return plan.tls._replace(tls=tls, validate_certs=False, dane=False)


def _sent_token(check: Check, held: t.Sequence[_HeldPart]) -> bool:
    """Return whether a check may have sent a message with the token."""
    has_token = any("{token}" in text for step in check.steps for text in step.texts)
    return bool(check.risk) and has_token and any(one.transcript for one in held)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Audit one server: make the checks in order, and return their verdicts.

Theory of operation
-------------------

The controls come first. The other checks follow in their order, but one that others name in
`unless` comes before them. What is held of them are their parts, some of which share a connection
(see parts.py). A part that finds a shared connection lost has one of its own in a second attempt.
What the server has chosen of an offer of TLS is not asked again for another check that makes the
same offer.

The checks of the DNS come last, since they ask about what the server has shown in its dialogues.

The audit ends early if the server sends 421, if it does not answer several times, or if the
connections or the time are used up. What was not asked by then is undecided.
"""

from __future__ import annotations

import collections
import time
import typing as t

from ..._net.network import SYSTEM
from .controls import Controls
from .judge import judge, worst
from .model import Verdict
from .observed import Observed, observed_of
from .pacing import CONNECTIONS, NoConnectionLeft, Pace
from .parts import Part, batches, in_order, parts_of, with_offers
from .script import Connection

if t.TYPE_CHECKING:
    from ..._net.network import Network
    from ..._net.tls.dane import TlsaAnswer
    from ..options.plan import Plan
    from ..session.lookup import ServerLookup
    from .dns.questions import DnsChecks
    from .model import Answer, Check, Held, Vantage
    from .values import Values

# The default time for an audit.
SECONDS = 600.0

# After as many connections without any answer, the server is taken to be down.
_MOST_WITHOUT_ANSWER = 3

# In place of evidence that rests on a part of the password.
_NOT_TOLD = "the answer that decided repeats the password, so it is not shown"

_GO_AWAY = 421
_BAD_SEQUENCE = 503


class Result(t.NamedTuple):
    """The result of one check. `token` finds the message again that it sent, if it sent one."""

    check: Check
    verdict: Verdict
    transcript: tuple[str, ...] = ()
    seconds: float = 0.0
    connections: int = 0
    token: str | None = None


class Report(t.NamedTuple):
    """The results of all checks in their order, and what the controls have shown.

    `observed` is what the server has shown at each of its addresses.
    """

    results: tuple[Result, ...]
    controls: Controls
    connections: int
    seconds: float
    ended_early: str | None
    observed: t.Mapping[str, Observed] = {}


class _HeldPart(t.NamedTuple):
    verdict: Verdict
    transcript: tuple[str, ...] = ()
    seconds: float = 0.0
    answers: t.Mapping[str, Answer] = {}


class Auditor:
    """Audits one server.

    `max_risk` is the highest risk that is allowed. `wait` waits for a number of seconds. `dns`
    makes the checks of the DNS, which are not applicable without it. `tlsa` are the TLSA records of
    the server, if a check needs them.
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
        dns: DnsChecks | None = None,
        tlsa: TlsaAnswer | None = None,
    ) -> None:
        self._plan = plan
        self._lookup = lookup
        self._values = values
        self._network = network
        self._wait = wait
        self._max_risk = max_risk
        self._dns = dns
        self._observed: dict[str, Observed] = {}  # by address
        self._started = network.now()
        self._until = self._started + seconds
        self._pace = Pace(network.now, wait, connections, self._until)
        self._controls = Controls(claimed)
        self._why_ended: str | None = None
        self._tlsa = tlsa
        # What was held of each offer, and what may be shown of it.
        self._offered: dict[t.Any, tuple[Held, Held, tuple[str, ...]]] = {}
        self._unanswered = 0  # the connections without any answer, one after the other

    def audit(self, checks: t.Sequence[Check]) -> Report:
        """Make all checks. No exception is raised for a server or a network."""
        found: dict[str, Result] = {}
        parts: list[Part] = []
        of_dns: list[Check] = []
        for check in in_order(checks):
            reason = self._reason_not_applicable(check)
            if self._controls.claimed not in check.vantages:
                # Nor does a control of another vantage say anything here.
                found[check.id] = Result(check, Verdict("not_applicable", reason or ""))
            elif reason is not None:
                self._conclude(check, [_HeldPart(Verdict("not_applicable", reason))], found)
            elif check.dns:
                of_dns.append(check)
            else:
                parts += parts_of(check, self._plan, self._lookup)
        held: dict[str, list[_HeldPart]] = {part.check.id: [] for part in parts}
        number = collections.Counter(part.check.id for part in parts)
        one_address = len(self._lookup.addresses) == 1
        for batch in with_offers(batches(parts), self._offer_key, one_address):
            for part, one in self._hold_batch(batch):
                check = part.check
                held[check.id].append(one)
                if len(held[check.id]) == number[check.id]:
                    self._conclude(check, held[check.id], found)
        for check in of_dns:
            found[check.id] = self._ask_dns(check)
        return Report(
            tuple(found[check.id] for check in checks),
            self._controls,
            self._pace.connections,
            self._network.now() - self._started,
            self._why_ended,
            self._observed,
        )

    def _reason_not_applicable(self, check: Check) -> str | None:
        claimed = self._controls.claimed
        if claimed not in check.vantages:
            return f"it is valid from {' or '.join(check.vantages)}, and this host is {claimed}"
        if check.risk > self._max_risk:
            return f"its risk is {check.risk}, and max_risk is {self._max_risk}"
        client = self._plan.client
        if (client.proxy or client.xclient) and check.is_early:
            return "another client is presented, which comes before the greeting, or long after it"
        if (client.proxy or client.xclient) and set(check.ports) - {self._plan.endpoint.port}:
            return "another client is presented at the port of the server alone"
        if client.xclient and any(step.verb == "XFORWARD" for step in check.steps):
            # Postfix asks after each XCLIENT who may use XCLIENT, but not who may use XFORWARD.
            return "the server decides by the address of this host who may use XFORWARD"
        missing = [name for name in check.needs if not self._values.known(name)]
        never = check.offers_tls and self._plan.tls.tls == "never"
        unknown = f"{', '.join(missing)} is not known" if missing else None
        return "the option tls is never" if never else unknown

    # The connections

    def _hold_batch(self, batch: t.Sequence[Part]) -> t.Iterator[tuple[Part, _HeldPart]]:
        """Hold parts over the same connection, as long as it is of use."""
        connection: Connection | None = None
        for part in batch:
            held, connection = self._hold_in_turn(part, connection)
            # After the last part of several, too: the server may say then that it has had enough.
            goes_on = part is not batch[-1] or part.key is not None
            if connection is not None and not (goes_on and connection.reset()):
                if connection.sent_away is not None:
                    self._why_ended = f"the server replied {connection.sent_away}"
                connection.close()
                connection = None
            yield part, held
        if connection is not None:
            connection.close()

    def _hold_in_turn(
        self, part: Part, used: Connection | None
    ) -> tuple[_HeldPart, Connection | None]:
        """Hold a part over a connection that others have used, or else over one of its own."""
        held, left = self._hold(part, used)
        is_lost = left is None and held.verdict.name == "undecided"
        if used is None or not (is_lost or _refuses_another_hello(held)):
            return held, left
        # It may be the others that the server has had enough of.
        if left is not None:
            left.close()
        return (held, None) if self._why_ended is not None else self._hold(part, None)

    def _hold(
        self, part: Part, connection: Connection | None
    ) -> tuple[_HeldPart, Connection | None]:
        """Hold one part. Return what was held, and the connection if it is of further use."""
        started = self._network.now()
        offer = self._offer_key(part)
        if offer in self._offered:
            held, shown, lines = self._offered[offer]
            verdict = self._judged(part, held, shown)
            return _HeldPart(verdict, lines, 0.0, held.answers), connection
        try:
            if connection is None:
                connection = self._connect(part)
        except NoConnectionLeft as limit:
            self._why_ended = self._why_ended or str(limit)
            return _HeldPart(Verdict("undecided", f"it was not asked: {limit}")), None
        if part.label:
            connection.transcript.event(part.label)
        first_line = len(connection.transcript.lines)
        self._values.variant, self._values.check = part.variant, part.check.id
        try:
            held = connection.hold(part.check)
            shown = connection.without_secrets(held)
            self._observe(part, connection)
            verdict = self._judged(part, held, shown)
            verdict = verdict._replace(evidence=connection.transcript.masked(verdict.evidence))
        except Exception as error:  # noqa: BLE001 - other checks must go on
            text = connection.transcript.masked(f"unexpected {type(error).__name__}: {error}")
            connection.close()
            return _HeldPart(Verdict("undecided", text), tuple(connection.lines())), None
        self._note_end(part, shown, verdict)
        if not connection.usable:
            connection.close()
        seconds = self._network.now() - started
        lines = tuple(connection.lines(first_line))
        if offer is not None and held.last is not None and held.last.takes_or_refuses:
            self._offered[offer] = held, shown, lines
        done = _HeldPart(verdict, lines, seconds, held.answers)
        return done, connection if connection.usable else None

    def _observe(self, part: Part, connection: Connection) -> None:
        """Note what the server has shown, unless the part is about another port."""
        address = connection.record.address
        if address is not None and not part.other_port:
            before = self._observed.get(address.ip, Observed())
            self._observed[address.ip] = before.with_more(observed_of(connection.record))

    def _ask_dns(self, check: Check) -> Result:
        if self._dns is None:
            return Result(check, Verdict("not_applicable", "the DNS is not asked here"))
        started = self._network.now()
        verdict, lines = self._dns.make(check.dns, self._observed, self._until - started)
        verdict = self._controls.revised(check, verdict)
        return Result(check, verdict, tuple(lines), self._network.now() - started)

    def _connect(self, part: Part) -> Connection:
        """Return a new connection, which is not opened yet. Raise NoConnectionLeft."""
        if self._why_ended is not None:
            raise NoConnectionLeft(self._why_ended)
        self._pace.take()
        left = max(self._until - self._network.now(), 0.01)
        limits = part.plan.limits._replace(
            deadline=min(part.plan.limits.deadline + part.check.seconds, left)
        )
        plan = part.plan._replace(limits=limits)
        return Connection(
            plan, part.lookup, self._values, self._network, self._wait, tlsa=self._tlsa
        )

    def _offer_key(self, part: Part) -> t.Any:
        """Return what parts with the same offer of TLS to the same server have alike, or None."""
        offer = part.check.steps[0].offer if part.check.offers_tls else None
        if offer is None:
            return None
        self._values.variant = part.variant
        return part.plan.endpoint, part.lookup.addresses[:1], offer.filled(self._values.fill)

    def _judged(self, part: Part, held: Held, shown: Held) -> Verdict:
        """Return the verdict on what was held, with the evidence that may be shown."""
        verdict = self._verdict(part, held)
        told = verdict if shown is held else self._verdict(part, shown)
        if told.name != verdict.name:
            told = verdict._replace(evidence=_NOT_TOLD, decided_by=told.decided_by)
        where = f"{part.label}: " if part.label else ""
        return told._replace(evidence=where + told.evidence)

    def _verdict(self, part: Part, held: Held) -> Verdict:
        connect = held.answers.get("connect")
        if (
            part.other_port
            and "connect" not in part.check.want
            and connect is not None
            and connect.happening == "unreachable"
        ):
            return Verdict("not_applicable", f"nothing answers: {connect.shown}", connect)
        return judge(part.check, held)

    def _note_end(self, part: Part, held: Held, verdict: Verdict) -> None:
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
        answered = any(
            one.reply is not None or one.takes_or_refuses for one in held.answers.values()
        )
        self._unanswered = 0 if answered else self._unanswered + 1
        if self._unanswered == _MOST_WITHOUT_ANSWER:
            shown = last.shown if last is not None else "no answer"
            self._why_ended = f"the server did not answer {self._unanswered} times: {shown}"

    # The results

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
            self._values.token_of(check.id) if _sent_token(check, held) else None,
        )


def _refuses_another_hello(held: _HeldPart) -> bool:
    """Return whether the server takes no second EHLO over a connection, as OpenSMTPD does not."""
    return any(
        one.command[:4].upper() in ("EHLO", "HELO")
        and one.reply is not None
        and one.reply.code == _BAD_SEQUENCE
        for one in held.answers.values()
    )


def _sent_token(check: Check, held: t.Sequence[_HeldPart]) -> bool:
    """Return whether a check may have sent a message with the token."""
    has_token = any("{token}" in text for step in check.steps for text in step.texts)
    return bool(check.risk) and has_token and any(one.transcript for one in held)

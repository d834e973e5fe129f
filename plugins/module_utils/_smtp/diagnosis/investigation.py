# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An investigation: the failed dialogue, and the means to ask the server again.

Experiments get an Investigation. They change the plan of the failed dialogue in one respect, hold
it again, and compare the outcomes. The first such dialogue is the *control*, without any change: a
change has changed the answer only if the unchanged dialogue still fails as it did.
"""

from __future__ import annotations

import time
import typing as t

from ..._net.network import SYSTEM
from ..dialogue import hold
from ..model import STAGES
from ..options.plan import Envelope, Expectations, Limits, Plan, Steps
from ..run.facts import facts_of
from ..session.record import Record
from ..session.transcript import Transcript
from .budget import SECONDS, Budget, OutOfBudget

if t.TYPE_CHECKING:
    from ..._net.addresses import Address
    from ..._net.network import Network
    from ..advice.model import Facts
    from ..model import Failure, Stage
    from ..session.lookup import ServerLookup

# The limits of one follow-up. A slow server must leave time for other questions.
CONNECT_SECONDS = 3.0
REPLY_SECONDS = 4.0

# The code with which a server asks a client to go away (RFC 5321 section 3.8). It is not asked
# again, as that would make matters worse.
GO_AWAY = 421


class Investigation:
    """What is known of a failed dialogue, and the means to find out more.

    `plan` is the plan of follow-ups: the dialogue up to the last RCPT, without login, message and
    expectations. `failure` is the failure of the first dialogue. `logs_in` is whether that dialogue
    had a login. `lookup` has the addresses of the server. `wait` waits for a number of seconds.
    `told_to_go_away` is whether the server has replied 421, after which it is not asked.
    """

    def __init__(
        self,
        plan: Plan,
        failure: Failure,
        lookup: ServerLookup,
        network: Network = SYSTEM,
        logs_in: bool = False,
        wait: t.Callable[[float], None] = time.sleep,
        seconds: float = SECONDS,
    ) -> None:
        self.wait = wait
        self.logs_in = logs_in or plan.login is not None
        self.plan = follow_up(plan, self.logs_in)
        self.failure = failure
        self.lookup = lookup
        self.network = network
        self.budget = Budget(network.now, seconds=seconds)
        self.transcript = Transcript(plan.secret_pattern, now=network.now)
        self._control: Record | None = None
        self.told_to_go_away = failure.code == GO_AWAY

    @property
    def addresses(self) -> tuple[Address, ...]:
        """The addresses of the server."""
        return self.lookup.addresses

    @property
    def address(self) -> Address:
        """The address of the server to ask: that of the control, or the first one.

        Raise OutOfBudget if the server has no address.
        """
        if self._control is not None and self._control.address is not None:
            return self._control.address
        if not self.addresses:
            raise OutOfBudget("the server has no address")
        return self.addresses[0]

    @property
    def blamed(self) -> tuple[Address, ...]:
        """The addresses of the server that the failure names."""
        return tuple(one for one in self.addresses if str(one) in self.failure.text)

    @property
    def control(self) -> Record:
        """The record of the same dialogue, held again. Raise OutOfBudget if it cannot be held."""
        if self._control is None:
            self._control = self.hold("the same dialogue again", self.plan)
        return self._control

    @property
    def facts(self) -> Facts:
        """The facts of the first dialogue."""
        record = self._control or Record(self.plan, self.transcript, addresses=list(self.addresses))
        return facts_of(record, self.failure)._replace(login=self.logs_in)

    @property
    def has_control(self) -> bool:
        """Whether the control has been held."""
        return self._control is not None

    @property
    def is_repeatable(self) -> bool:
        """Whether follow-ups get as far as the first dialogue.

        They do not if it failed after AUTH or RCPT.
        """
        last = "starttls" if self.logs_in else "rcpt_to"
        return STAGES.index(self.failure.stage) <= STAGES.index(last)

    @property
    def reproduced(self) -> bool:
        """Whether the control failed as the first dialogue did."""
        return is_same_failure(self.failure, self.control.failure)

    def hold(self, what: str, plan: Plan, lookup: ServerLookup | None = None) -> Record:
        """Hold a follow-up. Return its record, whose transcript is that of the investigation.

        `what` says in a few words what differs. Raise OutOfBudget if it cannot be held.
        """
        self.connecting(what)
        limits = _limits(plan.limits, self.budget.seconds_left)
        lookup = self._affordable(lookup or self.lookup)
        record = hold(plan._replace(limits=limits), lookup, self.transcript, self.network)
        self.budget.spend_more(_tried_in_vain(record))
        self.note_replies(record)
        return record

    def _affordable(self, lookup: ServerLookup) -> ServerLookup:
        """Return the look-up with as many addresses as there are connections to try them with.

        Once the control has found an address that answers, follow-ups ask that one only.
        """
        if self._control is not None and self._control.address in lookup.addresses:
            return lookup.at(self._control.address)
        return lookup._replace(addresses=lookup.addresses[: self.budget.connections_left + 1])

    def connecting(self, what: str) -> None:
        """Note in the transcript what is asked, and count the connection.

        Raise OutOfBudget if no connection may be made. An experiment that connects by itself calls
        this before.
        """
        self.check_may_connect()
        self.budget.spend_connection()
        self.transcript.event(f"follow-up {self.budget.connections}: {what}")

    def check_may_connect(self) -> None:
        """Raise OutOfBudget if the server is not to be asked again, or if no time is left."""
        if self.told_to_go_away:
            raise OutOfBudget(f"the server replied {GO_AWAY}, so it is not asked again")
        self.budget.check_time()

    def note_replies(self, record: Record) -> None:
        """Remember a reply 421 in a record, whatever the dialogue failed with.

        An experiment that holds a dialogue by itself calls this after it.
        """
        codes = [one.reply.code for one in record.replies]
        if record.failure is not None:
            codes.append(record.failure.code or 0)
        self.note_codes(codes)

    def note_codes(self, codes: t.Iterable[int]) -> None:
        """Remember a reply 421 among the codes of some replies."""
        if GO_AWAY in codes:
            self.told_to_go_away = True


def follow_up(plan: Plan, logs_in: bool = False) -> Plan:
    """Return the plan of a follow-up: at most up to RCPT, without login and expectations.

    A second try of a password could lock an account, so the dialogue ends before AUTH.
    """
    envelope = Envelope() if logs_in else plan.envelope._replace(message=None)
    return plan._replace(
        tls=plan.tls._replace(cert_min_days=None),
        login=None,
        envelope=envelope,
        expectations=Expectations(),
        steps=Steps(plan.steps.protocol),
    )


def _tried_in_vain(record: Record) -> int:
    """Return the number of addresses that were tried before the last one."""
    if record.address is None:
        return max(len(record.addresses) - 1, 0)
    return record.addresses.index(record.address)


def is_same_failure(first: Failure, second: Failure | None) -> bool:
    """Return whether two dialogues failed alike. The text may differ, such as in a queue ID."""
    return second is not None and _likeness(first) == _likeness(second)


def _likeness(failure: Failure) -> tuple[Stage, str, int | None, str | None]:
    return failure.stage, failure.kind, failure.code, failure.enhanced_code


def _limits(limits: Limits, seconds_left: float) -> Limits:
    """Return the limits of a follow-up."""
    return Limits(
        connect_timeout=min(limits.connect_timeout, CONNECT_SECONDS),
        timeout=min(limits.timeout, REPLY_SECONDS),
        deadline=max(seconds_left, 0.01),
    )

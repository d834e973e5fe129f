# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many dialogues at once: each target looked up, each dialogue held in its turn, all in order.

A target that takes its time, in the resolver or in the dialogue, has no other wait for it as long
as there are hands left.
"""

from __future__ import annotations

import collections
import threading
import time
import typing as t

from ..._net.addresses import family_of
from ..._net.errors import Broken
from ..._net.resolver import side_by_side
from ..._net.text import escape
from ..model import Failure
from ..session.lookup import OwnName, Surroundings
from ..session.record import Record
from ..session.transcript import Transcript
from ..session.verdict import judge_unforeseen
from .cpu_affinity import on_one_core
from .job_queue import Places, Schedule
from .limits import allowed_at_once
from .lookup import look_around, look_up_own_name, look_up_seconds
from .memory_budget import Room
from .retry import Attempts, secret_of

if t.TYPE_CHECKING:
    from ..options.plan import Plan
    from ..options.targets import Target

# What the DNS says of one target becomes so many dialogues, and a result that tells of all others.
MAX_DIALOGUES = 100

# A resolver that does not answer is asked for so many targets at once.
_LOOKERS = 20


# What the result calls each dialogue, its plan and its surroundings.
Dialogues = t.Iterator[t.Tuple[t.Dict[str, t.Any], "Plan", Surroundings]]


class Outcome(t.NamedTuple):
    """What came of one dialogue: the result that the module documents, and a sentence."""

    item: dict[str, t.Any]
    result: dict[str, t.Any]
    sentence: str
    changed: bool
    warning: str | None = None

    @classmethod
    def of(cls, record: Record, item: dict[str, t.Any], warning: str | None = None) -> Outcome:
        """Return what is left of a record: without it, a thousand of them take little memory."""
        return cls(item, record.as_result(), record.sentence(), record.changed, warning)

    @classmethod
    def without_dialogue(
        cls, item: dict[str, t.Any], plan: Plan, failure: Failure, warning: str | None = None
    ) -> Outcome:
        """Return the outcome of a dialogue that was not held, or whose record was lost."""
        transcript = Transcript(secret_of(plan))
        transcript.event(failure.text)
        return cls.of(Record(plan, transcript, failure=failure), item, warning)

    @property
    def passed(self) -> bool:
        """Whether the dialogue passed."""
        return bool(self.result["passed"])

    @property
    def kind(self) -> str | None:
        """The kind of its failure."""
        failure = self.result["failure"]
        return str(failure["kind"]) if failure else None


class Errand(t.NamedTuple):
    """One dialogue to hold; `position` is its place among all results.

    `attempts` are those made so far, None before the first.
    """

    position: tuple[int, int]
    item: dict[str, t.Any]
    plan: Plan
    surroundings: Surroundings
    attempts: Attempts | None = None

    @property
    def places(self) -> Places:
        """Where it may go: each address of the server's that it would try."""
        return frozenset(address.sockaddr for address in self.surroundings.addresses)


def summary(outcomes: t.Sequence[Outcome]) -> dict[str, t.Any]:
    """Count what came of the dialogues."""
    kinds: dict[str, int] = {}
    for outcome in outcomes:
        if outcome.kind is not None:
            kinds[outcome.kind] = kinds.get(outcome.kind, 0) + 1
    failed = sum(kinds.values())
    total = len(outcomes)
    return {"total": total, "passed": total - failed, "failed": failed, "kinds": kinds}


def survey(
    targets: t.Sequence[Target],
    concurrency: int,
    per_server: int,
    warn: t.Callable[[str], None] = lambda _text: None,
) -> list[Outcome]:
    """Hold all dialogues, and return what came of them, in the order of the targets.

    At most `concurrency` at once, and at most `per_server` with one address and port. `warn` is
    told what the user should know: that this host allows less, or that a target is odd.
    """
    allowed, limit = allowed_at_once(min(concurrency, MAX_DIALOGUES * len(targets)))
    outcomes, fewer = _Survey(targets, min(concurrency, allowed), per_server).outcomes()
    for warning in dict.fromkeys([limit, fewer, *(outcome.warning for outcome in outcomes)]):
        if warning is not None:
            warn(warning)
    return outcomes


class _Survey:
    """Some hands look up where the targets are, others hold the dialogues whose turn it is."""

    def __init__(self, targets: t.Sequence[Target], concurrency: int, per_server: int) -> None:
        self._targets = targets
        self._concurrency = concurrency
        self._room = Room(len(targets))  # each is one dialogue at least
        self._schedule: Schedule[Errand] = Schedule(per_server)
        self._outcomes: dict[tuple[int, int], Outcome] = {}
        self._own_name: OwnName | None = None
        self._threads_refused = False
        if any(target.plan.helo is None for target in targets):
            self._own_name = look_up_own_name()

    def outcomes(self) -> tuple[list[Outcome], str | None]:
        """Do it all. The text is what the user should know, None where there is nothing."""
        far: collections.deque[tuple[int, Target]] = collections.deque()
        for index, target in enumerate(self._targets):
            if target.lack is not None:
                self._outcomes[index, 0] = self._not_held(target)
            elif len(self._targets) == 1 or _is_at_hand(target):
                self._look_up(index, target)
            else:
                far.append((index, target))
        dialogues = len(self._schedule) if not far else self._concurrency
        if not far and dialogues <= 1:  # no other hand is needed
            self._schedule.close()
            self._work()
        else:
            with on_one_core():
                lookers = self._hands(min(_LOOKERS, len(far)), lambda: self._look_up_all(far))
                workers = self._hands(min(self._concurrency, dialogues), self._work)
                if not lookers:
                    self._look_up_all(far)
                _join(lookers)
                self._schedule.close()
                if not workers:
                    self._work()
                _join(workers)
        fewer = "this host could not start as many threads as were asked for: fewer dialogues than"
        return (
            [self._outcomes[position] for position in sorted(self._outcomes)],
            f"{fewer} concurrency={self._concurrency} at once" if self._threads_refused else None,
        )

    def _not_held(self, target: Target) -> Outcome:
        """Return the outcome of a target for which this host lacks something."""
        failure = Failure("connect", "local", str(target.lack))
        return Outcome.without_dialogue(target.item, target.plan, failure)

    def _hands(self, number: int, work: t.Callable[[], None]) -> list[threading.Thread]:
        """Have so many threads do some work, or as many as this host can start."""
        threads: list[threading.Thread] = []
        for _number in range(number):
            thread = threading.Thread(target=work, daemon=True)
            try:
                thread.start()
            except (RuntimeError, MemoryError):
                self._threads_refused = True
                break
            threads.append(thread)
        return threads

    def _look_up_all(self, far: collections.deque[tuple[int, Target]]) -> None:
        while True:
            try:
                index, target = far.popleft()
            except IndexError:  # another hand has taken the last one
                return
            self._look_up(index, target)

    def _look_up(self, index: int, target: Target) -> None:
        """Find out which dialogues a target becomes, and have them wait for their turn."""
        number = 0
        try:
            dialogues = _up_to_the_bound(target, self._dialogues(target))
            for number, (item, plan, around) in enumerate(dialogues):
                if number:
                    self._room.expect_another()
                errand = Errand((index, number), item, plan, around)
                self._schedule.add(errand, errand.places)
        except Exception as error:  # noqa: BLE001 - other targets go on
            failure = judge_unforeseen("connect", error)
            outcome = Outcome.without_dialogue(target.item, target.plan, failure)
            self._outcomes[index, number + 1] = outcome

    def _dialogues(self, target: Target) -> Dialogues:
        """Give the dialogues that a target becomes."""
        for item, plan, around in self._servers(target):
            if target.every_address and around.addresses:
                for address in around.addresses:
                    yield {**item, "address": address.ip}, plan, around.at(address)
            else:
                yield item, plan, around

    def _servers(self, target: Target) -> Dialogues:
        """Give each server of a target: with `mx` that is each mail exchanger of the domain."""
        item, plan = target.item, target.plan
        if target.mx is None:
            yield item, plan, look_around(plan, self._own_name)
            return
        from .mx import exchangers  # and with it dnspython

        started = time.monotonic()
        until = started + look_up_seconds(plan)
        try:
            found = exchangers(target.mx, look_up_seconds(plan))
        except Broken as broken:
            seconds = time.monotonic() - started
            yield item, plan, Surroundings(broken=broken, seconds=seconds)
            return
        plans = [
            plan._replace(host=host, mx_preference=preference)
            for host, preference in found.exchangers[: MAX_DIALOGUES + 1]
        ]

        def look(one: Plan) -> Surroundings:
            left = max(until - time.monotonic(), 0.0)
            return look_around(one, self._own_name, found.next_hop, left)

        for one, around in zip(plans, side_by_side(look, plans, _LOOKERS)):
            warning = warning_of_address(target.mx, one.host or "")
            yield {**item, "host": one.host}, one, around._replace(warning=warning)

    def _work(self) -> None:
        """Hold dialogues as long as there are any."""
        while True:
            errand = self._schedule.take()
            if errand is None:
                return
            try:
                self._hold(errand)
            finally:
                self._schedule.done(errand.places)

    def _hold(self, errand: Errand) -> None:
        """Hold a dialogue once; where that does not settle it, it is another errand for later."""
        plan, warning = errand.plan, errand.surroundings.warning
        try:
            attempts = errand.attempts or Attempts(plan, errand.surroundings, self._room.share())
            record = attempts.hold()
            if record is None:
                again = errand._replace(attempts=attempts)
                self._schedule.add(again, errand.places, plan.retry_delay)
            else:
                self._outcomes[errand.position] = Outcome.of(record, errand.item, warning)
        except Exception as error:  # noqa: BLE001 - other dialogues go on
            failure = judge_unforeseen("connect", error)
            outcome = Outcome.without_dialogue(errand.item, plan, failure, warning)
            self._outcomes[errand.position] = outcome


def _join(threads: t.Iterable[threading.Thread]) -> None:
    for thread in threads:
        thread.join()


def _up_to_the_bound(target: Target, dialogues: Dialogues) -> Dialogues:
    """Give as many dialogues as one target may become, and in place of all others a failure."""
    for number, (item, plan, around) in enumerate(dialogues):
        if number == MAX_DIALOGUES:
            text = (
                f"{target.plan.host} stands for more than {MAX_DIALOGUES} dialogues, and only so"
                f" many were held; the next would be with {item.get('address', plan.host)}"
            )
            broken = Broken("resolve", text)
            yield target.item, target.plan, Surroundings(broken=broken, seconds=0.0)
            return
        yield item, plan, around


def warning_of_address(domain: str, host: str) -> str | None:
    """Return what to tell of a mail exchanger that is an address; None where it is a name."""
    try:
        family_of(host)
    except ValueError:
        return None
    return (
        f"the MX record of {escape(domain)} names the address {host} in place of a host name, which"
        " many servers do not accept (RFC 5321 section 5.1)"
    )


def _is_at_hand(target: Target) -> bool:
    """Whether a target is found without a look-up, which may take its time."""
    if target.mx is not None or target.plan.tls.dane:
        return False
    if target.plan.host is None:
        return True
    try:
        family_of(target.plan.host)
    except ValueError:
        return False
    return True

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

from .attempts import Attempts
from .cores import on_one_core
from .names import LookUp, own_name
from .proxy import family_of
from .room import Room
from .schedule import Places, Schedule
from .surroundings import OwnName, Surroundings, look_around
from .words import Broken

if t.TYPE_CHECKING:
    from .plan import Plan
    from .record import Record
    from .targets import Target

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

    @classmethod
    def of(cls, record: Record, item: dict[str, t.Any]) -> Outcome:
        """Give what is left of a record: without it, a thousand of them take little memory."""
        return cls(item, record.as_result(), record.sentence(), record.changed)

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


def survey(targets: t.Sequence[Target], concurrency: int, per_server: int) -> list[Outcome]:
    """Hold all dialogues, and give what came of them, in the order of the targets.

    At most `concurrency` at once, and at most `per_server` with one address and port.
    """
    return _Survey(targets, concurrency, per_server).outcomes()


class _Survey:
    """Some hands look up where the targets are, others hold the dialogues whose turn it is."""

    def __init__(self, targets: t.Sequence[Target], concurrency: int, per_server: int) -> None:
        self._targets = targets
        self._concurrency = concurrency
        self._room = Room(len(targets))  # each is one dialogue at least
        self._schedule: Schedule[Errand] = Schedule(per_server)
        self._outcomes: dict[tuple[int, int], Outcome] = {}
        self._errors: list[Exception] = []
        self._own_name: OwnName | None = None
        if any(target.plan.helo is None for target in targets):
            self._own_name = LookUp(own_name)

    def outcomes(self) -> list[Outcome]:
        """Do it all."""
        far: collections.deque[tuple[int, Target]] = collections.deque()
        for index, target in enumerate(self._targets):
            if len(self._targets) == 1 or _is_at_hand(target):
                self._look_up(index, target)
            else:
                far.append((index, target))
        dialogues = len(self._schedule) if not far else self._concurrency
        if not far and dialogues == 1:  # no other hand is needed
            self._schedule.close()
            self._work()
        else:
            with on_one_core():
                lookers = self._hands(min(_LOOKERS, len(far)), lambda: self._look_up_all(far))
                workers = self._hands(min(self._concurrency, dialogues), self._work)
                _join(lookers)
                self._schedule.close()
                _join(workers)
        if self._errors:
            raise self._errors[0]
        return [self._outcomes[position] for position in sorted(self._outcomes)]

    def _hands(self, number: int, work: t.Callable[[], None]) -> list[threading.Thread]:
        """Have so many threads do some work. What goes wrong there is raised at the end of all."""

        def run() -> None:
            try:
                work()
            except Exception as error:  # noqa: BLE001 - it is raised in the main thread
                self._errors.append(error)

        threads = [threading.Thread(target=run, daemon=True) for _number in range(number)]
        for thread in threads:
            thread.start()
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
        dialogues = _up_to_the_bound(target, self._dialogues(target))
        for number, (item, plan, around) in enumerate(dialogues):
            if number:
                self._room.expect_another()
            errand = Errand((index, number), item, plan, around)
            self._schedule.add(errand, errand.places)

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
        try:
            found = exchangers(target.mx, min(plan.timeout, plan.deadline))
        except Broken as broken:
            seconds = time.monotonic() - started
            yield item, plan, Surroundings(broken=broken, seconds=seconds)
            return
        for host, preference in found.exchangers:
            one = plan._replace(host=host, mx_preference=preference)
            yield {**item, "host": host}, one, look_around(one, self._own_name, found.next_hop)

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
        plan = errand.plan
        attempts = errand.attempts or Attempts(plan, errand.surroundings, self._room.share())
        record = attempts.hold()
        if record is None:
            again = errand._replace(attempts=attempts)
            self._schedule.add(again, errand.places, plan.retry_delay)
        else:
            self._outcomes[errand.position] = Outcome.of(record, errand.item)


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

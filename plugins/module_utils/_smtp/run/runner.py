# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hold many dialogues at once, and return their outcomes in the order of the targets.

Theory of operation
-------------------

A *target* is a server as the user names it. It becomes one dialogue, or several with `mx` or
`every_address`. The number depends on the DNS, so each target is looked up first. Each of its
dialogues then becomes a *job*.

Targets with an IP address or a socket need no look-up, so the calling thread makes their jobs. Up
to _RESOLVERS threads look up the other targets, and add a job to the *queue* as soon as they know
an address. Up to `concurrency` workers take jobs from the queue and hold the dialogues. The queue
returns a job only while each of its endpoints has fewer than `per_server` dialogues, and it
alternates between servers. So a slow look-up or a slow dialogue delays no other target while a
worker is free.

A dialogue that is to be retried goes back into the queue with a start time and its attempts. No
worker waits for it. The queue is closed when all targets are looked up. A worker ends when the
queue is closed and empty. The worker of a dialogue that is to be retried adds it before it takes
the next job, so the queue is not empty then.

Each outcome has a position: the index of its target, and of the dialogue within the target.
Outcomes are found in any order and returned in the order of their positions. A dialogue gets its
share of the memory budget when it begins, which limits the memory for the texts of all servers.

An error in one job does not end another job. An exception that the code does not handle becomes the
outcome of its job or target. If the host refuses to start a thread, the threads that run do all the
work. If none runs, the calling thread does it.
"""

from __future__ import annotations

import collections
import threading
import time
import typing as t

from ..._net.addresses import family_of
from ..._net.errors import ProbeError
from ..._net.text import escape
from ..model import Failure
from ..session.lookup import ServerLookup
from ..session.record import Record
from ..session.result import result_of, sentence_of
from ..session.transcript import Transcript
from ..session.verdict import judge_exception
from .cpu_affinity import on_one_core
from .job_queue import Endpoints, JobQueue
from .limits import allowed_at_once
from .lookup import look_up_own_name, look_up_seconds, resolve_server
from .memory_budget import MemoryBudget
from .retry import Attempts

if t.TYPE_CHECKING:
    from ..options.plan import Plan
    from ..options.targets import Target
    from ..session.lookup import OwnName

# Limit on the dialogues of one target. One more result is a failure that stands for the rest.
MAX_DIALOGUES = 100

# Limit on the look-ups at once.
_RESOLVERS = 20

# The item of each dialogue in the result, its plan, and the look-up of its server.
Dialogues = t.Iterator[t.Tuple[t.Dict[str, t.Any], "Plan", ServerLookup]]


class Outcome(t.NamedTuple):
    """The outcome of one dialogue: the documented result, and a sentence that sums it up.

    `item` is the target, with the host or address of this dialogue. `changed` is whether the server
    accepted a message. `warning` is a sentence for the user.
    """

    item: dict[str, t.Any]
    result: dict[str, t.Any]
    sentence: str
    changed: bool
    warning: str | None = None

    @classmethod
    def of(cls, record: Record, item: dict[str, t.Any], warning: str | None = None) -> Outcome:
        """Return the outcome of a record. It needs less memory than the record."""
        result = result_of(record, _advice(record))
        return cls(item, result, sentence_of(record), record.changed, warning)

    @classmethod
    def without_dialogue(
        cls, item: dict[str, t.Any], plan: Plan, failure: Failure, warning: str | None = None
    ) -> Outcome:
        """Return the outcome of a dialogue that was not held, or that ended without a record."""
        transcript = Transcript(plan.secret_pattern)
        transcript.event(failure.text)
        return cls.of(Record(plan, transcript, failure=failure), item, warning)

    @property
    def passed(self) -> bool:
        """Whether the dialogue passed."""
        return bool(self.result["passed"])

    @property
    def kind(self) -> str | None:
        """The kind of the failure, or None if the dialogue passed."""
        failure = self.result["failure"]
        return str(failure["kind"]) if failure else None


class Job(t.NamedTuple):
    """A dialogue to hold.

    `position` is the position of its outcome in the result. `attempts` are the earlier attempts, or
    None before the first one.
    """

    position: tuple[int, int]
    item: dict[str, t.Any]
    plan: Plan
    lookup: ServerLookup
    attempts: Attempts | None = None

    @property
    def endpoints(self) -> Endpoints:
        """All addresses of the server, since the dialogue may be held with each of them."""
        return frozenset(address.sockaddr for address in self.lookup.addresses)


def _advice(record: Record) -> list[str]:
    """Return what to check next after a failure, with the most likely cause first."""
    failure = record.failure
    if failure is None:
        return []
    # The tables of advice are needed only for failures.
    from ..advice.engine import advise
    from .facts import facts_of

    return [advice.text for advice in advise(facts_of(record, failure))]


def summary(outcomes: t.Sequence[Outcome]) -> dict[str, t.Any]:
    """Return how many dialogues passed and failed, and the number of failures of each kind."""
    kinds: dict[str, int] = {}
    for outcome in outcomes:
        if outcome.kind is not None:
            kinds[outcome.kind] = kinds.get(outcome.kind, 0) + 1
    failed = sum(kinds.values())
    total = len(outcomes)
    return {"total": total, "passed": total - failed, "failed": failed, "kinds": kinds}


def run_dialogues(
    targets: t.Sequence[Target],
    concurrency: int,
    per_server: int,
    warn: t.Callable[[str], None] = lambda _text: None,
) -> list[Outcome]:
    """Hold the dialogues of all targets, and return their outcomes in the order of the targets.

    At most `concurrency` dialogues are held at once, and at most `per_server` of them with one
    address and port. `warn` is called with each warning for the user.
    """
    possible = sum(MAX_DIALOGUES if one.mx or one.every_address else 1 for one in targets)
    allowed, file_warning = allowed_at_once(min(concurrency, possible))
    outcomes, thread_warning = _Runner(targets, min(concurrency, allowed), per_server).outcomes()
    for warning in dict.fromkeys(
        [file_warning, thread_warning, *(outcome.warning for outcome in outcomes)]
    ):
        if warning is not None:
            warn(warning)
    return outcomes


class _Runner:
    """Runs the resolvers, which look up targets, and the workers, which hold dialogues."""

    def __init__(self, targets: t.Sequence[Target], concurrency: int, per_server: int) -> None:
        self._targets = targets
        self._concurrency = concurrency
        self._budget = MemoryBudget(len(targets))  # each is one dialogue at least
        self._jobs: JobQueue[Job] = JobQueue(per_server)
        self._outcomes: dict[tuple[int, int], Outcome] = {}
        self._own_name: OwnName | None = None
        self._threads_refused = False
        if any(target.plan.client.helo is None for target in targets):
            self._own_name = look_up_own_name()

    def outcomes(self) -> tuple[list[Outcome], str | None]:
        """Hold all dialogues. Return their outcomes, and a warning or None."""
        pending: collections.deque[tuple[int, Target]] = collections.deque()
        for index, target in enumerate(self._targets):
            if target.lack is not None:
                self._outcomes[index, 0] = self._outcome_of_lack(target)
            elif len(self._targets) == 1 or not _needs_lookup(target):
                self._look_up(index, target)
            else:
                pending.append((index, target))
        if not pending and len(self._jobs) <= 1:
            self._jobs.close()
            self._work()
        else:
            with on_one_core():
                self._work_in_threads(pending)
        return [self._outcomes[position] for position in sorted(self._outcomes)], self._warning()

    def _work_in_threads(self, pending: collections.deque[tuple[int, Target]]) -> None:
        """Look up the pending targets and hold all dialogues, in threads.

        If the host does not start any thread for one of these, the calling thread does it.
        """
        dialogues = self._concurrency if pending else len(self._jobs)
        resolvers = self._start_threads(
            min(_RESOLVERS, len(pending)), lambda: self._look_up_all(pending)
        )
        workers = self._start_threads(min(self._concurrency, dialogues), self._work)
        if not resolvers:
            self._look_up_all(pending)
        _join(resolvers)
        self._jobs.close()
        if not workers:
            self._work()
        _join(workers)

    def _warning(self) -> str | None:
        """Return a warning if this host did not start all threads."""
        if not self._threads_refused:
            return None
        return (
            "this host could not start as many threads as concurrency requires: fewer dialogues"
            f" than {self._concurrency} were held at once; lower concurrency, or raise the host's"
            " limit of processes (ulimit -u)"
        )

    def _outcome_of_lack(self, target: Target) -> Outcome:
        """Return the outcome of a target that needs something this host lacks."""
        failure = Failure("connect", "local", str(target.lack))
        return Outcome.without_dialogue(target.item, target.plan, failure)

    def _start_threads(self, number: int, work: t.Callable[[], None]) -> list[threading.Thread]:
        """Start `number` threads that call `work`, or as many as this host can start."""
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

    def _look_up_all(self, pending: collections.deque[tuple[int, Target]]) -> None:
        while True:
            try:
                index, target = pending.popleft()
            except IndexError:  # another thread has taken the last one
                return
            self._look_up(index, target)

    def _look_up(self, index: int, target: Target) -> None:
        """Look up the dialogues of a target, and add them to the queue."""
        number = 0
        try:
            dialogues = _limit_dialogues(target, self._dialogues(target))
            for number, (item, plan, lookup) in enumerate(dialogues):
                if number:
                    self._budget.expect_another()
                job = Job((index, number), item, plan, lookup)
                self._jobs.add(job, job.endpoints)
        except Exception as error:  # noqa: BLE001 - other targets go on
            failure = judge_exception("connect", error)
            outcome = Outcome.without_dialogue(target.item, target.plan, failure)
            self._outcomes[index, number + 1] = outcome

    def _dialogues(self, target: Target) -> Dialogues:
        """Yield the dialogues of a target."""
        for item, plan, lookup in self._servers(target):
            if target.every_address and lookup.addresses:
                for address in lookup.addresses:
                    yield {**item, "address": address.ip}, plan, lookup.at(address)
            else:
                yield item, plan, lookup

    def _servers(self, target: Target) -> Dialogues:
        """Yield each server of a target. With `mx` these are the mail exchangers of the domain."""
        item, plan = target.item, target.plan
        if target.mx is None:
            yield item, plan, resolve_server(plan, self._own_name)
            return
        from ..._net.resolver import map_concurrently
        from .mx import look_up_exchangers  # it imports dnspython

        started = time.monotonic()
        deadline = started + look_up_seconds(plan)
        try:
            answer = look_up_exchangers(target.mx, look_up_seconds(plan))
        except ProbeError as error:
            seconds = time.monotonic() - started
            yield item, plan, ServerLookup(error=error, seconds=seconds)
            return
        plans = [
            plan._replace(endpoint=plan.endpoint._replace(host=host, mx_preference=preference))
            for host, preference in answer.exchangers[: MAX_DIALOGUES + 1]
        ]

        def resolve_one(one: Plan) -> ServerLookup:
            left = max(deadline - time.monotonic(), 0.0)
            return resolve_server(one, self._own_name, answer.next_hop, left)

        for one, lookup in zip(plans, map_concurrently(resolve_one, plans, _RESOLVERS)):
            warning = warning_about_address(target.mx, one.endpoint.host or "")
            yield {**item, "host": one.endpoint.host}, one, lookup._replace(warning=warning)

    def _work(self) -> None:
        """Hold dialogues until the queue is closed and empty."""
        while True:
            job = self._jobs.take()
            if job is None:
                return
            try:
                self._hold(job)
            finally:
                self._jobs.done(job.endpoints)

    def _hold(self, job: Job) -> None:
        """Hold a dialogue once. If it is to be retried, add it to the queue again."""
        plan, warning = job.plan, job.lookup.warning
        try:
            attempts = job.attempts or Attempts(plan, job.lookup, self._budget.allot())
            record = attempts.hold()
            if record is None:
                again = job._replace(attempts=attempts)
                self._jobs.add(again, job.endpoints, plan.limits.retry_delay)
            else:
                self._outcomes[job.position] = Outcome.of(record, job.item, warning)
        except Exception as error:  # noqa: BLE001 - other dialogues go on
            failure = judge_exception("connect", error)
            outcome = Outcome.without_dialogue(job.item, plan, failure, warning)
            self._outcomes[job.position] = outcome


def _join(threads: t.Iterable[threading.Thread]) -> None:
    for thread in threads:
        thread.join()


def _limit_dialogues(target: Target, dialogues: Dialogues) -> Dialogues:
    """Yield the first MAX_DIALOGUES dialogues of a target, and one failure for all others."""
    for number, (item, plan, lookup) in enumerate(dialogues):
        if number == MAX_DIALOGUES:
            host, omitted = target.plan.endpoint.host, item.get("address", plan.endpoint.host)
            text = (
                f"{host} stands for more than {MAX_DIALOGUES} dialogues: the first {MAX_DIALOGUES}"
                f" were held, and those from {omitted} on were not; name the other servers as"
                " targets of their own"
            )
            error = ProbeError("resolve", text)
            yield target.item, target.plan, ServerLookup(error=error, seconds=0.0)
            return
        yield item, plan, lookup


def warning_about_address(domain: str, host: str) -> str | None:
    """Return a warning about a mail exchanger that is an address, or None if it is a name."""
    try:
        family_of(host)
    except ValueError:
        return None
    return (
        f"the MX record of {escape(domain)} names the address {host} in place of a host name, which"
        " many servers do not accept (RFC 5321 section 5.1)"
    )


def _needs_lookup(target: Target) -> bool:
    """Return whether a target needs a look-up, which may take long."""
    if target.mx is not None or target.plan.tls.dane:
        return True
    if target.plan.endpoint.host is None:
        return False
    try:
        family_of(target.plan.endpoint.host)
    except ValueError:
        return True
    return False

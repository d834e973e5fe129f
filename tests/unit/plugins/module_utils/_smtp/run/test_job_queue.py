# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue alternates between endpoints, and none of them exceeds its limit."""

from __future__ import annotations

import collections
import threading
import time
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.job_queue import JobQueue
from hypothesis import given, settings
from hypothesis import strategies as st

PATIENCE = 10.0


def queue_of(*jobs: tuple[str, str], per_endpoint: int = 2) -> JobQueue[str]:
    """Return a closed queue of jobs, each with its name and its endpoints."""
    queue: JobQueue[str] = JobQueue(per_endpoint)
    for job, endpoints in jobs:
        queue.add(job, endpoints)
    queue.close()
    return queue


def test_the_queue_alternates_between_endpoints() -> None:
    queue = queue_of(("a1", "A"), ("a2", "A"), ("a3", "A"), ("b1", "B"), ("c1", "C"))
    assert [queue.take() for _number in range(4)] == ["a1", "b1", "c1", "a2"]


def test_a_job_waits_while_its_endpoint_is_at_its_limit() -> None:
    queue = queue_of(("a1", "A"), ("a2", "A"), ("b1", "B"), per_endpoint=1)
    assert [queue.take(), queue.take()] == ["a1", "b1"]
    queue.done(frozenset("A"))
    assert queue.take() == "a2"
    assert queue.take() is None


def test_a_job_with_several_endpoints_waits_for_all_of_them() -> None:
    queue = queue_of(("ab", "AB"), ("b", "B"), ("c", "C"), per_endpoint=1)
    assert [queue.take(), queue.take()] == ["ab", "c"]
    queue.done(frozenset("AB"))
    assert queue.take() == "b"


def test_a_job_without_an_endpoint_does_not_wait() -> None:
    queue = queue_of(("lost", ""), ("lost too", ""), ("a", "A"), per_endpoint=1)
    assert [queue.take(), queue.take(), queue.take()] == ["lost", "a", "lost too"]


def test_a_worker_waits_for_a_job_that_is_added_later() -> None:
    queue: JobQueue[str] = JobQueue(1)
    taken = []
    worker = threading.Thread(target=lambda: taken.append(queue.take()))
    worker.start()
    queue.add("late", "A")
    worker.join(PATIENCE)
    assert taken == ["late"]


def test_all_workers_end_when_the_queue_is_closed() -> None:
    queue: JobQueue[str] = JobQueue(1)
    workers = [threading.Thread(target=queue.take, daemon=True) for _number in range(8)]
    for worker in workers:
        worker.start()
    queue.close()
    for worker in workers:
        worker.join(PATIENCE)
    assert not any(worker.is_alive() for worker in workers)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_job_with_a_start_time_does_not_delay_other_jobs() -> None:
    clock = Clock()
    queue: JobQueue[str] = JobQueue(2, clock)
    queue.add("in 300 s", "A", 300)
    queue.add("in 60 s", "A", 60)
    queue.add("now", "A")
    queue.close()
    assert len(queue) == 3
    assert queue.take() == "now"
    clock.now = 300
    assert queue.take() == "in 60 s"
    queue.done(frozenset("A"))
    assert queue.take() == "in 300 s"
    assert queue.take() is None


def test_a_job_whose_start_time_has_come_still_waits_for_its_endpoint() -> None:
    clock = Clock()
    queue: JobQueue[str] = JobQueue(1, clock)
    queue.add("a1", "A")
    queue.add("a2", "A", 60)
    queue.add("b1", "B", 60)
    queue.close()
    assert queue.take() == "a1"
    clock.now = 60
    assert queue.take() == "b1"
    queue.done(frozenset("A"))
    assert queue.take() == "a2"


def test_a_worker_waits_until_the_next_start_time_and_no_longer() -> None:
    queue: JobQueue[str] = JobQueue(1)
    started = time.monotonic()
    queue.add("later", "A", 0.05)
    queue.add("much later", "B", 3600)
    queue.close()
    assert queue.take() == "later"
    assert 0.05 <= time.monotonic() - started < PATIENCE


def test_the_worker_of_the_last_job_can_add_it_again() -> None:
    queue = queue_of(("a", "A"))
    assert queue.take() == "a"
    queue.add("a again", "A", 0.01)
    queue.done(frozenset("A"))
    assert [queue.take(), queue.take()] == ["a again", None]


def test_the_end_of_a_job_with_two_endpoints_starts_two_jobs() -> None:
    queue = queue_of(("ab", "AB"), ("a", "A"), ("b", "B"), per_endpoint=1)
    assert queue.take() == "ab"
    taken: list[str | None] = []
    workers = [
        threading.Thread(target=lambda: taken.append(queue.take()), daemon=True)
        for _number in range(2)
    ]
    for worker in workers:
        worker.start()
    queue.done(frozenset("AB"))
    for worker in workers:
        worker.join(PATIENCE)
    assert sorted(map(str, taken)) == ["a", "b"]


ENDPOINTS = st.frozensets(st.sampled_from("ABC"), max_size=3)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(ENDPOINTS, max_size=30),
    st.integers(1, 3),
    st.integers(1, 8),
    st.sampled_from([0.0, 0.001]),
)
def test_every_job_runs_as_often_as_it_is_added_and_no_endpoint_exceeds_its_limit(
    jobs: list[frozenset[str]], per_endpoint: int, workers: int, seconds: float
) -> None:
    queue: JobQueue[tuple[int, t.Any]] = JobQueue(per_endpoint)
    running: t.Counter[t.Hashable] = collections.Counter()
    maximum: t.Counter[t.Hashable] = collections.Counter()
    taken = []
    lock = threading.Lock()

    def work() -> None:
        while True:
            job = queue.take()
            if job is None:
                return
            number, endpoints = job
            with lock:
                taken.append(number)
                first = taken.count(number) == 1
                running.update(endpoints)
                maximum.update(dict.fromkeys(endpoints, 0))
                for endpoint in endpoints:
                    maximum[endpoint] = max(maximum[endpoint], running[endpoint])
            with lock:
                running.subtract(endpoints)
            if first and number % 2:
                queue.add(job, endpoints, seconds)
            queue.done(endpoints)

    threads = [threading.Thread(target=work, daemon=True) for _number in range(workers)]
    for thread in threads:
        thread.start()
    for number, endpoints in enumerate(jobs):
        queue.add((number, endpoints), endpoints)
    queue.close()
    for thread in threads:
        thread.join(PATIENCE)

    assert not any(thread.is_alive() for thread in threads)
    assert collections.Counter(taken) == {number: 1 + number % 2 for number in range(len(jobs))}
    assert all(number <= per_endpoint for number in maximum.values())

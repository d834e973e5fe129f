# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The turn goes round among places, and none of them is crowded, however many hands there are."""

from __future__ import annotations

import collections
import threading
import time
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.job_queue import JobQueue
from hypothesis import given, settings
from hypothesis import strategies as st

PATIENCE = 10.0


def schedule_of(*jobs: tuple[str, str], per_endpoint: int = 2) -> JobQueue[str]:
    """Make a schedule that nothing will be added to: names of jobs, and of their places."""
    schedule: JobQueue[str] = JobQueue(per_endpoint)
    for job, endpoints in jobs:
        schedule.add(job, endpoints)
    schedule.close()
    return schedule


def test_the_turn_goes_round_among_places() -> None:
    schedule = schedule_of(("a1", "A"), ("a2", "A"), ("a3", "A"), ("b1", "B"), ("c1", "C"))
    assert [schedule.take() for _turn in range(4)] == ["a1", "b1", "c1", "a2"]


def test_a_crowded_place_has_its_errands_wait_and_no_others() -> None:
    schedule = schedule_of(("a1", "A"), ("a2", "A"), ("b1", "B"), per_endpoint=1)
    assert [schedule.take(), schedule.take()] == ["a1", "b1"]
    schedule.done(frozenset("A"))
    assert schedule.take() == "a2"
    assert schedule.take() is None


def test_an_errand_to_several_places_needs_room_in_each() -> None:
    schedule = schedule_of(("ab", "AB"), ("b", "B"), ("c", "C"), per_endpoint=1)
    assert [schedule.take(), schedule.take()] == ["ab", "c"]
    schedule.done(frozenset("AB"))
    assert schedule.take() == "b"


def test_an_errand_to_nowhere_need_not_wait() -> None:
    schedule = schedule_of(("lost", ""), ("lost too", ""), ("a", "A"), per_endpoint=1)
    assert [schedule.take(), schedule.take(), schedule.take()] == ["lost", "a", "lost too"]


def test_a_hand_waits_for_what_is_still_to_come() -> None:
    schedule: JobQueue[str] = JobQueue(1)
    taken = []
    hand = threading.Thread(target=lambda: taken.append(schedule.take()))
    hand.start()
    schedule.add("late", "A")
    hand.join(PATIENCE)
    assert taken == ["late"]


def test_all_hands_end_when_nothing_will_come_any_more() -> None:
    schedule: JobQueue[str] = JobQueue(1)
    hands = [threading.Thread(target=schedule.take, daemon=True) for _hand in range(8)]
    for hand in hands:
        hand.start()
    schedule.close()
    for hand in hands:
        hand.join(PATIENCE)
    assert not any(hand.is_alive() for hand in hands)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_errand_for_later_has_others_go_first_and_comes_when_it_is_due() -> None:
    clock = Clock()
    schedule: JobQueue[str] = JobQueue(2, clock)
    schedule.add("in 300 s", "A", 300)
    schedule.add("in 60 s", "A", 60)
    schedule.add("now", "A")
    schedule.close()
    assert len(schedule) == 3
    assert schedule.take() == "now"
    clock.now = 300
    assert schedule.take() == "in 60 s"
    schedule.done(frozenset("A"))
    assert schedule.take() == "in 300 s"
    assert schedule.take() is None


def test_an_errand_that_is_due_still_waits_where_its_place_is_crowded() -> None:
    clock = Clock()
    schedule: JobQueue[str] = JobQueue(1, clock)
    schedule.add("a1", "A")
    schedule.add("a2", "A", 60)
    schedule.add("b1", "B", 60)
    schedule.close()
    assert schedule.take() == "a1"
    clock.now = 60
    assert schedule.take() == "b1"
    schedule.done(frozenset("A"))
    assert schedule.take() == "a2"


def test_a_hand_waits_until_the_next_errand_is_due_and_no_longer() -> None:
    schedule: JobQueue[str] = JobQueue(1)
    started = time.monotonic()
    schedule.add("later", "A", 0.05)
    schedule.add("much later", "B", 3600)
    schedule.close()
    assert schedule.take() == "later"
    assert 0.05 <= time.monotonic() - started < PATIENCE


def test_who_is_back_from_the_last_errand_can_add_it_again() -> None:
    schedule = schedule_of(("a", "A"))
    assert schedule.take() == "a"
    schedule.add("a again", "A", 0.01)
    schedule.done(frozenset("A"))
    assert [schedule.take(), schedule.take()] == ["a again", None]


def test_who_is_back_from_two_places_makes_way_for_two_hands() -> None:
    schedule = schedule_of(("ab", "AB"), ("a", "A"), ("b", "B"), per_endpoint=1)
    assert schedule.take() == "ab"
    taken: list[str | None] = []
    hands = [
        threading.Thread(target=lambda: taken.append(schedule.take()), daemon=True)
        for _hand in range(2)
    ]
    for hand in hands:
        hand.start()
    schedule.done(frozenset("AB"))
    for hand in hands:
        hand.join(PATIENCE)
    assert sorted(map(str, taken)) == ["a", "b"]


PLACES = st.frozensets(st.sampled_from("ABC"), max_size=3)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(PLACES, max_size=30),
    st.integers(1, 3),
    st.integers(1, 8),
    st.sampled_from([0.0, 0.001]),
)
def test_every_errand_is_made_twice_where_it_must_and_no_place_is_ever_crowded(
    jobs: list[frozenset[str]], per_endpoint: int, hands: int, seconds: float
) -> None:
    schedule: JobQueue[tuple[int, t.Any]] = JobQueue(per_endpoint)
    there: t.Counter[t.Hashable] = collections.Counter()
    most: t.Counter[t.Hashable] = collections.Counter()
    taken = []
    lock = threading.Lock()

    def work() -> None:
        while True:
            job = schedule.take()
            if job is None:
                return
            number, endpoints = job
            with lock:
                taken.append(number)
                first = taken.count(number) == 1
                there.update(endpoints)
                most.update(dict.fromkeys(endpoints, 0))
                for endpoint in endpoints:
                    most[endpoint] = max(most[endpoint], there[endpoint])
            with lock:
                there.subtract(endpoints)
            if first and number % 2:
                schedule.add(job, endpoints, seconds)
            schedule.done(endpoints)

    threads = [threading.Thread(target=work, daemon=True) for _hand in range(hands)]
    for thread in threads:
        thread.start()
    for number, endpoints in enumerate(jobs):
        schedule.add((number, endpoints), endpoints)
    schedule.close()
    for thread in threads:
        thread.join(PATIENCE)

    assert not any(thread.is_alive() for thread in threads)
    assert collections.Counter(taken) == {number: 1 + number % 2 for number in range(len(jobs))}
    assert all(number <= per_endpoint for number in most.values())

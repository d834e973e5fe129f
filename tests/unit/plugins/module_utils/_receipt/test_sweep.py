# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking, waiting, and looking again: with a store and a clock that do as a test tells them."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt import (
    deadline as deadline_module,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt import sweep as sweep_module
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.deadline import Deadline
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.errors import StoreError
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.header_section import (
    HeaderSection,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.model import (
    FoundMessage,
    Mailbox,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.store import Store
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.sweep import MAX_COPIES, sweep

Search = t.Union[StoreError, t.List[t.Union[str, FoundMessage, StoreError]]]


class Clock:
    """A clock that moves only when somebody sleeps or looks at it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        self.now += 1e-6
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Have a clock that takes no time."""
    clock = Clock()
    for module in (deadline_module, sweep_module):
        monkeypatch.setattr(module, "time", clock)
    return clock


def found(token: str, key: int = 0, arrived: float = 0) -> FoundMessage:
    return FoundMessage(
        token, Mailbox("INBOX"), "1", arrived, HeaderSection((token,), (), ()), (token, key)
    )


class Told(Store):
    """A store whose looks are told: what each finds, or how it breaks; the last one goes on."""

    def __init__(self, *looks: Search, seconds: float = 5) -> None:
        super().__init__("mail.example.org", Deadline(seconds))
        self._looks = list(looks)
        self.searches = 0
        self.closed = 0

    def find(self, wanted: t.AbstractSet[str]) -> t.Iterator[FoundMessage]:
        look = self._looks[min(self.searches, len(self._looks) - 1)]
        self.searches += 1
        for one in [look] if isinstance(look, StoreError) else look:
            if isinstance(one, StoreError):
                raise one
            yield found(one) if isinstance(one, str) else one

    def delete(self, found: t.Sequence[FoundMessage]) -> t.Iterator[t.Any]:
        raise NotImplementedError

    def close(self) -> None:
        self.closed += 1


def test_it_looks_until_all_is_found() -> None:
    store = Told([], ["a"], [], ["b"], ["c"])
    swept = sweep(store, {"a", "b"}, delay=0.01)
    assert sorted(swept.found) == ["a", "b"]
    assert store.searches == 4


def test_it_looks_until_the_time_is_over_and_not_longer(clock: Clock) -> None:
    store = Told(["a"], [], seconds=8)
    began = clock.now
    swept = sweep(store, {"a", "b"}, delay=1)
    assert sorted(swept.found) == ["a"]
    assert swept.error is None
    assert 7 < clock.now - began <= 8
    assert store.searches == 9


def test_the_last_look_comes_after_the_last_wait() -> None:
    store = Told([], seconds=1)
    sweep(store, {"a"}, delay=30)
    assert store.searches == 2


@pytest.mark.parametrize("delay", [0.05, 30])
def test_the_last_look_ends_before_the_time_is_over(clock: Clock, delay: float) -> None:
    class Slow(Told):
        def find(self, wanted: t.AbstractSet[str]) -> t.Iterator[FoundMessage]:
            clock.sleep(0.2)
            return super().find(wanted)

    store = Slow([], seconds=1)
    sweep(store, {"a"}, delay)
    assert store.deadline.remaining > 0
    assert store.searches >= 2


def test_what_is_told_twice_is_one_message_and_the_earliest_comes_first() -> None:
    store = Told(
        [found("a", 1, arrived=9)], [found("a", 1, arrived=9), found("a", 2, arrived=5), "b"]
    )
    copies = sweep(store, {"a", "b"}, delay=0.01).found["a"]
    assert [one.arrived for one in copies] == [5, 9]


def test_a_mailbox_full_of_one_token_takes_no_memory() -> None:
    store = Told([found("a", number) for number in range(1000)])
    assert len(sweep(store, {"a"}, delay=1).found["a"]) == MAX_COPIES


@pytest.mark.parametrize("kind", ["connect", "timeout", "disconnect", "tls", "login", "mailbox"])
def test_a_store_that_was_never_looked_through_ends_it_at_once(kind: t.Any) -> None:
    store = Told(StoreError(kind, "so it is"))
    swept = sweep(store, {"a"}, delay=1)
    assert swept.error is not None
    assert (swept.error.kind, swept.completed) == (kind, False)
    assert (store.searches, store.closed) == (1, 1)


def test_a_server_that_is_busy_is_asked_again() -> None:
    assert sweep(Told(StoreError("busy", "later"), ["a"]), {"a"}, delay=0.01).found
    swept = sweep(Told(StoreError("busy", "later"), seconds=0.5), {"a"}, delay=0.1)
    assert swept.error is not None
    assert (swept.error.text, swept.completed) == ("later", False)


def test_a_server_that_is_busy_is_asked_less_and_less_often() -> None:
    """It counts the logins, and each one more keeps it busy."""
    pauses: list[float] = []

    class Waiting(Told):
        def wait(self, delay: float, most: float) -> None:
            pauses.append(delay)

    busy = StoreError("busy", "too many")
    sweep(Waiting(busy, busy, busy, [], [], ["a"], seconds=60), {"a"}, delay=0.01)
    assert pauses == [0.01, 0.02, 0.04, 0.08, 0.01]


def test_a_wrong_password_is_not_tried_a_second_time() -> None:
    store = Told(StoreError("busy", "later"), StoreError("login", "wrong"), ["a"])
    swept = sweep(store, {"a"}, delay=0.01)
    assert swept.error is not None
    assert (swept.error.kind, store.searches) == ("login", 2)


def test_an_error_that_nobody_has_foreseen_ends_it_and_what_was_found_is_kept() -> None:
    class Faulty(Told):
        def find(self, wanted: t.AbstractSet[str]) -> t.Iterator[FoundMessage]:
            yield found("a")
            raise KeyError("of our own")

        def close(self) -> None:
            raise OSError("and this, too")

    swept = sweep(Faulty([]), {"a", "b"}, delay=0.01)
    assert list(swept.found) == ["a"]
    assert swept.error is not None
    assert (swept.error.kind, "KeyError: 'of our own'" in swept.error.text) == ("internal", True)


def test_an_error_that_nobody_has_foreseen_ends_the_waiting_too() -> None:
    class Faulty(Told):
        def wait(self, delay: float, most: float) -> None:
            raise ZeroDivisionError

    swept = sweep(Faulty([]), {"a"}, delay=0.01)
    assert swept.completed
    assert swept.error is not None
    assert swept.error.kind == "internal"


@pytest.mark.parametrize("kind", ["connect", "timeout", "disconnect"])
def test_a_session_that_breaks_is_begun_again(kind: t.Any) -> None:
    store = Told([], [StoreError(kind, "gone")], ["a"])
    swept = sweep(store, {"a"}, delay=0.01)
    assert swept.found
    assert swept.error is None
    assert store.closed == 1


def test_what_was_found_before_it_broke_is_kept() -> None:
    swept = sweep(Told(["a", StoreError("disconnect", "gone")]), {"a", "b"}, delay=0.1)
    assert (list(swept.found), swept.completed) == (["a"], False)
    swept = sweep(Told([], ["a", StoreError("login", "locked")]), {"a", "b"}, delay=0.01)
    assert sorted(swept.found) == ["a"]
    assert swept.error is not None


def test_a_session_that_breaks_while_waiting_is_begun_again_after_the_delay(clock: Clock) -> None:
    class Breaking(Told):
        def wait(self, delay: float, most: float) -> None:
            raise StoreError("disconnect", "gone")

    store = Breaking([], ["a"])
    began = clock.now
    assert sweep(store, {"a"}, delay=3).found
    assert clock.now - began == pytest.approx(3, abs=0.01)


def test_a_server_that_tells_without_end_is_not_asked_without_end() -> None:
    class Telling(Told):
        def wait(self, delay: float, most: float) -> None:
            """Return at once."""

    store = Telling([], seconds=1)
    sweep(store, {"a"}, delay=10)
    assert store.searches < 8

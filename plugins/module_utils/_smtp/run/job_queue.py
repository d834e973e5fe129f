# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose turn it is: many errands, some of them to the same server, and many hands. No I/O."""

from __future__ import annotations

import collections
import heapq
import itertools
import threading
import time
import typing as t

T = t.TypeVar("T")

# The places that an errand goes to, such as IP address and port: none of them may be crowded.
Places = t.FrozenSet[t.Hashable]


class Schedule(t.Generic[T]):
    """Errands wait here for their turn, which comes when none of their places is crowded.

    Errands to the same places keep their order; among others the turn goes round, so that a server
    with many errands does not have the others wait. An errand may be added for later: until then
    it is in nobody's hands and in nobody's way.
    """

    def __init__(self, per_place: int, clock: t.Callable[[], float] = time.monotonic) -> None:
        self._per_place = per_place
        self._clock = clock
        self._changed = threading.Condition()
        self._waiting: collections.OrderedDict[Places, collections.deque[T]]
        self._waiting = collections.OrderedDict()
        # A heap of moments; the number keeps the order of errands of one moment.
        self._later: list[tuple[float, int, T, Places]] = []
        self._number = itertools.count()
        self._there: collections.Counter[t.Hashable] = collections.Counter()
        self._closed = False

    def __len__(self) -> int:
        """Count the errands that wait."""
        with self._changed:
            return sum(map(len, self._waiting.values())) + len(self._later)

    def add(self, errand: T, places: t.Iterable[t.Hashable], seconds: float = 0.0) -> None:
        """Add an errand, which is not to be taken before so many seconds have passed."""
        places = frozenset(places)
        with self._changed:
            if seconds > 0:
                moment = self._clock() + seconds
                heapq.heappush(self._later, (moment, next(self._number), errand, places))
            else:
                self._wait_for_turn(errand, places)
            self._changed.notify()

    def close(self) -> None:
        """Say that no errand will be added any more, but by who is back from one."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self) -> T | None:
        """Wait for an errand whose turn it is, and be on its way; None where none will come.

        Whoever is on an errand may add it again, and then takes its turn here, too: so there are
        hands for it, though all others may have been sent home.
        """
        with self._changed:
            while self._waiting or self._later or not self._closed:
                self._bring_what_is_due()
                places = next(filter(self._has_room, self._waiting), None)
                if places is not None:
                    self._there.update(places)
                    return self._next_to(places)
                self._changed.wait(self._seconds_to_next())
            return None

    def done(self, places: Places) -> None:
        """Be back from an errand to these places."""
        with self._changed:
            self._there.subtract(places)
            self._changed.notify()

    def _has_room(self, places: Places) -> bool:
        return all(self._there[place] < self._per_place for place in places)

    def _wait_for_turn(self, errand: T, places: Places) -> None:
        self._waiting.setdefault(places, collections.deque()).append(errand)

    def _bring_what_is_due(self) -> None:
        while self._later and self._later[0][0] <= self._clock():
            _moment, _number, errand, places = heapq.heappop(self._later)
            self._wait_for_turn(errand, places)

    def _seconds_to_next(self) -> float | None:
        return self._later[0][0] - self._clock() if self._later else None

    def _next_to(self, places: Places) -> T:
        queue = self._waiting[places]
        errand = queue.popleft()
        if queue:
            self._waiting.move_to_end(places)
        else:
            del self._waiting[places]
        if self._waiting or self._later:
            self._changed.notify()  # one of those who wait is to look what else there is
        else:
            self._changed.notify_all()  # nobody need wait any longer, should it have been the last
        return errand

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose turn it is: many errands, some of them to the same server, and many hands. No I/O."""

from __future__ import annotations

import collections
import threading
import typing as t

T = t.TypeVar("T")

# The places that an errand goes to, such as IP address and port: none of them may be crowded.
Places = t.FrozenSet[t.Hashable]


class Schedule(t.Generic[T]):
    """Errands wait here for their turn, which comes when none of their places is crowded.

    Errands to the same places keep their order; among others the turn goes round, so that a server
    with many errands does not have the others wait.
    """

    def __init__(self, per_place: int) -> None:
        self._per_place = per_place
        self._changed = threading.Condition()
        self._waiting: collections.OrderedDict[Places, collections.deque[T]]
        self._waiting = collections.OrderedDict()
        self._there: collections.Counter[t.Hashable] = collections.Counter()
        self._closed = False

    def __len__(self) -> int:
        """Count the errands that wait."""
        with self._changed:
            return sum(map(len, self._waiting.values()))

    def add(self, errand: T, places: t.Iterable[t.Hashable]) -> None:
        """Add an errand."""
        with self._changed:
            self._waiting.setdefault(frozenset(places), collections.deque()).append(errand)
            self._changed.notify()

    def close(self) -> None:
        """Say that no errand will be added any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self) -> T | None:
        """Wait for an errand whose turn it is, and be on its way; None where none will come."""
        with self._changed:
            while self._waiting or not self._closed:
                places = next(filter(self._has_room, self._waiting), None)
                if places is not None:
                    self._there.update(places)
                    return self._next_to(places)
                self._changed.wait()
            return None

    def done(self, places: Places) -> None:
        """Be back from an errand to these places."""
        with self._changed:
            self._there.subtract(places)
            self._changed.notify()

    def _has_room(self, places: Places) -> bool:
        return all(self._there[place] < self._per_place for place in places)

    def _next_to(self, places: Places) -> T:
        queue = self._waiting[places]
        errand = queue.popleft()
        if queue:
            self._waiting.move_to_end(places)
        else:
            del self._waiting[places]
            self._changed.notify_all()  # nobody need wait any longer, should it have been the last
        return errand

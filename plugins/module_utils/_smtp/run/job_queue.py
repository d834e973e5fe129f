# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The queue of jobs, which limits how many jobs run for the same server. No I/O."""

from __future__ import annotations

import collections
import heapq
import itertools
import threading
import time
import typing as t

T = t.TypeVar("T")

# The endpoints that a job may connect to, such as pairs of IP address and port.
Endpoints = t.FrozenSet[t.Hashable]


class JobQueue(t.Generic[T]):
    """A queue of jobs. A job may start while each of its endpoints is below its limit.

    At most `per_endpoint` jobs of one endpoint run at the same time. Jobs for the same endpoints
    keep their order. The queue alternates between different endpoints, so that a server with many
    jobs does not delay the others. A job with a start time in the future occupies no worker and no
    endpoint until then.
    """

    def __init__(self, per_endpoint: int, clock: t.Callable[[], float] = time.monotonic) -> None:
        self._per_endpoint = per_endpoint
        self._clock = clock
        self._changed = threading.Condition()
        self._waiting: collections.OrderedDict[Endpoints, collections.deque[T]]
        self._waiting = collections.OrderedDict()
        # A heap of start times. The number keeps the order of jobs with the same start time.
        self._later: list[tuple[float, int, T, Endpoints]] = []
        self._number = itertools.count()
        self._running: collections.Counter[t.Hashable] = collections.Counter()
        self._closed = False

    def __len__(self) -> int:
        """Return the number of jobs that have not started."""
        with self._changed:
            return sum(map(len, self._waiting.values())) + len(self._later)

    def add(self, job: T, endpoints: t.Iterable[t.Hashable], seconds: float = 0.0) -> None:
        """Add a job that may start after `seconds`."""
        endpoints = frozenset(endpoints)
        with self._changed:
            if seconds > 0:
                start = self._clock() + seconds
                heapq.heappush(self._later, (start, next(self._number), job, endpoints))
            else:
                self._append(job, endpoints)
            self._changed.notify()

    def close(self) -> None:
        """Declare that no job will be added any more, except by a worker after its own job."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self) -> T | None:
        """Block until a job may start, and return it, or None once the queue is closed and empty.

        A worker may add its job again before it calls this method. So this job has a worker, even
        if all other workers have ended.
        """
        with self._changed:
            while self._waiting or self._later or not self._closed:
                self._append_due_jobs()
                endpoints = next(filter(self._is_below_limit, self._waiting), None)
                if endpoints is not None:
                    self._count_running(endpoints, 1)
                    return self._pop(endpoints)
                self._changed.wait(self._seconds_to_next())
            return None

    def done(self, endpoints: Endpoints) -> None:
        """Declare that a job for these endpoints has ended."""
        with self._changed:
            self._count_running(endpoints, -1)
            self._changed.notify()

    def _is_below_limit(self, endpoints: Endpoints) -> bool:
        return all(self._running[endpoint] < self._per_endpoint for endpoint in endpoints)

    def _count_running(self, endpoints: Endpoints, change: int) -> None:
        for endpoint in endpoints:
            self._running[endpoint] += change

    def _append(self, job: T, endpoints: Endpoints) -> None:
        self._waiting.setdefault(endpoints, collections.deque()).append(job)

    def _append_due_jobs(self) -> None:
        while self._later and self._later[0][0] <= self._clock():
            _start, _number, job, endpoints = heapq.heappop(self._later)
            self._append(job, endpoints)

    def _seconds_to_next(self) -> float | None:
        return self._later[0][0] - self._clock() if self._later else None

    def _pop(self, endpoints: Endpoints) -> T:
        queue = self._waiting[endpoints]
        job = queue.popleft()
        if queue:
            self._waiting.move_to_end(endpoints)
        else:
            del self._waiting[endpoints]
        if self._waiting or self._later:
            self._changed.notify()  # another job may be able to start
        else:
            self._changed.notify_all()  # after the last job, the workers end
        return job

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure the duration of a block."""

from __future__ import annotations

import typing as t


class Stopwatch:
    """Context manager that adds the duration of its block to `seconds[name]`.

    It is a class because a generator is slower, and each dialogue has about a dozen stopwatches.
    """

    __slots__ = ("_name", "_now", "_seconds", "_started")

    def __init__(self, seconds: dict[str, float], name: str, now: t.Callable[[], float]) -> None:
        self._seconds = seconds
        self._name = name
        self._now = now

    def __enter__(self) -> None:
        self._started = self._now()

    def __exit__(self, *_exception: object) -> None:
        taken = self._now() - self._started
        self._seconds[self._name] = self._seconds.get(self._name, 0.0) + taken

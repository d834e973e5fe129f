# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A store and tokens in, what was found out: look, wait, and look again."""

from __future__ import annotations

import contextlib
import time
import typing as t

from .._net.errors import ProbeError
from .unforeseen import unforeseen

if t.TYPE_CHECKING:
    from .store import Store
    from .words import Found

from .store import Store
from .words import Found

# A server that was there is waited for, and so is one that says it is busy.
PASSING = ("busy", "connect", "disconnect", "resolve", "timeout")

# However often a server tells of new mail, it is not asked more often than that.
LEAST_SECONDS = 0.2

# A server that is busy with too many of us is not helped by one more: the pauses grow up to this.
MOST_SECONDS = 60.0

# Of one token there can be many messages, in a mailbox that somebody fills to do harm.
MAX_COPIES = 20


class Sweep(t.NamedTuple):
    """The messages of each token that was found, the earliest first.

    `broken` is what kept the last look from its end, and `looked` whether any look came to its end.
    """

    found: dict[str, list[Found]]
    broken: ProbeError | None
    looked: bool


def sweep(store: Store, wanted: t.AbstractSet[str], delay: float) -> Sweep:
    """Look for all tokens at once, until all are found or the time is over.

    It ends with what does not pass by waiting. Before the first look has come to its end, that is
    all but a server that says it is busy.
    """
    found: dict[str, list[Found]] = {}
    looked = False
    pause = delay
    while True:
        began = time.monotonic()
        broken = _look(store, wanted, found)
        looked = looked or broken is None
        # So much is left for waiting that there is time for another look, should it take longer.
        rest = store.deadline.left - 2 * (time.monotonic() - began) - LEAST_SECONDS
        if wanted <= set(found) or rest <= 0 or not _passes(broken, looked):
            break
        is_busy = broken is not None and broken.kind == "busy"
        broken_meanwhile = _wait(store, pause, rest)
        if broken_meanwhile is not None:
            broken = broken_meanwhile
            break
        pause = max(delay, min(2 * pause, MOST_SECONDS)) if is_busy else delay
    for copies in found.values():
        copies.sort(key=lambda one: one.arrived or 0)
    return Sweep(found, broken, looked)


def _passes(broken: ProbeError | None, looked: bool) -> bool:
    """Whether it makes sense to look again."""
    if broken is None or broken.kind == "busy":
        return True
    return looked and broken.kind in PASSING


def _look(
    store: Store, wanted: t.AbstractSet[str], found: dict[str, list[Found]]
) -> ProbeError | None:
    try:
        for one in store.find(wanted):
            copies = found.setdefault(one.token, [])
            if len(copies) < MAX_COPIES and one.key not in [copy.key for copy in copies]:
                copies.append(one)
    except ProbeError as broken:
        _close(store)
        return broken
    except Exception as error:  # noqa: BLE001 - what was found by then is not lost with it
        _close(store)
        return unforeseen(error)
    return None


def _wait(store: Store, delay: float, most: float) -> ProbeError | None:
    """Wait; where the session breaks meanwhile, the next look begins another, but not at once.

    Return what nobody has foreseen.
    """
    began = time.monotonic()
    least = LEAST_SECONDS
    try:
        store.wait(delay, most)
    except ProbeError:
        _close(store)
        least = delay
    except Exception as error:  # noqa: BLE001
        _close(store)
        return unforeseen(error)
    store.deadline.pause(min(most, max(least - (time.monotonic() - began), 0.0)))
    return None


def _close(store: Store) -> None:
    with contextlib.suppress(Exception):
        store.close()

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A store and tokens in, what was found out: look, wait, and look again."""

from __future__ import annotations

import contextlib
import time
import typing as t

from .errors import StoreError
from .internal_error import internal_error

if t.TYPE_CHECKING:
    from .model import FoundMessage
    from .store import Store

from .model import FoundMessage
from .store import Store

# A server that was there is waited for, and so is one that says it is busy.
RETRYABLE = ("busy", "connect", "disconnect", "resolve", "timeout")

# However often a server tells of new mail, it is not asked more often than that.
MIN_SECONDS = 0.2

# A server that is busy with too many of us is not helped by one more: the pauses grow up to this.
MAX_SECONDS = 60.0

# Of one token there can be many messages, in a mailbox that somebody fills to do harm.
MAX_COPIES = 20


class Sweep(t.NamedTuple):
    """The messages of each token that was found, the earliest first.

    `broken` is what kept the last look from its end, and `looked` whether any look came to its end.
    """

    found: dict[str, list[FoundMessage]]
    error: StoreError | None
    completed: bool


def sweep(store: Store, wanted: t.AbstractSet[str], delay: float) -> Sweep:
    """Look for all tokens at once, until all are found or the time is over.

    It ends with what does not pass by waiting. Before the first look has come to its end, that is
    all but a server that says it is busy.
    """
    found: dict[str, list[FoundMessage]] = {}
    completed = False
    pause = delay
    while True:
        began = time.monotonic()
        error = _search(store, wanted, found)
        completed = completed or error is None
        # So much is left for waiting that there is time for another look, should it take longer.
        rest = store.deadline.remaining - 2 * (time.monotonic() - began) - MIN_SECONDS
        if wanted <= set(found) or rest <= 0 or not _is_retryable(error, completed):
            break
        is_busy = error is not None and error.kind == "busy"
        error_while_waiting = _wait(store, pause, rest)
        if error_while_waiting is not None:
            error = error_while_waiting
            break
        pause = max(delay, min(2 * pause, MAX_SECONDS)) if is_busy else delay
    for copies in found.values():
        copies.sort(key=lambda one: one.arrived or 0)
    return Sweep(found, error, completed)


def _is_retryable(error: StoreError | None, completed: bool) -> bool:
    """Whether it makes sense to look again."""
    if error is None or error.kind == "busy":
        return True
    return completed and error.kind in RETRYABLE


def _search(
    store: Store, wanted: t.AbstractSet[str], found: dict[str, list[FoundMessage]]
) -> StoreError | None:
    try:
        for one in store.find(wanted):
            copies = found.setdefault(one.token, [])
            if len(copies) < MAX_COPIES and one.key not in [copy.key for copy in copies]:
                copies.append(one)
    except StoreError as error:
        _close(store)
        return error
    except Exception as error:  # noqa: BLE001 - what was found by then is not lost with it
        _close(store)
        return internal_error(error)
    return None


def _wait(store: Store, delay: float, most: float) -> StoreError | None:
    """Wait; where the session breaks meanwhile, the next look begins another, but not at once.

    Return what nobody has foreseen.
    """
    began = time.monotonic()
    least = MIN_SECONDS
    try:
        store.wait(delay, most)
    except StoreError:
        _close(store)
        least = delay
    except Exception as error:  # noqa: BLE001
        _close(store)
        return internal_error(error)
    store.deadline.sleep(min(most, max(least - (time.monotonic() - began), 0.0)))
    return None


def _close(store: Store) -> None:
    with contextlib.suppress(Exception):
        store.close()

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Searches a store for tokens, again and again until all are found or the time is over."""

from __future__ import annotations

import contextlib
import time
import typing as t

from .errors import StoreError
from .internal_error import internal_error

if t.TYPE_CHECKING:
    from .model import FoundMessage
    from .store import Store

# Kinds of failure after which the store is searched again, once it has been searched completely.
RETRYABLE = ("busy", "connect", "disconnect", "resolve", "timeout")

# The least time between two searches, however often a server announces new mail.
MIN_SECONDS = 0.2

# The pauses for a busy server double up to this time.
MAX_SECONDS = 60.0

# The limit on messages with one token, in a mailbox that an attacker has filled.
MAX_COPIES = 20


class Sweep(t.NamedTuple):
    """The messages with each token that was found, the earliest first.

    `error` is why the last search was not completed, or None. `completed` is whether any search
    was.
    """

    found: dict[str, list[FoundMessage]]
    error: StoreError | None
    completed: bool


def sweep(store: Store, wanted: t.AbstractSet[str], delay: float) -> Sweep:
    """Search for all tokens at once, until all are found or the time is over.

    An error that is not retryable ends the sweep. Until a search has been completed, only `busy` is
    retryable, since other errors are likely to be due to wrong options. `delay` is the number of
    seconds between two searches.
    """
    found: dict[str, list[FoundMessage]] = {}
    completed = False
    pause = delay
    while True:
        began = time.monotonic()
        error = _search(store, wanted, found)
        completed = completed or error is None
        # Leave time for another search, which may take twice as long.
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
    """Whether another search makes sense."""
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
    except Exception as error:  # noqa: BLE001 - the messages found are returned
        _close(store)
        return internal_error(error)
    return None


def _wait(store: Store, delay: float, most: float) -> StoreError | None:
    """Wait for the next search. If the session fails meanwhile, close it and wait the whole delay.

    Return the error of an unexpected exception, or None.
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

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A store and tokens in, what was found out: look, wait, and look again."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.words import Broken

from .store import Store
from .words import Found

# A server that was there is waited for, and so is one that says it is busy.
PASSING = ("busy", "connect", "disconnect", "resolve", "timeout")

# However often a server tells of new mail, it is not asked more often than that.
LEAST_SECONDS = 0.2

# Of one token there can be many messages, in a mailbox that somebody fills to do harm.
MAX_COPIES = 20


class Sweep(t.NamedTuple):
    """The messages of each token that was found, the earliest first.

    `broken` is what kept the last look from its end.
    """

    found: dict[str, list[Found]]
    broken: Broken | None


def sweep(store: Store, wanted: t.AbstractSet[str], delay: float) -> Sweep:
    """Look for all tokens at once, until all are found or the time is over.

    Raises Broken when the store could not be looked through even once.
    """
    found: dict[str, list[Found]] = {}
    looked = False
    while True:
        began = time.monotonic()
        broken = _look(store, wanted, found)
        if broken is None:
            looked = True
        elif not looked and broken.kind != "busy":
            raise broken
        # So much is left for waiting that there is time for another look, should it take longer.
        rest = store.deadline.left - 2 * (time.monotonic() - began) - LEAST_SECONDS
        lasting = broken is not None and broken.kind not in PASSING
        if wanted <= set(found) or rest <= 0 or lasting:
            break
        _wait(store, delay, rest)
    if not looked and broken is not None:
        raise broken
    for copies in found.values():
        copies.sort(key=lambda one: one.arrived or 0)
    return Sweep(found, broken)


def _look(store: Store, wanted: t.AbstractSet[str], found: dict[str, list[Found]]) -> Broken | None:
    try:
        for one in store.find(wanted):
            copies = found.setdefault(one.token, [])
            if len(copies) < MAX_COPIES and one.key not in [copy.key for copy in copies]:
                copies.append(one)
    except Broken as broken:
        store.close()
        return broken
    return None


def _wait(store: Store, delay: float, most: float) -> None:
    """Wait; where the session breaks meanwhile, the next look begins another, but not at once."""
    began = time.monotonic()
    least = LEAST_SECONDS
    try:
        store.wait(delay, most)
    except Broken:
        store.close()
        least = delay
    store.deadline.pause(min(most, max(least - (time.monotonic() - began), 0.0)))

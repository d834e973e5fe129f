# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Step 8 of the telnet session, confirm receipt: a plan in, what came of it out."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.secret import secret_pattern
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.transcript import NOT_SHOWN
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.words import Broken

from .advice import HINTS, Look, advise
from .deadline import Deadline
from .receipt import receipt, sentence, summary
from .sweep import Sweep, sweep

if t.TYPE_CHECKING:
    from .options import Plan
    from .store import Store
    from .words import Found, Wanted

# What there is beyond the time-out: to delete what was found, and to say good-bye.
DELETE_SECONDS = 30.0
LEAVE_SECONDS = 2.0

# What is shown of a server's words.
MAX_CHARACTERS = 500


class Outcome(t.NamedTuple):
    """The result of the module, why it failed (None where it did not), and what to warn of."""

    result: dict[str, t.Any]
    problem: str | None
    warnings: tuple[str, ...] = ()


def confirm(plan: Plan, check_mode: bool) -> Outcome:
    """Look for all tokens, delete what was found where that is wished, and tell."""
    if not plan.wanted:
        return _outcome(plan, "", Sweep({}, None), frozenset(), [], ())
    deadline = Deadline(plan.timeout)
    store: Store | None = None
    where = str(plan.account or plan.path)
    try:
        store = _store(plan, deadline)
        swept = sweep(store, {one.token for one in plan.wanted}, plan.delay)
        deleted, warning = _deleted(plan, store, swept, check_mode)
        advice = [_advice(plan, store, one, swept) for one in plan.wanted]
    except Broken as broken:
        return Outcome({"changed": False, "kind": broken.kind}, _failure(plan, where, broken))
    finally:
        if store is not None:
            deadline.grant(LEAVE_SECONDS)
            store.close()
    return _outcome(plan, where, swept, deleted, advice, (warning,) if warning else ())


def _store(plan: Plan, deadline: Deadline) -> Store:
    """Make the store; only what it needs is imported."""
    if plan.account is None:
        from .files import open_path

        return open_path(plan.path or "", plan.mailboxes, deadline)
    if plan.protocol == "imap":
        from .imap import ImapStore

        return ImapStore(plan.account, plan.mailboxes, deadline)
    from .pop3 import Pop3Store

    return Pop3Store(plan.account, deadline)


def _deleted(
    plan: Plan, store: Store, swept: Sweep, check_mode: bool
) -> tuple[frozenset[t.Any], str | None]:
    """Delete what was found: give the keys of what is gone, and why it is not all, if so."""
    ours: list[Found] = [one for copies in swept.found.values() for one in copies]
    if not plan.delete or check_mode or not ours:
        return frozenset(), None
    store.deadline.grant(DELETE_SECONDS)
    gone = set()
    try:
        for key in store.delete(ours):
            gone.add(key)
    except Broken as broken:
        text = _masked(plan, broken.text)
        return frozenset(gone), f"{store.where}: not all was deleted: {text}"
    return frozenset(gone), None


def _advice(plan: Plan, store: Store, one: Wanted, swept: Sweep) -> list[str]:
    if one.token in swept.found:
        return []
    waited = plan.timeout if one.accepted is None else time.time() - one.accepted
    knows_junk = store.knows_junk and plan.mailboxes is None
    look = Look(any(place.junk for place in store.places), knows_junk)
    return advise(one, look, waited)


def _outcome(
    plan: Plan,
    where: str,
    swept: Sweep,
    deleted: frozenset[t.Any],
    advice: list[list[str]],
    warnings: tuple[str, ...],
) -> Outcome:
    receipts = [
        receipt(one, swept.found.get(one.token, []), deleted, advised)
        for one, advised in zip(plan.wanted, advice)
    ]
    result = {"changed": bool(deleted), "receipts": receipts, "summary": summary(receipts)}
    if all(one["found"] for one in receipts):
        return Outcome(result, None, warnings)
    problem = sentence(receipts, where, plan.timeout)
    if swept.broken is not None:
        problem += f" (and then: {_masked(plan, swept.broken.text)})"
    return Outcome(result, problem, warnings)


def _failure(plan: Plan, where: str, broken: Broken) -> str:
    """Say why the store could not be looked through, and what to do."""
    text = _masked(plan, broken.text)
    before = "" if text.startswith(where) else f"{where}: "
    hint = HINTS.get(broken.kind)
    return f"{before}{text}" + (f" ({hint})" if hint else "")


def _masked(plan: Plan, text: str) -> str:
    """Give a server's words without the secret, and not more of them than fit."""
    if plan.account is not None:
        pattern = secret_pattern(plan.account.user, plan.account.secret)
        text = pattern.sub(NOT_SHOWN, text)
    return text[:MAX_CHARACTERS]

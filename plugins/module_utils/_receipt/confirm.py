# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Step 8 of the telnet session, confirm receipt: a plan in, what came of it out.

An exception that nobody has foreseen is a failure of kind `internal`, and costs nothing of what was
found before.
"""

from __future__ import annotations

import contextlib
import time
import typing as t

from .._net.errors import ProbeError
from .advice import HINTS, Look, advise
from .deadline import Deadline
from .local_file import shown
from .receipt import receipt, sentence, summary
from .redaction import Redactor
from .sweep import PASSING, Sweep, sweep
from .unforeseen import unforeseen

if t.TYPE_CHECKING:
    from .options import Plan
    from .store import Store
    from .words import Wanted

# What there is beyond the time-out: to delete what was found, and to say good-bye.
DELETE_SECONDS = 30.0
LEAVE_SECONDS = 2.0

# What is shown of a server's words.
MAX_CHARACTERS = 500

NOTHING_WANTED = "tokens is empty: no message was looked for"


class Outcome(t.NamedTuple):
    """The result of the module, why it failed (None where it did not), and what to warn of."""

    result: dict[str, t.Any]
    problem: str | None
    warnings: tuple[str, ...] = ()


class _Course:
    """What has come of a plan so far. `broken` is why it did not come to its end, if so."""

    def __init__(self) -> None:
        self.swept = Sweep({}, None, looked=True)
        self.look: Look | None = None
        self.deleted: set[t.Any] = set()
        self.warnings: list[str] = []
        self.broken: ProbeError | None = None


def confirm(plan: Plan, check_mode: bool) -> Outcome:
    """Look for all tokens, delete what was found where that is wished, and tell."""
    if not plan.wanted:
        # In check mode an empty list is there to check the other options.
        warnings = () if check_mode else (NOTHING_WANTED,)
        result = {"changed": False, "receipts": [], "summary": summary([])}
        return Outcome(result, None, warnings)
    course = _Course()
    try:
        _take(course, plan, check_mode)
    except ProbeError as broken:
        course.broken = broken
    except Exception as error:  # noqa: BLE001 - what was found is not lost with it
        course.broken = unforeseen(error)
    try:
        return _outcome(plan, course)
    except Exception as error:  # noqa: BLE001 - there is nothing left but to say so
        failure = _failure(plan, unforeseen(error))
        return Outcome({"changed": bool(course.deleted), "kind": "internal"}, failure)


def _take(course: _Course, plan: Plan, check_mode: bool) -> None:
    """Open the store, look, and delete. Raises ProbeError."""
    deadline = Deadline(plan.timeout)
    store = _store(plan, deadline)
    wanted = {one.token for one in plan.wanted}
    try:
        course.swept = sweep(store, wanted, plan.delay)
        course.look = _look(plan, store)
        _judge(course, wanted)
        if plan.delete and not check_mode and course.broken is None and course.swept.found:
            _delete(course, store)
    finally:
        deadline.grant(LEAVE_SECONDS)
        with contextlib.suppress(Exception):
            store.close()


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


def _look(plan: Plan, store: Store) -> Look:
    knows_junk = store.knows_junk and plan.mailboxes is None
    return Look(any(place.junk for place in store.places), knows_junk)


def _judge(course: _Course, wanted: t.AbstractSet[str]) -> None:
    """Say whether the look counts: whether it came to its end, or has found all before that."""
    broken = course.swept.broken
    if broken is None:
        return
    if broken.kind == "internal" or not course.swept.looked:
        course.broken = broken
    if wanted <= set(course.swept.found) and broken.kind in PASSING:
        course.broken = None
        course.warnings.append(f"not all was looked through: {broken.text}")


def _delete(course: _Course, store: Store) -> None:
    """Delete what was found, and warn where that is not all."""
    ours = [one for copies in course.swept.found.values() for one in copies]
    store.deadline.grant(DELETE_SECONDS)
    try:
        for key in store.delete(ours):
            course.deleted.add(key)
    except ProbeError as broken:
        all_gone = course.deleted >= {one.key for one in ours}
        course.warnings.append(broken.text if all_gone else f"not all was deleted: {broken.text}")


def _outcome(plan: Plan, course: _Course) -> Outcome:
    redactor = _redactor(plan)
    found, broken = course.swept.found, course.broken
    receipts = [
        receipt(one, found.get(one.token, []), course.deleted, _advice(plan, course, one), redactor)
        for one in plan.wanted
        # Of a mailbox that was not looked through, it cannot be said that a message is missing.
        if broken is None or one.token in found
    ]
    where = _where(plan)
    warnings = tuple(_shown(plan, f"{where}: {warning}") for warning in course.warnings)
    result: dict[str, t.Any] = {"changed": bool(course.deleted)}
    if broken is not None:
        result["kind"] = broken.kind
        if receipts:
            result["receipts"] = receipts
        return Outcome(result, _failure(plan, broken), warnings)
    result.update(receipts=receipts, summary=summary(receipts))
    if all(one["found"] for one in receipts):
        return Outcome(result, None, warnings)
    problem = sentence(receipts, where, plan.timeout)
    if course.swept.broken is not None:
        problem += f" (and then: {_shown(plan, course.swept.broken.text)})"
    return Outcome(result, redactor.text(problem), warnings)


def _advice(plan: Plan, course: _Course, one: Wanted) -> list[str]:
    if course.look is None or one.token in course.swept.found:
        return []
    waited = plan.timeout if one.accepted is None else time.time() - one.accepted
    return advise(one, course.look, waited)


def _failure(plan: Plan, broken: ProbeError) -> str:
    """Say why the store could not be looked through, and what to do."""
    where = _where(plan)
    text = _shown(plan, broken.text)
    before = "" if text.startswith(where) else f"{where}: "
    hint = HINTS.get(broken.kind)
    return f"{before}{text}" + (f" ({hint})" if hint else "")


def _where(plan: Plan) -> str:
    return shown(plan.path or "") if plan.account is None else str(plan.account)


def _redactor(plan: Plan) -> Redactor:
    account = plan.account
    return Redactor() if account is None else Redactor(account.user, account.secret)


def _shown(plan: Plan, text: str) -> str:
    """Return a server's words without the secret, and not more of them than fit."""
    return _redactor(plan).text(text)[:MAX_CHARACTERS]

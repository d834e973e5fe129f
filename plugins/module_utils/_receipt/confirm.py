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

from .advice import HINTS, SearchScope, advise
from .deadline import Deadline
from .errors import StoreError
from .internal_error import internal_error
from .local_file import printable_path
from .receipt import receipt, sentence, summary
from .redaction import Redactor
from .sweep import RETRYABLE, Sweep, sweep

if t.TYPE_CHECKING:
    from .model import WantedMessage
    from .options import Plan
    from .store import Store

# What there is beyond the time-out: to delete what was found, and to say good-bye.
DELETE_SECONDS = 30.0
LOGOUT_SECONDS = 2.0

# What is shown of a server's words.
MAX_CHARACTERS = 500

NOTHING_WANTED = "tokens is empty: no message was looked for"


class Outcome(t.NamedTuple):
    """The result of the module, why it failed (None where it did not), and what to warn of."""

    result: dict[str, t.Any]
    problem: str | None
    warnings: tuple[str, ...] = ()


class _Progress:
    """What has come of a plan so far. `broken` is why it did not come to its end, if so."""

    def __init__(self) -> None:
        self.sweep = Sweep({}, None, completed=True)
        self.scope: SearchScope | None = None
        self.deleted: set[t.Any] = set()
        self.warnings: list[str] = []
        self.error: StoreError | None = None


def confirm(plan: Plan, check_mode: bool) -> Outcome:
    """Look for all tokens, delete what was found where that is wished, and tell."""
    if not plan.wanted:
        # In check mode an empty list is there to check the other options.
        warnings = () if check_mode else (NOTHING_WANTED,)
        result = {"changed": False, "receipts": [], "summary": summary([])}
        return Outcome(result, None, warnings)
    progress = _Progress()
    try:
        _run(progress, plan, check_mode)
    except StoreError as error:
        progress.error = error
    except Exception as error:  # noqa: BLE001 - what was found is not lost with it
        progress.error = internal_error(error)
    try:
        return _outcome(plan, progress)
    except Exception as error:  # noqa: BLE001 - there is nothing left but to say so
        failure = _failure(plan, internal_error(error))
        return Outcome({"changed": bool(progress.deleted), "kind": "internal"}, failure)


def _run(progress: _Progress, plan: Plan, check_mode: bool) -> None:
    """Open the store, look, and delete. Raises StoreError."""
    deadline = Deadline(plan.timeout)
    store = _store(plan, deadline)
    wanted = {one.token for one in plan.wanted}
    try:
        progress.sweep = sweep(store, wanted, plan.delay)
        progress.scope = _search_scope(plan, store)
        _set_error(progress, wanted)
        if plan.delete and not check_mode and progress.error is None and progress.sweep.found:
            _delete(progress, store)
    finally:
        deadline.extend(LOGOUT_SECONDS)
        with contextlib.suppress(Exception):
            store.close()


def _store(plan: Plan, deadline: Deadline) -> Store:
    """Make the store; only what it needs is imported."""
    if plan.account is None:
        from .local_store import open_path

        return open_path(plan.path or "", plan.mailboxes, deadline)
    if plan.protocol == "imap":
        from .imap import ImapStore

        return ImapStore(plan.account, plan.mailboxes, deadline)
    from .pop3 import Pop3Store

    return Pop3Store(plan.account, deadline)


def _search_scope(plan: Plan, store: Store) -> SearchScope:
    can_have_junk = store.can_have_junk and plan.mailboxes is None
    return SearchScope(any(mailbox.junk for mailbox in store.mailboxes), can_have_junk)


def _set_error(progress: _Progress, wanted: t.AbstractSet[str]) -> None:
    """Say whether the look counts: whether it came to its end, or has found all before that."""
    error = progress.sweep.error
    if error is None:
        return
    if error.kind == "internal" or not progress.sweep.completed:
        progress.error = error
    if wanted <= set(progress.sweep.found) and error.kind in RETRYABLE:
        progress.error = None
        progress.warnings.append(f"not all was looked through: {error.text}")


def _delete(progress: _Progress, store: Store) -> None:
    """Delete what was found, and warn where that is not all."""
    ours = [one for copies in progress.sweep.found.values() for one in copies]
    store.deadline.extend(DELETE_SECONDS)
    try:
        for key in store.delete(ours):
            progress.deleted.add(key)
    except StoreError as error:
        all_gone = progress.deleted >= {one.key for one in ours}
        progress.warnings.append(error.text if all_gone else f"not all was deleted: {error.text}")


def _outcome(plan: Plan, progress: _Progress) -> Outcome:
    redactor = _redactor(plan)
    found, error = progress.sweep.found, progress.error
    receipts = [
        receipt(
            one, found.get(one.token, []), progress.deleted, _advice(plan, progress, one), redactor
        )
        for one in plan.wanted
        # Of a mailbox that was not looked through, it cannot be said that a message is missing.
        if error is None or one.token in found
    ]
    where = _where(plan)
    warnings = tuple(_shown(plan, f"{where}: {warning}") for warning in progress.warnings)
    result: dict[str, t.Any] = {"changed": bool(progress.deleted)}
    if error is not None:
        result["kind"] = error.kind
        if receipts:
            result["receipts"] = receipts
        return Outcome(result, _failure(plan, error), warnings)
    result.update(receipts=receipts, summary=summary(receipts))
    if all(one["found"] for one in receipts):
        return Outcome(result, None, warnings)
    problem = sentence(receipts, where, plan.timeout)
    if progress.sweep.error is not None:
        problem += f" (and then: {_shown(plan, progress.sweep.error.text)})"
    return Outcome(result, redactor.text(problem), warnings)


def _advice(plan: Plan, progress: _Progress, one: WantedMessage) -> list[str]:
    if progress.scope is None or one.token in progress.sweep.found:
        return []
    waited = plan.timeout if one.accepted is None else time.time() - one.accepted
    return advise(one, progress.scope, waited)


def _failure(plan: Plan, error: StoreError) -> str:
    """Say why the store could not be looked through, and what to do."""
    where = _where(plan)
    text = _shown(plan, error.text)
    before = "" if text.startswith(where) else f"{where}: "
    hint = HINTS.get(error.kind)
    return f"{before}{text}" + (f" ({hint})" if hint else "")


def _where(plan: Plan) -> str:
    return printable_path(plan.path or "") if plan.account is None else str(plan.account)


def _redactor(plan: Plan) -> Redactor:
    account = plan.account
    return Redactor() if account is None else Redactor(account.user, account.secret)


def _shown(plan: Plan, text: str) -> str:
    """Return a server's words without the secret, and not more of them than fit."""
    return _redactor(plan).text(text)[:MAX_CHARACTERS]

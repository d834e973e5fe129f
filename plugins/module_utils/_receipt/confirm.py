# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Step 8 of the telnet session, "confirm receipt": a plan in, the result of the module out.

An unexpected exception becomes a failure of kind `internal`. The messages that were found before it
are still returned.
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

# The time after the time-out to delete messages, and to log out.
DELETE_SECONDS = 30.0
LOGOUT_SECONDS = 2.0

# The limit on a server's text in a message.
MAX_CHARACTERS = 500

NOTHING_WANTED = "tokens is empty: no message was looked for"


class Outcome(t.NamedTuple):
    """The result of the module, why it failed or None, and its warnings."""

    result: dict[str, t.Any]
    problem: str | None
    warnings: tuple[str, ...] = ()


class _Progress:
    """The progress of a plan. `error` is why it could not be completed, or None."""

    def __init__(self) -> None:
        self.sweep = Sweep({}, None, completed=True)
        self.scope: SearchScope | None = None
        self.deleted: set[t.Any] = set()
        self.warnings: list[str] = []
        self.error: StoreError | None = None


def confirm(plan: Plan, check_mode: bool) -> Outcome:
    """Look for all tokens, delete the messages found if requested, and return the outcome."""
    if not plan.wanted:
        # In check mode, an empty list is a way to check the other options.
        warnings = () if check_mode else (NOTHING_WANTED,)
        result = {"changed": False, "receipts": [], "summary": summary([])}
        return Outcome(result, None, warnings)
    progress = _Progress()
    try:
        _run(progress, plan, check_mode)
    except StoreError as error:
        progress.error = error
    except Exception as error:  # noqa: BLE001 - the messages found are returned
        progress.error = internal_error(error)
    try:
        return _outcome(plan, progress)
    except Exception as error:  # noqa: BLE001 - the module must return a result
        failure = _failure(plan, internal_error(error))
        return Outcome({"changed": bool(progress.deleted), "kind": "internal"}, failure)


def _run(progress: _Progress, plan: Plan, check_mode: bool) -> None:
    """Search the store, and delete. Raises StoreError."""
    deadline = Deadline(plan.timeout)
    store = _store(plan, deadline)
    wanted = {one.token for one in plan.wanted}
    try:
        progress.sweep = sweep(store, wanted, plan.delay)
        progress.warnings.extend(store.warnings)
        progress.scope = _search_scope(plan, store)
        _set_error(progress, wanted)
        if plan.delete and not check_mode and progress.error is None and progress.sweep.found:
            _delete(progress, store)
    finally:
        deadline.extend(LOGOUT_SECONDS)
        with contextlib.suppress(Exception):
            store.close()


def _store(plan: Plan, deadline: Deadline) -> Store:
    """Return the store of a plan, whose module is imported only now."""
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
    """Set the error of a sweep that was not completed, unless it found all messages."""
    error = progress.sweep.error
    if error is None:
        return
    if error.kind == "internal" or not progress.sweep.completed:
        progress.error = error
    if wanted <= set(progress.sweep.found) and error.kind in RETRYABLE:
        progress.error = None
        progress.warnings.append(f"the mailboxes were not searched completely: {error.text}")


def _delete(progress: _Progress, store: Store) -> None:
    """Delete the messages found, and warn if some are left."""
    ours = [one for copies in progress.sweep.found.values() for one in copies]
    store.deadline.extend(DELETE_SECONDS)
    try:
        for key in store.delete(ours):
            progress.deleted.add(key)
    except StoreError as error:
        all_gone = progress.deleted >= {one.key for one in ours}
        progress.warnings.append(
            error.text if all_gone else f"not all messages were deleted: {error.text}"
        )


def _outcome(plan: Plan, progress: _Progress) -> Outcome:
    redactor = _redactor(plan)
    found, error = progress.sweep.found, progress.error
    receipts = [
        receipt(
            one, found.get(one.token, []), progress.deleted, _advice(plan, progress, one), redactor
        )
        for one in plan.wanted
        # A message is only known to be missing if its mailbox was searched completely.
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
        problem += f" (and the last search failed: {_shown(plan, progress.sweep.error.text)})"
    return Outcome(result, redactor.text(problem), warnings)


def _advice(plan: Plan, progress: _Progress, one: WantedMessage) -> list[str]:
    if progress.scope is None or one.token in progress.sweep.found:
        return []
    waited = plan.timeout if one.accepted is None else time.time() - one.accepted
    return advise(one, progress.scope, waited)


def _failure(plan: Plan, error: StoreError) -> str:
    """Return why the store could not be searched, and what to do."""
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
    """Return a text of a server without the secret, cut to MAX_CHARACTERS."""
    return _redactor(plan).text(text)[:MAX_CHARACTERS]

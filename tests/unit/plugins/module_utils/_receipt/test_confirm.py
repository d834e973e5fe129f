# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes of a plan: whatever happens in its course, what was found by then is told."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt import confirm as confirming
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.account import Account
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.confirm import Outcome, confirm
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.errors import StoreError
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.header_section import (
    read_header,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.maildir import MaildirStore
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.model import (
    FoundMessage,
    Mailbox,
    WantedMessage,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.options import Plan
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.store import Store
from ansible_collections.mailops.smtp.tests.unit.plugins.module_utils._receipt.imap_server import (
    ImapServer,
)

SECRET = "correct-horse-42"
TRACES = ("correct", "horse", "Y29y", "b3Jz")

HEAD = b"""Received: from Y29ycmVjdC1ob3JzZS00Mg== by mx with ESMTP id correct
 -horse-42; Tue, 24 Nov 2026 12:00:00 +0000
Authentication-Results: mx; spf=pass smtp.mailfrom=636f72726563742d686f7273652d3432
X-SMTP-Handshake-Token: ours

"""


def plan(*tokens: str, path: str = "/nowhere", **more: t.Any) -> Plan:
    whole: dict[str, t.Any] = {
        "wanted": tuple(map(WantedMessage, tokens or ("ours", "lost"))),
        "protocol": None,
        "account": None,
        "path": path,
        "mailboxes": None,
        "timeout": 0.3,
        "delay": 0.1,
        "delete": False,
    }
    return Plan(**{**whole, **more})


class Scripted(Store):
    """A store that finds what it is told to find, and then breaks in the way it is told to."""

    def __init__(
        self, *found: str, breaks: Exception | None = None, deletes: Exception | None = None
    ) -> None:
        from ansible_collections.mailops.smtp.plugins.module_utils._receipt.deadline import Deadline

        super().__init__("a store", Deadline(0.3))
        self._found = found
        self._breaks = breaks
        self._deletes = deletes

    def find(self, wanted: t.AbstractSet[str]) -> t.Iterator[FoundMessage]:
        for token in self._found:
            yield FoundMessage(token, Mailbox("INBOX"), "1", 0.0, read_header(HEAD), (token,))
        if self._breaks is not None:
            raise self._breaks

    def delete(self, found: t.Sequence[FoundMessage]) -> t.Iterator[tuple[t.Any, ...]]:
        yield found[0].key
        if self._deletes is not None:
            raise self._deletes


@pytest.fixture
def outcome_with(monkeypatch: pytest.MonkeyPatch) -> t.Callable[..., Outcome]:
    """Return what comes of a plan with a store."""

    def outcome(store: Store, *tokens: str, **more: t.Any) -> Outcome:
        monkeypatch.setattr(confirming, "_store", lambda _plan, _deadline: store)
        return confirm(plan(*tokens, **more), False)

    return outcome


def tokens(outcome: Outcome) -> list[str]:
    return [one["token"] for one in outcome.result.get("receipts", [])]


def test_an_error_that_nobody_has_foreseen_is_told_with_what_was_found(outcome_with: t.Any) -> None:
    outcome = outcome_with(Scripted("ours", breaks=KeyError("x")))
    assert (outcome.result["kind"], outcome.result["changed"]) == ("internal", False)
    assert tokens(outcome) == ["ours"]  # and nobody knows whether the other one has arrived
    assert "KeyError: 'x' (test_confirm.py, line" in outcome.problem
    assert "Traceback" not in outcome.problem


def test_so_is_one_while_deleting_and_what_is_gone_is_told(outcome_with: t.Any) -> None:
    store = Scripted("ours", "lost", deletes=ZeroDivisionError())
    outcome = outcome_with(store, delete=True)
    assert (outcome.result["kind"], outcome.result["changed"]) == ("internal", True)
    assert [one["deleted"] for one in outcome.result["receipts"]] == [True, False]


@pytest.mark.parametrize("function", ["_advice", "receipt", "sentence", "_search_scope", "summary"])
def test_so_is_one_anywhere_else(
    monkeypatch: pytest.MonkeyPatch, outcome_with: t.Any, function: str
) -> None:
    def fail(*_args: t.Any) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(confirming, function, fail)
    outcome = outcome_with(Scripted("ours"))
    assert outcome.result["kind"] == "internal"
    assert "RecursionError: too deep" in outcome.problem


def test_what_was_found_before_the_look_broke_is_told(outcome_with: t.Any) -> None:
    outcome = outcome_with(Scripted("ours", breaks=StoreError("mailbox", "there is no Spam")))
    assert (outcome.result["kind"], tokens(outcome)) == ("mailbox", ["ours"])
    assert "there is no Spam" in outcome.problem
    assert "summary" not in outcome.result


def test_without_anything_found_there_are_no_receipts(outcome_with: t.Any) -> None:
    outcome = outcome_with(Scripted(breaks=StoreError("login", "wrong")))
    assert outcome.result == {"changed": False, "kind": "login"}


def test_when_all_is_found_a_server_that_breaks_then_is_no_failure(outcome_with: t.Any) -> None:
    outcome = outcome_with(Scripted("ours", "lost", breaks=StoreError("busy", "later")))
    assert outcome.problem is None
    assert outcome.warnings == ("/nowhere: the mailboxes were not searched completely: later",)
    outcome = outcome_with(Scripted("ours", "lost", breaks=StoreError("mailbox", "no Spam")))
    assert outcome.result["kind"] == "mailbox"  # the name is wrong, and will be the next time


def test_what_was_not_deleted_is_warned_of(outcome_with: t.Any) -> None:
    store = Scripted("ours", "lost", deletes=StoreError("mailbox", "no right"))
    outcome = outcome_with(store, delete=True)
    assert outcome.problem is None
    assert outcome.warnings == ("/nowhere: not all messages were deleted: no right",)


def test_without_tokens_it_is_said_that_nothing_was_looked_for() -> None:
    outcome = confirm(plan()._replace(wanted=()), False)
    assert (outcome.problem, outcome.result["receipts"]) == (None, [])
    assert outcome.warnings == ("tokens is empty: no message was looked for",)
    assert confirm(plan()._replace(wanted=()), True).warnings == ()


def test_no_secret_is_shown_wherever_it_comes_from(outcome_with: t.Any) -> None:
    account = Account("imap.example.org", 993, "never", "ann", SECRET)
    said = f"what is {SECRET}, or Y29ycmVjdC1ob3JzZS00Mg==?"
    for store in (
        Scripted("ours", breaks=StoreError("mailbox", said)),
        Scripted("ours", breaks=ValueError(said)),
        Scripted("ours", "lost", breaks=StoreError("busy", said)),
        Scripted("ours", deletes=StoreError("mailbox", said)),
    ):
        outcome = outcome_with(store, protocol="imap", account=account, delete=True)
        assert "(not shown)" in str(outcome)
        for trace in TRACES:
            assert trace not in str(outcome)
        (first, *_rest) = outcome.result["receipts"]
        assert first["hops"][0]["time"] == "2026-11-24T12:00:00Z"
        assert first["authentication_results"][0]["spf"] == "pass"


def test_a_secret_is_taken_out_before_the_rest_is_cut_off(outcome_with: t.Any) -> None:
    account = Account("imap.example.org", 993, "never", "ann", SECRET)
    text = "x" * (confirming.MAX_CHARACTERS - 5) + SECRET
    outcome = outcome_with(
        Scripted(breaks=StoreError("login", text)), protocol="imap", account=account
    )
    assert "corr" not in outcome.problem


def test_a_password_that_is_wrong_is_sent_once_though_there_is_time(tmp_path: Path) -> None:
    server = ImapServer({"LOGIN": "{tag} NO [ALERT] Invalid credentials (Failure)\r\n"})
    account = Account(server.host, server.port, "never", "ann", SECRET)
    outcome = confirm(plan(protocol="imap", account=account, timeout=30.0, delay=0.05), False)
    server.stop()
    assert outcome.result["kind"] == "login"
    assert len(server.commands("LOGIN")) == 1


def test_a_server_that_is_busy_is_asked_again_until_it_has_time() -> None:
    answers = {
        "LOGIN": "{tag} NO [ALERT] Too many simultaneous connections. (Failure)\r\n",
        "EXAMINE": "{tag} NO there is none\r\n",
    }

    class Relenting(ImapServer):
        def _answer(self, command: str) -> str | bytes:
            if command.startswith("LOGIN") and len(self.commands("LOGIN")) > 2:
                return "{tag} OK at last\r\n"
            return super()._answer(command)

    server = Relenting(answers)
    account = Account(server.host, server.port, "never", "ann", SECRET)
    outcome = confirm(plan(protocol="imap", account=account, timeout=30.0, delay=0.05), False)
    server.stop()
    assert len(server.commands("LOGIN")) == 3
    assert outcome.result["kind"] == "mailbox"  # so it was let in, and has looked


def test_a_path_that_is_no_text_can_be_shown(tmp_path: Path) -> None:
    outcome = confirm(plan(path=str(tmp_path / "\udcff")), False)
    assert outcome.problem is not None
    outcome.problem.encode()
    assert MaildirStore("\udcff", None, None).name == "\\xff"  # type: ignore[arg-type]

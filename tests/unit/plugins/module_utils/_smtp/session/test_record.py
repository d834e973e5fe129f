# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of a dialogue has replies without secrets, and within a limit of memory."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._net.redaction import secret_pattern
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.plan import Endpoint, Plan
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.transcript import (
    Transcript,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.reply import Reply


def record_of(budget_bytes: int = 10_000) -> Record:
    """Return the record of a dialogue with a password."""
    transcript = Transcript(secret_pattern("ann", "correct horse"), budget_bytes)
    return Record(Plan(Endpoint("relay.example.com")), transcript)


def test_a_reply_is_recorded_without_the_secret_in_it() -> None:
    record = record_of()
    record.note("auth", "AUTH PLAIN (not shown)", Reply(535, ("5.7.8 correct horse is wrong",)))
    (recorded,) = record.replies
    assert recorded.reply == Reply(535, ("5.7.8 (not shown) is wrong",))
    assert (recorded.stage, recorded.recipient, recorded.tls) == ("auth", None, False)


def test_what_is_judged_of_a_reply_is_what_came() -> None:
    record = record_of()
    secret, plain = Reply(535, ("5.7.8 correct horse is wrong",)), Reply(535, ("5.7.8 no",))
    for reply in (secret, plain):
        record.note("auth", "AUTH PLAIN (not shown)", reply)
    assert [one.judged for one in record.replies] == [secret, plain]
    assert record.replies[1].unmasked is None  # so it is not kept twice


def test_what_is_judged_counts_for_the_limit_of_memory() -> None:
    record = record_of(budget_bytes=1000)
    for _number in range(2):
        record.note("rcpt_to", "RCPT", Reply(550, (f"correct horse {'x' * 400}",)))
    first, cut = record.replies
    assert first.judged.lines[0].startswith("correct horse xxx")
    assert cut.unmasked is None
    assert cut.reply.lines[0].startswith("(not shown) xxx")


def test_a_reply_is_recorded_only_as_it_may_be_shown() -> None:
    record = record_of()
    record.note("helo", "EHLO", Reply(550, (r"no\x1b[2J",), came=("no\x1b[2J",)))
    assert record.replies[0].reply == Reply(550, (r"no\x1b[2J",))


def test_replies_beyond_the_limit_keep_their_codes() -> None:
    record = record_of(budget_bytes=1000)
    for _number in range(2):
        record.note(
            "rcpt_to", "RCPT", Reply(550, ("5.1.1 " + "x" * 600, "more")), "bob@example.org"
        )
    whole, cut = (recorded.reply for recorded in record.replies)
    assert whole.lines[1] == "more"
    assert (cut.code, cut.enhanced_code) == (550, "5.1.1")
    assert len(cut.lines[0]) == 200
    assert cut.lines[1] == "(left out: the server sent too much)"


def test_a_message_that_was_not_accepted_changes_nothing() -> None:
    record = record_of()
    record.note("data", "DATA", Reply(354, ("go on",)))
    record.note("message", ".", Reply(451, ("later",)), "ann@example.com")
    assert record.message_reply is None
    assert record.changed is False


def test_a_message_accepted_for_one_of_several_recipients_is_a_change() -> None:
    record = record_of()
    record.note("message", ".", Reply(451, ("later",)), "ann@example.com")
    record.note("message", ".", Reply(250, ("queued",)), "bob@example.org")
    assert record.changed is True
    assert record.message_reply is not None
    assert record.message_reply.reply == Reply(250, ("queued",))


def test_the_look_up_is_no_stage_and_tls_is_a_part_of_one() -> None:
    record = record_of()
    record.seconds.update(resolve=5.0, quit=0.25, connect=1.0, tls=0.5)
    assert list(record.stage_seconds.items()) == [("connect", 1.0), ("quit", 0.25)]

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A receipt says in a word and in a sentence whether the message arrived."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.receipts import (
    MISSING,
    Receipt,
)


@pytest.mark.parametrize(
    ("receipt", "short", "sentence"),
    [
        (Receipt(None), "ok", "found in the mailbox"),
        (
            Receipt(None, mailbox="INBOX", seconds=2.4),
            "ok 2 s",
            "found in INBOX, 2.4 s after it was accepted",
        ),
        (Receipt(None, mailbox="Spam", junk=True), "ok, junk", "found in Spam (junk)"),
        (Receipt(MISSING, "it has not arrived"), "missing", "it has not arrived"),
    ],
)
def test_a_receipt_says_what_became_of_the_message(
    receipt: Receipt, short: str, sentence: str
) -> None:
    assert (receipt.short, receipt.sentence) == (short, sentence)


def test_only_what_has_no_kind_of_failure_was_found() -> None:
    assert Receipt(None).found
    assert not Receipt(MISSING).found

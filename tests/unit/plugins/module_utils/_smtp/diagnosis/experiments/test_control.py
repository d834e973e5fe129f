# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same dialogue again: it fails alike, otherwise, or not at all."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    control,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_MAIL, TO_RCPT
from ansible_collections.mailops.smtp.tests.unit.investigations import findings_of


def test_it_fails_alike() -> None:
    refuses = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 550 5.7.1 Relaying denied{END}"

    (finding,) = findings_of(control.same_dialogue, refuses)

    assert finding.evidence.value == "rcpt_to: 550 5.7.1 Relaying denied"
    assert finding.conclusion is None


def test_it_passes_now() -> None:
    (finding,) = findings_of(control.same_dialogue, TO_RCPT + END)

    assert finding.evidence.value == "passed"
    assert finding.conclusion is not None
    assert finding.conclusion.certainty == "open"


def test_a_follow_up_has_no_message_for_which_the_server_offers_too_little() -> None:
    failure = Failure("mail_from", "unsupported", "the message has 5000 bytes")

    (finding,) = findings_of(control.same_dialogue, TO_RCPT + END, failure=failure)

    assert finding.evidence.says == "nothing fails without a message and expectations"
    assert finding.conclusion is None


def test_it_fails_in_another_way() -> None:
    refuses = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 450 4.2.0 Greylisted{END}"

    (finding,) = findings_of(control.same_dialogue, refuses)

    assert finding.evidence.says == "it failed in another way than before"


def test_a_failure_after_rcpt_is_not_repeated() -> None:
    failure = Failure("message", "permanent", "5.7.1 spam", 550, "5.7.1")

    assert findings_of(control.same_dialogue, failure=failure) == []

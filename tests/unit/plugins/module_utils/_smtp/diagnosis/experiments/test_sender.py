# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The null sender is accepted where the sender was the reason."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    sender,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_HELO
from ansible_collections.mailops.smtp.tests.unit.investigations import findings_of

FAILURE = Failure("mail_from", "permanent", "5.1.8 Sender address rejected", 550, "5.1.8")
REFUSES = f"{TO_HELO}\nC: MAIL FROM:<ann@example.com>\nS: 550 5.1.8 Sender address rejected{END}"
NULL_SENDER = f"""{TO_HELO}
C: MAIL FROM:<>
S: 250 2.1.0 Ok
C: RCPT TO:<bob@example.org>
S: 250 2.1.5 Ok{END}"""


def test_it_is_the_sender() -> None:
    (finding,) = findings_of(sender.another_sender, REFUSES, NULL_SENDER, failure=FAILURE)

    assert finding.conclusion == ("sender-domain", "proven")


def test_it_is_not_the_sender() -> None:
    refused = f"{TO_HELO}\nC: MAIL FROM:<>\nS: 550 5.1.8 Sender address rejected{END}"

    (finding,) = findings_of(sender.another_sender, REFUSES, refused, failure=FAILURE)

    assert "sender-domain" in finding.excludes


def test_nothing_but_the_sender_is_changed() -> None:
    refused = f"{TO_HELO}\nC: MAIL FROM:<> RET=HDRS\nS: 550 5.1.8 Sender address rejected{END}"
    refuses = REFUSES.replace("<ann@example.com>", "<ann@example.com> RET=HDRS")
    offers = "S: 250-mx.example.org\nS: 250 DSN"
    scripts = [one.replace("S: 250 mx.example.org", offers) for one in (refuses, refused)]

    (finding,) = findings_of(
        sender.another_sender, *scripts, failure=FAILURE, mail_parameters=["RET=HDRS"]
    )

    assert finding.evidence.fact == "the null sender instead"


def test_the_null_sender_is_not_tried_twice() -> None:
    assert findings_of(sender.another_sender, failure=FAILURE, mail_from="") == []

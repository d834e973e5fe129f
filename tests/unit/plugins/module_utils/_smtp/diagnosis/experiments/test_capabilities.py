# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reply to EHLO shows what a device on the way has written over."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    capabilities,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, offering
from ansible_collections.mailops.smtp.tests.unit.investigations import Finding, findings_of

MISSING = Failure("starttls", "unsupported", "the server does not offer STARTTLS")


def findings(*offered: str, failure: Failure = MISSING) -> list[Finding]:
    script = offering(*offered) + END
    return findings_of(
        capabilities.offered_extensions, script, failure=failure, mail_from=None, rcpt_to=None
    )


def test_starttls_is_written_over() -> None:
    (finding,) = findings("PIPELINING", "XXXXXXXA")

    assert finding.conclusion == ("starttls-stripped", "consistent")


def test_nothing_is_written_over() -> None:
    assert findings("PIPELINING", "XCLIENT ADDR", "XFORWARD") == []


def test_the_mechanisms_are_named_where_a_login_may_be_missing() -> None:
    failure = Failure("mail_from", "permanent", "5.7.0 Authentication required", 530, "5.7.0")

    (finding,) = findings("AUTH PLAIN LOGIN", failure=failure)

    assert finding.evidence == ("AUTH", "PLAIN LOGIN", "a login is possible here")

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A dialogue with STARTTLS, and without."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    encryption,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import (
    END,
    TO_HELO,
    TO_MAIL,
    TO_RCPT,
    TO_STARTTLS,
)
from ansible_collections.mailops.smtp.tests.unit.investigations import findings_of

BROKEN = Failure("starttls", "transient", "4.7.0 TLS not available", 454, "4.7.0")
REFUSES_TLS = TO_STARTTLS.replace("220 2.0.0 go ahead", "454 4.7.0 TLS not available") + END


def test_that_it_works_in_plain_text_does_not_say_why_starttls_fails() -> None:
    (finding,) = findings_of(encryption.without_tls, REFUSES_TLS, TO_RCPT + END, failure=BROKEN)

    assert finding.evidence.says == "the server works in plain text, so it is TLS alone that fails"
    assert finding.conclusion is None
    assert not finding.excludes


def test_a_server_that_puts_off_plain_text_as_well_has_another_trouble_than_tls() -> None:
    puts_off = f"{TO_HELO}\nC: MAIL FROM:<ann@example.com>\nS: 451 4.7.1 Try again later{END}"

    (finding,) = findings_of(encryption.without_tls, REFUSES_TLS, puts_off, failure=BROKEN)

    assert finding.evidence.value == "mail_from: 451 4.7.1 Try again later"
    assert "starttls-not-now" in finding.excludes


def test_a_dialogue_in_plain_text_is_not_held_without_tls() -> None:
    assert findings_of(encryption.without_tls, failure=BROKEN, tls="never") == []


def test_starttls_is_not_tried_where_it_is_not_offered() -> None:
    refused = Failure("rcpt_to", "permanent", "5.7.0 TLS needed", 530, "5.7.0")
    refuses = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 530 5.7.0 TLS needed{END}"

    assert findings_of(encryption.with_tls, refuses, failure=refused, tls="never") == []


def test_a_server_that_wants_tls_gets_it() -> None:
    refused = Failure("mail_from", "permanent", "5.7.0 Must issue STARTTLS first", 530, "5.7.0")
    refuses = (
        """
S: 220 mx.example.org ESMTP
C: EHLO client.example.com
S: 250-mx.example.org
S: 250 STARTTLS
C: MAIL FROM:<ann@example.com>
S: 530 5.7.0 Must issue STARTTLS first"""
        + END
    )

    found = findings_of(encryption.with_tls, refuses, REFUSES_TLS, failure=refused, tls="never")

    (finding,) = found
    assert finding.evidence.fact == "with STARTTLS"
    assert finding.evidence.says == "it fails in another way"


NO_AUTH = Failure("auth", "unsupported", "the server does not offer AUTH")
IN_PLAIN_TEXT = """
S: 220 mx.example.org ESMTP
C: EHLO client.example.com
S: 250-mx.example.org
S: 250 STARTTLS"""


def test_a_login_that_is_not_offered_over_tls_either() -> None:
    (finding,) = findings_of(
        encryption.login_over_tls,
        IN_PLAIN_TEXT + END,
        REFUSES_TLS,
        failure=NO_AUTH,
        logs_in=True,
        tls="never",
    )

    assert finding.evidence == ("AUTH with STARTTLS", "not offered", "no more than without TLS")
    assert finding.excludes == ("log-in-over-tls",)


def test_where_starttls_is_not_offered_nothing_is_compared() -> None:
    found = findings_of(
        encryption.login_over_tls, TO_HELO + END, failure=NO_AUTH, logs_in=True, tls="never"
    )

    assert found == []

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialogue without the parameters of MAIL, and without the size of a message."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    parameters,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_RCPT, offering
from ansible_collections.mailops.smtp.tests.unit.investigations import findings_of

REFUSED = Failure("mail_from", "permanent", "5.5.4 Unsupported option", 555, "5.5.4")
TOO_LARGE = Failure("mail_from", "permanent", "5.3.4 Message too big", 552, "5.3.4")


def test_it_is_a_parameter() -> None:
    refuses = f"""{offering("SIZE")}
C: MAIL FROM:<ann@example.com> SIZE=5
S: 555 5.5.4 Unsupported option{END}"""

    (finding,) = findings_of(
        parameters.without_parameters,
        refuses,
        TO_RCPT + END,
        failure=REFUSED,
        mail_parameters=["SIZE=5"],
    )

    assert finding.evidence.fact == "without SIZE=5"
    assert finding.conclusion is not None
    assert finding.conclusion.certainty == "proven"


def test_without_parameters_nothing_is_left_out() -> None:
    assert findings_of(parameters.without_parameters, failure=REFUSED) == []


def test_it_is_the_size_of_the_message() -> None:
    accepts = f"""{offering("SIZE 1000")}
C: MAIL FROM:<ann@example.com>
S: 250 2.1.0 Ok
C: RCPT TO:<bob@example.org>
S: 250 2.1.5 Ok{END}"""

    (finding,) = findings_of(parameters.without_message_size, accepts, failure=TOO_LARGE)

    assert finding.evidence.value == "passed; the server offers SIZE 1000"
    assert finding.conclusion == ("message-size", "proven")


def test_it_is_the_size_of_a_message_that_was_not_begun() -> None:
    failure = Failure(
        "mail_from",
        "unsupported",
        "the message has 5000 bytes, and the server accepts at most 1000 bytes",
    )

    (finding,) = findings_of(parameters.without_message_size, TO_RCPT + END, failure=failure)

    assert finding.conclusion == ("message-size", "proven")


def test_a_parameter_that_the_server_does_not_offer_is_known_already() -> None:
    failure = Failure("mail_from", "unsupported", "the server does not offer DSN")

    assert (
        findings_of(parameters.without_parameters, failure=failure, mail_parameters=["RET=HDRS"])
        == []
    )


def test_another_code_is_not_about_the_size() -> None:
    assert findings_of(parameters.without_message_size, TO_RCPT + END, failure=REFUSED) == []

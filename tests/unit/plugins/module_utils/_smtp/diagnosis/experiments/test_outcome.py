# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outcome of a dialogue in one line."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    _outcome,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.transcript import (
    Transcript,
)
from ansible_collections.mailops.smtp.tests.unit.options import planned


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (None, "passed"),
        (Failure("connect", "connect", "Connection refused"), "connect: Connection refused"),
        (Failure("rcpt_to", "permanent", "no", 550), "rcpt_to: 550 no"),
        (Failure("rcpt_to", "permanent", "5.1.1 no", 550, "5.1.1"), "rcpt_to: 550 5.1.1 no"),
        (Failure("rcpt_to", "permanent", "no", 550, "5.1.1"), "rcpt_to: 550 5.1.1 no"),
        (Failure("rcpt_to", "permanent", "\x1b[2J", 550), r"rcpt_to: 550 \x1b[2J"),
        (Failure("rcpt_to", "permanent", "x" * 999, 550), "rcpt_to: 550 " + "x" * 200),
    ],
)
def test_an_outcome_is_one_bounded_line(failure: Failure | None, expected: str) -> None:
    assert _outcome.outcome_of(Record(planned(), Transcript(), failure=failure)) == expected

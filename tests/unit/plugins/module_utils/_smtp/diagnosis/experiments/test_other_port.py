# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The port for submission offers a login where the port for relaying does not."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    other_port,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_HELO, offering
from ansible_collections.mailops.smtp.tests.unit.investigations import findings_of

FAILURE = Failure("mail_from", "permanent", "5.7.0 Authentication required", 530, "5.7.0")


@pytest.mark.parametrize(
    ("script", "value"),
    [
        (offering("AUTH PLAIN") + END, "open, offers AUTH"),
        (TO_HELO + END, "open, offers neither STARTTLS nor AUTH"),
        (f"S: 554 5.7.1 No{END}", "greeting: 554 5.7.1 No"),
    ],
)
def test_what_the_other_port_offers(script: str, value: str) -> None:
    (finding,) = findings_of(other_port.other_port, script, failure=FAILURE)

    assert finding.evidence.fact == "port 587 of the server"
    assert finding.evidence.value == value


def test_the_port_for_relaying_is_asked_from_the_one_for_submission() -> None:
    (finding,) = findings_of(other_port.other_port, TO_HELO + END, failure=FAILURE, port=587)

    assert finding.evidence.fact == "port 25 of the server"


@pytest.mark.parametrize(
    ("failure", "options"),
    [
        (Failure("rcpt_to", "permanent", "5.1.1 No such user", 550, "5.1.1"), {}),
        (FAILURE, {"socket": "/run/lmtp", "host": None, "protocol": "lmtp"}),
    ],
)
def test_another_port_is_not_asked_in_vain(failure: Failure, options: dict[str, t.Any]) -> None:
    assert findings_of(other_port.other_port, failure=failure, **options) == []

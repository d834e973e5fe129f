# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EHLO instead of LHLO, and the reverse."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    protocol,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END
from ansible_collections.mailops.smtp.tests.unit.investigations import findings_of

FAILURE = Failure("helo", "permanent", "5.5.1 No", 550, "5.5.1")
GREETS = "S: 220 mx.example.org"


def hello(command: str, reply: str) -> str:
    return f"{GREETS}\nC: {command} client.example.com\nS: {reply}{END}"


def test_a_server_that_speaks_lmtp() -> None:
    (finding,) = findings_of(
        protocol.another_protocol,
        hello("EHLO", "550 5.5.1 No"),
        hello("LHLO", "250 mx.example.org"),
        failure=FAILURE,
        mail_from=None,
        rcpt_to=None,
    )

    assert finding.evidence.says == "the server speaks LMTP"
    assert finding.conclusion == ("lmtp-wanted", "proven")


def test_a_server_that_speaks_smtp() -> None:
    (finding,) = findings_of(
        protocol.another_protocol,
        hello("LHLO", "550 5.5.1 No"),
        hello("EHLO", "550 5.5.1 No"),
        failure=FAILURE,
        protocol="lmtp",
        mail_from=None,
        rcpt_to=None,
    )

    assert finding.excludes == ("lmtp-unwanted",)

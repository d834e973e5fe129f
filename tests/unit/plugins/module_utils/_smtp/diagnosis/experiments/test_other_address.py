# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another address of the server may be another server."""

from __future__ import annotations

import socket

from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    other_address,
)
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_MAIL, TO_RCPT
from ansible_collections.mailops.smtp.tests.unit.investigations import Finding, investigation_of

REFUSES = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 550 5.7.1 Relaying denied{END}"


def findings(*scripts: str) -> list[Finding]:
    investigation, network = investigation_of(*scripts)
    others = tuple(Address(socket.AF_INET, (ip, 25)) for ip in ("127.0.0.1", "127.0.0.2"))
    investigation.lookup = investigation.lookup._replace(addresses=others)
    found = list(other_address.other_addresses(investigation))
    network.join()
    return found


def test_the_addresses_answer_differently() -> None:
    (finding,) = findings(REFUSES, TO_RCPT + END)

    assert finding.evidence.fact == "at 127.0.0.2"
    assert finding.evidence.says == "127.0.0.1 is another server, or set otherwise: only it refuses"
    assert finding.conclusion is None


def test_the_addresses_answer_alike() -> None:
    (finding,) = findings(REFUSES, REFUSES)

    assert finding.evidence.says == "no different from 127.0.0.1"
    assert finding.conclusion is None


def test_a_failure_that_has_gone_is_not_compared() -> None:
    assert findings(TO_RCPT + END) == []

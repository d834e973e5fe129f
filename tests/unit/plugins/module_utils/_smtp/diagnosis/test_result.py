# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is returned of a diagnosis is printable and bounded."""

from __future__ import annotations

import base64

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.catalogue.index import (
    look_up,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.model import (
    Diagnosis,
    Evidence,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.result import result_of
from ansible_collections.mailops.smtp.tests.unit.investigations import investigation_of


def test_texts_of_a_server_are_escaped_and_cut() -> None:
    advice = tuple(look_up(["recipient-known"]))
    evidence = (Evidence("RCPT", "\x1b[2J" + "x" * 9999, "it is\nrefused"),)
    investigation, _network = investigation_of()

    result = result_of(Diagnosis("proven", advice, evidence, ("dns: \x07",)), investigation)

    assert result["cause_id"] == "recipient-known"
    (shown,) = result["evidence"]
    assert shown["value"].startswith(r"\x1b[2Jxxx")
    assert len(shown["value"]) == 1000
    assert shown["says"] == r"it is\nrefused"
    assert result["unasked"] == [r"dns: \x07"]
    assert result["connections"] == 0


def test_a_server_that_repeats_a_password_from_before_is_quoted_without_it() -> None:
    encoded = base64.b64encode(b"\0ann\0correct horse").decode()
    investigation, _network = investigation_of(login_user="ann", login_password="correct horse")
    investigation.transcript.received(f"220 {encoded}".encode())
    evidence = (Evidence("greeting", f"220 {encoded}", "it is odd"),)
    advice = tuple(look_up(["recipient-known"]))

    result = result_of(Diagnosis("proven", advice, evidence, (f"x: {encoded}",)), investigation)

    assert encoded not in str(result)
    assert result["evidence"][0]["value"] == "220 (not shown)"
    assert result["transcript"][-1].endswith("S: 220 (not shown)")

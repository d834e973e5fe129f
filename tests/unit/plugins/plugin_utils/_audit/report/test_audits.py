# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An audit counts its verdicts, and names its host with the vantage."""

from __future__ import annotations

from ansible_collections.mailops.smtp.tests.unit.audit_reports import audit


def test_each_verdict_is_counted() -> None:
    counts = audit(relay_02="finding", helo_01="undecided").counts

    assert counts == {"finding": 1, "undecided": 1, "sound": 2, "not_applicable": 0}


def test_an_outcome_is_found_by_the_id_of_its_check() -> None:
    assert audit(relay_02="finding").by_id["relay-02"].verdict == "finding"


def test_a_host_is_named_with_its_vantage() -> None:
    assert audit("app1", claimed="trusted").vantage == "app1 (trusted)"

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cells of one cause have in common, though each is worded for its own host."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.symptoms import (
    common_text,
    symptom_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.cells import (
    Cell,
    Missing,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.dialogues import (
    Dialogue,
)
from ansible_collections.mailops.smtp.tests.unit.reports import failed, passed

SERVER = {"host": "relay1", "port": 25}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "5.7.1 <web1[10.1.0.1]>: Client host rejected: Access denied",
            "5.7.1 <web22[10.1.0.22]>: Client host rejected: Access denied",
        ),
        ("192.0.2.1 port 25: Connection refused", "192.0.2.2 port 587: Connection refused"),
        (
            "relay1.example.com: Name or service not known",
            "mx2.example.org: Name or service not known",
        ),
        ("4.2.0 <bob@example.net>: Greylisted", "4.2.0 <ann@example.net>: Greylisted"),
        ("no answer within 10.0 s", "no answer within 9.8 s"),
    ],
)
def test_what_is_particular_is_no_difference(one: str, other: str) -> None:
    assert common_text(one) == common_text(other)


def test_words_are() -> None:
    assert common_text("Relay access denied") != common_text("Sender address rejected")


def test_a_long_text_is_compared_by_its_beginning() -> None:
    assert len(common_text("x " * 100_000)) <= 120


def test_the_codes_are_part_of_the_symptom() -> None:
    result = failed(SERVER, "rcpt_to", "permanent", 550, "5.7.1 Relaying denied")
    seen = symptom_of(Cell("web1", "relay1:25", (Dialogue("relay1:25", "f", result),)))
    assert seen is not None
    assert seen[:3] == ("rcpt_to", "permanent", 550)
    assert seen.text == "~ Relaying denied"


def test_a_cell_that_passed_has_none() -> None:
    assert (
        symptom_of(Cell("web1", "relay1:25", (Dialogue("relay1:25", "f", passed(SERVER)),))) is None
    )


def test_a_host_without_a_result_has_the_word_of_the_matrix() -> None:
    missing = Missing("error", "unreachable", "Ansible cannot reach the host: timed out")
    seen = symptom_of(Cell("web1", "relay1:25", (), missing))
    assert seen is not None
    assert (seen.stage, seen.kind) == ("", "unreachable")


def test_a_result_that_does_not_say_why_is_a_symptom_too() -> None:
    seen = symptom_of(Cell("web1", "relay1:25", (Dialogue("relay1:25", "f", {"passed": False}),)))
    assert seen is not None
    assert seen.kind == "no result"

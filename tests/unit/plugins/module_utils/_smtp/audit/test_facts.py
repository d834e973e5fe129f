# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts by which the report compares hosts."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.facts import facts_of
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.observed import Observed
from ansible_collections.mailops.smtp.tests.unit.audits import HELLO, QUIT, REFUSES, RESET, audit
from ansible_collections.mailops.smtp.tests.unit.memory import HOST


def test_facts_are_what_was_shown_and_answered() -> None:
    report = audit(f"{HELLO}{REFUSES}{RESET}{QUIT}")

    assert facts_of(report, "inside", {"example.com MX": ["10 mx.example.com"]}) == {
        "addresses": [
            {"ip": HOST, "greeting": "mx.example.com ESMTP", "keywords": [], "seen_as": None}
        ],
        "dns_view": "inside",
        "dns": {"example.com MX": ["10 mx.example.com"]},
    }


def test_facts_are_bounded_and_printable() -> None:
    observed = Observed("\x1b" * 1000, ("X" * 1000,) * 1000)
    report = audit()._replace(observed={str(number): observed for number in range(100)})
    answers = {f"{number}\x1b MX": ["\x1b" * 1000] * 1000 for number in range(100)}

    facts = facts_of(report, "", answers)

    assert len(facts["addresses"]) == 8
    assert len(facts["dns"]) == 12
    assert len(str(facts)) < 100_000
    assert "\x1b" not in str(facts["dns"])

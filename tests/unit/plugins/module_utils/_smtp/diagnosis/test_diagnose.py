# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows from findings, and when a diagnosis ends."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.engine import advise
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Facts
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis import (
    diagnose as diagnosis,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.budget import OutOfBudget
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.model import (
    Conclusion,
    Evidence,
    Finding,
)
from ansible_collections.mailops.smtp.tests.unit.investigations import investigation_of

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.model import (
        Certainty,
    )
    from ansible_collections.mailops.smtp.tests.unit.investigations import Experiment

FACTS = Facts("rcpt_to", "permanent", 550, "5.7.1", "5.7.1 Relaying denied")
EVIDENCE = Evidence("a fact", "a value", "a sentence")


def speaks_for(cause: str, certainty: Certainty = "consistent") -> Finding:
    return Finding(EVIDENCE, Conclusion(cause, certainty))


class TestConclude:
    def test_without_findings_the_first_advice_is_left_open(self) -> None:
        found = diagnosis.conclude([], FACTS)

        assert found.certainty == "open"
        assert list(found.advice) == advise(FACTS)

    def test_a_proof_outweighs_all_that_is_consistent(self) -> None:
        findings = [speaks_for("greylist"), speaks_for("greylist"), speaks_for("log-in", "proven")]

        found = diagnosis.conclude(findings, FACTS)

        assert (found.certainty, found.cause.id) == ("proven", "log-in")

    def test_the_cause_with_most_findings_is_the_most_likely(self) -> None:
        findings = [speaks_for("greylist"), speaks_for("log-in"), speaks_for("log-in")]

        found = diagnosis.conclude(findings, FACTS)

        assert (found.certainty, found.cause.id) == ("consistent", "log-in")

    def test_an_open_conclusion_yields_to_a_consistent_one(self) -> None:
        open_ones = [speaks_for("greylist", "open"), speaks_for("greylist", "open")]

        found = diagnosis.conclude([*open_ones, speaks_for("log-in")], FACTS)

        assert (found.certainty, found.cause.id) == ("consistent", "log-in")

    def test_a_cause_that_a_finding_excludes_is_no_cause(self) -> None:
        first = advise(FACTS)[0].id
        findings = [speaks_for(first), Finding(EVIDENCE, excludes=(first,))]

        found = diagnosis.conclude(findings, FACTS)

        assert found.certainty == "open"
        assert first not in [one.id for one in found.advice]

    def test_the_evidence_begins_with_what_speaks_for_the_cause(self) -> None:
        other = Evidence("another fact", "a value", "a sentence")

        found = diagnosis.conclude([Finding(other), speaks_for("log-in")], FACTS)

        assert found.evidence == (EVIDENCE, other)

    def test_no_more_than_twenty_pieces_of_evidence_are_kept(self) -> None:
        found = diagnosis.conclude([Finding(EVIDENCE)] * 30, FACTS)

        assert len(found.evidence) == 20


class TestDiagnose:
    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> t.Callable[..., t.Any]:
        def ask(*experiments: Experiment) -> t.Any:
            monkeypatch.setattr(diagnosis, "experiments_for", lambda _failed: list(experiments))
            investigation, _network = investigation_of()
            return diagnosis.diagnose(investigation)

        return ask

    def test_it_ends_with_the_first_proof(self, asked: t.Callable[..., t.Any]) -> None:
        def proof(_investigation: t.Any) -> t.Iterator[Finding]:
            yield speaks_for("log-in", "proven")

        def never(_investigation: t.Any) -> t.Iterator[Finding]:
            raise AssertionError("the cause was proven before")

        assert asked(proof, never).cause.id == "log-in"

    def test_an_experiment_that_cannot_be_made_is_named(
        self, asked: t.Callable[..., t.Any]
    ) -> None:
        def another_name(_investigation: t.Any) -> t.Iterator[Finding]:
            yield Finding(EVIDENCE)
            raise OutOfBudget("a diagnosis makes at most 6 connections")

        def names_of_client(_investigation: t.Any) -> t.Iterator[Finding]:
            yield from ()
            raise OSError(5, "Input/output\x1b error")

        found = asked(another_name, names_of_client)

        assert found.evidence == (EVIDENCE,)
        assert found.unasked == (
            "another name: a diagnosis makes at most 6 connections",
            r"names of client: [Errno 5] Input/output\x1b error",
        )

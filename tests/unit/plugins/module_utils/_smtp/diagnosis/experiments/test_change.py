# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change proves a cause only if the unchanged dialogue fails and the changed one does not."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    _change,
)
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_HELO, TO_MAIL, TO_RCPT
from ansible_collections.mailops.smtp.tests.unit.investigations import (
    REFUSED,
    Finding,
    Investigation,
    findings_of,
    investigation_of,
)

REFUSES = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 550 5.7.1 Relaying denied{END}"
DEFERS = f"{TO_MAIL}\nC: RCPT TO:<bob@example.org>\nS: 450 4.7.1 Later{END}"
REFUSES_SENDER = f"{TO_HELO}\nC: MAIL FROM:<ann@example.com>\nS: 550 5.7.1 No{END}"


def changing(*scripts: str) -> list[Finding]:
    """Make a change whose causes are two of advice, and return the findings."""

    def experiment(investigation: Investigation) -> t.Iterator[Finding]:
        causes = ("helo-name", "relay-for-address")
        change = _change.Change("a change", investigation.plan, causes, "cured", "same")
        return _change.try_change(investigation, change)

    return findings_of(experiment, *scripts)


def test_a_change_that_cures_proves_the_likely_cause() -> None:
    (finding,) = changing(REFUSES, TO_RCPT + END)

    assert finding.evidence == ("a change", "passed", "cured")
    assert finding.conclusion == ("relay-for-address", "proven")


def test_where_no_fact_speaks_for_one_of_several_causes_it_is_not_proven() -> None:
    investigation, _network = investigation_of()

    assert _change.conclusion_of(investigation, ("renew-certificate", "greylist")) == (
        "renew-certificate",
        "consistent",
    )
    assert _change.conclusion_of(investigation, ("greylist",)) == ("greylist", "proven")


def test_what_the_facts_do_not_speak_for_first_of_all_is_not_proven() -> None:
    investigation, _network = investigation_of()  # whose first advice is relay-for-address

    assert _change.conclusion_of(investigation, ("local-domains", "greylist")) == (
        "local-domains",
        "consistent",
    )


def test_a_change_without_effect_excludes_its_causes() -> None:
    (finding,) = changing(REFUSES, REFUSES)

    assert finding.evidence == ("a change", "rcpt_to: 550 5.7.1 Relaying denied", "same")
    assert finding.conclusion is None
    assert finding.excludes == ("helo-name", "relay-for-address")


def test_another_failure_says_nothing() -> None:
    (finding,) = changing(REFUSES, DEFERS)

    assert finding.conclusion is None
    assert finding.excludes == ()


def test_a_failure_at_an_earlier_stage_is_no_cure() -> None:
    (finding,) = changing(REFUSES, REFUSES_SENDER)

    assert finding.conclusion is None


def test_nothing_is_proven_where_the_failure_has_gone() -> None:
    assert changing(TO_RCPT + END) == []


def test_nothing_is_proven_where_follow_ups_do_not_get_as_far() -> None:
    investigation, network = investigation_of(failure=REFUSED._replace(stage="message"))
    change = _change.Change("a change", investigation.plan, ("helo-name",), "cured", "same")

    assert list(_change.try_change(investigation, change)) == []
    network.join()

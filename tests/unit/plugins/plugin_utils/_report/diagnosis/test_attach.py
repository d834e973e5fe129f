# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a cause when hosts have asked."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.model import (
    Cause,
    Diagnosis,
    Evidence,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.diagnosis.attach import by_cell
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.diagnosis.read import Answer
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import failed, passed, probed, report

MX1, MX2 = {"host": "mx1.example.com"}, {"host": "mx2.example.com"}
RUN = report(
    *(probed(name, passed(MX1), failed(MX2)) for name in ("web1", "web2")),
    probed("web3", passed(MX1), passed(MX2)),
)
PROVEN = Diagnosis(
    "",
    "",
    "proven",
    "The server does not know the recipient.",
    "recipient-known",
    (Evidence("another recipient", "250 Ok", "it is the recipient"),),
    ("Check the recipient.", "Ask the server's side."),
)
OPEN = dataclasses.replace(PROVEN, certainty="open", cause="Something else.", evidence=())
NOTHING = Diagnosis("", "", problem="Ansible cannot reach the host: timed out")
NAMES = {"web 1": "web1", "web 2": "web2"}


def with_answers(*answers: Answer) -> Report:
    """Return the report of the run with answers."""
    return dataclasses.replace(RUN, diagnoses=by_cell(RUN, answers, NAMES))


def cause_with(*answers: Answer) -> Cause:
    """Return the one cause of the run, with answers."""
    (cause,) = with_answers(*answers).causes.found
    return cause


def test_nothing_changes_without_an_answer() -> None:
    assert with_answers().causes == RUN.causes


def test_a_cause_has_the_certainty_the_evidence_and_the_advice_of_its_diagnosis() -> None:
    (before,) = RUN.causes.found
    cause = cause_with(Answer("web 1", 1, PROVEN))
    assert cause.certainty == "proven"
    assert cause.evidence == (*PROVEN.evidence, *before.evidence)
    assert before.evidence
    assert cause.advice == ("Check the recipient.", "Ask the server's side.", "Look into its log.")
    assert cause.diagnosis is not None
    assert (cause.diagnosis.host, cause.diagnosis.server) == ("web1", "mx2.example.com:25")
    assert cause.sentence == before.sentence


def test_the_surer_of_two_hosts_counts_and_the_other_is_named() -> None:
    cause = cause_with(Answer("web 1", 1, OPEN), Answer("web 2", 1, PROVEN))
    assert cause.diagnosis is not None
    assert (cause.certainty, cause.diagnosis.host) == ("proven", "web2")
    other = Evidence(
        "asked from web1", "open: Something else.", "the hosts may have different causes"
    )
    assert cause.evidence[1] == other


def test_why_a_host_did_not_answer_is_kept_and_changes_nothing_else() -> None:
    (before,) = RUN.causes.found
    cause = cause_with(Answer("web 1", 1, NOTHING))
    assert cause.diagnosis is not None
    assert cause.diagnosis.problem == "Ansible cannot reach the host: timed out"
    assert dataclasses.replace(cause, diagnosis=None) == before


def test_an_answer_counts_though_another_host_gave_none() -> None:
    cause = cause_with(Answer("web 1", 1, NOTHING), Answer("web 2", 1, OPEN))
    assert cause.diagnosis is not None
    assert (cause.diagnosis.host, cause.diagnosis.problem) == ("web2", "")


LINE = Evidence("the server's log", "reject: RCPT from web1: 550", "")


def of_log(**values: t.Any) -> Diagnosis:
    """Return what a log says."""
    return dataclasses.replace(PROVEN, host="relay1", of_log=True, evidence=(LINE,), **values)


def test_a_log_that_proves_the_cause_counts_more_than_a_host_that_could_not() -> None:
    cause = cause_with(Answer("web 1", 1, OPEN), Answer("web 1", 1, of_log()))
    assert cause.diagnosis is not None
    assert (cause.certainty, cause.diagnosis.host) == ("proven", "relay1")
    assert cause.evidence[0] == LINE


def test_the_lines_of_a_log_without_a_cause_are_evidence() -> None:
    cause = cause_with(Answer("web 1", 1, PROVEN), Answer("web 1", 1, of_log(cause="")))
    assert cause.diagnosis is not None
    assert cause.diagnosis.host == "web1"
    assert cause.evidence[: len(PROVEN.evidence) + 1] == (*PROVEN.evidence, LINE)


def test_a_log_alone_that_names_no_cause_leaves_the_certainty_as_it_is() -> None:
    (before,) = RUN.causes.found
    cause = cause_with(Answer("web 1", 1, of_log(cause="")))
    assert (cause.certainty, cause.evidence[0]) == (before.certainty, LINE)


def test_why_a_log_was_not_read_is_evidence_beside_a_diagnosis() -> None:
    unread = Diagnosis("relay1", "", of_log=True, problem="no permission")
    cause = cause_with(Answer("web 1", 1, PROVEN), Answer("web 1", 1, unread))
    assert Evidence("the log on relay1", "not read", "no permission") in cause.evidence


def test_answers_about_cells_that_are_no_more_are_ignored() -> None:
    strange = [Answer("web 1", 7, PROVEN), Answer("web 1", -1, PROVEN), Answer("gone", 1, PROVEN)]
    assert with_answers(*strange).diagnoses == {}

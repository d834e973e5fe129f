# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about a cause: by the facts of a cell, by a diagnosis, and by a user's own rows."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.own_rows import rows_from
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.model import Cause
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    diagnosis,
    failed,
    passed,
    probed,
    report,
    unreachable,
    with_answers,
)

MX1, MX2 = {"host": "mx1.example.com"}, {"host": "mx2.example.com"}
RUN = report(*(probed(name, passed(MX1), failed(MX2)) for name in ("web1", "web2")))
OWN: dict[str, t.Any] = {
    "id": "gateway-not-registered",
    "cause": "The gateway takes mail from registered hosts only.",
    "advice": "Register this host at the service desk.",
    "stage": "rcpt_to",
    "text": "no such user",
    "check": ["`dig -x CLIENT`: the name must end with relay.example.com."],
    "change": {"gateway": "Add the host to the group Relays."},
}


def only(of: Report) -> Cause:
    """Return the one cause that there is."""
    (cause,) = of.causes.found
    return cause


def with_rows(of: Report, *rows: dict[str, t.Any]) -> Report:
    """Return a report with a user's own rows."""
    return dataclasses.replace(of, own_rows=rows_from(list(rows)))


def test_a_cause_has_the_remedy_that_its_facts_lead_to() -> None:
    to_do = only(RUN).to_do
    assert to_do is not None
    assert to_do.id == "recipient-known"
    assert to_do.check[0].startswith("`postmap -q")
    assert "postfix" in dict(to_do.change)


def test_a_diagnosis_decides_which_remedy_it_is() -> None:
    answer = {**diagnosis(), "cause_id": "mailbox-full"}
    to_do = only(with_answers(RUN, ("web1", 1, answer))).to_do
    assert to_do is not None
    assert to_do.id == "mailbox-full"


def test_an_id_that_nobody_knows_has_no_remedy() -> None:
    assert only(with_answers(RUN, ("web1", 1, {**diagnosis(), "cause_id": "x-y"}))).to_do is None


def test_a_host_that_was_not_reached_has_no_remedy() -> None:
    assert only(report(unreachable("down", [MX1]))).to_do is None


def test_the_advice_of_own_rows_comes_first_with_its_remedy() -> None:
    cause = only(with_rows(RUN, OWN))
    assert cause.advice == (OWN["advice"], "Ask the server's side.", "Look into its log.")
    assert cause.to_do is not None
    assert (cause.to_do.id, cause.to_do.change) == (OWN["id"], tuple(OWN["change"].items()))


def test_own_rows_about_something_else_change_nothing() -> None:
    assert with_rows(RUN, {**OWN, "text": "quota"}).causes == RUN.causes


def test_own_advice_comes_before_that_of_a_diagnosis() -> None:
    cause = only(with_rows(with_answers(RUN, ("web1", 1, diagnosis())), OWN))
    assert cause.advice[:2] == (OWN["advice"], "Check the recipient with `postmap -q`.")

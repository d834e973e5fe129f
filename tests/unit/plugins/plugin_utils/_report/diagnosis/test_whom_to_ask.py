# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asked about which cause, in runs as people have them."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.diagnosis.whom_to_ask import (
    MAX_HOSTS,
    MAX_QUESTIONS,
    Question,
    whom_to_ask,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    failed,
    passed,
    probed,
    report,
    unreachable,
)

MX1, MX2, MX3 = ({"host": f"mx{number}.example.com"} for number in (1, 2, 3))


def asked(of: Report) -> dict[str, list[Question]]:
    """Return the questions of a report."""
    return whom_to_ask(of, of.causes)


def refused(item: Mapping[str, t.Any], **other: t.Any) -> dict[str, t.Any]:
    """Return the result of a closed port."""
    return failed(item, "connect", "connect", None, "Connection refused", **other)


def test_nobody_is_asked_where_nothing_is_red() -> None:
    assert asked(report(probed("web1", passed(MX1)), probed("web2", passed(MX1)))) == {}


def test_two_hosts_are_asked_about_a_server_that_nobody_reaches() -> None:
    hosts = [probed(f"web{number}", passed(MX1), refused(MX2)) for number in range(20)]
    assert asked(report(*hosts)) == {"web0": [Question(1, 1, 1)], "web1": [Question(1, 1, 1)]}


def test_a_host_that_shows_two_causes_is_asked_about_both() -> None:
    """web1 sees only the dead server, and web2 the refusal, too."""
    found = report(
        probed("web1", refused(MX1), passed(MX2)),
        probed("web2", refused(MX1), failed(MX2)),
        probed("web3", refused(MX1), passed(MX2)),
    )
    questions = asked(found)
    assert questions["web2"] == [Question(0, 0, 1), Question(1, 1, 2)]
    assert questions["web1"] == [Question(0, 0, 1)]
    assert "web3" not in questions


def test_the_dialogue_that_failed_is_found_among_those_of_one_target() -> None:
    """mx1 has two addresses, and mx2 three, of which the second failed."""
    several = {"every_address": True}
    hosts = [
        probed(
            name,
            *(passed({**MX1, **several, "address": f"192.0.2.{at}"}) for at in (1, 2)),
            passed({**MX2, **several, "address": "192.0.2.3"}),
            refused({**MX2, **several, "address": "192.0.2.4"}),
            passed({**MX2, **several, "address": "192.0.2.5"}),
        )
        for name in ("web1", "web2")
    ]
    assert asked(report(*hosts))["web1"] == [Question(target=1, dialogue=3, cause=1)]


@pytest.mark.parametrize(
    "hosts",
    [
        pytest.param([unreachable("down", [MX1])] * 1, id="unreachable"),
        pytest.param([Host("odd", {"msg": "bad option"}, [MX1], left=False)], id="bad option"),
        pytest.param(
            [probed("web1", failed(MX1, "greeting", "transient", 421, "too many"))], id="421"
        ),
        pytest.param(
            [probed("web1", failed(MX1, "rcpt_to", "expectation", 250, "Ok"))], id="expected"
        ),
        pytest.param([probed("web1", failed(MX1, "helo", "internal", None, "bug"))], id="bug"),
        pytest.param([probed("web1", failed(MX1, "dreamt", "permanent"))], id="no stage"),
        pytest.param([probed("web1", failed(MX1, "helo", "odd"))], id="no kind"),
    ],
)
def test_nobody_is_asked_about_what_no_host_can_investigate(hosts: list[Host]) -> None:
    found = report(*hosts)
    assert found.causes.found
    assert asked(found) == {}


def test_hosts_are_limited() -> None:
    """Each of 20 hosts has a cause of its own."""
    hosts = [
        probed(f"web{at}", *(failed(item, text=f"no {chr(97 + at)}") for item in (MX1, MX2, MX3)))
        for at in range(20)
    ]
    questions = asked(report(*hosts))
    assert len(questions) == MAX_HOSTS
    assert {len(its) for its in questions.values()} == {1}


def test_questions_to_a_host_are_limited() -> None:
    """All hosts see 15 servers that are broken, each in another way."""
    items = [{"host": f"mx{at}.example.com"} for at in range(15)]
    results = [failed(item, text=f"no {chr(97 + at)}") for at, item in enumerate(items)]
    questions = asked(report(*(probed(f"web{at}", *results) for at in range(9))))
    assert [len(its) for its in questions.values()] == [MAX_QUESTIONS] * 3
    numbers = [one.cause for its in questions.values() for one in its]
    assert sorted(numbers) == sorted([*range(1, 16)] * 2)


def test_a_cause_that_was_diagnosed_before_is_not_asked_about_again() -> None:
    found = report(*(probed(name, refused(MX1), failed(MX2)) for name in ("web1", "web2")))
    key = ("web2", "mx2.example.com:25")
    questions = whom_to_ask(found, found.causes, [key])
    numbers = {one.cause for its in questions.values() for one in its}
    assert numbers == {
        number for number in (1, 2) if key not in found.causes.found[number - 1].cells
    }
    assert len(numbers) == 1


def test_the_passed_dialogues_of_a_red_server_are_not_asked_about() -> None:
    hosts = [probed(name, passed(MX1), passed(MX2), refused(MX3)) for name in ("web1", "web2")]
    assert {one.target for its in asked(report(*hosts)).values() for one in its} == {2}

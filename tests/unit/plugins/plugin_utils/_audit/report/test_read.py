# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host returns is read as documented, and anything else costs that host alone."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.audits import Audit
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.read import (
    Registered,
    read_audits,
)
from ansible_collections.mailops.smtp.tests.unit.audit_reports import ACCEPTED, ENTRIES, NASTY

RELAY = {"id": "relay-02", "verdict": "finding", "evidence": "250 Ok", "reply": ACCEPTED}


def result(*checks: t.Any, **keys: t.Any) -> dict[str, t.Any]:
    """Return what a host registers of one server."""
    returned = {"checks": list(checks), "connections": 2, "seconds": 0.5, **keys}
    return {"planned": [{"host": "relay"}], "audits": [returned]}


def read(*registered: t.Any) -> list[Audit]:
    hosts = [Registered(f"web{n}", one) for n, one in enumerate(registered, 1)]
    return read_audits(hosts, ENTRIES)


def test_two_audits_at_one_server_have_one_place() -> None:
    planned = [{"host": "relay", "port": "587", "name": name} for name in ("", "login")]
    result = {"planned": planned, "audits": [{"checks": []}] * 2}
    first, second = read_audits([Registered("web1", result)], ENTRIES)

    assert (first.server, second.server) == ("relay:587", "relay:587 (login)")
    assert first.place == second.place == "relay:587"


def test_an_audit_is_read_as_it_was_returned() -> None:
    vantage = {"measured": "relays", "controls_passed": ["ctl-local"], "controls_failed": []}
    check = {**RELAY, "seconds": 0.25, "transcript": ["[0.000] C: x"]}
    facts = {"addresses": [], "dns_view": "inside", "dns": {"example.com MX": ["10 mx"]}}
    registered = result(check, vantage=vantage, ended_early="421", facts=facts)
    registered["planned"] = [{"host": "relay", "port": "587", "from": "trusted", "profile": "mx"}]

    (audit,) = read(registered)

    assert (audit.host, audit.server, audit.claimed, audit.profile) == (
        "web1",
        "relay:587",
        "trusted",
        "mx",
    )
    assert (audit.measured, audit.passed, audit.failed) == ("relays", ("ctl-local",), ())
    assert (audit.connections, audit.seconds, audit.ended_early) == (2, 0.5, "421")
    assert audit.facts == facts
    (outcome,) = audit.outcomes
    assert (outcome.verdict, outcome.reply, outcome.seconds) == ("finding", ACCEPTED, 0.25)
    assert outcome.transcript == ("[0.000] C: x",)


def test_a_server_that_is_asked_twice_has_two_titles() -> None:
    registered = {"planned": [{"host": "relay"}, {"host": "relay"}], "audits": []}

    assert [one.server for one in read(registered)] == ["relay:25", "relay:25 #2"]


def test_a_lost_host_has_the_reason_at_each_server_that_it_was_to_ask() -> None:
    lost = {"unreachable": True, "msg": "no route", "planned": [{"host": "a"}, {"host": "b"}]}

    assert [(one.server, one.problem) for one in read(lost)] == [
        ("a:25", "no route"),
        ("b:25", "no route"),
    ]


@pytest.mark.parametrize("nothing", [None, {}, [], "x", {"audits": 5, "planned": 7}])
def test_a_host_without_a_plan_has_the_servers_of_the_others(nothing: t.Any) -> None:
    found = read(result(RELAY), nothing)

    assert [(one.host, one.server) for one in found] == [("web1", "relay:25"), ("web2", "relay:25")]
    assert found[1].problem is not None
    assert "registered no result" in found[1].problem


def test_a_host_alone_without_a_plan_is_still_there() -> None:
    (audit,) = read({"failed": True, "msg": "bad option: smtp_audit_servers is empty"})

    assert (audit.server, audit.problem) == (
        "(no server)",
        "bad option: smtp_audit_servers is empty",
    )


def test_a_host_that_must_not_be_read_says_why() -> None:
    found = read_audits([Registered("web1", result(RELAY), "it shadows a variable")], ENTRIES)

    assert [one.problem for one in found] == ["it shadows a variable"]


def test_a_result_that_cannot_be_read_costs_this_host_alone() -> None:
    class Broken(dict[str, t.Any]):
        def get(self, *_given: t.Any) -> t.Any:
            raise RuntimeError("broken\x1b")

    found = read(result(RELAY), Broken())

    assert found[0].problem is None
    assert found[1].problem == "its result cannot be read: RuntimeError: broken\\x1b"


def test_a_check_that_no_file_has_or_that_comes_twice_is_left_out() -> None:
    checks = [RELAY, {**RELAY, "verdict": "sound"}, {**RELAY, "id": "relay-99"}, {"id": []}, 5]
    (audit,) = read(result(*checks))

    assert [(one.id, one.verdict) for one in audit.outcomes] == [("relay-02", "finding")]


@pytest.mark.parametrize("verdict", ["SOUND", "", None, [], {}, 1])
def test_an_unknown_verdict_is_undecided(verdict: t.Any) -> None:
    (audit,) = read(result({**RELAY, "verdict": verdict}))

    assert audit.outcomes[0].verdict == "undecided"


def test_texts_are_escaped_and_cut() -> None:
    check = {**RELAY, "evidence": NASTY + "x" * 5_000, "transcript": [NASTY] * 1_000}
    (audit,) = read(result(check, ended_early=NASTY))

    (outcome,) = audit.outcomes
    assert len(outcome.evidence) <= 700
    assert len(outcome.transcript) <= 200
    for text in (outcome.evidence, *outcome.transcript, audit.ended_early):
        assert text is not None
        assert text.isprintable()


@pytest.mark.parametrize(
    "keys",
    [
        {"connections": "x", "seconds": float("nan"), "vantage": 7, "ended_early": []},
        {"connections": None, "seconds": [], "vantage": {"measured": [], "controls_passed": 5}},
        {"vantage": {"measured": "all", "controls_failed": [[], "x", "ctl-local"] * 900}},
    ],
)
def test_values_of_wrong_types_count_as_missing(keys: dict[str, t.Any]) -> None:
    (audit,) = read(result({**RELAY, "reply": [], "seconds": "x", "transcript": 5}, **keys))

    assert (audit.measured, audit.ended_early) == ("unknown", None)
    assert isinstance(audit.seconds, float)
    assert isinstance(audit.connections, int)
    assert len(audit.failed) <= 50
    assert (audit.outcomes[0].reply, audit.outcomes[0].transcript) == (None, ())

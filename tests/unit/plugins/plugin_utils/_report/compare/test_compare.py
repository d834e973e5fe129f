# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Held against an earlier run, a report says what changed, and nothing else."""

from __future__ import annotations

import copy
import dataclasses
import json
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import (
    Comparison,
    compare,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import as_json
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    CREATED,
    failed,
    fleet,
    nasty,
    passed,
    probed,
    replies,
    report,
    unreachable,
)

MX1 = {"host": "mx1.example.com"}
MX2 = {"host": "mx2.example.com"}
PLACE = ("web1", "mx1.example.com:25")


def document(given: Report) -> t.Any:
    return json.loads("".join(as_json.render(given)))


def written(given: Report) -> list[str]:
    """Return the lines of the file."""
    return "".join(as_json.render(given)).splitlines(keepends=True)


def held_against(before: Report, now: Report) -> Comparison:
    """Compare as a later run does: with what was written."""
    return compare(read_baseline(written(before)), now)


def changes(before: Report, now: Report) -> list[tuple[str, ...]]:
    """Return the changes of all cells: what, how it was, how it is."""
    found = held_against(before, now).changes
    return [(change.what, change.before, change.after) for change in found]


def one(**different: t.Any) -> Report:
    """Return a report of one dialogue that passed, with something that is different."""
    result = passed(MX1)
    for key, value in different.items():
        if isinstance(value, dict) and key != "capabilities":
            result[key].update(value)
        else:
            result[key] = value
    return report(probed("web1", result))


@pytest.mark.parametrize("given", [fleet(), nasty(), report()])
def test_a_report_held_against_itself_has_no_change(given: Report) -> None:
    found = held_against(given, given)
    # What has not run then and now is new each time.
    assert [change for change in found.changes if change.what != "new"] == []
    assert found.since == CREATED
    assert not found.worse


def test_a_cell_that_broke_says_so_and_nothing_else_of_it() -> None:
    broken = failed(MX1, replies=[], capabilities={})
    found = held_against(one(), report(probed("web1", broken)))
    assert [(change.what, change.before, change.after) for change in found.changes] == [
        ("broke", "ok", "550 no such user in reply to rcpt_to (permanent)")
    ]
    assert found.changes[0].name == "web1 → mx1.example.com:25"
    assert found.worse == {PLACE}


def test_a_cell_that_healed_says_what_was_wrong() -> None:
    found = held_against(report(probed("web1", failed(MX1))), one())
    assert [change.what for change in found.changes] == ["healed"]
    assert found.changes[0].before == "550 no such user in reply to rcpt_to (permanent)"
    assert not found.worse


def test_a_cell_that_is_as_bad_as_before_is_no_worse() -> None:
    before = report(probed("web1", failed(MX1)))
    now = report(probed("web1", failed(MX1, code=None, kind="timeout", text="no answer")))
    found = held_against(before, now)
    assert [change.what for change in found.changes] == ["failure"]
    assert not found.worse
    assert not held_against(before, before).changes


def test_a_cell_that_was_not_there_is_new_and_one_that_is_no_more_is_gone() -> None:
    before = report(probed("web1", passed(MX1)))
    now = report(probed("web1", passed(MX2)), unreachable("down", [MX2]))
    found = held_against(before, now)
    assert [(change.what, change.name, change.after) for change in found.changes] == [
        ("new", "web1 → mx2.example.com:25", "ok"),
        (
            "new",
            "down → mx2.example.com:25",
            "Ansible cannot reach the host: Failed to connect to the host via ssh",
        ),
        ("gone", "web1 → mx1.example.com:25", ""),
    ]
    assert found.worse == {("down", "mx2.example.com:25")}
    assert found.counts == {"new": 2, "gone": 1}


def moved(port: int, **other: t.Any) -> dict[str, t.Any]:
    """Return the result of a server that has a name, at a port."""
    return passed({"host": "mx1.example.com", "port": port, "name": "relay"}, **other)


def test_a_server_with_a_name_that_has_moved_is_the_same_one() -> None:
    before = report(probed("web1", moved(25)), probed("app1", moved(25)))
    now = report(probed("web1", moved(2525)), probed("app1", moved(2525)))
    found = held_against(before, now)
    assert [
        (change.what, change.name, change.before, change.after) for change in found.changes
    ] == [
        ("moved", f"{host} → mx1.example.com:2525 (relay)", ":25", ":2525")
        for host in ("web1", "app1")
    ]
    assert not found.worse


def test_to_another_host_it_has_moved_too() -> None:
    relay = {"host": "relay.example.net", "name": "relay"}
    assert changes(report(probed("web1", moved(25))), report(probed("web1", passed(relay)))) == [
        ("moved", "mx1.example.com:25", "relay.example.net:25")
    ]


def test_a_server_that_has_moved_and_broken_is_worse() -> None:
    broken = failed({"host": "mx1.example.com", "port": 2525, "name": "relay"})
    found = held_against(report(probed("web1", moved(25))), report(probed("web1", broken)))
    assert [change.what for change in found.changes] == ["moved", "broke"]
    assert found.worse == {("web1", "mx1.example.com:2525 (relay)")}


def test_what_a_server_says_is_compared_where_it_has_moved_too() -> None:
    now = moved(2525, capabilities={}, seconds={"total": 90.0})
    found = changes(
        report(probed("web1", moved(25, seconds={"total": 1.0}))), report(probed("web1", now))
    )
    assert [what for what, _before, _after in found] == ["moved", "capabilities", "time"]


def test_the_ranges_of_a_server_that_has_moved_widen() -> None:
    now = report(probed("web1", moved(2525, seconds={"total": 3.0})))
    earlier = read_baseline(written(report(probed("web1", moved(25, seconds={"total": 1.0})))))
    (cell,) = document(dataclasses.replace(now, comparison=compare(earlier, now)))["cells"]
    assert cell["dialogues"][0]["seconds_range"]["total"] == [1.0, 3.0]


def test_a_server_without_a_name_is_another_one_at_another_port() -> None:
    before = report(probed("web1", passed({"host": "mx1", "port": 25})))
    now = report(probed("web1", passed({"host": "mx1", "port": 2525})))
    assert [what for what, _before, _after in changes(before, now)] == ["new", "gone"]


def test_two_servers_of_one_name_stay_apart() -> None:
    before = report(probed("web1", moved(25), moved(587)))
    now = report(probed("web1", moved(465), moved(587)))
    found = held_against(before, now)
    assert [(change.what, change.server) for change in found.changes] == [
        ("new", "mx1.example.com:465 (relay)"),
        ("gone", "mx1.example.com:25 (relay)"),
    ]


def test_two_servers_that_change_places_have_both_moved() -> None:
    a, b = {"host": "mx1", "name": "a"}, {"host": "mx2", "name": "b"}
    before = report(probed("web1", passed(a), passed(b)))
    now = report(probed("web1", passed({**a, "host": "mx2"}), passed({**b, "host": "mx1"})))
    assert changes(before, now) == [("moved", "mx1:25", "mx2:25"), ("moved", "mx2:25", "mx1:25")]


def test_a_baseline_of_a_version_that_wrote_no_names_is_read_by_the_titles() -> None:
    before = document(report(probed("web1", moved(25), passed(MX2))))
    for cell in before["cells"]:
        del cell["name"], cell["place"]
    earlier = read_baseline([json.dumps(before)])
    now = report(probed("web1", moved(2525), passed(MX2)))
    assert [
        (change.what, change.before, change.after) for change in compare(earlier, now).changes
    ] == [("moved", ":25", ":2525")]
    assert compare(earlier, report(probed("web1", moved(25), passed(MX2)))).changes == ()


def test_the_exchangers_of_a_domain_that_has_moved_are_compared_in_their_order() -> None:
    def of(port: int, version: str) -> Report:
        item = {"mx": "example.com", "port": port, "name": "partner"}
        results = [passed({**item, "host": host}) for host in ("mx1", "mx2")]
        results[1]["tls"]["version"] = version
        return report(probed("web1", *results))

    found = changes(of(25, "TLSv1.3"), of(2525, "TLSv1.2"))
    assert [what for what, _before, _after in found] == ["moved", "tls"]


def test_what_has_not_run_is_neither_gone_nor_compared() -> None:
    late = report(Host("web1", None, [MX1], left=False))
    assert changes(one(), late) == []
    assert changes(late, one()) == [("new", "", "ok")]


def test_a_failure_after_what_had_not_run_counts_against_the_host() -> None:
    late = report(Host("web1", None, [MX1], left=False))
    assert held_against(late, report(probed("web1", failed(MX1)))).worse == {PLACE}


def test_codes_are_told_stage_by_stage() -> None:
    now = one(replies=replies(("greeting", 220, "mx1.example.com ESMTP"), ("helo", 251, "hello")))
    assert changes(one(), now) == [("codes", "greeting 220, helo 250", "greeting 220, helo 251")]


def test_an_enhanced_code_is_a_code_too() -> None:
    said = replies(("greeting", 220, "mx1.example.com ESMTP"), ("helo", 250, "hello"))
    said[1]["enhanced_code"] = "2.0.0"
    assert changes(one(), one(replies=said)) == [
        ("codes", "greeting 220, helo 250", "greeting 220, helo 250 2.0.0")
    ]


def test_of_capabilities_those_that_differ_are_told() -> None:
    now = one(capabilities={"AUTH": ["LOGIN", "XOAUTH2"], "SIZE": ["20480000"], "DSN": []})
    assert changes(one(), now) == [
        (
            "capabilities",
            "AUTH PLAIN, PIPELINING, SIZE 10240000",
            "AUTH XOAUTH2, DSN, SIZE 20480000",
        )
    ]
    in_another_order = {"AUTH": ["LOGIN", "PLAIN"], "SIZE": ["10240000"], "PIPELINING": []}
    assert changes(one(), one(capabilities=in_another_order)) == []


def test_tls_that_is_older_or_not_verified_or_gone_is_told() -> None:
    was = "TLSv1.3, TLS_AES_256_GCM_SHA384, verified"
    assert changes(one(), one(tls={"version": "TLSv1.2"})) == [
        ("tls", was, "TLSv1.2, TLS_AES_256_GCM_SHA384, verified")
    ]
    error = {"verified": False, "verify_error": "certificate has expired"}
    assert changes(one(), one(tls=error)) == [
        ("tls", was, "TLSv1.3, TLS_AES_256_GCM_SHA384, not verified, certificate has expired")
    ]
    assert [change[::2] for change in changes(one(), one(tls=None))] == [
        ("tls", "none"),
        ("certificate", "none"),
    ]


def test_another_certificate_is_told_also_with_the_same_name() -> None:
    certificate = passed(MX1)["tls"]["certificate"]
    renewed = {**certificate, "not_after": "2027-03-30T23:59:59Z", "sha256": "ab" * 32}
    assert changes(one(), one(tls={"certificate": renewed})) == [
        (
            "certificate",
            "CN=mx1.example.com until 2026-12-30T23:59:59Z, SHA-256 9f86d081884c7d65",
            "CN=mx1.example.com until 2027-03-30T23:59:59Z, SHA-256 abababababababab",
        )
    ]


def test_a_certificate_that_is_a_day_older_is_the_same() -> None:
    certificate = passed(MX1)["tls"]["certificate"]
    assert changes(one(), one(tls={"certificate": {**certificate, "days_left": 35}})) == []


def greeted(text: str) -> Report:
    return one(replies=replies(("greeting", 220, text), ("helo", 250, "hello")))


@pytest.mark.parametrize(
    ("then", "now"),
    [
        pytest.param(
            "mx1.example.com ESMTP Tue, 24 Nov 2026 11:59:58 +0000",
            "mx1.example.com ESMTP Wed, 25 Nov 2026 01:02:03 +0100",
            id="the-date",
        ),
        pytest.param(
            "mx1.example.com ESMTP Sendmail; Tue, 24 Nov 2026 11:59:58 GMT",
            "mx1.example.com ESMTP Sendmail; Wed, 2 Dec 2026 01:02:03 GMT",
            id="the-date-with-a-zone",
        ),
        pytest.param(
            "mx.example.com ESMTP 5b1f17b1804b1-45.39 - gsmtp",
            "mx.example.com ESMTP a640c23a62f3a-b7d.12 - gsmtp",
            id="the-mark-of-the-session",
        ),
    ],
)
def test_what_differs_in_a_banner_each_time_is_no_change(then: str, now: str) -> None:
    assert changes(greeted(then), greeted(now)) == []


def test_another_banner_is_told() -> None:
    assert changes(one(), greeted("mx1.example.com ESMTP Postfix")) == [
        ("banner", "mx1.example.com ESMTP", "mx1.example.com ESMTP Postfix")
    ]


def timed(total: float) -> Report:
    return one(seconds={"total": total})


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        (0.01, 0.9, []),
        (1.0, 1.9, []),
        (10.0, 19.0, []),
        (1.0, 2.5, [("time", "total 1.00 s", "total 2.50 s")]),
        (10.0, 21.0, [("time", "total 10.00 s", "total 21.00 s")]),
        (10.0, 4.0, [("time", "total 10.00 s", "total 4.00 s")]),
        (1.5, 0.6, []),
    ],
)
def test_a_time_is_told_when_it_is_far_out_of_its_earlier_range(
    then: float, now: float, told: list[t.Any]
) -> None:
    assert changes(timed(then), timed(now)) == told


def test_ranges_widen_from_run_to_run() -> None:
    first = document(timed(1.0))
    now = timed(2.5)
    second = document(
        dataclasses.replace(now, comparison=compare(read_baseline([json.dumps(first)]), now))
    )
    assert second["cells"][0]["dialogues"][0]["seconds_range"]["total"] == [1.0, 2.5]
    assert second["comparison"]["since"] == CREATED
    assert [change["what"] for change in second["comparison"]["changes"]] == ["time"]
    earlier = read_baseline([json.dumps(second)])
    assert compare(earlier, timed(4.5)).changes == ()
    later = compare(earlier, timed(5.5)).changes
    assert [(change.before, change.after) for change in later] == [
        ("total 1.00 to 2.50 s", "total 5.50 s")
    ]


def test_dialogues_of_a_cell_are_compared_each_with_its_own() -> None:
    item = {"mx": "example.com"}
    results = [passed({**item, "host": host}) for host in ("mx1", "mx2")]
    before = report(probed("web1", *results))
    other = copy.deepcopy(results)
    other[1]["tls"]["version"] = "TLSv1.2"
    assert changes(before, report(probed("web1", *reversed(other)))) == [
        (
            "tls",
            "TLSv1.3, TLS_AES_256_GCM_SHA384, verified",
            "TLSv1.2, TLS_AES_256_GCM_SHA384, verified",
        )
    ]

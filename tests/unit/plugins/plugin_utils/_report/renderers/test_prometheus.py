# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics are read by Prometheus's own parser: no series twice, and labels from fixed lists."""

from __future__ import annotations

import collections
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import prometheus
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    NASTY,
    UNLIKE,
    failed,
    fleet,
    nasty,
    passed,
    probed,
    replies,
    report,
    scattered,
    unreachable,
)
from prometheus_client.parser import text_string_to_metric_families

MX1 = {"host": "mx1.example.com"}

Labels = frozenset[tuple[str, str]]


def read(given: Report) -> dict[str, dict[Labels, float]]:
    """Read the metrics: name, labels, value. Fails where there is a series twice."""
    written = "".join(prometheus.render(given))
    assert written.endswith("\n")
    found: dict[str, dict[Labels, float]] = collections.defaultdict(dict)
    for family in text_string_to_metric_families(written):
        assert written.count(f"# HELP {family.name} ") == 1
        assert written.count(f"# TYPE {family.name} ") == 1
        assert family.type == "gauge"
        for sample in family.samples:
            labels = frozenset(sample.labels.items())
            assert sample.timestamp is None
            assert labels not in found[sample.name]
            found[sample.name][labels] = sample.value
    return found


def series(given: Report, name: str) -> dict[tuple[str, ...], float]:
    """Return the samples of a metric by the values of their labels, in the order of their names."""
    return {
        tuple(value for _name, value in sorted(labels)): value
        for labels, value in read(given)[f"smtp_handshake_{name}"].items()
    }


def test_each_cell_that_ran_has_passed_or_not() -> None:
    assert series(fleet(), "passed") == {
        ("web1", "mx1.example.com:25 (relay)"): 1,
        ("web1", "mx2.example.com:587"): 1,
        ("app1", "mx1.example.com:25 (relay)"): 0,
        ("app1", "mx2.example.com:587"): 0,
        ("down", "mx1.example.com:25 (relay)"): 0,
        ("down", "mx2.example.com:587"): 0,
    }


def test_cells_are_counted_by_verdict() -> None:
    assert series(fleet(), "cells") == {
        ("passed",): 2,
        ("failed",): 1,
        ("error",): 3,
        ("not_run",): 2,
    }
    assert series(fleet(), "run_timestamp_seconds") == {(): 1795521600}


def test_a_failure_has_its_stage_and_kind_and_a_host_that_was_lost_its_kind() -> None:
    found = read(fleet())["smtp_handshake_failure"]
    told = sorted(
        (given["host"], given.get("stage", ""), given["kind"]) for given in map(dict, found)
    )
    assert told == [
        ("app1", "connect", "timeout"),
        ("app1", "rcpt_to", "permanent"),
        ("down", "", "unreachable"),
        ("down", "", "unreachable"),
    ]


def test_a_cause_has_the_number_of_its_cells_and_labels_of_fixed_lists() -> None:
    found = {
        tuple(sorted(labels)): value
        for labels, value in read(fleet())["smtp_handshake_cause_cells"].items()
    }
    assert found == {
        (
            ("kind", "unreachable"),
            ("server", "several"),
            ("stage", ""),
            ("where", "host"),
        ): 2,
        (
            ("kind", "permanent"),
            ("server", "mx1.example.com:25 (relay)"),
            ("stage", "rcpt_to"),
            ("where", "policy"),
        ): 1,
        (
            ("kind", "timeout"),
            ("server", "mx2.example.com:587"),
            ("stage", "connect"),
            ("where", "path"),
        ): 1,
    }
    assert series(fleet(), "unexplained_cells") == {(): 0}
    assert series(scattered(), "unexplained_cells") == {(): 6}


def test_causes_with_the_same_labels_are_one_series() -> None:
    refusals = [failed(MX1, text=UNLIKE[number // 4]) for number in range(8)]
    given = report(*[probed(f"web{number}", one) for number, one in enumerate(refusals)])
    assert len(given.causes.found) == 2
    assert list(series(given, "cause_cells").values()) == [8]


def test_a_cause_of_words_of_a_host_has_labels_of_ours() -> None:
    given = report(probed("web1", failed(MX1, stage=NASTY, kind=NASTY)))
    (labels,) = read(given)["smtp_handshake_cause_cells"]
    assert (dict(labels)["stage"], dict(labels)["kind"]) == ("other", "other")


def test_of_many_causes_the_first_are_series(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prometheus, "MAX_CAUSES", 20)
    named = [failed({"host": f"mx{n}"}, text="x" * (n + 1)) for n in range(30)]
    given = report(*[probed(f"web{host}", *named) for host in range(3)])
    assert len(given.causes.found) == 30
    assert len(series(given, "cause_cells")) == 20


def test_seconds_are_told_for_stages_that_are_known() -> None:
    seconds = {"tls": 0.5, "total": 1, "helo": -0.25, "stage of the host's own": 3, "data": "4"}
    given = report(probed("web1", passed(MX1, seconds=seconds)))
    assert series(given, "stage_seconds") == {
        ("web1", "mx1.example.com:25", "tls"): 0.5,
        ("web1", "mx1.example.com:25", "helo"): -0.25,
        ("web1", "mx1.example.com:25", "total"): 1,
    }


def test_a_certificate_is_good_until_a_moment() -> None:
    assert series(fleet(), "certificate_not_after_timestamp_seconds") == {
        (host, server): 1798675199
        for host in ("web1", "app1")
        for server in ("mx1.example.com:25 (relay)", "mx2.example.com:587")
    }


@pytest.mark.parametrize("until", ["", "soon", "2026-13-01T00:00:00Z", 5, None])
def test_a_certificate_without_a_date_is_not_told(until: t.Any) -> None:
    result = passed(MX1)
    result["tls"]["certificate"]["not_after"] = until
    assert not series(report(probed("web1", result)), "certificate_not_after_timestamp_seconds")


def test_the_last_code_is_not_that_of_quit() -> None:
    said = replies(("greeting", 220, ""), ("helo", 250, ""), ("quit", 221, ""))
    given = report(
        probed("web1", passed(MX1, replies=said)),
        probed("app1", failed(MX1, replies=said)),
        probed("mute", passed(MX1, replies=[])),
    )
    assert series(given, "last_reply_code") == {
        ("web1", "mx1.example.com:25"): 250,
        ("app1", "mx1.example.com:25"): 550,
    }


def test_dialogues_of_one_cell_have_labels_of_their_own() -> None:
    item = {"mx": "example.com"}
    results = [passed({**item, "host": host}) for host in ("mx1", "mx2", "mx2")]
    given = report(probed("web1", *results), unreachable("down", [item]))
    found = read(given)["smtp_handshake_last_reply_code"]
    assert [dict(one)["dialogue"] for one in found] == ["mx1:25", "mx2:25", "mx2:25 #2"]
    assert series(given, "passed") == {
        ("web1", "MX of example.com:25"): 1,
        ("down", "MX of example.com:25"): 0,
    }


def test_a_label_is_escaped_and_not_too_long() -> None:
    label = 'a "quoted" \\ \n' + "x" * 1000
    given = report(
        probed("web1", passed({**MX1, "name": label}), passed({**MX1, "name": label + "y"})),
    )
    servers = [dict(one)["server"] for one in read(given)["smtp_handshake_passed"]]
    assert all(len(server) == prometheus.MAX_LABEL for server in servers)
    assert all('(a "quoted" \\ \\n' in server for server in servers)
    assert servers[0] != servers[1]


def test_no_label_is_what_a_server_or_a_host_said() -> None:
    given = nasty()
    refused = failed(MX1, stage=NASTY, kind=NASTY, text=NASTY, seconds={NASTY: 1})
    refused["server"]["name"] = NASTY
    for name, samples in read(report(probed("web1", refused))).items():
        for one in samples:
            assert "script" not in str(one), name
    (server,) = {dict(one)["server"] for one in read(given)["smtp_handshake_passed"]}
    assert server.startswith("mx1.example.com:25 (=cmd|")  # the user's own label

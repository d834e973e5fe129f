# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which logs are read for which causes."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.diagnosis.logs_to_read import (
    MAX_DIALOGUES,
    LogQuestion,
    logs_to_read,
    unknown_servers,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.diagnosis.whom_to_ask import (
    MAX_HOSTS,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    failed,
    fleet,
    passed,
    probed,
    report,
    unreachable,
)

MX1, MX2 = {"host": "mx1.example.com"}, {"host": "mx2.example.com", "port": 587, "name": "relay"}


def asked(of: Report, logs: Mapping[str, str]) -> dict[str, list[LogQuestion]]:
    """Return the questions about a report."""
    return logs_to_read(of, of.causes, logs)


def run(refusal: dict[str, t.Any] | None = None) -> Report:
    """Return a run in which two of three hosts are refused by mx2."""
    no = refusal or failed(MX2)
    return report(
        probed("web1", passed(MX1), passed(MX2)),
        *(probed(name, passed(MX1), no) for name in ("web2", "web3")),
    )


@pytest.mark.parametrize(
    "name", ["mx2.example.com:587 (relay)", "relay", "mx2.example.com:587", "mx2.example.com"]
)
def test_a_server_may_be_named_in_four_ways(name: str) -> None:
    assert asked(run(), {name: "loghost"}) == {"loghost": [LogQuestion("web2", 1, 1, 1)]}


@pytest.mark.parametrize("logs", [{}, {"mx1.example.com": "loghost"}, {"relay2": "loghost"}])
def test_logs_of_other_servers_are_not_read(logs: dict[str, str]) -> None:
    assert asked(run(), logs) == {}


def test_a_log_of_no_server_is_told_once_all_hosts_have_run() -> None:
    logs = {"relay": "loghost", "mx2.example.com": "loghost", "realy": "loghost"}
    assert unknown_servers(run(), logs) == ["realy"]
    assert unknown_servers(fleet(), logs) == []


def test_an_address_of_ipv6_needs_no_brackets() -> None:
    item = {"host": "2001:db8::1"}
    found = report(probed("web1", failed(item)), probed("web2", failed(item)))
    assert set(asked(found, {"2001:db8::1": "loghost"})) == {"loghost"}


def test_a_log_is_read_after_421_since_nobody_connects() -> None:
    closing = failed(MX2, "greeting", "transient", 421, "too many connections")
    assert set(asked(run(closing), {"relay": "loghost"})) == {"loghost"}


def test_no_log_is_read_for_a_host_that_was_not_reached() -> None:
    found = report(unreachable("down", [MX1]), probed("web1", passed(MX1)))
    assert asked(found, {"mx1.example.com": "loghost"}) == {}


@pytest.mark.parametrize("kind", ["resolve", "local", "internal", "expectation"])
def test_no_log_is_read_for_what_no_server_knows(kind: str) -> None:
    assert asked(run(failed(MX2, "connect", kind, None, "no")), {"relay": "loghost"}) == {}


def test_logs_and_questions_are_limited() -> None:
    items = [{"host": f"mx{at}.example.com"} for at in range(30)]
    texts = [f"no {first}{second}" for first in "abcdef" for second in "klmno"]
    results = [failed(item, text=text) for item, text in zip(items, texts, strict=True)]
    found = report(*(probed(f"web{at}", *results) for at in range(4)))
    own = asked(found, {item["host"]: f"log of {item['host']}" for item in items})
    assert len(own) == MAX_HOSTS
    one = asked(found, {item["host"]: "loghost" for item in items})["loghost"]
    assert len(one) == MAX_DIALOGUES
    assert [question.cause for question in one] == [1, 2, 3, 4, 5]

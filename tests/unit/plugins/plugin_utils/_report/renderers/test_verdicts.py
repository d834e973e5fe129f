# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host fails with one short line that says what is broken for it, by causes."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import compare
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import as_json
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.verdicts import (
    FAIL_ON_BROKEN,
    FAIL_ON_NEW,
    MAX_LINE,
    verdicts,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    UNLIKE,
    failed,
    passed,
    probed,
    report,
    scattered,
    unreachable,
)

MX1, MX2 = {"host": "mx1.example.com"}, {"host": "mx2.example.com"}


def message_of(given: Report, host: str = "web1") -> str:
    """Return the message of a host: one line."""
    message = verdicts(given, FAIL_ON_BROKEN)[host].message
    assert "\n" not in message
    return message


def test_a_host_with_a_broken_server_fails_with_its_cause() -> None:
    given = report(probed("web1", passed(MX1), failed(MX2)), probed("app1", passed(MX1)))
    found = verdicts(given, FAIL_ON_BROKEN)
    assert list(found) == ["web1"]
    assert (found["web1"].broken, found["web1"].total) == (1, 2)
    assert message_of(given) == (
        "web1 found 1 of 2 servers broken: cause 1 (mx2.example.com:25 refuses web1 at rcpt_to"
        " (550 no such user))"
    )


def test_a_host_that_asked_nobody_says_why() -> None:
    assert message_of(report(unreachable("down", [MX1, MX2])), "down") == (
        "down asked none of 2 servers: Ansible cannot reach the host:"
        " Failed to connect to the host via ssh"
    )


def test_a_failure_without_a_cause_is_told_with_its_reason() -> None:
    assert message_of(scattered(), "web4") == (
        "web4 found 1 of 3 servers broken: mx1.example.com:25: 550 echo in reply to rcpt_to"
        " (permanent)"
    )


def test_several_causes_share_the_line_and_further_ones_are_counted() -> None:
    items = [{"host": f"mail-exchanger-{n}.example.com"} for n in range(6)]
    given = report(
        *[probed(f"web{host}", *map(refused_in_its_words, items, range(6))) for host in range(3)]
    )
    message = message_of(given)
    assert len(message) <= MAX_LINE
    assert message.startswith("web1 found 6 of 6 servers broken: cause 1 (mail-exchanger-0.example")
    assert message.count("...), cause ") == 2
    assert message.endswith("...) and 3 more")


def refused_in_its_words(item: dict[str, str], number: int) -> dict[str, t.Any]:
    return failed(item, text=UNLIKE[number])


def test_200_hosts_are_200_short_lines() -> None:
    given = report(
        *[
            probed(f"web{n}.region.example.com", failed(MX1, text="y " * 500), passed(MX2))
            for n in range(200)
        ]
    )
    messages = [one.message for one in verdicts(given, FAIL_ON_BROKEN).values()]
    assert len(messages) == 200
    assert all("cause 1 (mx1.example.com:25 refuses every host" in one for one in messages)
    assert max(map(len, messages)) <= MAX_LINE


def test_a_reason_and_a_name_without_an_end_are_cut() -> None:
    lost = Host("w" * 5_000, {"failed": True, "msg": "no " * 5_000}, [MX1], left=False)
    found = verdicts(report(lost), FAIL_ON_BROKEN)["w" * 5_000]
    assert len(found.message) < 350


def test_what_was_broken_before_does_not_count_as_new() -> None:
    before = report(probed("web1", failed(MX1), passed(MX2)))
    now = report(probed("web1", failed(MX1), failed(MX2)))
    comparison = compare(read_baseline(as_json.render(before)), now)
    found = verdicts(dataclasses.replace(now, comparison=comparison), FAIL_ON_NEW)
    assert found["web1"].broken == 1
    assert found["web1"].message.startswith(
        "web1 found 1 of 2 servers broken since the baseline: cause 1 ("
    )
    assert not verdicts(
        dataclasses.replace(
            before, comparison=compare(read_baseline(as_json.render(before)), before)
        ),
        FAIL_ON_NEW,
    )

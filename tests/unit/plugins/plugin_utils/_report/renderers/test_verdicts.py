# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host fails with a few lines that say which of its servers are broken, and why."""

from __future__ import annotations

import dataclasses

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import compare
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import as_json
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.verdicts import (
    FAIL_ON_BROKEN,
    FAIL_ON_NEW,
    verdicts,
)
from ansible_collections.mailops.smtp.tests.unit.reports import (
    failed,
    passed,
    probed,
    report,
    unreachable,
)

MX1, MX2 = {"host": "mx1.example.com"}, {"host": "mx2.example.com"}


def test_a_host_with_a_broken_server_fails_with_the_reason_and_what_to_check() -> None:
    found = verdicts(
        report(probed("web1", passed(MX1), failed(MX2)), probed("app1", passed(MX1))),
        FAIL_ON_BROKEN,
    )
    assert list(found) == ["web1"]
    assert (found["web1"].broken, found["web1"].total) == (1, 2)
    assert found["web1"].message.splitlines() == [
        "web1 found 1 of 2 servers broken:",
        "- mx2.example.com:25: 550 no such user in reply to rcpt_to (permanent)",
        "  check next: Ask the server's side.",
    ]


def test_a_host_that_asked_nobody_says_so_once() -> None:
    found = verdicts(report(unreachable("down", [MX1, MX2])), FAIL_ON_BROKEN)
    assert found["down"].message.startswith("down asked none of 2 servers: Ansible cannot reach")
    assert "\n" not in found["down"].message


def test_of_many_broken_servers_ten_are_named() -> None:
    given = report(probed("web1", *[failed({"host": f"mx{n}"}) for n in range(12)]))
    lines = verdicts(given, FAIL_ON_BROKEN)["web1"].message.splitlines()
    assert len([line for line in lines if line.startswith("- mx")]) == 10
    assert lines[-1] == "- and 2 more"


def test_what_was_broken_before_does_not_count_as_new() -> None:
    before = report(probed("web1", failed(MX1), passed(MX2)))
    now = report(probed("web1", failed(MX1), failed(MX2)))
    comparison = compare(read_baseline(as_json.render(before)), now)
    found = verdicts(dataclasses.replace(now, comparison=comparison), FAIL_ON_NEW)
    assert found["web1"].broken == 1
    assert found["web1"].message.startswith(
        "web1 found 1 of 2 servers broken since the baseline:\n- mx2."
    )
    assert not verdicts(
        dataclasses.replace(
            before, comparison=compare(read_baseline(as_json.render(before)), before)
        ),
        FAIL_ON_NEW,
    )

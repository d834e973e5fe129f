# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Of its variables, a host has its results of this use of the role, and of no other."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.hosts import hosts_of
from ansible_collections.mailops.smtp.tests.unit.plays import play_of
from ansible_collections.mailops.smtp.tests.unit.reports import passed

RESULT = passed({"host": "mx1"})
OPTIONS: dict[str, t.Any] = {"variable": "probe", "planned": None, "receipts": None, "use": None}


def hosts(
    variables: dict[str, dict[str, t.Any]],
    facts: dict[str, dict[str, t.Any]] | None = None,
    **options: str,
) -> dict[str, Host]:
    """Return the hosts of a play by their names in the inventory."""
    play = play_of(variables, facts)
    return dict(hosts_of(list(variables), {**OPTIONS, **options}, play, "this use"))


def test_a_host_has_what_it_has_registered_and_what_was_planned_with_it() -> None:
    found = hosts({"web1": {"probe": {**RESULT, "planned": [{"host": "mx1"}]}}, "late": {}})
    assert found["web1"].registered is not None
    assert list(found["web1"].planned) == [{"host": "mx1"}]
    assert (found["late"].registered, list(found["late"].planned)) == (None, [])


def test_the_plan_may_be_in_a_variable_of_its_own() -> None:
    found = hosts({"web1": {"probe": RESULT, "plan": [{"host": "mx2"}]}}, planned="plan")
    assert list(found["web1"].planned) == [{"host": "mx2"}]


def test_results_of_an_earlier_use_do_not_count() -> None:
    found = hosts(
        {
            "web1": {"probe": RESULT, "use": "an earlier use"},
            "app1": {"probe": RESULT, "use": "this use"},
            "left": {"probe": {**RESULT, "use": "an earlier use"}, "use": "this use"},
        },
        use="use",
    )
    assert found["web1"].registered is None
    assert found["left"].registered is None
    assert found["app1"].registered is not None


def test_hosts_that_share_a_look_into_the_mailbox_share_its_receipts() -> None:
    looked = {"receipts": [{"token": "t1", "found": True}]}
    found = hosts({"web1": {"looked": looked}, "app1": {"looked": looked}}, receipts="looked")
    sent = {**RESULT, "changed": True, "message": {"token": "t1"}}
    for host in found.values():
        receipt = host.receipts.of(sent)
        assert receipt is not None
        assert receipt.found


def test_a_host_whose_facts_shadow_variables_of_the_role_has_no_results() -> None:
    found = hosts({"web1": {"probe": RESULT}}, {"web1": {"smtp_check_fail": False}})
    assert found["web1"].problem.startswith("the host has returned the fact smtp_check_fail")


def test_a_name_with_control_characters_is_shown_without() -> None:
    found = hosts({"web\x1b1": {"probe": RESULT}})
    assert found["web\x1b1"].name == "web\\x1b1"

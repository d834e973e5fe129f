# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cause of an earlier run is recognised by what it is, not by the words that it was told in."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Sequence

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.causes import (
    names_of_servers,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import (
    Comparison,
    compare,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import Host
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import as_json
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import failed, passed, probed, report

Item = dict[str, t.Any]

RELAY: Item = {"host": "mx1", "name": "relay"}
OTHER: Item = {"host": "mx2"}
REFUSES_ALL = "mx1:25 (relay) refuses every host at rcpt_to (550 no such user)"


def run(
    broken: Sequence[Item] = (),
    servers: Sequence[Item] = (RELAY, OTHER),
    hosts: int = 4,
    text: str = "no such user",
) -> Report:
    """Return the report of a run in which all hosts find some servers broken."""
    return report(
        *[
            probed(
                f"web{host}",
                *[failed(item, text=text) if item in broken else passed(item) for item in servers],
            )
            for host in range(hosts)
        ]
    )


def document(given: Report) -> dict[str, t.Any]:
    return dict(json.loads("".join(as_json.render(given))))


def held_against(before: Report | dict[str, t.Any], now: Report) -> Comparison:
    """Compare with what was written."""
    written = before if isinstance(before, dict) else document(before)
    return compare(read_baseline([json.dumps(written)]), now, now.causes)


def test_a_cause_that_came_and_one_that_went_are_told_by_their_sentences() -> None:
    found = held_against(run([OTHER]), run([RELAY]))
    assert found.causes_new == (REFUSES_ALL,)
    assert found.causes_gone == ("mx2:25 refuses every host at rcpt_to (550 no such user)",)
    assert found.has_changes


def test_the_same_cause_in_other_words_has_neither_come_nor_gone() -> None:
    found = held_against(run([RELAY]), run([RELAY], text="user unknown"))
    assert (found.causes_new, found.causes_gone) == ((), ())
    assert not found.has_changes


def test_a_cause_of_all_hosts_is_the_same_in_a_fleet_that_has_grown() -> None:
    found = held_against(run([RELAY]), run([RELAY], hosts=9))
    assert (found.causes_new, found.causes_gone) == ((), ())


def test_a_cause_of_a_server_with_a_name_is_the_same_where_the_server_has_moved() -> None:
    moved = {**RELAY, "port": 2525}
    found = held_against(run([RELAY]), run([moved], servers=[moved, OTHER]))
    assert (found.causes_new, found.causes_gone) == ((), ())
    assert {(change.what, change.before, change.after) for change in found.changes} == {
        ("moved", ":25", ":2525")
    }


def test_a_cause_of_a_server_without_a_name_is_another_one_at_another_port() -> None:
    moved = {**OTHER, "port": 2525}
    found = held_against(run([OTHER]), run([moved], servers=[RELAY, moved]))
    assert [len(found.causes_new or ()), len(found.causes_gone or ())] == [1, 1]


def test_another_code_is_another_cause() -> None:
    before = document(run([RELAY]))
    before["causes"][0]["code"] = 554
    found = held_against(before, run([RELAY]))
    assert found.causes_new == found.causes_gone == (REFUSES_ALL,)


def test_a_cause_of_a_group_is_the_same_with_other_hosts_of_the_group() -> None:
    before = document(run([RELAY]))
    found = read_baseline([json.dumps(before)]).causes
    for hosts in (["web0", "web1"], ["web5"]):
        before["causes"][0].update(hosts=hosts, groups=["dmz"])
        of_group = read_baseline([json.dumps(before)]).causes
        assert of_group is not None
        ((key, _sentence),) = of_group.items()
        assert key.hosts == ("dmz",)
        assert of_group != found


def test_a_baseline_of_a_version_that_knew_no_causes_says_nothing_about_them() -> None:
    before = document(run())
    del before["causes"], before["unexplained"]
    found = held_against(before, run([RELAY]))
    assert (found.causes_new, found.causes_gone) == (None, None)
    assert found.counts == {"broke": 4}


def test_while_hosts_have_not_run_no_cause_has_gone() -> None:
    before = run([RELAY])
    first_batch = report(
        probed("web0", passed(RELAY), passed(OTHER)),
        *(Host(f"web{number}", None, [RELAY, OTHER], left=False) for number in range(1, 4)),
    )
    assert held_against(before, first_batch).causes_gone == ()
    assert held_against(before, run()).causes_gone == (REFUSES_ALL,)


@pytest.mark.parametrize("causes", [[None], [5], ["x"], [{"hosts": 5, "code": "x"}], [[]]])
def test_causes_that_are_none_are_read_as_some(causes: list[t.Any]) -> None:
    before = {**document(run()), "causes": causes}
    found = held_against(before, run())
    assert found.causes_new == ()
    assert len(found.causes_gone or ()) == 1


def test_two_servers_of_one_name_have_no_name() -> None:
    cells = [("a:25 (x)", "x"), ("b:25 (x)", "x"), ("c:25 (y)", "y"), ("c:25 (y)", "y"), ("d", "")]
    assert names_of_servers(cells) == {"c:25 (y)": "y"}

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cards of causes: what each says, what it names, and which cells it has room for."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.html_causes import (
    MAX_EXAMPLES,
    MAX_NAMES,
    MAX_TRANSCRIPT,
    Cards,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.html_cells import (
    ByteBudget,
    CellViews,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit import reports

SERVERS = [{"host": f"mx{number}"} for number in range(2)]


def cards(report: Report, size: int = 1_000_000, worse: Collection[tuple[str, str]] = ()) -> Cards:
    return Cards(report, CellViews(1_000_000, worse), ByteBudget(size), worse)


def refused(hosts: int) -> Report:
    """Return a report in which one of two servers refuses all hosts, which are in a group."""
    made = reports.report(
        *(
            reports.probed(f"web{number}", reports.failed(SERVERS[0]), reports.passed(SERVERS[1]))
            for number in range(hosts)
        ),
        *(reports.probed(f"db{number}", *map(reports.passed, SERVERS)) for number in range(hosts)),
    )
    return dataclasses.replace(made, groups={f"web{number}": ["web"] for number in range(hosts)})


def test_card_names_the_group_and_then_its_hosts():
    (card,) = cards(refused(9)).found
    assert card.hosts.label == "web, 9 hosts"
    assert card.hosts.names[:2] == ["web0", "web1"]
    assert card.hosts.folded
    assert (card.servers.label, card.servers.names, card.servers.folded) == ("", ["mx0:25"], False)


def test_of_very_many_hosts_some_are_named():
    (card,) = cards(refused(MAX_NAMES + 7)).found
    assert len(card.hosts.names) == MAX_NAMES
    assert card.hosts.left_out == 7


def test_card_counts_the_cells_that_broke_since_the_baseline():
    (card,) = cards(refused(3), worse={("web0", "mx0:25"), ("web1", "mx0:25")}).found
    assert card.worse == 2
    assert [view.worse for view in (*card.examples, *card.others)] == [True, True, False]


def test_each_kind_of_cell_has_an_example_and_all_others_follow():
    report = reports.scattered()
    found = cards(report)
    card = found.unexplained
    assert card is not None
    assert (len(card.examples), len(card.others), card.left_out) == (MAX_EXAMPLES, 1, 0)
    assert found.anchors.keys() == {cell.key for cell in report.broken}


def test_advice_of_a_card_is_not_repeated_for_its_cells():
    (card,) = cards(refused(3)).found
    assert list(map(str, card.advice)) == ["Ask the server&#39;s side.", "Look into its log."]
    views = [*card.examples, *card.others]
    assert [dialogue.advice for view in views for dialogue in view.dialogues] == [[], [], []]


def test_cells_without_room_lead_to_their_card():
    found = cards(refused(30), size=14_000)
    (card,) = found.found
    assert 0 < card.left_out < 29
    assert card.more == 29
    assert found.anchors["web0", "mx0:25"] == card.examples[0].anchor
    assert found.anchors["web29", "mx0:25"] == card.anchor == "c1"


def test_cause_without_room_is_counted():
    found = cards(refused(3), size=10)
    assert (found.found, found.omitted, found.anchors) == ([], 3, {})


def test_where_there_is_little_room_the_cells_of_the_largest_cause_come_last():
    few, many = (
        reports.failed(SERVERS[0], text="no such user"),
        reports.failed(SERVERS[1], text="full"),
    )
    report = reports.report(
        *(
            reports.probed(f"web{number}", few if number < 10 else reports.passed(SERVERS[0]), many)
            for number in range(60)
        )
    )
    found = cards(report, size=25_000)
    assert [card.cells for card in found.found] == [60, 10]
    assert [card.left_out > 0 for card in found.found] == [True, False]


def test_card_says_what_a_host_has_found_out_and_has_its_transcript():
    card = cards(reports.diagnosed_fleet()).found[1]
    assert card.found == "proven: The server does not know the recipient."
    assert card.transcript.splitlines()[-1] == "[0.001] S: 550 no such user"
    assert ("Certainty", "proven by an experiment") in card.facts
    assert ("Asked again from", "app1") in card.facts
    assert ("another recipient", "250 Ok", "it is the recipient") in card.evidence
    assert card.advice[0] == "Check the recipient with <code>postmap -q</code>."


def test_of_a_long_diagnosis_the_end_is_shown():
    """A host can return 400 lines of 1,000 characters."""
    answer = {**reports.diagnosis(), "transcript": ["x" * 900] * 300 + ["the end"]}
    card = cards(reports.with_answers(reports.fleet(), ("app1", 0, answer))).found[1]
    lines = card.transcript.splitlines()
    assert lines[0] == "(278 lines left out)"
    assert lines[-1] == "the end"
    assert len(card.transcript) <= MAX_TRANSCRIPT + 30


def test_card_says_how_to_check_it_and_what_to_change_in_which_server():
    card = cards(reports.fleet()).found[1]
    assert card.check[0].startswith("<code>postmap -q")
    assert "Postfix" in [server for server, _change in card.change]

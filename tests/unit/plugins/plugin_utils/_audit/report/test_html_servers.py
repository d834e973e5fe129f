# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server has its audits: what failed first, and tables while there is room."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report import html_servers
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.html_servers import Servers
from ansible_collections.mailops.smtp.tests.unit.audit_reports import audit, lost, report_of

ROOM = 1_000_000


def test_audits_are_under_their_server_and_what_failed_comes_first() -> None:
    audits = [audit(), audit("web2", relay_02="finding"), lost(), audit(server="mx:25")]
    relay, mx = Servers(report_of(*audits), {}, ROOM).found

    assert (relay.title, mx.title) == ("relay:25", "mx:25")
    assert [one.audit.host for one in relay.audits] == ["web9", "web2", "web1"]
    assert [one.failed for one in relay.audits] == [True, True, False]
    assert [len(one.outcomes) for one in relay.audits] == [0, 3, 3]
    assert (relay.others, relay.without_table) == ([], 0)


def test_a_row_leads_to_the_card_of_its_finding() -> None:
    cards = {("relay-02", "relay:25"): "f1", ("relay-17", "relay:25"): "f2"}
    (relay,) = Servers(report_of(audit(relay_02="finding")), cards, ROOM).found

    rows = {one.id: (one.word, one.css_class, one.href) for one in relay.audits[0].outcomes}
    assert rows == {
        "ctl-local": ("sound", "passed", ""),
        "relay-02": ("finding", "failed", "#f1"),
        "relay-17": ("sound", "passed", ""),
    }


def test_without_room_for_its_table_an_audit_is_a_line() -> None:
    bad = [audit(f"bad{n}", relay_02="finding") for n in range(20)]
    fine = [audit(f"web{n}") for n in range(20)]
    (relay,) = Servers(report_of(*fine, *bad, lost()), {}, 5_000).found

    assert [one.audit.host for one in relay.audits] == ["web9", *(one.host for one in bad)]
    with_table = [bool(one.outcomes) for one in relay.audits[1:]]
    assert 1 < sum(with_table) < 20
    assert relay.without_table == 20 - sum(with_table)
    assert with_table == sorted(with_table, reverse=True)
    assert [one.audit.host for one in relay.others] == [one.host for one in fine]


def test_of_too_many_audits_those_that_failed_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_servers, "MAX_AUDITS", 2)
    servers = Servers(report_of(audit(), audit("web2"), lost(), lost(server="mx:25")), {}, ROOM)

    assert [(one.title, len(one.audits)) for one in servers.found] == [
        ("relay:25", 1),
        ("mx:25", 1),
    ]
    assert servers.left_out == 2

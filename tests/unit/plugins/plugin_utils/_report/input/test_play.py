# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of the hosts of a play is data, and facts that would be settings are found."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.play import Play
from ansible_collections.mailops.smtp.tests.unit.plays import play_of


def test_what_a_host_has_registered_is_not_templated() -> None:
    play = play_of({"web1": {"handshake": {"msg": "{{ lookup('pipe', 'id') }}"}}, "app1": {}})
    assert play["web1"]["handshake"] == {"msg": "{{ lookup('pipe', 'id') }}"}
    assert ["handshake" in known for known in play] == [True, False]
    assert "web1" in play
    assert "web2" not in play
    assert {"web1", "app1"} <= set(play.inventory)


def test_a_host_that_has_returned_facts_which_would_be_settings_is_named() -> None:
    chooses = {"smtp_check_report_dir": "/etc", "smtp_check_fail": False}
    play = play_of({"web1": {}, "app1": {}}, {"web1": {"os_family": "x"}, "app1": chooses})
    assert list(play.shadowing) == ["app1"]
    assert play.first_shadowing == (
        "the host app1 has returned the fact smtp_check_report_dir and 1 more, "
        "which would take the place of the role's variable"
    )


def test_a_fact_that_hides_the_others_hides_nothing() -> None:
    hides = {"smtp_check_fail": False, "ansible_facts": {}}
    assert list(play_of({"web1": {}}, {"web1": hides}).shadowing) == ["web1"]


def test_several_such_hosts_are_counted() -> None:
    chooses: dict[str, t.Any] = {"__smtp_check_task": {}}
    play = play_of({"a": {}, "b": {}, "c": {}}, {"b": chooses, "c": chooses})
    assert play.first_shadowing.endswith("the role's variable (and 1 more)")


def test_what_was_registered_is_no_fact() -> None:
    play = play_of({"web1": {"smtp_check_result": {}, "smtp_check_use": "x"}})
    assert play.shadowing == {}
    assert play.first_shadowing == ""


def test_the_groups_of_each_host_are_those_of_the_inventory() -> None:
    variables = {
        "ansible_play_hosts_all": ["web1", "app1"],
        "ansible_play_hosts": ["web1"],
        "hostvars": {},
        "groups": {"all": ["web1", "app1"], "d\x1bmz": ["web1"], "odd": None},
    }
    play = Play(variables)
    assert play.groups == {"web1": ["all", r"d\x1bmz"], "app1": ["all"]}
    assert Play({**variables, "groups": "none"}).groups == {}

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a probing host has returned, which may be anything."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import entries_from
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.result import joined
from ansible_collections.mailops.smtp.tests.unit.audits import RELAY

ENTRIES = entries_from(
    [{**RELAY, "finding": "It relays.", "change": {"postfix": "Do this."}, "references": ["RFC"]}],
    "relay",
)
RETURNED: dict[str, t.Any] = {
    "id": "relay-02",
    "verdict": "finding",
    "evidence": "RCPT: 250 Ok",
    "reply": {"command": "RCPT", "code": 250, "enhanced_code": None, "text": "Ok"},
    "transcript": ["[0.1] S: 250 Ok"],
    "seconds": 0.1,
    "connections": 1,
    "token": None,
}


def check_of(**changes: t.Any) -> dict[str, t.Any]:
    """Join one check that was returned with changes."""
    (check,) = joined({"checks": [{**RETURNED, **changes}]}, ENTRIES, "untrusted")["checks"]
    return t.cast("dict[str, t.Any]", check)


def test_a_verdict_is_joined_with_what_its_file_says() -> None:
    check = check_of()

    assert {name: check[name] for name in RETURNED} == RETURNED
    assert check["proves"] == "The server does not relay for strangers."
    assert (check["finding"], check["change"]) == ("It relays.", {"postfix": "Do this."})
    assert (check["group"], check["references"], check["risk"]) == ("relay", ["RFC"], 0)


def test_a_host_cannot_say_what_a_check_means() -> None:
    assert check_of(finding="All is well.", proves="x", group="x")["finding"] == "It relays."


@pytest.mark.parametrize("returned", [None, [], "x", [5], [{"id": "relay-99"}], {"checks": []}])
def test_a_verdict_that_is_missing_is_undecided(returned: t.Any) -> None:
    result = joined({"checks": returned}, ENTRIES, "untrusted")

    assert [one["verdict"] for one in result["checks"]] == ["undecided"]
    assert result["checks"][0]["evidence"] == "the host has returned no verdict"
    assert result["summary"] == {"finding": 0, "undecided": 1, "sound": 0, "not_applicable": 0}


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"verdict": "fine"}, "verdict", "undecided"),
        ({"verdict": ["sound"]}, "verdict", "undecided"),
        ({"evidence": "\x1b[2J"}, "evidence", "\\x1b[2J"),
        ({"reply": "250"}, "reply", None),
        ({"reply": {"code": "250"}}, "reply", None),
        ({"transcript": "x"}, "transcript", []),
        ({"transcript": [5, "a\nb"]}, "transcript", ["", "a\\nb"]),
        ({"seconds": "fast"}, "seconds", None),
        ({"token": {"a": 1}}, "token", None),
    ],
)
def test_values_of_other_types(changes: dict[str, t.Any], name: str, value: t.Any) -> None:
    assert check_of(**changes)[name] == value


def test_a_message_that_was_accepted_leaves_open_whether_it_is_relayed() -> None:
    entries = [one._replace(arrival=True) for one in ENTRIES]
    result = joined({"checks": [RETURNED]}, entries, "untrusted")

    assert result["summary"]["undecided"] == 1
    assert result["checks"][0]["evidence"] == (
        "RCPT: 250 Ok; accepted at DATA, and whether it was relayed is not known"
    )


def test_what_is_returned_is_bounded() -> None:
    check = check_of(evidence="x" * 9999, transcript=["y" * 9999] * 9999)

    assert len(check["evidence"]) == 1000
    assert len(check["transcript"]) == 250
    assert len(check["transcript"][0]) == 2000


def test_the_claimed_vantage_is_that_of_the_task() -> None:
    vantage = {"claimed": "trusted", "measured": "x", "controls_failed": ["relay-02", "rm -rf"]}

    assert joined({"vantage": vantage}, ENTRIES, "untrusted")["vantage"] == {
        "claimed": "untrusted",
        "measured": "unknown",
        "controls_passed": [],
        "controls_failed": ["relay-02"],
    }

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which messages are to be looked for, whatever a host has registered."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.arrival import (
    token_awaited,
    tokens_awaited,
)

TOKEN = "audit-abcdefghijkl"
CHECK: dict[str, t.Any] = {
    "id": "relay-29",
    "verdict": "undecided",
    "reply": {"code": 250},
    "token": TOKEN,
}


def awaited(*checks: t.Any, use: str = "u1") -> list[dict[str, str]]:
    registered = {"use": "u1", "planned": [{"host": "relay"}], "audits": [{"checks": checks}]}
    return list(tokens_awaited("web1", registered, use, {"relay-29"}))


def test_a_message_that_was_accepted_is_looked_for() -> None:
    assert awaited(CHECK) == [{"token": TOKEN, "host": "web1", "server": "relay"}]


def test_a_message_of_another_use_of_the_role_is_not() -> None:
    assert awaited(CHECK, use="u2") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "sy-dot"},
        {"id": ["relay-29"]},
        {"verdict": "sound"},
        {"verdict": "not_applicable"},
        {"reply": {"code": 354}},
        {"reply": {"code": 450}},
        {"reply": {"code": True}},
        {"reply": None},
        {"token": None},
        {"token": 5},
        {"token": "somebody-elses-tok"},
        {"token": f"{TOKEN}\n"},
        {"token": "audit-ABCDEFGHIJKL"},
    ],
)
def test_no_other_value_of_a_host_is_looked_for(changes: dict[str, t.Any]) -> None:
    assert token_awaited({**CHECK, **changes}, {"relay-29"}) is None


@pytest.mark.parametrize("registered", [None, 5, [], {}, {"use": "u1", "audits": 5, "planned": 5}])
def test_a_host_that_registered_anything_else_has_none(registered: t.Any) -> None:
    assert list(tokens_awaited("web1", registered, "u1", {"relay-29"})) == []


def test_a_host_that_registered_any_number_of_checks_is_bounded() -> None:
    assert len(awaited(*[CHECK] * 20_000)) == 10_000

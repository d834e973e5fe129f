# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of an audit: controls first, and few connections for many of them."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.form import check_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.parts import (
    in_order,
    share_key,
)
from ansible_collections.mailops.smtp.tests.unit.audits import (
    LOCAL,
    NULL_SENDER,
    RELAY,
    VANTAGE,
    check_of,
)


def test_controls_come_first_and_then_what_others_name() -> None:
    flood = {**RELAY, "id": "a-flood", "risk": 2, "steps": [{"send": "RCPT TO:<x>", "repeat": 9}]}
    alone = {**RELAY, "id": "relay-24", "ports": [2525]}
    checks = [check_from(one) for one in (flood, alone, NULL_SENDER, RELAY, LOCAL, VANTAGE)]

    assert [one.id for one in in_order(checks)] == [
        "ctl-vantage",
        "ctl-local",
        "relay-02",
        "relay-01",
        "relay-24",
        "a-flood",
    ]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({}, "hello"),
        ({"variants": {"x": ["a"]}}, "hello"),
        ({"steps": [], "want": {"greeting": "any"}}, "hello"),
        ({"steps": [{"hello": True}, "VRFY x", "HELP", "RCPT TO:<{user}>"]}, "hello"),
        ({"steps": [{"hello": "localhost"}, "RCPT TO:<{user}>"]}, "named"),
        ({"steps": ["EHLO {helo}", "RCPT TO:<{user}>"]}, "plain"),
        ({"risk": 1}, None),
        ({"ports": [25]}, None),
        ({"every_address": True}, None),
        ({"steps": [], "want": {"connect": "unreachable"}}, None),
        ({"steps": ["RCPT TO:<{user}>"]}, None),
        ({"steps": [{"hello": True}, {"starttls": True}, "RCPT TO:<{user}>"]}, None),
        ({"steps": [{"hello": True}, "XCLIENT ADDR=127.0.0.1", "RCPT TO:<{user}>"]}, None),
        ({"steps": [{"hello": True}, *["NOOP"] * 5, "RCPT TO:<{user}>"]}, None),
    ],
)
def test_who_shares_a_connection(changes: dict[str, t.Any], key: str | None) -> None:
    assert share_key(check_of(**changes)) == key

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the whole fleet may ask of one server is shared out among hosts and slices."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.fleet_limits import (
    FleetLimits,
    dialogues_with_one_server,
    fleet_limits,
    jitter_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import BadVariable
from hypothesis import given
from hypothesis import strategies as st

NO_LIMIT = {"throttle": 0, "per_server": 0, "rate": 0, "slices": 1}


@pytest.mark.parametrize(
    ("variables", "at_once", "expected"),
    [
        ({}, 50, FleetLimits()),
        ({"throttle": 5}, 50, FleetLimits(5)),
        # Each of 50 hosts may hold two.
        ({"per_server": 100}, 50, FleetLimits(50, 2)),
        ({"per_server": 20}, 50, FleetLimits(20, 1)),
        ({"per_server": 20, "throttle": 5}, 50, FleetLimits(5, 4)),
        ({"per_server": 20, "slices": 4}, 50, FleetLimits(5, 1)),
        ({"rate": 60}, 50, FleetLimits(0, 0, 1.0)),
        ({"rate": 60, "slices": 4}, 50, FleetLimits(0, 0, 4.0)),
        ({"per_server": "20", "rate": "30"}, 50, FleetLimits(20, 1, 2.0)),
    ],
)
def test_shares(variables: dict[str, t.Any], at_once: int, expected: FleetLimits) -> None:
    assert fleet_limits({**NO_LIMIT, **variables}, at_once) == (expected, [])


@given(st.integers(1, 500), st.integers(0, 100), st.integers(1, 20), st.integers(1, 200))
def test_a_server_never_sees_more_than_the_limit(
    per_server: int, throttle: int, slices: int, at_once: int
) -> None:
    given_values = {**NO_LIMIT, "per_server": per_server, "throttle": throttle, "slices": slices}
    limits, warnings = fleet_limits(given_values, at_once)

    seen = slices * limits.throttle * limits.per_server
    assert 1 <= limits.throttle <= at_once
    assert seen <= per_server or (seen == slices and warnings)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("per_server", -1, "smtp_check_per_server must be 0 or more, not -1"),
        ("rate", -1, "smtp_check_rate must be 0 or more, not -1"),
        ("slices", 0, "smtp_check_slices must be 1 or more, not 0"),
        ("throttle", -1, "smtp_check_throttle must be 0 or more, not -1"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: int, words: str) -> None:
    with pytest.raises(BadVariable, match=words):
        fleet_limits({**NO_LIMIT, name: value}, 5)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (-1, "smtp_check_jitter must be 0 or more, not -1"),
        ("soon", "smtp_check_jitter must be a whole number, not a text"),
        ("inf", "smtp_check_jitter must be a whole number, not a text"),
        (float("nan"), "smtp_check_jitter must be a whole number, not a decimal number"),
        ([5], "smtp_check_jitter must be a whole number, not a list"),
    ],
)
def test_a_wrong_jitter_of_any_host_is_named(value: t.Any, words: str) -> None:
    assert (jitter_of("5"), jitter_of(None)) == (5.0, 0.0)
    with pytest.raises(BadVariable, match=words):
        jitter_of(value)


def test_a_share_of_less_than_one_dialogue_is_told() -> None:
    limits, (warning,) = fleet_limits({**NO_LIMIT, "per_server": 2, "slices": 8}, 50)

    assert limits == FleetLimits(1, 1)
    assert "each of the 8 slices holds one dialogue" in warning


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([], 0),
        ([{"host": "relay"}, {"host": "mx"}], 1),
        ([{"host": "relay"}, {"host": "relay", "tls": "never"}, {"host": "mx"}], 2),
        ([{"host": "relay", "port": 25}, {"host": "relay", "port": 587}], 1),
    ],
)
def test_dialogues_with_one_server(targets: list[dict[str, t.Any]], expected: int) -> None:
    assert dialogues_with_one_server(targets) == expected

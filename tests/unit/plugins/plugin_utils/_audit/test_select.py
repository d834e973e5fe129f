# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which checks are made."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import (
    Entry,
    entries_from,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.select import (
    BadSelection,
    select,
)
from ansible_collections.mailops.smtp.tests.unit.audits import LOCAL, RELAY, VANTAGE


def entries() -> list[Entry]:
    """Return a few checks of three groups."""

    def of(group: str, *checks: dict[str, t.Any]) -> list[Entry]:
        return entries_from([{"finding": "x", **one} for one in checks], group)

    return [
        *of("controls", VANTAGE, {**LOCAL, "profiles": ["mx"]}),
        *of("relay", RELAY, {**RELAY, "id": "relay-29", "risk": 1}),
        *of("limits", {**RELAY, "id": "li-idle", "risk": 2, "by_name": True}),
        *of("sync", {**RELAY, "id": "sy-lf", "risk": 2, "profiles": ["mx"]}),
    ]


def ids(profile: str = "mx", **options: t.Any) -> list[str]:
    """Return the ids of the selected checks."""
    return [entry.check.id for entry in select(entries(), profile, **options)]


@pytest.mark.parametrize(
    ("options", "selected"),
    [
        ({}, ["ctl-vantage", "ctl-local", "relay-02"]),
        ({"profile": "relay"}, ["ctl-vantage", "relay-02"]),
        ({"names": ["relay-02"]}, ["ctl-vantage", "ctl-local", "relay-02"]),
        # A risk is taken only if it is allowed and asked for by name.
        (
            {"max_risk": 1, "names": ["relay-29"]},
            ["ctl-vantage", "ctl-local", "relay-29"],
        ),
        (
            {"max_risk": 1, "names": ["relay", "sync"]},
            ["ctl-vantage", "ctl-local", "relay-02", "relay-29"],
        ),
        ({"names": ["relay"]}, ["ctl-vantage", "ctl-local", "relay-02"]),
        (
            {"max_risk": 2, "names": ["sync"]},
            ["ctl-vantage", "ctl-local", "sy-lf"],
        ),
        # Its group alone is not enough for a check that is for those who ask for it.
        (
            {"max_risk": 2, "names": ["limits", "sync"]},
            ["ctl-vantage", "ctl-local", "sy-lf"],
        ),
        (
            {"max_risk": 2, "names": ["li-idle"]},
            ["ctl-vantage", "ctl-local", "li-idle"],
        ),
        ({"names": ["controls"]}, ["ctl-vantage", "ctl-local"]),
        # The controls cannot be left out, as nothing would be proven.
        ({"skip": ["ctl-local"]}, ["ctl-vantage", "ctl-local", "relay-02"]),
        (
            {"skip": ["relay-02"], "names": ["relay"], "max_risk": 1},
            ["ctl-vantage", "ctl-local", "relay-29"],
        ),
    ],
)
def test_which_checks_are_made(options: dict[str, t.Any], selected: list[str]) -> None:
    assert ids(**options) == selected


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"names": ["relay-20"]}, "checks names no check or group 'relay-20'; did you mean relay-"),
        (
            {"skip": ["tls"]},
            "skip names no check or group 'tls'; the groups are controls, limits,",
        ),
        ({"names": ["relay-29"]}, "checks names relay-29, whose risk is 1; set max_risk to 1"),
        (
            {"names": ["sy-lf"], "max_risk": 2, "profile": "relay"},
            "checks names sy-lf, which is for the profile mx, and not for relay",
        ),
        ({"max_risk": 1}, "max_risk has no effect without checks"),
        (
            {"skip": ["relay"]},
            "skip does not leave a check to make",
        ),
        (
            {"names": ["sync"], "profile": "relay"},
            "checks names sync, a group without a check for the profile relay",
        ),
        (
            {"names": ["sync"], "profile": "mx"},
            "checks names sync, a group whose checks are of risk 2 or more; set max_risk to 2",
        ),
    ],
)
def test_a_selection_that_cannot_be_made(options: dict[str, t.Any], problem: str) -> None:
    with pytest.raises(BadSelection) as error:
        ids(**options)

    assert problem in str(error.value)

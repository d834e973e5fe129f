# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of the role become options of the module, and errors name the variable."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import all_checks
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.role import (
    WITH_VARIABLE,
    in_terms_of_role,
    known_options,
    own_options,
    planned_as_given,
    plans_of,
    selected,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import BadVariable


def test_each_variable_is_an_option_of_the_module() -> None:
    assert set(WITH_VARIABLE) <= set(known_options())


def test_what_is_not_set_is_left_to_the_module() -> None:
    def template(value: t.Any) -> t.Any:
        return f"templated {value}"

    assert own_options({"smtp_audit_user": "ann", "user": "x"}, template) == {
        "user": "templated ann"
    }


def test_a_server_has_precedence_over_variables_and_those_over_other_options() -> None:
    (plan,) = plans_of(
        [{"host": "relay:587", "profile": "submission", "helo": None, "name": "second"}],
        {"profile": "mx", "helo": "probe", "from": "trusted"},
        {"from": "authed", "timeout": 5, "helo": "other"},
    )

    assert plan.options == {
        "host": "relay",
        "port": 587,
        "profile": "submission",
        "from": "trusted",
        "timeout": 5,
    }
    assert plan.planned == {
        "name": "second",
        "host": "relay",
        "port": "587",
        "from": "trusted",
        "profile": "submission",
    }
    assert plan.claimed == "trusted"


def test_servers_from_the_command_line_are_split() -> None:
    plans = plans_of("relay,mx:465", {}, {})

    assert [(one.options["host"], one.options.get("port")) for one in plans] == [
        ("relay", None),
        ("mx", 465),
    ]
    assert plans[0].claimed == "untrusted"


@pytest.mark.parametrize(
    ("servers", "options", "problem"),
    [
        ([], {}, "smtp_audit_servers is empty"),
        ({"host": "x"}, {}, "smtp_audit_servers must be a list"),
        ([5], {}, r"smtp_audit_servers\[0\] must be a server"),
        ([{"port": 25}], {}, r"smtp_audit_servers\[0\] must have either a host or a socket"),
        ([{"host": "x", "mx": "y"}], {}, r"smtp_audit_servers\[0\]\.mx: smtp_audit has no"),
        ([{"host": "x", "definitions": []}], {}, "definitions: smtp_audit has no such option"),
        (["x"], {"tiemout": 5}, "smtp_audit_options.tiemout.*did you mean timeout"),
        (["x"], {"host": "y"}, "smtp_audit_options.host has no effect"),
        (["x"], [], "smtp_audit_options must be a dictionary"),
    ],
)
def test_a_wrong_variable_is_named(servers: t.Any, options: t.Any, problem: str) -> None:
    with pytest.raises(BadVariable, match=problem):
        plans_of(servers, {}, options)


def test_checks_are_selected_for_each_server() -> None:
    relay, submission = plans_of(["a", {"host": "b", "profile": "submission"}], {}, {})

    ids = {one.check.id for one in selected(relay, all_checks())}
    others = {one.check.id for one in selected(submission, all_checks())}
    assert "ctl-trusted" in ids - others
    assert "ctl-authed" in others - ids


@pytest.mark.parametrize(
    ("server", "options", "problem"),
    [
        ({}, {"checks": ["relay-2"]}, "smtp_audit_checks names no check or group 'relay-2'"),
        ({"checks": "relay-2"}, {}, r"smtp_audit_servers\[0\].checks names no check"),
        ({}, {"max_risk": "high"}, "smtp_audit_max_risk must be 0, 1 or 2"),
        ({}, {"max_risk": 1}, "smtp_audit_max_risk has no effect without checks"),
    ],
)
def test_a_wrong_selection_is_named(
    server: dict[str, t.Any], options: dict[str, t.Any], problem: str
) -> None:
    (plan,) = plans_of([{"host": "relay", **server}], options, {})

    with pytest.raises(BadVariable, match=problem):
        selected(plan, all_checks())


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("user must be an address of example.com", "smtp_audit_user must be an address"),
        ("timeout must be more than 0", "smtp_audit_options.timeout must be"),
        ("port must be less", "smtp_audit_servers[0].port must be"),
        ("no result: the module ended", "no result: the module ended"),
        ("", ""),
    ],
)
def test_a_message_of_the_module_names_the_variable(message: str, told: str) -> None:
    (plan,) = plans_of([{"host": "relay", "port": 99999}], {"user": "x"}, {"timeout": -1})

    assert in_terms_of_role(message, plan).startswith(told)


@pytest.mark.parametrize(
    ("servers", "planned"),
    [
        (["relay:587"], [{"host": "relay:587"}]),
        ([{"host": "relay", "login_password": "x", "port": 5}], [{"host": "relay", "port": "5"}]),
        ([], []),
        (7, []),
    ],
)
def test_servers_are_named_even_if_an_option_is_wrong(servers: t.Any, planned: t.Any) -> None:
    assert planned_as_given(servers) == planned

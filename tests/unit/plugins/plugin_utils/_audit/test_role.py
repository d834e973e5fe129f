# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of the role become options of the module, and errors name the variable."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import all_checks
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.role import (
    WITH_VARIABLE,
    check_options,
    check_receipt,
    in_terms_of_role,
    known_options,
    own_options,
    planned_as_given,
    plans_of,
    selected,
    unset_variables,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import BadVariable

DATE = datetime.date(2026, 1, 31)


def test_each_variable_is_an_option_of_the_module() -> None:
    assert set(WITH_VARIABLE) <= set(known_options())


def test_a_mailbox_needs_a_check_whose_message_can_arrive_there() -> None:
    (asks,) = plans_of(["relay"], {"max_risk": 1, "checks": ["relay-29"]}, {})
    (not_at_all,) = plans_of(["relay"], {}, {})
    mailbox = {"path": "/var/mail/ann", "delegate_to": "mailhost"}

    check_receipt({}, [selected(not_at_all, all_checks())])
    check_receipt(mailbox, [selected(not_at_all, all_checks()), selected(asks, all_checks())])
    with pytest.raises(BadVariable, match="name relay-29 in smtp_audit_checks"):
        check_receipt(mailbox, [selected(not_at_all, all_checks())])
    with pytest.raises(BadVariable, match=r"smtp_audit_receipt.mailboxes\[0\] must be a text, not"):
        check_receipt({"path": "/m", "mailboxes": [DATE]}, [selected(asks, all_checks())])
    with pytest.raises(BadVariable, match=r"smtp_audit_receipt.impa is .*did you mean imap"):
        check_receipt({"impa": {}}, [selected(asks, all_checks())])


@pytest.mark.parametrize(
    ("server", "own", "options", "problem"),
    [
        ({"from": "inside"}, {}, {}, r"smtp_audit_servers\[0\].from must be one of untrusted"),
        ({}, {}, {"connections": "x"}, "smtp_audit_options.connections must be a whole number"),
        ({}, {}, {"proxy": {"version": 3}}, "smtp_audit_options.proxy.version must be one of 1, 2"),
        ({}, {"own_domain": "a@b"}, {}, "smtp_audit_own_domain must be a domain"),
        ({"user": "a@b"}, {"own_domain": "c"}, {}, r"smtp_audit_servers\[0\].user must be an addr"),
        ({"user": 1.1}, {}, {}, r"smtp_audit_servers\[0\].user must be a text, not a de"),
        ({}, {"stranger": True}, {}, "smtp_audit_stranger must be a text, not true; write it in q"),
        ({}, {"checks": ["a", 1.1]}, {}, r"smtp_audit_checks\[1\] must be a text, not a de"),
        ({}, {}, {"tls_server_name": 1.1}, "smtp_audit_options.tls_server_name must be a text"),
        ({}, {}, {"own_domain": "a@b"}, "smtp_audit_options.own_domain must be a domain"),
        ({}, {"own_domain": "a@b"}, {"own_domain": "c"}, "smtp_audit_own_domain must be a domain"),
    ],
)
def test_what_no_host_could_use_is_told_at_once(
    server: dict[str, t.Any], own: dict[str, t.Any], options: dict[str, t.Any], problem: str
) -> None:
    (plan,) = plans_of([{"host": "relay", **server}], own, options)

    with pytest.raises(BadVariable, match=problem):
        check_options(plan)


def test_a_variable_without_which_checks_do_not_apply_is_told() -> None:
    (nothing,) = plans_of(["relay"], {"checks": ["relay-02", "relay-25"]}, {})
    (all_set,) = plans_of(
        ["relay"], {"own_domain": "a.example", "user": "ann", "other_domain": "b.example"}, {}
    )

    assert unset_variables(nothing, selected(nothing, all_checks())) == [
        "smtp_audit_user is not set, so 1 check is not applicable",
        "smtp_audit_other_domain is not set, so 2 checks are not applicable",
    ]
    assert unset_variables(all_set, selected(all_set, all_checks())) == []


def test_a_check_may_need_a_variable_that_its_steps_do_not_name() -> None:
    (plan,) = plans_of(["relay"], {"checks": ["dn-spf", "dn-dmarc"]}, {})

    assert unset_variables(plan, selected(plan, all_checks())) == [
        "smtp_audit_own_domain is not set, so 2 checks are not applicable"
    ]


@pytest.mark.parametrize(
    ("own", "warns"),
    [
        ({}, True),
        ({"login_user": "ann", "login_password": "x"}, False),
        ({"client_cert": "/x"}, False),
        ({"from": "trusted"}, False),
    ],
)
def test_a_user_that_does_not_log_in_is_told(own: dict[str, t.Any], warns: bool) -> None:
    (plan,) = plans_of(["relay"], {"from": "authed", **own}, {})

    told = "smtp_audit_from is authed, but smtp_audit_login_user is not set, so nobody logs in"
    assert unset_variables(plan, []) == ([told] if warns else [])


def test_options_that_are_right_need_no_words() -> None:
    (plan,) = plans_of([{"host": "relay", "port": "25"}], {"own_domain": "a.example"}, {})

    check_options(plan)


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
        ([{"host": "x", "mx": "y"}], {}, r"smtp_audit_servers\[0\]\.mx is not an option"),
        ([{"host": "x", "definitions": []}], {}, "definitions is not an option"),
        (["x"], {"tiemout": 5}, "smtp_audit_options.tiemout.*did you mean timeout"),
        (["x"], {"host": "y"}, "smtp_audit_options.host has no effect"),
        (["x"], [], "smtp_audit_options must be a dictionary"),
        ([{"host": "x", "name": 1.1}], {}, r"\[0\]\.name must be a text, not a decimal number"),
        ([{"host": "x", "user": DATE}], {}, r"smtp_audit_servers\[0\]\.user must be a text, not"),
        (["x"], {"xclient": {"NAME": DATE}}, r"smtp_audit_options.xclient.NAME must be a text"),
    ],
)
def test_a_wrong_variable_is_named(servers: t.Any, options: t.Any, problem: str) -> None:
    with pytest.raises(BadVariable, match=problem):
        plans_of(servers, {}, options)


@pytest.mark.parametrize(
    ("server", "told"),
    [
        ({"max_risk": 1}, "must have either a host or a socket"),
        ({"timout": 5}, "timout is .*did you mean timeout"),
        ({"relay": 587}, "no port follows its colon at once"),
    ],
)
def test_a_server_without_a_host_is_told_from_one_that_lost_its_port(
    server: dict[str, t.Any], told: str
) -> None:
    with pytest.raises(BadVariable, match=rf"smtp_audit_servers\[0\].*{told}"):
        plans_of([server], {}, {})


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
        ({}, {"max_risk": "high"}, "smtp_audit_max_risk must be one of 0, 1, 2"),
        ({}, {"max_risk": float("inf")}, "smtp_audit_max_risk must be one of 0, 1, 2"),
        ({}, {"profile": "smtp"}, "smtp_audit_profile must be one of relay, mx, submission, none"),
        ({}, {"max_risk": 3}, "smtp_audit_max_risk must be one of 0, 1, 2"),
        ({}, {"checks": [None]}, r"smtp_audit_checks\[0\] must be a text, not null"),
        ({}, {"max_risk": 1}, "smtp_audit_max_risk has no effect without checks"),
        (
            {"skip": "relay-02"},
            {"checks": ["relay-02"]},
            r"smtp_audit_servers\[0\].skip does not leave a check",
        ),
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
        (
            "login_password is required with login_user",
            "smtp_audit_login_password is required with smtp_audit_login_user",
        ),
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
        (["smtp://ann:x@relay"], [{"host": "(not shown)"}]),
        ([], []),
        (7, []),
    ],
)
def test_servers_are_named_even_if_an_option_is_wrong(servers: t.Any, planned: t.Any) -> None:
    assert planned_as_given(servers) == planned

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each option is written once: in one row of the table, and in one group of the plan."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.policy import TlsPolicy
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options import plan
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import (
    OPTIONS,
    OPTIONS_OF_TASK,
    argument_spec,
    dialogue_spec,
)

ROLE = Path(__file__).parents[6] / "roles" / "smtp_check"

GROUPS: tuple[t.Any, ...] = (
    plan.Endpoint,
    plan.Client,
    TlsPolicy,
    plan.Envelope,
    plan.Expectations,
    plan.Limits,
    plan.Steps,
)

# Options without a field of their own: they decide which dialogues are held, or become a Login.
ELSEWHERE = {
    "mx",
    "every_address",
    "login_user",
    "login_password",
    "auth_mechanism",
    "allow_plaintext_auth",
}

# Fields that are not options.
DERIVED = {"mx_preference", "check_mode"}


def test_each_option_is_a_field_of_one_group() -> None:
    fields = [name for group in GROUPS for name in group._fields if name not in DERIVED]
    assert len(fields) == len(set(fields))
    assert set(fields) | ELSEWHERE == set(OPTIONS)


def test_a_group_has_the_defaults_of_the_options() -> None:
    for group in GROUPS:
        for name, default in group._field_defaults.items():
            argument = OPTIONS[name].argument if name in OPTIONS else {}
            if "default" in argument and name != "tls":  # a policy by itself asks for no TLS
                assert argument["default"] == default, name


def test_the_module_has_the_options_of_a_dialogue_and_those_of_the_task() -> None:
    assert argument_spec() == {**dialogue_spec(), **OPTIONS_OF_TASK}
    assert not set(OPTIONS) & set(OPTIONS_OF_TASK)


def test_a_password_is_the_one_option_that_is_not_logged() -> None:
    hidden = [name for name, option in OPTIONS.items() if option.argument.get("no_log")]
    assert hidden == ["login_password"]


def test_the_role_passes_on_each_option_that_has_a_variable() -> None:
    yaml = pytest.importorskip("yaml")
    with_variable = {name for name, option in OPTIONS.items() if option.has_variable}
    documented = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text())
    variables = documented["argument_specs"]["main"]["options"]
    assert {f"smtp_check_{name}" for name in with_variable} < set(variables)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A misspelled variable is refused, as the check would otherwise test less and pass."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import BadVariable
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.variables import (
    check_command_line,
    check_known,
)

OPTIONS = [
    "smtp_check_login_password",
    "smtp_check_login_user",
    "smtp_check_mail_from",
    "smtp_check_rcpt_to",
    "smtp_check_receipt",
    "smtp_check_servers",
    "smtp_check_reports",
    "smtp_check_report_dir",
    "smtp_check_throttle",
]

OF_MODULE = ["expect", "host", "timeout"]

# The values that a task of the role registers, and the one that the role sets at its start.
REGISTERED: tuple[dict[str, t.Any], ...] = ({}, {"changed": False}, {"failed": True, "msg": "x"})


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("smtp_check_recipient", "smtp_check_rcpt_to"),
        ("smtp_check_sender", "smtp_check_mail_from"),
        ("smtp_check_password", "smtp_check_login_password"),
        ("smtp_check_reciept", "smtp_check_receipt"),
        ("smtp_check_server", "smtp_check_servers"),
        ("smtp_check_thottle", "smtp_check_throttle"),
        ("smtp_check_Servers", "smtp_check_servers"),
        ("smtp_check_dir", "smtp_check_report_dir"),
        ("smtp_check_tiemout", "smtp_check_options.timeout"),
    ],
)
def test_a_misspelled_variable_is_refused_with_a_suggestion(name: str, meant: str) -> None:
    with pytest.raises(BadVariable) as error:
        check_known({"ansible_host": "x", name: 1}, OPTIONS, OF_MODULE, "web1")
    assert str(error.value) == (
        f"{name} is no variable of the role (it is set for web1); did you mean {meant}?"
    )


@pytest.mark.parametrize("name", ["expect", "timeout", "per_server"])
def test_an_option_of_the_module_is_refused_with_where_to_write_it(name: str) -> None:
    with pytest.raises(BadVariable) as error:
        check_known({f"smtp_check_{name}": 1}, OPTIONS, OF_MODULE, "web1")
    assert str(error.value).endswith(f"(it is set for web1); write {name} in smtp_check_options")


def test_a_name_that_is_not_similar_to_any_has_no_suggestion() -> None:
    """The common prefix of all names does not count as similarity."""
    with pytest.raises(BadVariable) as error:
        check_known({"smtp_check_zzz": 1}, OPTIONS, OF_MODULE, "web1")
    assert str(error.value).endswith("(it is set for web1)")


def test_a_value_without_a_blank_before_it_is_not_shown() -> None:
    with pytest.raises(BadVariable) as error:
        check_known({"smtp_check_login_password:S3cret": None}, OPTIONS, OF_MODULE, "web1")
    assert "S3cret" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("smtp_check_receipts", {"imap": {"host": "x"}}, "; did you mean smtp_check_receipt?"),
        ("smtp_check_report", ["html"], "; did you mean smtp_check_reports?"),
        ("smtp_check_result", 1, ""),
    ],
)
def test_a_variable_that_the_role_sets_is_refused(name: str, value: t.Any, meant: str) -> None:
    with pytest.raises(BadVariable) as error:
        check_known({name: value}, OPTIONS, OF_MODULE, "web1")
    assert str(error.value) == f"{name} is for the role to set (it is set for web1){meant}"


@pytest.mark.parametrize("value", REGISTERED)
def test_other_variables_are_ignored(value: dict[str, t.Any]) -> None:
    names = [*OPTIONS, "smtp_checks", "my_smtp_check_x", "__smtp_check_x", "smtp_check_hosts"]
    returned = ["smtp_check_result", "smtp_check_report", "smtp_check_receipts"]
    variables: dict[t.Any, t.Any] = {
        **dict.fromkeys(names, 1),
        **dict.fromkeys(returned, value),
        ("a", "tuple"): 1,
    }
    check_known(variables, OPTIONS, OF_MODULE, "web1")


def test_words_that_a_blank_cut_off_are_told_and_not_shown() -> None:
    """What `-e "smtp_check_login_password=correct horse"` becomes."""
    check_command_line({"smtp_check_login_password": "correct"})
    with pytest.raises(BadVariable) as error:
        check_command_line({"smtp_check_login_password": "correct", "_raw_params": "horse"})
    assert str(error.value).startswith("-e: a value ends at the first blank, so some words were")
    assert "or a file lacks its @; write" in str(error.value)
    assert "horse" not in str(error.value)

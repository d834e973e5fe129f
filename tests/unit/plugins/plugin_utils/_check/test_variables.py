# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A misspelt variable of the role must not become a check that asks for less and is green."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.plan import BadVariable
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.variables import check_known

OPTIONS = [
    "smtp_check_login_password",
    "smtp_check_login_user",
    "smtp_check_mail_from",
    "smtp_check_rcpt_to",
    "smtp_check_receipt",
    "smtp_check_servers",
    "smtp_check_timeout",
]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("smtp_check_recipient", "smtp_check_rcpt_to"),
        ("smtp_check_sender", "smtp_check_mail_from"),
        ("smtp_check_password", "smtp_check_login_password"),
        ("smtp_check_reciept", "smtp_check_receipt"),
        ("smtp_check_server", "smtp_check_servers"),
        ("smtp_check_tiemout", "smtp_check_timeout"),
    ],
)
def test_it_is_told_with_the_one_that_was_meant(name: str, meant: str) -> None:
    with pytest.raises(BadVariable) as error:
        check_known(["ansible_host", name], OPTIONS, "web1")
    assert str(error.value) == (
        f"{name} is no variable of the role (it is set for web1); did you mean {meant}?"
    )


def test_all_others_are_none_of_its_business() -> None:
    names = [*OPTIONS, "smtp_checks", "my_smtp_check_x", "smtp_check_result", "smtp_check_hosts"]
    check_known(names, OPTIONS, "web1")

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy of MTA-STS."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.dns.sts_policy import (
    BadPolicy,
    policy_from,
)

GOOD = (
    "version: STSv1\r\nmode: enforce\r\nmx: MX.example.com\r\nmx: *.example.net\r\nmax_age: 604800"
)


def test_a_policy_names_the_mail_exchangers() -> None:
    policy = policy_from(GOOD)

    assert (policy.mode, policy.max_age) == ("enforce", 604800)
    assert policy.permits("mx.Example.com")
    assert policy.permits("mx1.example.net")
    assert not policy.permits("example.net")
    assert not policy.permits("a.mx1.example.net")
    assert not policy.permits("mx.example.com.example.org")


def test_the_first_value_counts_and_unknown_keys_do_not() -> None:
    assert policy_from(f"{GOOD}\nmode: none\nfuture: thing\n\n").mode == "enforce"


def test_a_policy_that_is_off_needs_no_exchanger() -> None:
    assert policy_from("version: STSv1\nmode: none\nmax_age: 0").patterns == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "version"),
        (GOOD.replace("STSv1", "STSv2"), "version"),
        (GOOD.replace("enforce", "report"), "mode"),
        (GOOD.replace("604800", "31557601"), "max_age"),
        (GOOD.replace("604800", "-1"), "max_age"),
        (GOOD.replace("604800", "9" * 5000), "max_age"),
        (GOOD.replace("604800", "\u0661"), "max_age"),
        (GOOD.replace("mx:", "mex:"), "no mx"),
        ("<html>", "no pair"),
        ("a: b\n" * 501, "lines"),
    ],
)
def test_a_policy_that_senders_ignore_says_why(text: str, says: str) -> None:
    with pytest.raises(BadPolicy, match=says):
        policy_from(text)

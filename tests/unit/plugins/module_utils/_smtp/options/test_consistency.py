# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An option that contradicts another one, or needs another one, is refused by name."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.message import (
    MessageContext,
    compose,
)
from ansible_collections.mailops.smtp.tests.unit.options import (
    planned_message,
    refusal,
    refusal_of_message,
)


@pytest.mark.parametrize(
    ("options", "begins"),
    [
        ({"rcpt_to": ["a@b"]}, "mail_from is required with rcpt_to; write '' for the null sender"),
        ({"message": {}}, "rcpt_to is required with message"),
        ({"message": {}, "mail_from": ""}, "rcpt_to is required with message"),
        ({"mail_parameters": ["SIZE=1"]}, "mail_parameters has no effect without mail_from"),
        (
            {"mail_from": "", "rcpt_parameters": ["NOTIFY=NEVER"]},
            "rcpt_parameters has no effect without rcpt_to",
        ),
        ({"stop_after": "mail_from"}, "stop_after: mail_from is never reached without the option"),
        ({"stop_after": "rcpt_to"}, "stop_after: rcpt_to is never reached without the option"),
        ({"stop_after": "rcpt_to", "mail_from": ""}, "stop_after: rcpt_to is never reached"),
        (
            {"expect_capabilities": ["SIZE"], "protocol": "smtp"},
            "expect_capabilities: HELO names no capabilities",
        ),
        (
            {"forbid_capabilities": ["SIZE"], "protocol": "smtp"},
            "forbid_capabilities: HELO names no capabilities",
        ),
        (
            {"expect_capabilities": ["SIZE"], "stop_after": "greeting"},
            "expect_capabilities is never judged with stop_after greeting",
        ),
        (
            {"forbid_capabilities": ["SIZE"], "stop_after": "connect"},
            "forbid_capabilities is never judged with stop_after connect",
        ),
        (
            {"expect_capabilities": ["SIZE"], "stop_after": "starttls"},
            "expect_capabilities is never judged with stop_after starttls",
        ),
        (
            {"cert_min_days": 7, "stop_after": "helo"},
            "cert_min_days is never judged with stop_after helo",
        ),
        ({"host": None}, "host: exactly one of host, socket and mx is required"),
        ({"socket": "/run/lmtp"}, "host: exactly one of host, socket and mx is required"),
        ({"host": None, "socket": "/s", "proxy": {"version": 1}}, "proxy cannot be used with"),
        ({"host": None, "socket": "/s", "tls": "required"}, "tls_server_name is required with"),
        ({"protocol": "smtp", "tls": "required"}, "tls: HELO offers no STARTTLS"),
        (
            {"protocol": "smtp", "login_user": "a", "login_password": "b"},
            "login_user: HELO offers no AUTH",
        ),
        ({"protocol": "smtp", "xclient": {"NAME": "x"}}, "xclient: HELO offers no XCLIENT"),
        ({"dane": True}, "dane needs tls required or implicit, not opportunistic"),
        ({"dane": True, "tls": "never"}, "dane needs tls required or implicit"),
        (
            {"dane": True, "tls": "required", "host": None, "socket": "/s"},
            "dane cannot be used with a UNIX socket",
        ),
        (
            {"dane": True, "tls": "required", "host": "192.0.2.1"},
            "tls_server_name is required with dane where host is an IP address",
        ),
        (
            {"dane": True, "tls": "required", "tls_server_name": "2001:db8::1"},
            "tls_server_name is required with dane",
        ),
        ({"stop_after": "starttls", "tls": "never"}, "stop_after: starttls is never reached"),
        ({"stop_after": "xclient"}, "stop_after: xclient is never reached"),
        ({"stop_after": "auth"}, "stop_after: auth is never reached"),
    ],
)
def test_an_option_that_does_not_fit_the_others_is_refused_by_name(
    options: t.Any, begins: str
) -> None:
    assert refusal(**options).startswith(begins)


@pytest.mark.parametrize(
    ("message", "begins"),
    [
        (
            {"headers": {"Content-Type": "application/json"}},
            "message.headers: Content-Type must be text/*; use src for others",
        ),
        ({"headers": {"Content-Type": "multipart/mixed"}}, "message.headers: Content-Type must be"),
        ({"size": 0}, "message.size must be at least "),
        ({"size": -5}, "message.size must be at least "),
        ({"size": 100}, "message.size must be at least "),
        ({"headers": {"To": '"'}}, "message cannot be composed: "),
        ({"headers": {"From": "a@b", "from": "c@d"}}, "message cannot be composed: "),
        ({"headers": {"X": "a\x0bb"}}, "message cannot be composed: "),
        ({"headers": {"X": "a\u2028b"}}, "message cannot be composed: "),
        ({"headers": {"Content-Type": "text/plain; charset=x-klingon"}}, "message cannot be"),
        ({"headers": {"Content-Type": "text/plain; charset=hex"}}, "message cannot be"),
        (
            {"body": "caf\u00e9", "headers": {"Content-Type": "text/plain; charset=us-ascii"}},
            "message cannot be composed: ",
        ),
        ({"body": "\udcff"}, "message cannot be composed: "),
    ],
)
def test_a_message_that_cannot_be_composed_is_refused_before_connecting(
    message: t.Any, begins: str
) -> None:
    assert refusal_of_message(**message).startswith(begins)


def test_a_message_of_an_accepted_size_can_be_composed_with_any_host_name() -> None:
    least = re.search(r"must be at least (\d+)", refusal_of_message(size=1))
    assert least is not None
    plan = planned_message(size=int(least.group(1)))
    assert plan.envelope.message is not None
    now = MessageContext(
        "ann@example.com", plan.envelope.rcpt_to, "x" * 255, eight_bit=False, utf8=False
    )
    assert len(compose(plan.envelope.message, now).data) == plan.envelope.message.size

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
    planned,
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
            {"expect_capabilities": ["SIZE"], "forbid_capabilities": ["ETRN", "size"]},
            "forbid_capabilities contains size, as does expect_capabilities",
        ),
        ({"expect": {"rcpt_to": ["550"]}}, "expect.rcpt_to is never judged without the option rc"),
        ({"expect": {"auth": ["535"]}}, "expect.auth is never judged without the option login_us"),
        ({"expect": {"data": ["354"]}}, "expect.data is never judged without the option message"),
        ({"expect": {"message": ["250"]}}, "expect.message is never judged without the option me"),
        ({"expect": {"xclient": ["220"]}}, "expect.xclient is never judged without the option xc"),
        (
            {"expect": {"starttls": ["454"]}, "tls": "never"},
            "expect.starttls is never judged with tls never",
        ),
        (
            {"expect": {"starttls": ["220"]}, "protocol": "smtp"},
            "expect.starttls is never judged with protocol smtp",
        ),
        (
            {"expect": {"mail_from": ["250"]}, "mail_from": "", "stop_after": "helo"},
            "expect.mail_from is never judged with stop_after helo",
        ),
        (
            {"expect": {"quit": ["221"]}, "stop_after": "connect"},
            "expect.quit is never judged with stop_after connect",
        ),
        (
            {"expect": {"connect": ["timeout"], "greeting": ["220"]}},
            "expect.greeting is never judged with expect.connect, after which there is no connec",
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
    "options",
    [
        {"expect": {"connect": ["timeout"]}, "mail_from": "", "rcpt_to": ["a@b"]},
        {"expect": {"greeting": ["220"], "quit": ["221"]}, "stop_after": "greeting"},
        {"expect": {"starttls": ["454"]}},
        {"expect": {"mail_from": ["250"], "helo": ["250"]}, "mail_from": ""},
    ],
)
def test_an_expectation_that_a_server_can_meet_is_accepted(options: t.Any) -> None:
    assert planned(**options)


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

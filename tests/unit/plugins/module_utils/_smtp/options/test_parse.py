# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options become a plan. Options that are read together are refused by name."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.policy import TlsPolicy
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.plan import (
    Client,
    Endpoint,
    Envelope,
    Expectations,
    Limits,
    Login,
    Plan,
    Steps,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.message import (
    MessageSpec,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.proxy_header import ProxySpec
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS
from ansible_collections.mailops.smtp.tests.unit.options import (
    planned,
    refusal,
)


def test_a_host_is_all_that_is_needed() -> None:
    assert plan_from(DEFAULTS) == Plan(
        endpoint=Endpoint("relay.example.com", 25),
        tls=TlsPolicy(tls="opportunistic"),
        limits=Limits(
            connect_timeout=10.0, timeout=30.0, deadline=120.0, retries=0, retry_delay=5.0
        ),
    )


def test_every_option_becomes_a_part_of_the_plan() -> None:
    plan = planned(
        host="192.0.2.25",
        port=2525,
        proxy={"version": 2, "source": "192.0.2.9", "source_port": 9},
        tls="implicit",
        validate_certs=False,
        cert_min_days=7,
        pipelining=True,
        chunking=True,
        address_family="ipv4",
        source_address="127.0.0.1",
        protocol="smtp",
        helo="web1.example.com",
        mail_from="ann@example.com",
        mail_parameters=["SIZE=1000", "RET=HDRS"],
        rcpt_to=["bob@example.net", "cy@example.org"],
        rcpt_parameters=["NOTIFY=NEVER"],
        message={"subject": "Probe", "body": "Hello", "headers": {"X-Probe": "yes"}, "size": 1000},
        stop_after="mail_from",
        expect={"mail_from": ["550", "5.7.1"], "quit": ["221"]},
        max_seconds=5.0,
        connect_timeout=1.0,
        timeout=2.0,
        deadline=3.0,
        retries=4,
        retry_delay=0.0,
        check_mode=True,
    )
    assert plan._replace(expectations=Expectations()) == Plan(
        endpoint=Endpoint("192.0.2.25", 2525, address_family="ipv4"),
        client=Client("127.0.0.1", "web1.example.com", ProxySpec(2, "192.0.2.9", 9)),
        tls=TlsPolicy(tls="implicit", validate_certs=False, cert_min_days=7),
        envelope=Envelope(
            mail_from="ann@example.com",
            mail_parameters=("SIZE=1000", "RET=HDRS"),
            rcpt_to=("bob@example.net", "cy@example.org"),
            rcpt_parameters=("NOTIFY=NEVER",),
            message=MessageSpec("Probe", "Hello", (("X-Probe", "yes"),), 1000, None),
        ),
        limits=Limits(1.0, 2.0, 3.0, retries=4, retry_delay=0.0),
        steps=Steps(
            "smtp", pipelining=True, chunking=True, stop_after="mail_from", check_mode=True
        ),
    )
    assert plan.expectations.max_seconds == 5.0
    assert [pattern.written for pattern in plan.expected("mail_from")] == ["550", "5.7.1"]
    assert [pattern.written for pattern in plan.expected("quit")] == ["221"]
    assert plan.expected("data") == ()


def test_xclient_tls_and_login_become_parts_of_the_plan() -> None:
    plan = planned(
        xclient={"addr": "2001:db8::1", "NAME": "client.example.org"},
        tls="required",
        login_user="ann",
        login_password="secret",
        auth_mechanism="PLAIN",
    )
    assert plan.client.xclient == {"ADDR": "IPV6:2001:db8::1", "NAME": "client.example.org"}
    assert plan.login == Login("ann", "secret", "PLAIN", allow_plaintext=False)
    assert plan.tls.judges


def test_capabilities_may_be_expected_and_forbidden() -> None:
    plan = planned(expect_capabilities=["STARTTLS", "AUTH PLAIN"], forbid_capabilities=["ETRN"])
    assert plan.expectations.expect_capabilities == ("STARTTLS", "AUTH PLAIN")
    assert plan.expectations.forbid_capabilities == ("ETRN",)


@pytest.mark.parametrize(
    ("options", "port"),
    [({}, 25), ({"tls": "implicit"}, 465), ({"tls": "implicit", "port": 2465}, 2465)],
)
def test_the_default_port_depends_on_tls(options: t.Any, port: int) -> None:
    assert planned(**options).endpoint.port == port


@pytest.mark.parametrize(
    ("options", "begins"),
    [
        ({"protocol": "lmtp"}, "port is required with protocol lmtp"),
        ({"client_key": "/key.pem"}, "client_key has no effect without client_cert"),
        ({"ca_path": "/nonexistent.pem"}, "ca_path: /nonexistent.pem: No such file"),
        ({"client_cert": "/nonexistent.pem"}, "client_cert: /nonexistent.pem: No such file"),
        ({"tls_ciphers": ["hihg"]}, "tls_ciphers names 'hihg', which"),
        ({"tls": "never", "cert_min_days": 1}, "cert_min_days cannot be used with tls never"),
        ({"tls": "never", "client_cert": "/c.pem"}, "client_cert cannot be used with tls never"),
        ({"login_user": "ann"}, "login_password is required with login_user"),
        ({"login_password": "secret"}, "login_user is required with login_password"),
        ({"auth_mechanism": "PLAIN"}, "login_user is required with auth_mechanism"),
        ({"login_user": "a", "login_password": ""}, "login_password is empty"),
    ],
)
def test_options_of_tls_and_of_the_login_that_cannot_be_used_are_refused_by_name(
    options: t.Any, begins: str
) -> None:
    assert refusal(**options).startswith(begins)

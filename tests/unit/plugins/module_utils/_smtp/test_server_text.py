# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server is understood as people write it, and what is none is refused without a word of it."""

from __future__ import annotations

import contextlib
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.server_text import parse_server
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("relay", {"host": "relay"}),
        (" relay.example.com. ", {"host": "relay.example.com."}),
        ("relay:587", {"host": "relay", "port": 587}),
        ("192.0.2.1", {"host": "192.0.2.1"}),
        ("192.0.2.1:25", {"host": "192.0.2.1", "port": 25}),
        ("2001:db8::1", {"host": "2001:db8::1"}),
        ("fe80::1%eth0", {"host": "fe80::1%eth0"}),
        ("[::1]", {"host": "::1"}),
        ("[2001:db8::1]:25", {"host": "2001:db8::1", "port": 25}),
        ("[192.0.2.1]:25", {"host": "192.0.2.1", "port": 25}),
        ("smtp://relay", {"host": "relay"}),
        ("SMTP://relay:587/", {"host": "relay", "port": 587}),
        ("smtps://relay", {"host": "relay", "tls": "implicit"}),
        ("smtps://[::1]:4650", {"host": "::1", "port": 4650, "tls": "implicit"}),
        ("lmtp://host:24", {"host": "host", "port": 24, "protocol": "lmtp"}),
        ("lmtp:/run/lmtp", {"socket": "/run/lmtp", "protocol": "lmtp"}),
        ("lmtp:///run/lmtp", {"socket": "/run/lmtp", "protocol": "lmtp"}),
        ("grün.example", {"host": "grün.example"}),
    ],
)
def test_what_people_write(text: str, options: dict[str, t.Any]) -> None:
    assert parse_server(text) == options


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is empty"),
        ("  ", "it is empty"),
        (":25", "':25' has no host"),
        ("relay:", "the port '' is not a number from 1 to 65535"),
        ("relay:0", "the port '0' is not a number"),
        ("relay:70000", "the port '70000' is not a number"),
        ("relay:smtp", "the port 'smtp' is not a number"),
        ("relay:\u0665\u0665", "is not a number"),
        ("relay:25:26", "'relay:25:26' has several colons and is not an IPv6 address"),
        ("[relay]:25", "there is no IP address in the brackets of '[relay]:25'"),
        ("[::1", "has several colons"),
        ("http://relay", "http: is none of smtp:, smtps: and lmtp:"),
        ("smtp:/run/socket", "smtp: takes no path"),
        ("smtp://relay/path", "there is a path or a query"),
        ("smtp://relay?tls=1", "a text is one server"),
        ("smtp://relay#x", "there is a path or a query"),
        ("smtp://", "'' has no host"),
    ],
)
def test_what_is_no_server_is_refused_and_it_is_said_why(text: str, problem: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse_server(text)
    assert problem in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    ["host=a login_password=S3cret", "smtp://ann:S3cret@relay", "S3cret@relay", "relay S3cret"],
)
def test_nothing_is_quoted_of_what_may_be_a_secret(text: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse_server(text)
    assert "S3cret" not in str(refusal.value)


@given(st.text(alphabet=":/[]@=.%? -1aS\u00fc\x00") | st.text())
def test_any_text_is_a_server_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        options = parse_server(text)
        assert set(options) <= {"host", "port", "tls", "protocol", "socket"}
        assert options.get("host") or options.get("socket")

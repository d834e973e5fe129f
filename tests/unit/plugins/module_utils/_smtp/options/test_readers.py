# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The value of an option is read, or is refused with what to write."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.message import (
    MessageSpec,
)
from ansible_collections.mailops.smtp.tests.unit.options import (
    ENVELOPE,
    planned,
    planned_message,
    refusal,
    refusal_of_message,
)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("port", 1),
        ("port", 65535),
        ("connect_timeout", 0.001),
        ("timeout", 86400.0),
        ("max_seconds", 0.5),
        ("retry_delay", 0.0),
        ("retries", 1000),
        ("host", "2001:db8::25"),
        ("host", "fe80::1%eth0"),
        ("host", "mail_1.example.com"),
        ("helo", "[IPv6:2001:db8::1]"),
        ("mail_from", ""),
        ("stop_after", "connect"),
        ("stop_after", "greeting"),
        ("stop_after", "helo"),
    ],
)
def test_a_value_at_the_limit_is_accepted(option: str, value: t.Any) -> None:
    plan = planned(**{option: value})
    assert value in [getattr(group, option, None) for group in plan]


@pytest.mark.parametrize(
    ("options", "begins"),
    [
        ({"port": 65536}, "port must be between 1 and 65535, not 65536"),
        ({"port": -1}, "port must be between 1 and 65535, not -1"),
        pytest.param(
            {"port": 0},
            "port must be between 1 and 65535, not 0",
        ),
        ({"host": ""}, "host: '' is not a host name or an IP address"),
        ({"host": "two words"}, "host: 'two words' is not a host name"),
        ({"host": " relay.example.com"}, "host: ' relay.example.com' is not a host name"),
        ({"host": "relay\udcff"}, "host: 'utf-8' codec can't encode"),
        ({"helo": ""}, "helo must be one word of printable ASCII characters, not ''"),
        (
            {"helo": "two words"},
            "helo must be one word of printable ASCII characters, not 'two words'",
        ),
        (
            {"helo": "caf\u00e9.example"},
            "helo must be one word of printable ASCII characters, not 'caf",
        ),
        ({"mail_from": "<ann@example.com>"}, "mail_from: '<ann@example.com>' contains a space"),
        ({"mail_from": "ann@example.com> SIZE=1"}, "mail_from: 'ann@example.com> SIZE=1' contains"),
        ({"mail_from": "\udcff@example.com"}, "mail_from: 'utf-8' codec can't encode"),
        ({"mail_from": "", "rcpt_to": [""]}, "rcpt_to must not contain an empty address"),
        ({"mail_from": "", "rcpt_to": ["a b@c"]}, "rcpt_to: 'a b@c' contains a space"),
        ({"mail_from": "", "rcpt_to": ["a@b", "<c@d>"]}, "rcpt_to: '<c@d>' contains a space"),
        (
            {"mail_from": "", "mail_parameters": ["SIZE="]},
            "mail_parameters must be of the form KEYWORD",
        ),
        (
            dict(ENVELOPE, rcpt_parameters=["NOTIFY NEVER"]),
            "rcpt_parameters must be of the form",
        ),
        ({"expect": {"rcpt_to": ["600"]}}, "expect.rcpt_to: '600' is not a reply code"),
        (
            {"expect": {"rcpt_to": ["550", "/(/"]}},
            "expect.rcpt_to: /(/ is not a regular expression",
        ),
        ({"expect": {"connect": ["550"]}}, "expect.connect: '550' is not one of resolve, connect,"),
        ({"expect": {"data": ["timeout"]}}, "expect.data: 'timeout' is not a reply code"),
        ({"expect_capabilities": [""]}, "expect_capabilities: '' is not a capability such as"),
        ({"expect_capabilities": ["AUTH  PLAIN"]}, "expect_capabilities: 'AUTH  PLAIN' is not"),
        ({"expect_capabilities": ["SIZE\n"]}, "expect_capabilities: 'SIZE\\n' is not"),
        ({"forbid_capabilities": [" SIZE"]}, "forbid_capabilities: ' SIZE' is not a capability"),
        ({"forbid_capabilities": ["caf\u00e9"]}, "forbid_capabilities: 'caf\u00e9' is not"),
        ({"retries": -1}, "retries must be between 0 and 1000, not -1"),
        ({"retries": 1001}, "retries must be between 0 and 1000, not 1001"),
        ({"cert_min_days": -1}, "cert_min_days must be between 0 and 1000000 days, not -1"),
        (
            {"cert_min_days": 1000001},
            "cert_min_days must be between 0 and 1000000 days, not 1000001",
        ),
        ({"host": None, "socket": ""}, "socket is empty"),
        ({"host": None, "socket": "/a\0b"}, "socket contains a NUL character"),
        ({"host": None, "socket": "run/lmtp"}, "socket must be an absolute path, not 'run/lmtp'"),
        ({"tls_server_name": "relay:587"}, "tls_server_name must be a name or an IP address alone"),
        ({"tls_server_name": "*.example.com"}, "tls_server_name must be a name or an IP address"),
        (
            dict(ENVELOPE, rcpt_parameters=["NOTIFY=SUCCESS", "FAILURE"]),
            "rcpt_parameters contains FAILURE, which belongs to NOTIFY",
        ),
        ({"expect": {"greeting": ["/a"]}}, "expect.greeting: '/a' has no / at its end"),
        ({"proxy": {"version": 1, "source": "nonsense"}}, "proxy.source: 'nonsense' is not an IP"),
        (
            {"proxy": {"version": 1, "source_port": 65536}},
            "proxy.source_port must be between 0 and 65535",
        ),
        (
            {"proxy": {"version": 1, "source": "192.0.2.1", "destination": "::1"}},
            "proxy: source 192.0.2.1 and destination ::1 are not of the same",
        ),
        ({"xclient": {"COLOUR": "red"}}, "xclient.COLOUR must be one of NAME, ADDR"),
        ({"xclient": {"NAME": ""}}, "xclient.NAME is empty; write '[UNAVAILABLE]', in quotes"),
        ({"xclient": {"NAME": None}}, "xclient.NAME must be a text, not null; write '[UNAVAILABL"),
        ({"xclient": {"NAME": ["UNAVAILABLE"]}}, "xclient.NAME must be a text, not a list; write"),
        ({"xclient": {"name": "a", "NAME": "b"}}, "xclient.NAME is written twice"),
        (
            {"proxy": {"version": 1, "source": "192.0.2.1\0"}},
            "proxy.source: '192.0.2.1\\x00' is not an IP",
        ),
        ({"xclient": {"NAME": "a\r\nRSET"}}, "xclient.NAME: "),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(options: t.Any, begins: str) -> None:
    assert refusal(**options).startswith(begins)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), -1.0, 0.0, 86400.5])
@pytest.mark.parametrize("option", ["connect_timeout", "timeout", "deadline", "max_seconds"])
def test_a_time_is_a_number_of_seconds_up_to_a_day(option: str, value: float) -> None:
    text = refusal(**{option: value})
    assert text == (f"{option} must be greater than 0 and at most 86400 seconds, not {value:g}")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), -0.001, 86400.5])
def test_a_delay_is_from_0_seconds_up_to_a_day(value: float) -> None:
    assert refusal(retry_delay=value) == (
        f"retry_delay must be between 0 and 86400 seconds, not {value:g}"
    )


WITH_VALUE: dict[str, t.Callable[[str], dict[str, t.Any]]] = {
    "host": lambda value: {"host": value},
    "helo": lambda value: {"helo": value},
    "mail_from": lambda value: {"mail_from": value},
    "mail_parameters": lambda value: {"mail_from": "", "mail_parameters": ["SIZE=1", value]},
    "rcpt_to": lambda value: {"mail_from": "", "rcpt_to": ["bob@example.net", value]},
    "rcpt_parameters": lambda value: dict(ENVELOPE, rcpt_parameters=[value]),
    "expect_capabilities": lambda value: {"expect_capabilities": [value]},
    "forbid_capabilities": lambda value: {"forbid_capabilities": [value]},
    "source_address": lambda value: {"source_address": value},
    "message.subject": lambda value: dict(ENVELOPE, message={"subject": value}),
    "message.headers.X-Probe": lambda value: dict(
        ENVELOPE, message={"headers": {"X-Probe": value}}
    ),
    "message.headers": lambda value: dict(ENVELOPE, message={"headers": {value: "x"}}),
}


@pytest.mark.parametrize("character", ["\r", "\n", "\r\n", "\0"], ids=["CR", "LF", "CRLF", "NUL"])
@pytest.mark.parametrize("value", ["x{}", "{}x", "x{}x"])
@pytest.mark.parametrize("option", list(WITH_VALUE))
def test_an_option_cannot_contain_a_line_break_or_a_nul(
    option: str, value: str, character: str
) -> None:
    assert refusal(**WITH_VALUE[option](value.format(character))).startswith(f"{option}: ")


@pytest.mark.parametrize(
    "expect", [None, {}, {"rcpt_to": None}, {"rcpt_to": []}, {"rcpt_to": [], "data": None}]
)
def test_a_stage_without_a_pattern_has_no_expectation(expect: t.Any) -> None:
    assert planned(expect=expect).expectations.expect == {}


def test_an_empty_message_has_the_defaults() -> None:
    assert planned_message().envelope.message == MessageSpec()
    assert planned(message={}, **ENVELOPE).envelope.message == MessageSpec()


def test_a_header_may_look_like_a_whole_number() -> None:
    message = planned_message(headers={"X-Number": 5}).envelope.message
    assert message is not None
    assert message.headers == (("X-Number", "5"),)


@pytest.mark.parametrize(
    ("message", "begins"),
    [
        ({"headers": {"": "x"}}, "message.headers: '' is not the name of a header"),
        ({"headers": {"X Y": "x"}}, "message.headers: 'X Y' is not the name of a header"),
        ({"headers": {"X:": "x"}}, "message.headers: 'X:' is not the name of a header"),
        ({"headers": {"caf\u00e9": "x"}}, "message.headers: 'caf\u00e9' is not the name"),
        ({"headers": {"X": None}}, "message.headers.X must be a text, not null"),
        ({"headers": {"X": ["a"]}}, "message.headers.X must be a text, not a list"),
        ({"headers": {"X": "\udcff"}}, "message.headers.X: 'utf-8' codec can't encode"),
        (
            {"subject": "a", "headers": {"SUBJECT": "b"}},
            "message.headers.SUBJECT is also set by message.subject",
        ),
        (
            {"size": 128 * 1024 * 1024 + 1},
            "message.size must be at most 134217728 bytes, not 134217729",
        ),
        ({"subject": "\udcff"}, "message.subject: 'utf-8' codec can't encode"),
    ],
)
def test_a_part_of_a_message_that_cannot_be_used_is_refused_by_name(
    message: t.Any, begins: str
) -> None:
    assert refusal_of_message(**message).startswith(begins)


@pytest.mark.parametrize(
    "name",
    [
        "X-SMTP-Handshake-Token",
        "x-smtp-handshake-token",
        "Content-Transfer-Encoding",
        "CONTENT-TRANSFER-ENCODING",
        "MIME-Version",
        "Mime-Version",
    ],
)
def test_a_header_that_the_module_writes_cannot_be_chosen(name: str) -> None:
    text = refusal_of_message(headers={name: "x"})
    assert text == f"message.headers.{name} is set by the module and cannot be chosen"

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options become a plan, or are refused by name before anything is connected."""

from __future__ import annotations

import os
import re
import socket
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
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
    MAX_BYTES,
    MessageContext,
    MessageSpec,
    compose,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.proxy_header import ProxySpec
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS

ENVELOPE: dict[str, t.Any] = {"mail_from": "ann@example.com", "rcpt_to": ["bob@example.net"]}


def planned(check_mode: bool = False, **options: t.Any) -> Plan:
    """Make a plan of the defaults and some options."""
    return plan_from({**DEFAULTS, **options}, check_mode=check_mode)


def planned_message(**message: t.Any) -> Plan:
    """Make a plan that sends a message, of which the module hands on what the user left out."""
    everything = dict.fromkeys(("subject", "body", "headers", "src", "size"))
    return planned(message=dict(everything, **message), **ENVELOPE)


def refusal(**options: t.Any) -> str:
    """Return the text with which options are refused."""
    with pytest.raises(BadOption) as refused:
        planned(**options)
    text = str(refused.value)
    assert text.isprintable()
    return text


def refusal_of_message(**message: t.Any) -> str:
    """Return the text with which a message is refused."""
    with pytest.raises(BadOption) as refused:
        planned_message(**message)
    text = str(refused.value)
    assert text.isprintable()
    return text


# Good options


def test_a_host_is_all_that_is_needed() -> None:
    assert plan_from(DEFAULTS) == Plan(
        endpoint=Endpoint("relay.example.com", 25),
        tls=TlsPolicy(tls="opportunistic"),
        limits=Limits(
            connect_timeout=10.0, timeout=30.0, deadline=120.0, retries=0, retry_delay=5.0
        ),
    )


def test_every_option_finds_its_place_in_the_plan() -> None:
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
        expect={"rcpt_to": ["550", "5.7.1"], "quit": ["221"]},
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
    assert [pattern.written for pattern in plan.expected("rcpt_to")] == ["550", "5.7.1"]
    assert [pattern.written for pattern in plan.expected("quit")] == ["221"]
    assert plan.expected("data") == ()


def test_the_server_is_named_as_a_person_names_it() -> None:
    assert planned(port=2525).endpoint.title == "relay.example.com port 2525"


def test_capabilities_may_be_expected_and_forbidden() -> None:
    plan = planned(expect_capabilities=["STARTTLS", "AUTH PLAIN"], forbid_capabilities=["ETRN"])
    assert plan.expectations.expect_capabilities == ("STARTTLS", "AUTH PLAIN")
    assert plan.expectations.forbid_capabilities == ("ETRN",)


@pytest.mark.parametrize(
    "expect", [None, {}, {"rcpt_to": None}, {"rcpt_to": []}, {"rcpt_to": [], "data": None}]
)
def test_an_expectation_without_a_pattern_is_none(expect: t.Any) -> None:
    assert planned(expect=expect).expectations.expect == {}


@pytest.mark.parametrize(
    ("options", "utf8"),
    [
        ({"mail_from": "ann@example.com"}, False),
        ({"mail_from": ""}, False),
        ({}, False),
        ({"mail_from": "jos\u00e9@example.com"}, True),
        ({"mail_from": "ann@\u4f8b\u3048.jp"}, True),
        ({"mail_from": "", "rcpt_to": ["bob@example.net", "\u7528\u6237@example.net"]}, True),
    ],
)
def test_an_address_that_is_not_ascii_needs_smtputf8(options: t.Any, utf8: bool) -> None:
    assert planned(**options).envelope.utf8 is utf8


@pytest.mark.parametrize(
    ("options", "check_mode", "sends"),
    [
        ({"message": {}}, False, True),
        ({"message": {}}, True, False),
        ({"message": {}, "stop_after": "rcpt_to"}, False, False),
        ({"message": None}, False, False),
    ],
)
def test_a_message_goes_out_only_where_nothing_stops_the_dialogue_before_it(
    options: t.Any, check_mode: bool, sends: bool
) -> None:
    assert planned(check_mode=check_mode, **ENVELOPE, **options).sends_message is sends


def test_check_mode_expects_nothing_of_the_stages_that_it_leaves_out() -> None:
    expect = {"rcpt_to": ["250"], "data": ["354"], "message": ["250"], "quit": ["221"]}
    assert list(planned(expect=expect).expected_stages) == ["rcpt_to", "data", "message", "quit"]
    in_check_mode = planned(check_mode=True, expect=expect)
    assert list(in_check_mode.expected_stages) == ["rcpt_to", "quit"]


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
def test_the_value_at_the_edge_is_good(option: str, value: t.Any) -> None:
    plan = planned(**{option: value})
    assert value in [getattr(group, option, None) for group in plan]


# Bad options: each is refused by name


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
        ({"retries": -1}, "retries must be 0 or more, not -1"),
    ],
)
def test_a_bad_option_is_refused_by_name(options: t.Any, begins: str) -> None:
    assert refusal(**options).startswith(begins)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), -1.0, 0.0, 86400.5])
@pytest.mark.parametrize("option", ["connect_timeout", "timeout", "deadline", "max_seconds"])
def test_a_time_is_a_number_of_seconds_up_to_a_day(option: str, value: float) -> None:
    text = refusal(**{option: value})
    assert text == (f"{option} must be greater than 0 and at most 86400 seconds, not {value:g}")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), -0.001, 86400.5])
def test_a_delay_may_be_nothing_but_not_less_nor_more_than_a_day(value: float) -> None:
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
def test_no_option_smuggles_a_line_break_or_a_nul_in(
    option: str, value: str, character: str
) -> None:
    assert refusal(**WITH_VALUE[option](value.format(character))).startswith(f"{option}: ")


# The address to speak from


def test_a_source_address_of_this_host_decides_the_family() -> None:
    plan = planned(source_address="127.0.0.1")
    assert (plan.client.source_address, plan.endpoint.address_family) == ("127.0.0.1", "ipv4")


def has_ipv6() -> bool:
    """Whether this host has the IPv6 loopback address."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this host has no IPv6")
@pytest.mark.parametrize("family", ["any", "ipv6"])
def test_so_does_one_of_ipv6(family: str) -> None:
    plan = planned(source_address="::1", address_family=family)
    assert (plan.client.source_address, plan.endpoint.address_family) == ("::1", "ipv6")


@pytest.mark.parametrize(
    ("source_address", "family", "problem"),
    [
        ("", "any", "'' is not an IP address"),
        ("web1", "any", "'web1' is not an IP address"),
        ("127.1", "any", "'127.1' is not an IP address"),
        ("127.0.0.256", "any", "'127.0.0.256' is not an IP address"),
        ("127.0.0.1/8", "any", "'127.0.0.1/8' is not an IP address"),
        ("127.0.0.1:25", "any", "'127.0.0.1:25' is not an IP address"),
        ("2001:db8:::1", "any", "'2001:db8:::1' is not an IP address"),
        ("[::1]", "any", "'[::1]' is not an IP address"),
        ("\u0661\u0662\u0667.0.0.1", "any", "'\u0661\u0662\u0667.0.0.1' is not an IP address"),
        ("127.0.0.1", "ipv6", "127.0.0.1 is not of the address_family ipv6"),
        ("::1", "ipv4", "::1 is not of the address_family ipv4"),
        ("192.0.2.1", "any", "192.0.2.1 is not an address of this host"),
        ("2001:db8::1", "any", "2001:db8::1 is not an address of this host"),
        ("127.0.0.1%lo", "any", "127.0.0.1%lo is not an address of this host"),
        ("fe80::1%nowhere", "any", "fe80::1%nowhere is not an address of this host"),
        pytest.param(
            "::1%" + "\u00e9" * 64,
            "any",
            "::1%" + "\u00e9" * 64 + " is not an address of this host",
        ),
    ],
)
def test_a_source_address_that_cannot_be_used_is_refused(
    source_address: str, family: str, problem: str
) -> None:
    text = refusal(source_address=source_address, address_family=family)
    assert text == f"source_address: {problem}"


# The message


def test_an_empty_message_is_one_with_defaults() -> None:
    assert planned_message().envelope.message == MessageSpec()
    assert planned(message={}, **ENVELOPE).envelope.message == MessageSpec()


def test_headers_are_text_whatever_yaml_made_of_them() -> None:
    message = planned_message(headers={"X-Number": 5, "X-Flag": True}).envelope.message
    assert message is not None
    assert message.headers == (("X-Number", "5"), ("X-Flag", "True"))


@pytest.mark.parametrize(
    ("message", "begins"),
    [
        ({"headers": {"": "x"}}, "message.headers: '' is not the name of a header"),
        ({"headers": {"X Y": "x"}}, "message.headers: 'X Y' is not the name of a header"),
        ({"headers": {"X:": "x"}}, "message.headers: 'X:' is not the name of a header"),
        ({"headers": {"caf\u00e9": "x"}}, "message.headers: 'caf\u00e9' is not the name"),
        ({"headers": {"X": "\udcff"}}, "message.headers.X: 'utf-8' codec can't encode"),
        (
            {"subject": "a", "headers": {"SUBJECT": "b"}},
            "message.headers.SUBJECT is also set by message.subject",
        ),
        (
            {"headers": {"Content-Type": "application/json"}},
            "message.headers: Content-Type must be text/*; use src for others",
        ),
        ({"headers": {"Content-Type": "multipart/mixed"}}, "message.headers: Content-Type must be"),
        ({"size": 0}, "message.size must be at least "),
        ({"size": -5}, "message.size must be at least "),
        ({"size": 100}, "message.size must be at least "),
        (
            {"size": 128 * 1024 * 1024 + 1},
            "message.size must be at most 134217728 bytes, not 134217729",
        ),
        # What the email package chokes on, each in a way of its own.
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
        ({"subject": "\udcff"}, "message.subject: 'utf-8' codec can't encode"),
    ],
)
def test_a_message_that_cannot_be_composed_is_refused_before_connecting(
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


def test_a_size_that_the_plan_takes_can_be_composed_whatever_this_host_is_called() -> None:
    least = re.search(r"must be at least (\d+)", refusal_of_message(size=1))
    assert least is not None
    plan = planned_message(size=int(least.group(1)))
    assert plan.envelope.message is not None
    now = MessageContext(
        "ann@example.com", plan.envelope.rcpt_to, "x" * 255, eight_bit=False, utf8=False
    )
    assert len(compose(plan.envelope.message, now).data) == plan.envelope.message.size


# A message in a file


@pytest.fixture
def written(tmp_path: Path) -> t.Callable[[bytes], str]:
    """Write a file, and give its path."""

    def write(content: bytes) -> str:
        path = tmp_path / "message.eml"
        path.write_bytes(content)
        return str(path)

    return write


Written = t.Callable[[bytes], str]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"Subject: x\r\n\r\nHello\r\n", id="CRLF"),
        pytest.param(b"Subject: x\n\nHello", id="LF"),
        pytest.param(b"Subject: x", id="one-header"),
        pytest.param(b"Subject : x\n\n", id="a-space-before-the-colon"),
        pytest.param(b"Received: from a\n by b\nSubject: x\n\n", id="a-folded-header"),
        pytest.param(
            b"Content-Type: text/plain; charset=utf-8\n"
            b"Content-Transfer-Encoding: 8bit\n\ncaf\xc3\xa9\n",
            id="8-bit-of-a-charset",
        ),
        pytest.param(
            b"Content-Type: text/plain; charset=utf-8\n\ncaf\xc3\xa9\n",
            id="8-bit-without-a-word-of-its-encoding",
        ),
        pytest.param(b"Subject: caf\xc3\xa9\n\nx\n", id="8-bit-in-a-header"),
        pytest.param(
            b"Subject: x\n\ncaf\xc3\xa9\n",
            id="8-bit-of-no-charset",
        ),
        pytest.param(
            b"Content-Type: text/plain; charset=x-klingon\n\ncaf\xc3\xa9\n",
            id="8-bit-of-an-unknown-charset",
        ),
    ],
)
def test_a_message_is_read_from_a_file_as_it_stands(written: Written, content: bytes) -> None:
    assert planned_message(src=written(content)).envelope.message == MessageSpec(source=content)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"", "does not begin with a header, as RFC 5322 requires", id="empty"),
        pytest.param(b"\nSubject: x\n", "does not begin with a header", id="an-empty-line-first"),
        pytest.param(b"Hello\n", "does not begin with a header", id="no-header"),
        pytest.param(b" Subject: x\n", "does not begin with a header", id="a-fold-first"),
        pytest.param(b": x\n", "does not begin with a header", id="no-name"),
        pytest.param(b"\xef\xbb\xbfSubject: x\n", "does not begin with a header", id="a-bom"),
        pytest.param(b"From ann Fri Nov 21\nSubject: x\n", "does not begin with", id="an-mbox"),
        pytest.param(b"Subject: x\n\na\0b\n", "contains a NUL character", id="nul"),
        pytest.param("Subject: x\n".encode("utf-16"), "contains a NUL character", id="utf-16"),
    ],
)
def test_a_file_that_is_no_message_is_refused(
    written: Written, content: bytes, problem: str
) -> None:
    path = written(content)
    assert refusal_of_message(src=path).startswith(f"message.src: {path} {problem}")


@pytest.mark.parametrize(
    ("other", "value"), [("subject", ""), ("body", "x"), ("headers", {}), ("size", 1000)]
)
def test_a_file_goes_with_nothing_else(written: Written, other: str, value: t.Any) -> None:
    text = refusal_of_message(src=written(b"Subject: x\n"), **{other: value})
    assert text == f"message.{other} cannot be used together with message.src"


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "missing.eml"
    assert refusal_of_message(src=str(missing)) == (
        f"message.src: cannot read {missing} on this host: {os.strerror(2)}"
    )
    assert refusal_of_message(src=str(tmp_path)) == (
        f"message.src: cannot read {tmp_path} on this host: {os.strerror(21)}"
    )
    assert refusal_of_message(src="a\0b").startswith("message.src: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_refused(written: Written) -> None:
    path = written(b"Subject: x\n")
    os.chmod(path, 0)
    assert refusal_of_message(src=path) == (
        f"message.src: cannot read {path} on this host: {os.strerror(13)}"
    )


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in ("/dev/zero", str(fifo)):
        assert refusal_of_message(src=path) == f"message.src: {path} is not a file on this host"


def test_a_file_that_is_too_large_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "large.eml"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert refusal_of_message(src=str(path)) == (
        f"message.src: {path} is larger than the limit of 134217728 bytes"
    )


# The doors


def test_the_ways_in_find_their_place_in_the_plan() -> None:
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


def test_dane_takes_the_place_of_the_authorities() -> None:
    plan = planned(tls="required", dane=True, host="192.0.2.1", tls_server_name="mx.example.org")
    assert not plan.tls.judges
    assert plan.tls_name == "mx.example.org"


@pytest.mark.parametrize(
    ("options", "port"),
    [({}, 25), ({"tls": "implicit"}, 465), ({"tls": "implicit", "port": 2465}, 2465)],
)
def test_the_port_goes_with_the_way_that_tls_begins(options: t.Any, port: int) -> None:
    assert planned(**options).endpoint.port == port


@pytest.mark.parametrize(
    ("options", "begins"),
    [
        ({"host": None}, "host: exactly one of host, socket and mx is required"),
        ({"socket": "/run/lmtp"}, "host: exactly one of host, socket and mx is required"),
        ({"protocol": "lmtp"}, "port is required with protocol lmtp"),
        ({"host": None, "socket": "/s", "proxy": {"version": 1}}, "proxy cannot be used with"),
        ({"host": None, "socket": "/s", "tls": "required"}, "tls_server_name is required with"),
        ({"protocol": "smtp", "tls": "required"}, "tls: HELO offers no STARTTLS"),
        (
            {"protocol": "smtp", "login_user": "a", "login_password": "b"},
            "login_user: HELO offers no AUTH",
        ),
        ({"protocol": "smtp", "xclient": {"NAME": "x"}}, "xclient: HELO offers no XCLIENT"),
        ({"proxy": {"version": 1, "source": "nonsense"}}, "proxy.source: 'nonsense' is not an IP"),
        (
            {"proxy": {"version": 1, "source_port": 65536}},
            "proxy.source_port must be between 0 and 65535",
        ),
        (
            {"proxy": {"version": 1, "source": "192.0.2.1", "destination": "::1"}},
            "proxy: source 192.0.2.1 and destination ::1 are not of one",
        ),
        ({"xclient": {"COLOUR": "red"}}, "xclient.COLOUR must be one of NAME, ADDR"),
        ({"xclient": {"NAME": ""}}, "xclient.NAME is empty"),
        ({"xclient": {"NAME": "a\r\nRSET"}}, "xclient.NAME: "),
        ({"client_key": "/key.pem"}, "client_key has no effect without client_cert"),
        ({"ca_path": "/nonexistent.pem"}, "ca_path: /nonexistent.pem: No such file"),
        ({"client_cert": "/nonexistent.pem"}, "client_cert: /nonexistent.pem: No such file"),
        ({"tls_ciphers": ["NONSENSE"]}, "tls_ciphers: "),
        ({"tls": "never", "cert_min_days": 1}, "cert_min_days cannot be used with tls never"),
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
        ({"login_user": "ann"}, "login_password is required with login_user"),
        ({"login_password": "secret"}, "login_user is required with login_password"),
        ({"auth_mechanism": "PLAIN"}, "login_user is required with auth_mechanism"),
        ({"login_user": "a", "login_password": ""}, "login_password is empty"),
        ({"stop_after": "starttls", "tls": "never"}, "stop_after: starttls is never reached"),
        ({"stop_after": "xclient"}, "stop_after: xclient is never reached"),
        ({"stop_after": "auth"}, "stop_after: auth is never reached"),
    ],
)
def test_a_way_in_that_leads_nowhere_is_refused(options: t.Any, begins: str) -> None:
    assert refusal(**options).startswith(begins)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server as people write it becomes options, or a sentence that says what to write."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.server_text import (
    blank_problem,
    parse_domain,
    parse_name,
    parse_server,
)
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.from_regex(r"([A-Za-z0-9_](\.?[A-Za-z0-9_-]){0,20}\.?)?[A-Za-z_]\.?", fullmatch=True)
IPV4 = st.ip_addresses(v=4).map(str)
IPV6 = st.ip_addresses(v=6).map(str)
PORTS = st.integers(1, 65535)


def problem(text: str) -> str:
    with pytest.raises(ValueError, match=r".") as error:
        parse_server(text)
    return str(error.value)


def tried(text: str) -> tuple[dict[str, t.Any], str]:
    try:
        return parse_server(text), ""
    except ValueError as error:
        return {}, str(error)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("relay", {"host": "relay"}),
        ("relay.example.com.", {"host": "relay.example.com."}),
        ("relay:587", {"host": "relay", "port": 587}),
        ("  relay:587\n", {"host": "relay", "port": 587}),
        ("relay:00025", {"host": "relay", "port": 25}),
        ("bücher.example:25", {"host": "bücher.example", "port": 25}),
        ("192.0.2.1", {"host": "192.0.2.1"}),
        ("192.0.2.1:25", {"host": "192.0.2.1", "port": 25}),
        ("[192.0.2.1]:25", {"host": "192.0.2.1", "port": 25}),
        ("[2001:db8::1]:25", {"host": "2001:db8::1", "port": 25}),
        ("[::1]", {"host": "::1"}),
        ("2001:db8::1", {"host": "2001:db8::1"}),
        ("2001:db8::1:25", {"host": "2001:db8::1:25"}),
        ("::ffff:192.0.2.1", {"host": "::ffff:192.0.2.1"}),
        ("fe80::1%eth0", {"host": "fe80::1%eth0"}),
        ("[fe80::1%eth0]:25", {"host": "fe80::1%eth0", "port": 25}),
        ("smtp://relay", {"host": "relay"}),
        ("smtp://relay:587", {"host": "relay", "port": 587}),
        ("smtp://relay:587/", {"host": "relay", "port": 587}),
        ("SMTP://Relay/", {"host": "Relay"}),
        ("smtp://[2001:db8::1]:25", {"host": "2001:db8::1", "port": 25}),
        ("smtps://relay", {"host": "relay", "tls": "implicit"}),
        ("smtps://relay:10465", {"host": "relay", "port": 10465, "tls": "implicit"}),
        ("lmtp://host:24", {"host": "host", "port": 24, "protocol": "lmtp"}),
        ("lmtp:/run/socket", {"socket": "/run/socket", "protocol": "lmtp"}),
        ("lmtp:///run/socket", {"socket": "/run/socket", "protocol": "lmtp"}),
        ("unix:/run/socket", {"socket": "/run/socket", "protocol": "lmtp"}),
        ("unix:///run/socket", {"socket": "/run/socket", "protocol": "lmtp"}),
        # As Postfix writes them: in relayhost, and in virtual_transport.
        ("[relay.example.com]:587", {"host": "relay.example.com", "port": 587}),
        ("lmtp:unix:/run/socket", {"socket": "/run/socket", "protocol": "lmtp"}),
        # As in EHLO.
        ("[IPv6:2001:db8::1]", {"host": "2001:db8::1"}),
    ],
)
def test_a_server_is_read_as_people_write_it(text: str, options: dict[str, t.Any]) -> None:
    assert parse_server(text) == options


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty; write a server such as"),
        (" \t", "is empty; write a server such as"),
        (":25", "has no host; write a server such as"),
        ("[]:25", "has no host; write a server such as"),
        ("smtp://", "has no host; write a server such as"),
        ("relay:", "has no port after the colon; write relay.example.com:587"),
        ("[::1]:", "has no port after the colon; write relay.example.com:587"),
        ("relay:0", "has no port from 1 to 65535 after the colon"),
        ("relay:70000", "has no port from 1 to 65535 after the colon"),
        ("relay:abc", "has no port from 1 to 65535 after the colon"),
        ("relay:-25", "has no port from 1 to 65535 after the colon"),
        ("relay:٢٥", "has no port from 1 to 65535 after the colon"),
        ("smtp://ann:S3cret@relay", "contains a user; write only the server, and the user in"),
        ("ann@relay", "contains a user; write only the server, and the user in"),
        ("smtp://relay/inbox", "has a path or a query after the server; write smtp://"),
        ("smtp://relay//", "has a path or a query after the server; write smtp://"),
        ("smtp://relay?tls=no", "has a path or a query after the server; write smtp://"),
        ("smpt://relay", "smtps:// or lmtp://; did you mean smtp://?"),
        ("https://relay", "begins with an unknown scheme; write smtp://, smtps:// or lmtp://"),
        ("relay:25:26", "has several colons and is not an IPv6 address; write HOST:PORT, or ["),
        ("smtp:relay:25", "has several colons and is not an IPv6 address; write HOST:PORT, or ["),
        ("2001:db8::g", "has several colons and is not an IPv6 address; write HOST:PORT, or ["),
        ("[2001:db8::g]:25", "has no IPv6 address in the brackets; write [2001:db8::1]:25"),
        ("[2001:db8::1", "has only one bracket; write [2001:db8::1]:25"),
        ("2001:db8::1]:25", "has only one bracket; write [2001:db8::1]:25"),
        ("[::1]25", "has no port after the bracket; write [HOST]:PORT"),
        ("relay 25", "contains blanks or control characters; write a server such as"),
        ("relay\0", "contains blanks or control characters; write a server such as"),
        ("relay,mx2", "contains a comma; write one server, or a list of servers"),
        ("/run/socket", "has characters that a host name cannot have; write a server such as"),
        ("{{relay}}", "has characters that a host name cannot have; write a server such as"),
        ("host=a login_password=S3cret", "is a text that contains options; write a dictionary"),
        ("smtp:relay", "has no slashes after the scheme; write smtp://relay.example.com:587"),
        ("192.168.1", "is neither a name nor an IPv4 address, which has four numbers from 0"),
        ("192.168.1:25", "is neither a name nor an IPv4 address"),
        ("192.168.1.256", "is neither a name nor an IPv4 address"),
        ("192.168.1.1.1", "is neither a name nor an IPv4 address"),
        ("192.168.1.1.", "is neither a name nor an IPv4 address"),
        ("10", "is neither a name nor an IPv4 address"),
        ("relay.10", "is neither a name nor an IPv4 address"),
        ("relay..example.com", "has a label that is empty or longer than 63 characters; write a"),
        (".example.com", "has a label that is empty or longer than 63 characters"),
        (f"{'x' * 64}.example.com", "has a label that is empty or longer than 63 characters"),
        ("x" * 2000, "is too long for a server; write a server such as"),
    ],
)
def test_a_text_that_is_not_a_server_is_refused_with_what_to_write(text: str, told: str) -> None:
    assert told in problem(text)


@pytest.mark.parametrize(
    ("given_server", "is_one"),
    [
        ({"relay": 587}, True),
        ({"relay.example.com": "587"}, True),
        ({"relay.example.com": None}, True),  # its colon is at the end
        ({"port": 587}, False),
        ({"prot": 587}, False),
        ({"localhost": 25}, True),
        ({"hosts": 1}, False),
        ({"host.example.com": 1025}, True),
        ({"relay": "587/tcp"}, False),
        ({"relay": None}, False),
        ({"relay": 587, "tls": "never"}, False),
        ({}, False),
    ],
)
def test_a_blank_after_the_colon_makes_a_dictionary(
    given_server: dict[str, t.Any], is_one: bool
) -> None:
    told = "is a dictionary, because no port follows its colon at once; write relay:587"
    assert blank_problem(given_server, ["host", "port", "tls"]) == (told if is_one else None)


@pytest.mark.parametrize(
    ("text", "name"),
    [("relay.example.com.", "relay.example.com."), ("[::1]", "::1"), ("192.0.2.1", "192.0.2.1")],
)
def test_a_name_or_an_address_may_stand_alone(text: str, name: str) -> None:
    assert parse_name(text) == name


@pytest.mark.parametrize("text", ["relay:25", "smtp://relay", "unix:/run/lmtp", "*.a", "a@b", ""])
def test_what_is_more_than_a_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^must be a name or an IP address alone, such as relay"):
        parse_name(text)


def test_a_domain_is_no_address() -> None:
    assert parse_domain("example.com") == "example.com"
    with pytest.raises(ValueError, match=r"must be a domain alone.*; write an IP address in host"):
        parse_domain("2001:db8::1")


@given(st.one_of(NAMES, IPV4, IPV6), st.none() | PORTS, st.sampled_from(["", "smtp", "SMTPS"]))
def test_a_host_with_its_port_is_that_host_and_that_port(
    host: str, port: int | None, scheme: str
) -> None:
    written = f"[{host}]" if ":" in host else host
    text = f"{scheme}://" * bool(scheme) + written + (f":{port}" if port else "")
    tls = {"tls": "implicit"} if scheme == "SMTPS" else {}
    assert parse_server(text) == {"host": host, **({"port": port} if port else {}), **tls}


@given(st.text("azAZ09./:@%~[]-_ü", max_size=30).filter(lambda path: not path.startswith("/")))
def test_the_path_of_a_socket_is_kept_as_it_is(path: str) -> None:
    assert parse_server(f"lmtp:/{path}") == {"socket": f"/{path}", "protocol": "lmtp"}


# Letters that appear in no error message in this order.
SECRETS = st.text("QXZKJ0123456789", min_size=6, max_size=12)
PUNCTUATION = st.text(":/@=?#[]. ,%\\{}'\"lmtpunix", max_size=8)


@given(PUNCTUATION, SECRETS, PUNCTUATION)
def test_a_problem_quotes_nothing_of_the_text(before: str, secret: str, after: str) -> None:
    assert secret not in tried(before + secret + after)[1]


@given(st.text())
def test_any_text_is_a_server_or_a_problem(text: str) -> None:
    found, told = tried(text)
    if told:
        assert told.startswith(("is ", "has ", "begins ", "contains "))
        return
    assert ("host" in found) != ("socket" in found)
    assert set(found) <= {"host", "port", "tls", "protocol", "socket"}

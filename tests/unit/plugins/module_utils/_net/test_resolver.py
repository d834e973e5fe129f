# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names are looked up, with an end to each look-up however long the resolver takes."""

from __future__ import annotations

import socket
import threading
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import (
    Address,
    address_literal,
)
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError
from ansible_collections.mailops.smtp.plugins.module_utils._net.resolver import (
    BackgroundCall,
    own_name,
    resolve,
)

# So much time that only a look-up without an end would take it.
AMPLE = 30.0


@pytest.fixture
def silent_resolver(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[None]:
    """Have a resolver that does not answer before the test is over; numbers need none."""
    ask = socket.getaddrinfo
    over = threading.Event()

    def getaddrinfo(*arguments: t.Any) -> t.Any:
        if not arguments[-1] & socket.AI_NUMERICHOST:
            over.wait(AMPLE)
        return ask(*arguments)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield
    over.set()


# Addresses


@pytest.mark.parametrize(
    ("host", "family", "ip"),
    [
        ("192.0.2.25", "any", "192.0.2.25"),
        ("192.0.2.25", "ipv4", "192.0.2.25"),
        ("2001:db8::25", "any", "2001:db8::25"),
        ("2001:DB8:0:0::25", "ipv6", "2001:db8::25"),
    ],
)
@pytest.mark.usefixtures("silent_resolver")
def test_a_numeric_address_needs_no_resolver_and_no_time(host: str, family: str, ip: str) -> None:
    (address,) = resolve(host, 2525, family, 0)
    assert address.ip == ip
    assert address.family == (socket.AF_INET6 if ":" in host else socket.AF_INET)
    assert address.sockaddr[:2] == (ip, 2525)
    assert str(address) == f"{ip} port 2525"


def test_a_name_becomes_its_addresses_each_of_them_once() -> None:
    addresses = resolve("localhost", 25, "ipv4", AMPLE)
    assert "127.0.0.1" in [address.ip for address in addresses]
    assert {address.family for address in addresses} == {socket.AF_INET}
    assert len(set(addresses)) == len(addresses)


def test_addresses_stay_in_the_order_of_the_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [
        (socket.AF_INET6, ("2001:db8::2", 25, 0, 0)),
        (socket.AF_INET, ("192.0.2.2", 25)),
        (socket.AF_INET6, ("2001:db8::2", 25, 0, 0)),
        (socket.AF_INET, ("192.0.2.1", 25)),
    ]

    def getaddrinfo(*arguments: t.Any) -> t.Any:
        if arguments[-1] & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(family, 1, 6, "", sockaddr) for family, sockaddr in answers]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert resolve("mail.example.com", 25, "any", AMPLE) == [
        Address(*answers[0]),
        Address(*answers[1]),
        Address(*answers[3]),
    ]


@pytest.mark.parametrize(
    ("host", "family"), [("192.0.2.25", "ipv6"), ("2001:db8::25", "ipv4"), ("::1%nowhere", "ipv4")]
)
def test_an_address_of_the_other_family_is_not_resolved(host: str, family: str) -> None:
    with pytest.raises(ProbeError, match="^" + host) as broken:
        resolve(host, 25, family, AMPLE)
    assert broken.value.kind == "resolve"


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("mail..example.com", id="an-empty-label"),
        pytest.param("x" * 64 + ".example.com", id="a-label-of-64-characters"),
        pytest.param("\u00e9" * 64 + ".example.com", id="an-accented-label-of-64-characters"),
        pytest.param("\udcff.example.com", id="half-a-surrogate-pair"),
    ],
)
def test_what_can_be_no_host_name_is_not_asked_for(host: str) -> None:
    with pytest.raises(ProbeError) as broken:
        resolve(host, 25, "any", AMPLE)
    assert broken.value.kind == "resolve"
    assert broken.value.text == f"{host} is not a valid host name"


@pytest.mark.usefixtures("silent_resolver")
def test_a_resolver_that_does_not_answer_is_given_up() -> None:
    with pytest.raises(ProbeError) as broken:
        resolve("mail.example.com", 25, "any", 0.01)
    assert broken.value.kind == "resolve"
    assert broken.value.text == "the resolver gave no answer for mail.example.com within 0.01 s"


def test_what_the_resolver_says_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_arguments: t.Any) -> t.Any:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(ProbeError) as broken:
        resolve("mail.example.com", 25, "any", AMPLE)
    assert broken.value.kind == "resolve"
    assert broken.value.text == "mail.example.com: Temporary failure in name resolution"


# Look-ups


def test_a_look_up_gives_its_answer_as_often_as_it_is_asked() -> None:
    look_up = BackgroundCall(lambda: "mail.example.com")
    assert look_up.wait(AMPLE) == "mail.example.com"
    assert look_up.wait(0) == "mail.example.com"


def test_none_is_an_answer() -> None:
    assert BackgroundCall(lambda: None).wait(AMPLE) is None


def test_a_look_up_that_takes_too_long_is_left_behind_and_can_be_asked_again() -> None:
    answered = threading.Event()
    look_up = BackgroundCall(lambda: answered.wait(AMPLE))
    for seconds in (0.01, 0, -1):
        with pytest.raises(TimeoutError):
            look_up.wait(seconds)
    answered.set()
    assert look_up.wait(AMPLE) is True


def test_a_look_up_begins_before_anyone_waits_for_it() -> None:
    begun = threading.Event()
    look_up = BackgroundCall(begun.set)
    assert begun.wait(AMPLE)
    assert look_up.wait(AMPLE) is None


def test_a_look_up_that_was_left_behind_does_not_keep_the_module_from_ending() -> None:
    answered = threading.Event()
    asking: list[threading.Thread] = []
    begun = threading.Event()

    def ask() -> None:
        asking.append(threading.current_thread())
        begun.set()
        answered.wait(AMPLE)

    BackgroundCall(ask)
    assert begun.wait(AMPLE)
    assert asking[0].daemon
    assert asking[0] is not threading.current_thread()
    answered.set()


@pytest.mark.parametrize(
    "error",
    [
        socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        UnicodeError("label too long"),
        ValueError("anything else"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_a_look_up_raises_is_raised_where_it_is_waited_for(error: Exception) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(type(error)) as raised:
        BackgroundCall(fail).wait(AMPLE)
    assert raised.value is error


# This host


@pytest.mark.parametrize(
    ("hostname", "fqdn", "name"),
    [
        pytest.param("web1.example.com", "other.example.com", "web1.example.com", id="hostname"),
        pytest.param("web1", "web1.example.com", "web1.example.com", id="fqdn"),
        pytest.param("web1", "web1.example.com.", "web1.example.com", id="fqdn-with-a-dot"),
        pytest.param("WEB1.Example.COM", "x", "WEB1.Example.COM", id="upper-case"),
        pytest.param("web-1.xn--caf-dma.example", "x", "web-1.xn--caf-dma.example", id="idn"),
        pytest.param("ip-10-0-0-1.ec2.internal", "x", "ip-10-0-0-1.ec2.internal", id="ec2"),
        pytest.param("web1", "web1", None, id="no-domain"),
        pytest.param("", "", None, id="no-name"),
        pytest.param("192.0.2.1", "192.0.2.1", None, id="an-address"),
        pytest.param("2001:db8::1", "2001:db8::1", None, id="an-ipv6-address"),
        pytest.param("web_1.example.com", "web_1.example.com", None, id="an-underscore"),
        pytest.param("-web.example.com", "web-.example.com", None, id="a-hyphen-at-an-edge"),
        pytest.param("web..example.com", ".example.com", None, id="an-empty-label"),
        pytest.param("caf\u00e9.example.com", "caf\u00e9.example.com", None, id="an-accent"),
        pytest.param("web1.example.com\r\nRSET", "a b.example.com", None, id="a-second-line"),
        pytest.param("localhost", "localhost", None, id="localhost"),
        pytest.param("localhost", "localhost.localdomain", None, id="localhost.localdomain"),
        pytest.param("web1", "web1.localdomain", None, id="a-name-in-localdomain"),
        pytest.param("LOCALHOST.example.com", "localhost.example.com", None, id="localhost-in"),
        pytest.param("web1", "1.2.0.192.in-addr.arpa", None, id="a-name-of-a-number"),
        pytest.param("web1", "localhost.localdomain.", None, id="localhost-with-a-dot"),
        pytest.param("localhost.localdomain", "web1.example.com", "web1.example.com", id="then"),
        pytest.param(
            "localhost6",
            "localhost6.localdomain6",
            None,
            id="localhost6.localdomain6",
        ),
        pytest.param(
            "localhost4",
            "localhost4.localdomain4",
            None,
            id="localhost4.localdomain4",
        ),
        pytest.param(
            "web1",
            "web1.localhost",
            None,
            id="a-name-in-localhost",
        ),
        pytest.param(
            "ho\u017ft.example.com",
            "\u212a.example.com",
            None,
            id="signs-that-match-s-and-k-in-any-case",
        ),
    ],
)
def test_this_host_is_called_by_a_name_that_a_server_would_take_or_not_at_all(
    hostname: str, fqdn: str, name: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: hostname)
    monkeypatch.setattr(socket, "getfqdn", lambda: fqdn)
    assert own_name() == name


def test_a_host_that_knows_its_full_name_does_not_ask_the_resolver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def getfqdn() -> str:
        pytest.fail("the resolver was asked")

    monkeypatch.setattr(socket, "gethostname", lambda: "web1.example.com")
    monkeypatch.setattr(socket, "getfqdn", getfqdn)
    assert own_name() == "web1.example.com"


@pytest.mark.parametrize(
    ("ip", "literal"),
    [
        ("192.0.2.1", "[192.0.2.1]"),
        ("2001:db8::1", "[IPv6:2001:db8::1]"),
        ("::1", "[IPv6:::1]"),
        ("fe80::1%eth0", "[IPv6:fe80::1]"),
        ("::ffff:192.0.2.1", "[IPv6:::ffff:192.0.2.1]"),
    ],
)
def test_an_address_literal_is_written_as_the_rfc_has_it(ip: str, literal: str) -> None:
    assert address_literal(ip) == literal

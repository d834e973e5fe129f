# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses as people read them, and as they stand in HELO."""

from __future__ import annotations

import socket

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import (
    Address,
    address_literal,
    family_of,
    numeric_addresses,
)


def test_an_address_is_shown_with_its_port():
    assert str(Address(socket.AF_INET, ("192.0.2.1", 25))) == "192.0.2.1 port 25"
    assert str(Address(socket.AF_INET6, ("2001:db8::1", 25, 0, 0))) == "2001:db8::1 port 25"


def test_a_unix_socket_is_shown_by_its_path():
    address = Address(socket.AF_UNIX, "/run/lmtp")
    assert address.is_path
    assert (address.ip, str(address)) == ("/run/lmtp", "/run/lmtp")


@pytest.mark.parametrize(
    ("ip", "literal"),
    [
        ("192.0.2.1", "[192.0.2.1]"),
        ("2001:db8::1", "[IPv6:2001:db8::1]"),
        ("fe80::1%eth0", "[IPv6:fe80::1]"),  # the zone says nothing to another host
        ("", "[127.0.0.1]"),  # the other end of a UNIX socket
    ],
)
def test_a_literal_is_as_helo_has_it(ip, literal):
    assert address_literal(ip) == literal


def test_an_address_has_a_family():
    assert family_of("192.0.2.1") == socket.AF_INET
    assert family_of("2001:db8::1") == socket.AF_INET6


@pytest.mark.parametrize("text", ["", "relay.example.com", "192.0.2.256", "2001:db8::1%eth0"])
def test_what_is_no_address_has_no_family(text):
    with pytest.raises(ValueError, match="is not an IP address"):
        family_of(text)


@pytest.mark.parametrize(
    ("host", "family", "found"),
    [
        ("192.0.2.1", "any", ["192.0.2.1 port 25"]),
        ("2001:db8::1", "ipv6", ["2001:db8::1 port 25"]),
        ("2001:db8::1", "ipv4", []),
        ("relay.example.com", "any", []),
        ("x" * 300, "any", []),
        ("\udcff", "any", []),
    ],
)
def test_an_ip_address_needs_no_resolver(host, family, found):
    assert [str(one) for one in numeric_addresses(host, 25, family)] == found

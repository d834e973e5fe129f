# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The header of HAProxy's PROXY protocol, in both versions."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.proxy_header import (
    ProxyHeader,
    ProxySpec,
    header_for,
)

HERE = ("192.0.2.1", 40000)
THERE = ("192.0.2.25", 25)
SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"


def test_what_is_left_out_is_as_on_the_connection():
    assert header_for(ProxySpec(1), HERE, THERE) == ProxyHeader(1, *HERE, *THERE)


def test_what_is_wanted_takes_its_place():
    spec = ProxySpec(2, "198.51.100.7", 0, "198.51.100.25", 587)
    assert header_for(spec, HERE, THERE) == ProxyHeader(2, "198.51.100.7", 0, "198.51.100.25", 587)


def test_both_ends_are_of_one_family():
    with pytest.raises(ValueError, match="source 2001:db8::7 and destination 192"):
        header_for(ProxySpec(1, "2001:db8::7"), HERE, THERE)


def test_version_1_is_a_line():
    header = ProxyHeader(1, *HERE, *THERE)
    assert header.as_bytes() == b"PROXY TCP4 192.0.2.1 192.0.2.25 40000 25\r\n"
    header = ProxyHeader(1, "2001:db8::7", 40000, "2001:db8::25", 25)
    assert header.as_bytes() == b"PROXY TCP6 2001:db8::7 2001:db8::25 40000 25\r\n"


def test_version_2_is_binary():
    ends = bytes([192, 0, 2, 1, 192, 0, 2, 25]) + (40000).to_bytes(2, "big") + b"\x00\x19"
    assert ProxyHeader(2, *HERE, *THERE).as_bytes() == SIGNATURE + b"\x21\x11\x00\x0c" + ends


def test_version_2_has_room_for_ipv6():
    header = ProxyHeader(2, "2001:db8::7", 40000, "2001:db8::25", 25).as_bytes()
    assert header.startswith(SIGNATURE + b"\x21\x21\x00\x24")
    assert len(header) == len(SIGNATURE) + 4 + 36

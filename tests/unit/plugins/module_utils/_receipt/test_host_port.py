# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers as people write them."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.host_port import (
    host_and_port,
    name_in_certificate,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("mail.example.com", "mail.example.com", None),
        ("mail.example.com.", "mail.example.com.", None),
        ("mail.example.com:993", "mail.example.com", 993),
        ("192.0.2.1:143", "192.0.2.1", 143),
        ("::1", "::1", None),
        ("[::1]", "::1", None),
        ("[2001:db8::1]:993", "2001:db8::1", 993),
        ("fe80::1%eth0", "fe80::1%eth0", None),
        ("[fe80::1%eth0]:993", "fe80::1%eth0", 993),
        ("müller.example", "müller.example", None),
    ],
)
def test_a_server_may_have_a_port_and_brackets(text: str, host: str, port: int | None) -> None:
    assert host_and_port(text) == (host, port)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("imaps://mail.example.com", "without imaps://"),
        ("mail.example.com:imaps", "must have a port between 1 and 65535 behind the colon"),
        ("mail.example.com:", "must have a port between 1 and 65535 behind the colon"),
        ("mail.example.com:0", "must have a port between 1 and 65535 behind the colon"),
        ("mail.example.com:65536", "must have a port between 1 and 65535 behind the colon"),
        ("[mail.example.com]", "contains mail.example.com, which is not an IPv6 address"),
        ("[192.0.2.1]:993", "contains 192.0.2.1, which is not an IPv6 address"),
        ("[::1", "not a"),
        ("::1]", "not an IPv6 address"),
        ("2001:db8::zz", "contains 2001:db8::zz, which is not an IPv6 address"),
        ("a b", "must be a host name or an IP address"),
        (".", "must be a host name or an IP address"),
        ("", "must be a host name or an IP address"),
        ("[]", "not an IPv6 address"),
    ],
)
def test_what_is_no_server_is_said(text: str, problem: str) -> None:
    with pytest.raises(ValueError) as caught:
        host_and_port(text)
    assert problem in str(caught.value)


@given(st.text(alphabet="[]:%.1a/ ", max_size=12))
def test_any_text_is_a_server_or_none(text: str) -> None:
    try:
        host, port = host_and_port(text)
    except ValueError:
        return
    assert host
    assert not set("[] ") & set(host)
    assert port is None or 0 < port < 65536


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("mail.example.com.", "mail.example.com"),
        ("mail.example.com", "mail.example.com"),
        ("mail.example.com..", "mail.example.com."),  # one dot is no part of it, two are a mistake
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_one_dot_at_the_end_is_no_part_of_the_name(host: str, name: str) -> None:
    assert name_in_certificate(host) == name

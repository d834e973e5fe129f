# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each name server is asked by itself, and /etc/hosts is read."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net import dns
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.resolvers import (
    NameServerAnswer,
    ask_each,
    hosts_addresses,
    name_servers,
)

rcode = pytest.importorskip("dns.rcode")
if t.TYPE_CHECKING or rcode:
    from ansible_collections.mailops.smtp.tests.unit import dns_server

LONG = 10.0
SERVER = "127.0.0.1"

RESOLV_CONF = """
# nameserver 192.0.2.99
; nameserver 192.0.2.98
search example.org
nameserver 192.0.2.1  # the first
nameserver
nameserver 192.0.2.2
nameserver 192.0.2.3
nameserver 192.0.2.4
"""

HOSTS = """
127.0.0.1 localhost
192.0.2.25 mx.example.org mx  # an old address
# 192.0.2.26 mx.example.org
mx.example.org 192.0.2.27
192.0.2.28 www.example.org # mx.example.org
nonsense mx.example.org
2001:db8::25 Other.example.org MX.example.org
fe80::1%eth0 mx.example.org
"""


def test_the_library_uses_three_name_servers(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    path.write_text(RESOLV_CONF)
    assert name_servers(str(path)) == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]


@pytest.mark.parametrize("name", ["mx.example.org", "MX.Example.Org."])
def test_a_hosts_file_has_addresses_for_a_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / "hosts"
    path.write_text(HOSTS)
    assert hosts_addresses(name, str(path)) == ["192.0.2.25", "2001:db8::25", "fe80::1%eth0"]


def test_a_hosts_file_may_not_have_a_name(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_text(HOSTS)
    assert hosts_addresses("example.org", str(path)) == []


def test_a_file_that_is_not_there_has_nothing(tmp_path: Path) -> None:
    assert name_servers(str(tmp_path / "none")) == []
    assert hosts_addresses("mx.example.org", str(tmp_path / "none")) == []


class TestANameServer:
    def test_its_addresses_are_found(self) -> None:
        records = {"mx.example.org": ["A 192.0.2.2", "A 192.0.2.1", "AAAA 2001:db8::1"]}
        with dns_server.asked(records):
            found = ask_each("mx.example.org", [SERVER], LONG)
        addresses = ("192.0.2.1", "192.0.2.2", "2001:db8::1")
        assert found == [NameServerAnswer(SERVER, "found", addresses)]

    @pytest.mark.parametrize("records", [{}, {"mx.example.org": ["MX 10 mx2.example.org."]}])
    def test_a_name_without_an_address_is_not_found(self, records: t.Any) -> None:
        with dns_server.asked(records):
            found = ask_each("mx.example.org", [SERVER], LONG)
        assert found == [NameServerAnswer(SERVER, "no such name")]

    def test_one_that_cannot_answer_says_why(self) -> None:
        with dns_server.asked({"mx.example.org": rcode.SERVFAIL}):
            (found,) = ask_each("mx.example.org", [SERVER], LONG) or []
        assert found.state == "no answer"
        assert "SERVFAIL" in found.problem

    def test_there_may_be_no_name_server(self) -> None:
        assert ask_each("mx.example.org", [], LONG) == []

    def test_without_dnspython_nothing_is_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dns, "MISSING", "no module named dns")
        assert ask_each("mx.example.org", [SERVER], LONG) is None

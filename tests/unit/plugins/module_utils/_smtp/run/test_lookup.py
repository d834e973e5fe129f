# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server of a dialogue is looked up: its addresses, its TLSA records, and this host's name."""

from __future__ import annotations

import socket
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.dane import NextHop
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.lookup import (
    look_up_own_name,
    look_up_seconds,
    resolve_server,
)
from ansible_collections.mailops.smtp.tests.unit import dns_server
from ansible_collections.mailops.smtp.tests.unit.conftest import CLIENT

LOOPBACK = Address(socket.AF_INET, ("127.0.0.1", 25))
TLSA = f"TLSA 3 1 1 {'ab' * 32}"


def plan(**options: t.Any):
    return plan_from({**CLIENT, "host": "127.0.0.1", **options}, check_mode=False)


def test_an_address_is_its_own():
    lookup = resolve_server(plan())
    assert (lookup.addresses, lookup.error, lookup.tlsa) == ((LOOPBACK,), None, None)


def test_a_unix_socket_needs_no_look_up():
    lookup = resolve_server(plan(host=None, socket="/run/lmtp", protocol="lmtp"))
    assert lookup.addresses == (Address(socket.AF_UNIX, "/run/lmtp"),)
    assert lookup.seconds is None


def test_an_error_is_returned_and_takes_the_records_with_it():
    with dns_server.asked({}) as server:
        lookup = resolve_server(plan(host="-.invalid", dane=True, tls="required"), seconds=20.0)
    assert lookup.addresses == ()
    assert lookup.error is not None
    assert lookup.error.kind == "resolve"
    assert server.asked == []


def test_dane_takes_the_records_of_the_name_in_the_certificate():
    hop = NextHop("example.com", "example.com", True)
    options = {"dane": True, "tls": "required", "tls_server_name": "mx.example.com"}
    with dns_server.asked({"_25._tcp.mx.example.com": [TLSA]}):
        lookup = resolve_server(plan(**options), next_hop=hop)
    assert lookup.tlsa is not None
    assert (lookup.tlsa.host, len(lookup.tlsa.records)) == ("mx.example.com", 1)
    assert lookup.tlsa.next_hop == hop


def test_the_name_of_this_host_is_looked_up_where_it_is_to_be_said():
    assert resolve_server(plan()).own_name is None  # the plan has a name for HELO
    own = resolve_server(plan(helo=None)).own_name
    assert own is not None
    own.wait(30.0)


def test_it_is_looked_up_once_for_many_dialogues():
    own = look_up_own_name()
    assert resolve_server(plan(helo=None), own).own_name is own


def test_a_host_without_another_thread_does_without(monkeypatch: pytest.MonkeyPatch):
    def start(_thread: t.Any):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", start)
    assert look_up_own_name() is None


@pytest.mark.parametrize(("timeout", "deadline", "seconds"), [(5.0, 9.0, 5.0), (9.0, 5.0, 5.0)])
def test_it_ends_with_the_dialogue(timeout: float, deadline: float, seconds: float):
    assert look_up_seconds(plan(timeout=timeout, deadline=deadline)) == seconds

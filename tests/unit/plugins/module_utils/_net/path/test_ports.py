# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several ports are tried side by side."""

from __future__ import annotations

import socket

from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.path.ports import (
    at_port,
    try_ports,
)
from ansible_collections.mailops.smtp.tests.unit.scripted import FilteredPort, closed_port


def test_each_port_has_its_outcome() -> None:
    with socket.socket() as listener, FilteredPort() as filtered:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        asked = Address(socket.AF_INET, listener.getsockname())
        closed, silent = at_port(asked, closed_port()), at_port(asked, filtered.port)
        found = try_ports([asked, closed, silent], 0.2)
    assert [one.state for one in found] == ["connected", "refused", "silent"]


def test_an_address_is_moved_to_another_port() -> None:
    four = Address(socket.AF_INET, ("192.0.2.1", 25))
    six = Address(socket.AF_INET6, ("fe80::1", 25, 0, 2))
    assert at_port(four, 587).sockaddr == ("192.0.2.1", 587)
    assert at_port(six, 587).sockaddr == ("fe80::1", 587, 0, 2)


def test_nothing_is_tried_without_an_address() -> None:
    assert try_ports([]) == []

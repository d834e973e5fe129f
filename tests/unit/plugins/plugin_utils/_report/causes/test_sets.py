# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that people have for sets of hosts and servers."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.grid import Members
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.sets import (
    host_sets,
    networks_of,
    port_of,
    server_sets,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import (
    Host,
    matrix_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.cells import Cell
from ansible_collections.mailops.smtp.tests.unit.reports import passed


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("10.1.2.3", ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24"]),
        ("2001:db8:1:2::3", ["2001:db8::/32", "2001:db8:1::/48", "2001:db8:1:2::/64"]),
        ("127.0.0.1", []),
        ("relay", []),
        (None, []),
    ],
)
def test_an_address_is_in_the_networks_that_sites_are_given(
    address: str | None, networks: list[str]
) -> None:
    assert list(networks_of(address)) == networks


@pytest.mark.parametrize(
    ("place", "port"),
    [
        ("relay1:25", "25"),
        ("[2001:db8::1]:587", "587"),
        ("MX of example.org:25", "25"),
        ("relay1:25 at 192.0.2.1", "25"),
        ("/run/lmtp", ""),
        ("any server", ""),
    ],
)
def test_a_server_has_the_port_of_its_place(place: str, port: str) -> None:
    assert port_of(Cell("web1", place, place=place)) == port


def test_groups_come_before_networks_and_narrow_networks_before_wide_ones() -> None:
    servers = [{"host": "relay1", "port": 25}, {"host": "relay2", "port": 25}]
    hosts = []
    for at in range(3):
        results = [passed(item) for item in servers]
        for one in results:
            one["client"] = {"address": f"10.{at}.0.1"}
        hosts.append(Host(f"web{at}", {"results": results}, servers, left=False))
    matrix = matrix_of(hosts)
    found = host_sets(matrix, {"web0": ["all", "dmz"], "web1": ["dmz"], "web2": ["ungrouped"]})
    assert found[0] == Members("group", "dmz", 0b011)
    assert [one.name for one in found[1:4]] == ["10.0.0.0/24", "10.1.0.0/24", "10.2.0.0/24"]
    assert found[-1] == Members("network", "10.0.0.0/8", 0b111)
    ports = [one for one in server_sets(matrix) if one.sort == "port"]
    assert ports == [Members("port", "25", 0b11)]

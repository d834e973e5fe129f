# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which inventory group each host stands under in a large table."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers.host_groups import (
    heading_of_hosts,
)

HOSTS = ["web1", "web2", "web3", "db1", "db2", "old"]


def test_host_stands_under_the_smallest_of_its_groups():
    web, db = ["all", "prod", "web"], ["all", "prod", "db"]
    groups = {"web1": web, "web2": web, "web3": web, "db1": db, "db2": db, "old": ["ungrouped"]}
    assert heading_of_hosts(HOSTS, groups) == {
        **dict.fromkeys(["web1", "web2", "web3"], "web"),
        **dict.fromkeys(["db1", "db2"], "db"),
        "old": "",
    }


def test_group_of_a_host_alone_is_no_heading_unless_it_has_no_other():
    named = {host: ["prod" if host != "old" else "old", f"tag_{host}"] for host in HOSTS}
    assert heading_of_hosts(HOSTS, {**named, "old": ["old"]}) == {
        **dict.fromkeys(HOSTS, "prod"),
        "old": "old",
    }


def test_there_is_no_heading_where_it_would_not_help():
    assert heading_of_hosts(HOSTS, {}) == {}
    assert heading_of_hosts(HOSTS, {host: ["prod"] for host in HOSTS}) == {}
    assert heading_of_hosts(HOSTS, {host: [host] for host in HOSTS}) == {}

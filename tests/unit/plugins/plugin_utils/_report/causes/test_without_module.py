# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts on which the module did not run are a cause of their own."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.grid import Members
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.symptoms import Symptom
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.without_module import (
    explain_hosts,
    hosts_without_module,
)

UNREACHABLE = Symptom("", "unreachable", text="timed out")
REFUSED = Symptom("connect", "connect", text="refused")


def test_a_host_with_one_result_is_none_of_them() -> None:
    symptoms = {
        (0, 0): UNREACHABLE,
        (0, 1): UNREACHABLE,
        (1, 0): UNREACHABLE,
        (2, 0): REFUSED,
    }
    assert hosts_without_module(symptoms, passed={1}) == {0: UNREACHABLE}


def test_hosts_with_one_reason_are_explained_together_by_their_name() -> None:
    symptoms = {(host, server): UNREACHABLE for host in (0, 2) for server in (0, 1)}
    dmz = Members("group", "dmz", 0b101)
    (one,) = explain_hosts(symptoms, dict.fromkeys((0, 2), UNREACHABLE), "abc", [dmz])
    assert (one.hosts, one.servers.bits, one.cells) == (dmz, 0b11, {0: 0b101, 1: 0b101})

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory groups as headings over the rows of a large table. No I/O.

A host may be in several groups. It stands under the smallest, since that says most about it. A
group of a single host says no more than the host's name, so it is a heading only for a host that
is in no other.
"""

from __future__ import annotations

import collections
from collections.abc import Mapping, Sequence

# The groups that every host, or every host without a group, is in.
_NOT_A_GROUP = ("all", "ungrouped")


def heading_of_hosts(hosts: Sequence[str], groups: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the group that each host stands under, which is empty for a host without a group.

    The dictionary is empty if headings would not help: there is at most one, or they are more than
    half as many as the hosts.

    >>> groups = {"web1": ["web"], "web2": ["web"], "db1": ["db"], "db2": ["db", "web"]}
    >>> heading_of_hosts(["web1", "web2", "db1", "db2"], groups)
    {'web1': 'web', 'web2': 'web', 'db1': 'db', 'db2': 'db'}
    """
    own = {host: _groups_of(host, groups) for host in hosts}
    sizes = collections.Counter(group for found in own.values() for group in found)
    headings = {host: _smallest(found, sizes) for host, found in own.items()}
    number = len(set(headings.values()))
    return headings if 1 < number <= len(hosts) / 2 else {}


def _groups_of(host: str, groups: Mapping[str, Sequence[str]]) -> list[str]:
    return [group for group in groups.get(host, ()) if group not in _NOT_A_GROUP]


def _smallest(found: Sequence[str], sizes: Mapping[str, int]) -> str:
    """Return the smallest group of several hosts, or else the first group, or else nothing."""
    several = [group for group in found if sizes[group] > 1] or found
    return min(several, key=lambda group: sizes[group], default="")

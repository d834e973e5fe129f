# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the playbook that merges reports. No I/O."""

from __future__ import annotations

import typing as t
from collections.abc import Container, Mapping

from .plan import PREFIX, BadVariable

SHARDS = f"{PREFIX}shards"
EXPECTED_HOSTS = f"{PREFIX}expected_hosts"

# The variables that the role does not have.
SPEC: dict[str, dict[str, t.Any]] = {
    SHARDS: {"type": "list", "elements": "path"},
    EXPECTED_HOSTS: {"type": "list", "elements": "str"},
}

# Those of the role that the playbook has, too. The task of the verdict checks the one for `fail`,
# which may refer to the report that is made before.
OF_ROLE = tuple(
    f"{PREFIX}{name}" for name in ("report_dir", "reports", "baseline", "fail_on", "advice")
)


def check_values(
    values: Mapping[str, t.Any], groups: Container[str], hosts: Container[str]
) -> None:
    """Raise BadVariable if there is nothing to merge, or a name of a host cannot be one.

    `groups` and `hosts` are those of the inventory, and `values` have the types of their variables.
    """
    if not values.get(SHARDS):
        problem = f"is not set; name the reports to merge, as in -e {SHARDS}=slices"
        raise BadVariable(SHARDS, problem)
    for host in values.get(EXPECTED_HOSTS) or ():
        if host in groups and host not in hosts:
            hosts_of = "{{ groups['" + host + "'] }}"
            problem = f'names the group {host}; for its hosts write "{hosts_of}"'
            raise BadVariable(EXPECTED_HOSTS, problem)

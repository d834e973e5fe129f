# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of a run as JSON, which makes each json report a shard of a larger one. No I/O."""

from __future__ import annotations

import dataclasses
import itertools
import typing as t
from collections.abc import Mapping, Sequence

from ..model.plan import Plan, Slice
from ..untrusted import integer, mapping, sequence, text

# The groups that every host, or every host without a group, is in.
_NOT_A_GROUP = ("all", "ungrouped")

# Limits on what is read of a plan: the groups of a host, the characters of a name, and the names.
_MAX_GROUPS = 200
_MAX_NAME = 1_000
_MAX_NAMES = 100_000

# The versions that a plan names.
VERSIONS = ("collection", "ansible_core", "python")


def plan_document(
    plan: Plan, hosts: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> dict[str, t.Any]:
    """Return a plan as the json report has it."""
    named = {host: _own_groups(groups.get(host, ())) for host in hosts}
    return {
        "hosts": hosts,
        "servers": plan.servers,
        "groups": {host: found for host, found in named.items() if found},
        "slice": dataclasses.asdict(plan.slice) if plan.slice else None,
        "versions": {name: plan.versions.get(name) for name in VERSIONS},
        "in_container": plan.in_container,
    }


def plan_of(document: t.Any) -> Plan:
    """Read a plan. What is missing, or not as it should be, is empty."""
    found = mapping(document)
    versions = mapping(found.get("versions"))
    return Plan(
        _names(found.get("servers")),
        slice_of(found.get("slice")),
        {name: text(versions.get(name), _MAX_NAME) or "" for name in VERSIONS},
        _names(found.get("in_container")),
    )


def groups_of(document: t.Any) -> dict[str, list[str]]:
    """Read the inventory groups of each host of a plan."""
    found: dict[str, list[str]] = {}
    for host, groups in mapping(mapping(document).get("groups")).items():
        named = (text(one, _MAX_NAME) for one in itertools.islice(sequence(groups), _MAX_GROUPS))
        found[text(host, _MAX_NAME) or ""] = list(filter(None, named))
    return found


def _names(document: t.Any) -> tuple[str, ...]:
    found = itertools.islice(sequence(document), _MAX_NAMES)
    return tuple(dict.fromkeys(filter(None, (text(one, _MAX_NAME) for one in found))))


def slice_of(document: t.Any) -> Slice | None:
    """Read a slice, or return None for anything else."""
    found = mapping(document)
    number, count = integer(found.get("number")), integer(found.get("count"))
    if number is None or count is None or not 1 <= number <= count:
        return None
    return Slice(number, count)


def _own_groups(groups: Sequence[str]) -> list[str]:
    return [group for group in groups if group not in _NOT_A_GROUP]

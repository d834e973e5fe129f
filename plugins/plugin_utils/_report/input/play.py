# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the hosts of a play. They are not templated, since results are data."""

from __future__ import annotations

import functools
import typing as t
from collections.abc import Iterator, Mapping

from ..untrusted import mapping, one_line, sequence
from . import facts

# What to do about facts that shadow variables of a role.
CLEAR_FACTS = (
    "Clear the facts of this host with meta: clear_facts. If a task with set_fact made them, remove"
    " cacheable from it"
)


class Play:
    """The hosts of a play, with the variables of each looked up once."""

    def __init__(self, variables: Mapping[str, t.Any]) -> None:
        self.hosts: list[str] = list(variables["ansible_play_hosts_all"])
        self.remaining = set(variables["ansible_play_hosts"])
        self.variables = variables  # of the host that runs the task
        self._hostvars = variables["hostvars"]
        self._groups: Mapping[str, t.Any] = mapping(variables.get("groups"))
        self._known: dict[str, Mapping[str, t.Any]] = {}

    def __getitem__(self, host: str) -> Mapping[str, t.Any]:
        """Return the variables of a host."""
        if host not in self._known:
            self._known[host] = mapping(self._hostvars.raw_get(host))
        return self._known[host]

    def __contains__(self, host: str) -> bool:
        """Return whether the inventory has the host."""
        return host in self._hostvars

    def __iter__(self) -> Iterator[Mapping[str, t.Any]]:
        """Return the variables of each host."""
        return map(self.__getitem__, self.hosts)

    @functools.cached_property
    def groups(self) -> dict[str, list[str]]:
        """The inventory groups of each host, by the names of the hosts."""
        found: dict[str, list[str]] = {}
        for group, hosts in self._groups.items():
            for host in sequence(hosts):
                found.setdefault(host, []).append(one_line(group))
        return found

    @property
    def inventory(self) -> list[str]:
        """The names of all hosts of the inventory."""
        return list(self._hostvars)

    @functools.cached_property
    def shadowing(self) -> dict[str, str]:
        """The hosts whose facts shadow variables of the role, each with a sentence about it."""
        found = {host: facts.shadowing_facts(self[host]) for host in self.hosts}
        return {host: facts.sentence(names) for host, names in found.items() if names}

    @property
    def first_shadowing(self) -> str:
        """A sentence about the first such host, with a count of the others, or empty."""
        for host, sentence in self.shadowing.items():
            others = len(self.shadowing) - 1
            return f"the host {one_line(host)} {sentence}" + (
                f" (and {others:,} more)" if others else ""
            )
        return ""

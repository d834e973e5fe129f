# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recognise a cause in two reports, whatever words it is told in. No I/O."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping

from ..untrusted import integer, mapping, one_line, sequence

Document = Mapping[str, t.Any]

# Stands for all hosts of a report, or all servers, however many there are.
_ALL = ("",)


class CauseKey(t.NamedTuple):
    """What makes two causes the same: the failure, and whose it is.

    `hosts` are the groups if the cause names its hosts by them. `servers` are the names that the
    user gave them, where they have one, so that a cause stays the same when its server moves.
    """

    where: str
    stage: str
    kind: str
    code: int | None
    servers: tuple[str, ...]
    hosts: tuple[str, ...]


def causes_by_key(
    report: Document, causes: Iterable[Document], names: Mapping[str, str]
) -> dict[CauseKey, str]:
    """Return the sentence of each cause in the form of the json report.

    `report` has all `hosts` and all `servers`. `names` are the names of servers by their titles.
    """
    all_hosts, all_servers = _texts(report.get("hosts")), _texts(report.get("servers"))
    found: dict[CauseKey, str] = {}
    for cause in map(mapping, causes):
        hosts, servers = _texts(cause.get("hosts")), _texts(cause.get("servers"))
        key = CauseKey(
            one_line(cause.get("where")),
            one_line(cause.get("stage")),
            one_line(cause.get("kind")),
            integer(cause.get("code")),
            _all_or(tuple(names.get(title, title) for title in servers), len(all_servers)),
            _texts(cause.get("groups")) or _all_or(hosts, len(all_hosts)),
        )
        found.setdefault(key, one_line(cause.get("sentence")))
    return found


def names_of_servers(cells: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the name of each server by its title, if no other server has the same name.

    `cells` yields the title and the name, which may be empty, of the server of each cell.
    """
    titles: dict[str, set[str]] = {}
    for title, name in cells:
        if name:
            titles.setdefault(name, set()).add(title)
    return {found.pop(): name for name, found in titles.items() if len(found) == 1}


def _all_or(names: tuple[str, ...], total: int) -> tuple[str, ...]:
    return _ALL if 1 < total == len(names) else names


def _texts(value: t.Any) -> tuple[str, ...]:
    return tuple(map(one_line, sequence(value)))

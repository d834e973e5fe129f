# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The causes of a matrix: red cells in, what to mend out. No I/O."""

from __future__ import annotations

import collections
import dataclasses
import functools
import operator
import typing as t
from collections.abc import Iterable, Mapping, Sequence

from ..model.cells import Cell, CellKey
from ..model.matrix import Matrix
from .evidence import evidence_of
from .explain import OTHER, Explanation, explain
from .grid import Grid, GridColumns, Members, indices, named_or_listed
from .model import Cause, Causes, Certainty, Where
from .sets import host_sets, server_sets
from .symptoms import Symptom, symptom_of
from .without_module import explain_hosts, hosts_without_module
from .wording import sentence_of

_MAX_ADVICE = 5

# Limit on the symptoms that are explained: a compromised host can make up any number of them.
_MAX_SYMPTOMS = 100

# Kinds of failure on the way to a server, before it has answered.
_NETWORK_KINDS = ("resolve", "connect", "timeout", "disconnect")


def causes_of(matrix: Matrix, groups: Mapping[str, Iterable[str]]) -> Causes:
    """Return the causes of the red cells; `groups` has the inventory groups of each host."""
    cells = _CellsByKey(matrix)
    host_index = {host: at for at, host in enumerate(matrix.hosts)}
    server_index = {server: at for at, server in enumerate(matrix.servers)}
    symptoms: dict[tuple[int, int], Symptom] = {}
    for cell in matrix.broken:
        symptom = symptom_of(cell)
        if symptom is not None:
            symptoms[host_index[cell.host], server_index[cell.server]] = symptom
    passed = _passed(matrix, host_index, server_index)
    counted = collections.Counter(symptoms.values())
    most = dict(counted.most_common(_MAX_SYMPTOMS))
    sets = host_sets(matrix, groups)
    idle = hosts_without_module(symptoms, set(indices(_union(passed))))
    grid = Grid.of(
        matrix.hosts,
        matrix.servers,
        passed,
        {
            key: symptom if symptom in most else OTHER
            for key, symptom in symptoms.items()
            if key[0] not in idle
        },
    )
    explained = explain(grid, sets, server_sets(matrix))
    found = [*explained.found, *explain_hosts(symptoms, idle, matrix.hosts, sets)]
    found.sort(key=lambda one: (one.is_path, -one.count))
    with_cause = [0] * len(matrix.servers)
    for one in found:
        for at, hosts in one.cells.items():
            with_cause[at] |= hosts
    return Causes(
        tuple(_cause(_narrowed(one, grid, sets), grid, cells, with_cause) for one in found),
        tuple(
            (matrix.hosts[host], matrix.servers[at])
            for columns in explained.unexplained.values()
            for at, bits in columns.items()
            for host in indices(bits)
        ),
    )


class _CellsByKey(t.Mapping[CellKey, Cell]):
    """The cells of a matrix by their keys."""

    def __init__(self, matrix: Matrix) -> None:
        self._matrix = matrix

    def __getitem__(self, key: CellKey) -> Cell:
        host, server = key
        return self._matrix.by_host[host][server]

    def __iter__(self) -> t.Iterator[CellKey]:
        return (cell.key for cell in self._matrix.cells)

    def __len__(self) -> int:
        return len(self._matrix.cells)


def _passed(
    matrix: Matrix, host_index: Mapping[str, int], server_index: Mapping[str, int]
) -> list[int]:
    """Return for each server the hosts that passed."""
    planned = GridColumns(len(matrix.hosts), len(matrix.servers))
    for host, row in matrix.by_host.items():
        at = host_index[host]
        for server in row:
            planned.add(at, server_index[server])
    others = GridColumns(len(matrix.hosts), len(matrix.servers))
    for cell in matrix.not_passed:
        others.add(host_index[cell.host], server_index[cell.server])
    return [
        all_hosts & ~not_passed
        for all_hosts, not_passed in zip(planned.bits, others.bits, strict=True)
    ]


def _narrowed(explanation: Explanation, grid: Grid, sets: Sequence[Members]) -> Explanation:
    """Say it of the hosts that were to ask these servers, where those are not all.

    A host that has asked no server at all speaks neither for a cause nor against it.
    """
    asked = _union(grid.asked[at] for at in indices(explanation.servers.bits))
    if explanation.hosts.sort != "all" or asked in (0, _union(grid.asked)):
        return explanation
    return dataclasses.replace(explanation, hosts=named_or_listed(asked, grid.hosts, sets))


def _union(sets: Iterable[int]) -> int:
    return functools.reduce(operator.or_, sets, 0)


def _cause(
    explanation: Explanation,
    grid: Grid,
    cells: Mapping[CellKey, Cell],
    with_cause: Sequence[int],
) -> Cause:
    symptom = t.cast(Symptom, explanation.symptom)
    keys = tuple(
        (grid.hosts[host], grid.servers[at])
        for at, bits in explanation.cells.items()
        for host in indices(bits)
    )
    example = cells[keys[0]]
    text = example.failure.text if example.failure is not None else example.reasons[0]
    hosts, servers = explanation.hosts, explanation.servers
    return Cause(
        sentence=sentence_of(explanation, symptom, grid, text, with_cause),
        where=_where(explanation, symptom),
        stage=symptom.stage,
        kind=symptom.kind,
        code=symptom.code,
        enhanced_code=symptom.enhanced_code,
        hosts=tuple(grid.hosts[at] for at in indices(hosts.bits)),
        groups=(hosts.name,) if hosts.sort in ("group", "network") else (),
        servers=tuple(grid.servers[at] for at in indices(servers.bits)),
        cells=keys,
        certainty=_certainty(explanation),
        evidence=evidence_of(explanation, grid, cells),
        advice=_advice([cells[key] for key in keys]),
    )


def _certainty(explanation: Explanation) -> Certainty:
    return "open" if explanation.exceptions or explanation.is_path else "consistent"


def _where(explanation: Explanation, symptom: Symptom) -> Where:
    """Say whose it is to mend."""
    if symptom.stage == "receipt":
        return "mailbox"
    if symptom.kind == "no result":
        return "options"
    if symptom.kind in ("unreachable", "no shard", "bad shard", "local", "internal"):
        return "host"
    return _where_in_matrix(explanation.hosts, explanation.servers, symptom)


def _where_in_matrix(hosts: Members, servers: Members, symptom: Symptom) -> Where:
    """Say by the shape of a rectangle whose it is to mend."""
    on_the_way = symptom.kind in _NETWORK_KINDS
    if hosts.sort == "all" and servers.sort == "all" and servers.size > 1:
        return "mixed" if on_the_way else "options"
    if hosts.sort == "all":
        return "server"
    if servers.sort == "all" and hosts.size == 1:
        return "host"
    return "path" if on_the_way or symptom.kind in ("tls", "unsupported") else "policy"


def _advice(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Return the advice of the cells, what most of them have first."""
    counted: dict[str, int] = {}
    for cell in cells:
        for advice in cell.advice:
            counted[advice] = counted.get(advice, 0) + 1
    most = sorted(counted, key=lambda one: -counted[one])
    return tuple(most[:_MAX_ADVICE])

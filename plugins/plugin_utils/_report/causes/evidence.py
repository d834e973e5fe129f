# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run itself says for or against a cause: its neighbours in the matrix. No I/O."""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterator, Mapping

from ..model.cells import Cell, CellKey
from ..untrusted import mapping, text
from .explain import Explanation
from .grid import Grid, indices
from .model import Evidence


def evidence_of(
    explanation: Explanation, grid: Grid, cells: Mapping[CellKey, Cell]
) -> tuple[Evidence, ...]:
    """Return the facts that the matrix has for an explanation."""
    return (
        *_other_hosts(explanation, grid),
        *_other_servers(explanation, grid),
        *_differences(explanation, grid, cells),
    )


def _other_hosts(explanation: Explanation, grid: Grid) -> Iterator[Evidence]:
    """Say what hosts outside of it see at the same servers."""
    passed = sum(
        (grid.passed[at] & ~explanation.hosts.bits).bit_count()
        for at in indices(explanation.servers.bits)
    )
    if passed:
        value = f"{_cells(passed)} of other hosts at the same servers passed"
        yield Evidence(
            "other hosts", value, "the servers work, so it lies with these hosts or their path"
        )


def _other_servers(explanation: Explanation, grid: Grid) -> Iterator[Evidence]:
    """Say what its hosts see at other servers."""
    passed = sum(
        (hosts & explanation.hosts.bits).bit_count()
        for at, hosts in enumerate(grid.passed)
        if not explanation.servers.bits >> at & 1
    )
    if passed:
        value = f"{_cells(passed)} of these hosts at other servers passed"
        yield Evidence(
            "other servers", value, "the hosts work, so it lies with these servers or the path"
        )


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number:,} cells"


def _differences(
    explanation: Explanation, grid: Grid, cells: Mapping[CellKey, Cell]
) -> Iterator[Evidence]:
    """Compare what the hosts see at one server with what others see: two views of one server.

    An appliance on the path shows by another certificate, or by STARTTLS that is not offered; a
    resolver of its own by another address.
    """
    for at in indices(explanation.servers.bits):
        server = grid.servers[at]
        here = [cells[grid.hosts[host], server] for host in indices(explanation.cells.get(at, 0))]
        there = [
            cells[grid.hosts[host], server]
            for host in indices(grid.passed[at] & ~explanation.hosts.bits)
        ]
        for fact, look, says in _VIEWS:
            ours, theirs = _most_common(here, look), _most_common(there, look)
            if ours is not None and theirs is not None and ours != theirs:
                yield Evidence(f"{fact} of {server}", f"{ours}; for others {theirs}", says)
                return


def _most_common(cells: list[Cell], look: Callable[[Cell], str | None]) -> str | None:
    """Return what most cells show, None where they show nothing, or differ."""
    counted = collections.Counter(filter(None, map(look, cells)))
    if not counted:
        return None
    value, number = counted.most_common(1)[0]
    return value if number * 2 > sum(counted.values()) else None


def _starttls(cell: Cell) -> str | None:
    capabilities = mapping(cell.dialogues[0].result.get("capabilities")) if cell.dialogues else {}
    if not capabilities:
        return None
    plain = not cell.dialogues[0].part("tls")
    offered = "STARTTLS" in capabilities or not plain
    return "STARTTLS is offered" if offered else "STARTTLS is not offered"


def _certificate(cell: Cell) -> str | None:
    certificate = cell.dialogues[0].certificate if cell.dialogues else None
    return f"issued by {certificate.issuer}" if certificate and certificate.issuer else None


def _address(cell: Cell) -> str | None:
    if not cell.dialogues:
        return None
    address = text(cell.dialogues[0].part("server").get("address"))
    return f"address {address}" if address else None


_VIEWS: tuple[tuple[str, Callable[[Cell], str | None], str], ...] = (
    ("STARTTLS", _starttls, "something on the path may strip it"),
    ("certificate", _certificate, "something on the path may answer in place of the server"),
    ("address", _address, "the resolvers of these hosts see another address"),
)

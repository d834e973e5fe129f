# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The matrix: hosts down, servers across, and in each square a cell. No I/O."""

from __future__ import annotations

import collections
import dataclasses
import functools
from collections.abc import Iterator, Sequence

from .cells import Cell
from .verdict import ERROR, FAILED, VERDICTS


@dataclasses.dataclass(frozen=True)
class Matrix:
    """All cells, in the order of the hosts and, for each host, of its servers.

    A host that was not meant to probe a server has no cell for it.
    """

    hosts: tuple[str, ...]
    servers: tuple[str, ...]
    cells: Sequence[Cell]

    @functools.cached_property
    def counts(self) -> dict[str, int]:
        """Count the cells: `total`, and each of VERDICTS."""
        counted = collections.Counter(cell.verdict for cell in self.cells)
        return {"total": len(self.cells), **{verdict: counted[verdict] for verdict in VERDICTS}}

    @functools.cached_property
    def broken(self) -> list[Cell]:
        """The cells that were run and did not pass."""
        return [cell for cell in self.cells if cell.verdict in (FAILED, ERROR)]

    @functools.cached_property
    def unasked(self) -> int:
        """The number of cells whose host could not ask the server."""
        return sum(cell.unasked for cell in self.cells)

    @functools.cached_property
    def by_host(self) -> dict[str, dict[str, Cell]]:
        """The cells of each host, by server.

        A host has no entry for a server that it was not meant to ask, so that a compromised host
        which invents servers does not make the rows of other hosts longer.
        """
        found: dict[str, dict[str, Cell]] = {host: {} for host in self.hosts}
        for cell in self.cells:
            found[cell.host][cell.server] = cell
        return found

    @property
    def rows(self) -> Iterator[tuple[str, list[Cell | None]]]:
        """Each host with a cell for each server, or None where it has none."""
        for host, cells in self.by_host.items():
            yield host, [cells.get(server) for server in self.servers]

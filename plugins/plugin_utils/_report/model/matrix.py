# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The matrix: hosts down, servers across, and in each square a cell. No I/O."""

from __future__ import annotations

import collections
import dataclasses
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .cells import Cell
from .verdict import ERROR, FAILED, PASSED, VERDICTS, Verdict

Rows = Mapping[str, Mapping[str, Cell]]


class CellSource(Sequence[Cell]):
    """Cells that are made when somebody asks for them, since they are too many to be kept."""

    @property
    def by_host(self) -> Rows:
        """The cells of each host, by server."""
        raise NotImplementedError

    def not_passed(self) -> Iterator[Cell]:
        """Yield the cells that did not pass, or were not run, in their order."""
        raise NotImplementedError

    def client_addresses(self) -> Iterator[tuple[str, str | None]]:
        """Yield the host of each cell with a dialogue, and the address that it connected from."""
        raise NotImplementedError

    def durations(self) -> Iterator[float]:
        """Yield the seconds of each dialogue, 0 where they are unknown."""
        raise NotImplementedError


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
        counted = collections.Counter(cell.verdict for cell in self.not_passed)
        counted[PASSED] = len(self.cells) - len(self.not_passed)
        return {"total": len(self.cells), **{verdict: counted[verdict] for verdict in VERDICTS}}

    @functools.cached_property
    def not_passed(self) -> list[Cell]:
        """The cells that did not pass, and those that were not run."""
        if isinstance(self.cells, CellSource):
            return list(self.cells.not_passed())
        return [cell for cell in self.cells if not cell.passed]

    @functools.cached_property
    def broken(self) -> list[Cell]:
        """The cells that were run and did not pass."""
        return [cell for cell in self.not_passed if cell.verdict in (FAILED, ERROR)]

    @functools.cached_property
    def unasked(self) -> int:
        """The number of cells whose host could not ask the server."""
        return sum(cell.unasked for cell in self.broken)

    @functools.cached_property
    def verdicts_by_host(self) -> dict[str, set[Verdict]]:
        """What became of the cells of each host, but of those that passed."""
        found: dict[str, set[Verdict]] = {host: set() for host in self.hosts}
        for cell in self.not_passed:
            found[cell.host].add(cell.verdict)
        return found

    @functools.cached_property
    def by_host(self) -> Rows:
        """The cells of each host, by server.

        A host has no entry for a server that it was not meant to ask, so that a compromised host
        which invents servers does not make the rows of other hosts longer.
        """
        if isinstance(self.cells, CellSource):
            return self.cells.by_host
        found: dict[str, dict[str, Cell]] = {host: {} for host in self.hosts}
        for cell in self.cells:
            found[cell.host][cell.server] = cell
        return found

    @property
    def client_addresses(self) -> Iterator[tuple[str, str | None]]:
        """The host of each cell with a dialogue, and the address that it connected from."""
        if isinstance(self.cells, CellSource):
            return self.cells.client_addresses()
        return client_addresses(self.cells)

    @property
    def durations(self) -> Iterator[float]:
        """The seconds of each dialogue, 0 where they are unknown."""
        if isinstance(self.cells, CellSource):
            return self.cells.durations()
        return durations(self.cells)

    @property
    def rows(self) -> Iterator[tuple[str, list[Cell | None]]]:
        """Each host with a cell for each server, or None where it has none."""
        for host, cells in self.by_host.items():
            yield host, [cells.get(server) for server in self.servers]


def client_addresses(cells: Iterable[Cell]) -> Iterator[tuple[str, str | None]]:
    """Yield the host of each cell with a dialogue, and the address of its first dialogue."""
    return ((cell.host, cell.dialogues[0].client_address) for cell in cells if cell.dialogues)


def durations(cells: Iterable[Cell]) -> Iterator[float]:
    """Yield the seconds of each dialogue, 0 where they are unknown."""
    for cell in cells:
        for dialogue in cell.dialogues:
            yield max(0, dialogue.total_seconds or 0)

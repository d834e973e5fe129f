# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run itself says for or against a cause: its neighbours in the matrix. No I/O."""

from __future__ import annotations

import collections
import datetime
import itertools
from collections.abc import Callable, Iterator, Mapping

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import quantity

from ..model.cells import Cell, CellKey
from ..untrusted import mapping, text
from .explain import Explanation
from .grid import Grid, indices
from .model import Evidence
from .recipients import recipients_with_reply
from .symptoms import Symptom
from .translation import address_translation

# Replies of a server that limits how often clients connect.
_CODES_OF_LIMITS = (421, 450)

# Fewer dialogues in a minute than that are no reason for a limit.
_MANY = 5
_MINUTE = 60.0

# Limit on the hosts whose views of a server are compared, on each side.
_MOST_COMPARED = 2_000


def evidence_of(
    explanation: Explanation, grid: Grid, cells: Mapping[CellKey, Cell]
) -> tuple[Evidence, ...]:
    """Return the facts that the matrix has for an explanation."""
    return (
        *_other_hosts(explanation, grid),
        *_other_servers(explanation, grid),
        *_rate(explanation, grid, cells),
        *_differences(explanation, grid, cells),
        *address_translation(explanation, grid, cells),
        *recipients_with_reply(explanation, grid, cells),
    )


def _other_hosts(explanation: Explanation, grid: Grid) -> Iterator[Evidence]:
    """Say what hosts outside of it see at the same servers."""
    passed = sum(
        (grid.passed[at] & ~explanation.hosts.bits).bit_count()
        for at in indices(explanation.servers.bits)
    )
    if passed:
        value = f"{quantity(passed, 'cell')} of other hosts at the same servers passed"
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
        value = f"{quantity(passed, 'cell')} of these hosts at other servers passed"
        yield Evidence(
            "other servers", value, "the hosts work, so it lies with these servers or the path"
        )


def _rate(
    explanation: Explanation, grid: Grid, cells: Mapping[CellKey, Cell]
) -> Iterator[Evidence]:
    """Count the dialogues of this run that a server saw in the minute before it refused one.

    A server that limits how often clients connect answers 421 (RFC 5321 section 3.8), or 450: the
    run may have caused what it reports.
    """
    symptom = explanation.symptom
    if not isinstance(symptom, Symptom) or symptom.code not in _CODES_OF_LIMITS:
        return
    for at in indices(explanation.servers.bits):
        refused = [
            _started(cells, grid, host, at) for host in indices(explanation.cells.get(at, 0))
        ]
        last = max(filter(None, refused), default=None)
        if last is None:
            continue
        asked = indices(grid.asked[at])
        began = filter(None, (_started(cells, grid, host, at) for host in asked))
        number = sum(0 <= (last - one).total_seconds() <= _MINUTE for one in began)
        if number >= _MANY:
            value = (
                f"{number:,} dialogues of this run with {grid.servers[at]} began within a minute"
            )
            says = "the server may limit how often clients connect; probe fewer hosts at once"
            yield Evidence("rate of this run", value, says)
            return


def _started(
    cells: Mapping[CellKey, Cell], grid: Grid, host: int, server: int
) -> datetime.datetime | None:
    """Return when the first dialogue of a cell began, None where that is not known."""
    cell = cells.get((grid.hosts[host], grid.servers[server]))
    started = text(cell.dialogues[0].result.get("started")) if cell and cell.dialogues else None
    try:
        return datetime.datetime.strptime(started or "", "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return None


def _differences(
    explanation: Explanation, grid: Grid, cells: Mapping[CellKey, Cell]
) -> Iterator[Evidence]:
    """Compare what the hosts see at one server with what others see: two views of one server.

    An appliance on the path shows by another certificate, or by STARTTLS that is not offered; a
    resolver of its own by another address.
    """
    for at in indices(explanation.servers.bits):
        server = grid.servers[at]
        ours_at = indices(explanation.cells.get(at, 0))
        theirs_at = indices(grid.passed[at] & ~explanation.hosts.bits)
        here, there = (
            [cells[grid.hosts[host], server] for host in itertools.islice(hosts, _MOST_COMPARED)]
            for hosts in (ours_at, theirs_at)
        )
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

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the matrix of what each host has registered. No I/O.

A host without results stays in the report, with the reason: Ansible could not reach it, it left the
play, the module could not run, or the play has not come to it yet.

A host may have registered anything. If that cannot be read, or is larger than the limits below, the
host has the reason in its cells, and the cells of other hosts are unaffected.
"""

from __future__ import annotations

import collections
import contextlib
import itertools
import sys
import typing as t
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..model.cells import Cell, Missing
from ..model.dialogues import Dialogue
from ..model.matrix import Matrix
from ..model.naming import DUPLICATE_FILE, DUPLICATE_TITLE, Server, unique_name
from ..model.verdict import ERROR, NOT_RUN
from ..untrusted import mapping, one_line, sequence, text
from .receipts import Receipts

# The only column if no host's plan is known, so that each host has a cell for its reason.
ANY_SERVER = Cell("", "any server", file="any-server.txt", place="any server")

# Limits for one host: on its results, on servers that were not planned, and, if its plan is not
# known, on servers that are assumed because other hosts asked them.
MAX_RESULTS = 100_000
MAX_UNPLANNED = 100
MAX_ASSUMED = 1_000

_MAX_TEXT = 5_000


class Host(t.NamedTuple):
    """One host of the play.

    `registered` is the result of the module, or None. `planned` are the targets that the host was
    meant to probe. `left` is whether it left the play. `receipts` say whether its messages arrived.
    `problem` says why its results cannot be used, or is empty. `groups` are its inventory groups.
    `in_container` is whether the controller probed for it, from within a container.
    """

    name: str
    registered: Mapping[str, t.Any] | None
    planned: Sequence[t.Any]
    left: bool
    receipts: Receipts = Receipts()
    problem: str = ""
    groups: Sequence[str] = ()
    in_container: bool = False


def matrix_of(hosts: Sequence[Host]) -> Matrix:
    """Return the matrix. A host without a known plan has a cell for each server of the others."""
    read = [_readable_cells(host) for host in hosts]
    cells: dict[str, list[Cell]] = {host.name: found for host, found in read}
    others = _most_common_servers(cells.values()) or [ANY_SERVER]
    for host, found in read:
        if not found:
            cells[host.name] = list(assumed_cells(host.name, _missing_cell(host), others))
    return Matrix(
        tuple(cells),
        tuple(dict.fromkeys(cell.server for found in cells.values() for cell in found)),
        [cell for found in cells.values() for cell in found],
    )


def planned_servers(hosts: Iterable[Host], matrix: Matrix) -> tuple[str, ...]:
    """Return the titles of the servers that the hosts were to ask, in the order of the matrix."""
    planned: set[str] = set()
    for host in hosts:
        with contextlib.suppress(Exception):  # a plan may be anything
            planned.update(Server.of(item, {}).title for item in host.planned)
    return tuple(server for server in matrix.servers if server in planned)


def unreadable_reason(error: Exception) -> str:
    """Return why the results of a host cannot be read, in a sentence."""
    reason = f"the results of the host cannot be read: {type(error).__name__}: {error}"
    return one_line(reason)[:_MAX_TEXT]


def _readable_cells(host: Host) -> tuple[Host, list[Cell]]:
    """Return the cells of a host, without its results if they cannot be read."""
    try:
        return host, list(_cells(host))
    except Exception as error:  # noqa: BLE001 - only this host may suffer from its results
        host = host._replace(problem=unreadable_reason(error))
    try:
        return host, list(_cells(host))
    except Exception:  # noqa: BLE001 - its plan cannot be read either
        return host, []


def _cells(host: Host) -> Iterator[Cell]:
    """Yield the cells of a host: those of its results, then those that were planned only.

    A loop over targets ends early if Ansible loses the host.
    """
    results = [] if host.problem else _results(host.registered)
    if len(results) > MAX_RESULTS:
        problem = f"the host has returned {len(results):,} results, and a report has room for"
        host = host._replace(problem=f"{problem} {MAX_RESULTS:,} of each host")
    titles: dict[str, int] = {}
    files: dict[str, int] = {}
    probed = [] if host.problem else list(_by_target(results))
    if host.planned and len(probed) > len(host.planned) + MAX_UNPLANNED:
        problem = f"the host has returned results of {len(probed):,} servers, and was to ask"
        host = host._replace(problem=f"{problem} {len(host.planned):,}")
        probed = []
    missing = _missing_cell(host)
    for item, its_results in [*probed, *((item, []) for item in host.planned[len(probed) :])]:
        server = Server.of(item, its_results[0] if its_results else {})
        # Many hosts share these texts, so each is kept in memory once.
        title = sys.intern(unique_name(server.title, titles, DUPLICATE_TITLE))
        dialogues = tuple(_dialogues(its_results, files, host.receipts))
        identity = (sys.intern(server.label), sys.intern(server.place))
        if dialogues:
            yield Cell(host.name, title, dialogues, None, dialogues[0].file, *identity)
        else:
            file = unique_name(server.stem, files, DUPLICATE_FILE) + ".txt"
            yield Cell(host.name, title, (), missing, file, *identity)


def _most_common_servers(cells: Iterable[Sequence[Cell]]) -> list[Cell]:
    """Return one cell for each server, limited to those that most hosts asked.

    A compromised host may have invented the others.
    """
    found = list(itertools.chain.from_iterable(cells))
    of_server = {cell.server: cell for cell in found}
    if len(of_server) > MAX_ASSUMED:
        asked = collections.Counter(cell.server for cell in found)
        most = dict(asked.most_common(MAX_ASSUMED))
        return [cell for server, cell in of_server.items() if server in most]
    return list(of_server.values())


def assumed_cells(host: str, missing: Missing, others: Iterable[Cell]) -> Iterator[Cell]:
    """Yield a cell for each server that a host without a known plan is assumed to probe."""
    files: dict[str, int] = {}
    for other in others:
        file = unique_name(other.file.removesuffix(".txt"), files, DUPLICATE_FILE) + ".txt"
        yield Cell(host, other.server, (), missing, file, other.label, other.place)


def _results(registered: Mapping[str, t.Any] | None) -> list[Mapping[str, t.Any]]:
    """Return the results of all dialogues: of many targets, of a loop, or of one dialogue."""
    if registered is None:
        return []
    many = [mapping(result) for result in sequence(registered.get("results"))]
    return many or ([registered] if "passed" in registered else [])


def _by_target(
    results: Sequence[Mapping[str, t.Any]],
) -> Iterator[tuple[t.Any, list[Mapping[str, t.Any]]]]:
    """Yield each target, with the results of its dialogues.

    With `mx` and `every_address` a target has several dialogues. The item of each result is the
    target together with the host or address of that dialogue.
    """
    group: list[Mapping[str, t.Any]] = []
    target: t.Any = None
    for result in results:
        item = _target_as_given(result.get("item"))
        several = item != result.get("item")
        if group and not (several and item == target):
            yield target, group
            group = []
        target = item
        group.append(result)
    if group:
        yield target, group


def _target_as_given(item: t.Any) -> t.Any:
    """Return a target as the user gave it, without the host and address of the dialogue."""
    if not isinstance(item, Mapping):
        return item
    added = {"address"} | ({"host"} if "mx" in item else set())
    return {key: value for key, value in item.items() if key not in added}


def _dialogues(
    results: Sequence[Mapping[str, t.Any]], files: dict[str, int], receipts: Receipts
) -> Iterator[Dialogue]:
    for result in results:
        server = Server.of(result.get("item"), result)
        file = unique_name(server.stem, files, DUPLICATE_FILE) + ".txt"
        yield Dialogue(server.title, file, result, receipts.of(result))


def _missing_cell(host: Host) -> Missing:
    """Return why a host has no result."""
    registered = host.registered
    if host.problem:
        return Missing(ERROR, "no result", one_line(host.problem)[:_MAX_TEXT])
    if registered is None or registered.get("skipped") is True:
        if host.left:
            reason = (
                "the host left the play before the probe: unreachable, or a task before has failed"
            )
            return Missing(ERROR, "no result", reason)
        return Missing(NOT_RUN, "not run", "the play has not come to this host")
    message = text(registered.get("msg"), _MAX_TEXT)
    if _results(registered):
        return Missing(ERROR, "no result", "the host has results of other servers, and not of this")
    if registered.get("unreachable") is True:
        return Missing(
            ERROR, "unreachable", f"Ansible cannot reach the host: {message or 'no reason'}"
        )
    reason = message or "the module ended without saying why"
    last = _last_line(registered.get("module_stderr"))
    return Missing(ERROR, "no result", f"{reason} {last}" if last else reason)


def _last_line(value: t.Any) -> str | None:
    """Return the last line of a text, which is the message of a traceback."""
    lines = value[-_MAX_TEXT:].strip().splitlines() if isinstance(value, str) else []
    return text(lines[-1], _MAX_TEXT) if lines else None

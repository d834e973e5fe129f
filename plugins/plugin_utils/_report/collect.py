# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each host has registered in, the cells of a report out. No I/O.

A host that has nothing to show for itself stays in the report, with the reason: it could not be
reached, it left the play, the module could not run, or the play has not come to it.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping, Sequence

from .cells import ERROR, NOT_RUN, Cell, Dialogue, Missing, Report
from .reading import mapping, sequence, text
from .receipts import Receipts
from .titles import Server, numbered

# A server, as a file name and as a title, comes again where it is asked twice.
AGAIN_TITLE = " #{}"
AGAIN_FILE = "--{}"

# The one server, and its file, where no host's plan is known: each host keeps its reason.
_ANY = {"any server": "any-server.txt"}


class Host(t.NamedTuple):
    """What is known of one host of the play.

    `registered` is what it has registered from the module, if it came to that, `planned` the
    targets that it was meant to probe. `left` is whether it is out of the play, `receipts` what
    became of its messages.
    """

    name: str
    registered: Mapping[str, t.Any] | None
    planned: Sequence[t.Any]
    left: bool
    receipts: Receipts = Receipts()


def report_of(hosts: Sequence[Host], created: str, made_by: str) -> Report:
    """Give the report. A host whose plan is not known gets a cell for each server of the others."""
    cells: dict[str, list[Cell]] = {host.name: list(_cells(host)) for host in hosts}
    file_of = {cell.server: cell.file for found in cells.values() for cell in found} or _ANY
    for host in hosts:
        if not cells[host.name]:
            cells[host.name] = list(_cells_of_others(host, file_of))
    return Report(
        created,
        made_by,
        tuple(cells),
        tuple(dict.fromkeys(cell.server for found in cells.values() for cell in found)),
        [cell for found in cells.values() for cell in found],
    )


def _cells(host: Host) -> Iterator[Cell]:
    """Give the cells of a host: of what it has registered, and of what else was planned.

    A loop over targets ends early when its host cannot be reached any more.
    """
    titles: dict[str, int] = {}
    files: dict[str, int] = {}
    done = list(_targets(_results(host.registered)))
    for item, its_results in [*done, *((item, []) for item in host.planned[len(done) :])]:
        server = Server.of(item, its_results[0] if its_results else {})
        title = numbered(server.title, titles, AGAIN_TITLE)
        dialogues = tuple(_dialogues(its_results, files, host.receipts))
        if dialogues:
            yield Cell(host.name, title, dialogues, None, dialogues[0].file)
        else:
            file = numbered(server.stem, files, AGAIN_FILE) + ".txt"
            yield Cell(host.name, title, (), _missing(host), file)


def _cells_of_others(host: Host, file_of: Mapping[str, str]) -> Iterator[Cell]:
    """Give a host whose plan is not known a cell for each server, with a file of its own."""
    missing = _missing(host)
    files: dict[str, int] = {}
    for server, file in file_of.items():
        own = numbered(file.removesuffix(".txt"), files, AGAIN_FILE) + ".txt"
        yield Cell(host.name, server, (), missing, own)


def _results(registered: Mapping[str, t.Any] | None) -> list[Mapping[str, t.Any]]:
    """Give the results of dialogues: of many targets, of a loop, or of one dialogue alone."""
    if registered is None:
        return []
    many = [mapping(result) for result in sequence(registered.get("results"))]
    return many or ([registered] if "passed" in registered else [])


def _targets(
    results: Sequence[Mapping[str, t.Any]],
) -> Iterator[tuple[t.Any, list[Mapping[str, t.Any]]]]:
    """Put together the results of what the user sees as one server, and give how it was named.

    With `mx` and `every_address` one target became several dialogues, and the item of each says
    which host or address it was with.
    """
    together: list[Mapping[str, t.Any]] = []
    named: t.Any = None
    for result in results:
        item = _as_given(result.get("item"))
        several = item != result.get("item")
        if together and not (several and item == named):
            yield named, together
            together = []
        named = item
        together.append(result)
    if together:
        yield named, together


def _as_given(item: t.Any) -> t.Any:
    """Give a target as the user gave it: without what it became."""
    if not isinstance(item, Mapping):
        return item
    added = {"address"} | ({"host"} if "mx" in item else set())
    return {key: value for key, value in item.items() if key not in added}


def _dialogues(
    results: Sequence[Mapping[str, t.Any]], files: dict[str, int], receipts: Receipts
) -> Iterator[Dialogue]:
    for result in results:
        server = Server.of(result.get("item"), result)
        file = numbered(server.stem, files, AGAIN_FILE) + ".txt"
        yield Dialogue(server.title, file, result, receipts.of(result))


def _missing(host: Host) -> Missing:
    """Say why a host has no result."""
    registered = host.registered
    if registered is None or registered.get("skipped") is True:
        if host.left:
            why = (
                "the host left the play before the probe: unreachable, or a task before has failed"
            )
            return Missing(ERROR, "no result", why)
        return Missing(NOT_RUN, "not run", "the play has not come to this host")
    said = text(registered.get("msg"))
    if _results(registered):
        return Missing(ERROR, "no result", "the host has results of other servers, and not of this")
    if registered.get("unreachable") is True:
        return Missing(
            ERROR, "unreachable", f"Ansible cannot reach the host: {said or 'no reason'}"
        )
    why = said or "the module ended without saying why"
    last = _last_line(registered.get("module_stderr"))
    return Missing(ERROR, "no result", f"{why} {last}" if last else why)


def _last_line(value: t.Any) -> str | None:
    """Give the last line of a text: of a traceback it says most."""
    lines = value.strip().splitlines() if isinstance(value, str) else []
    return text(lines[-1]) if lines else None

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A text file for each dialogue, for the next level of support: who, where, when, and each line.

The path is `HOST/SERVER-PORT.txt`, or `HOST/SERVER-PORT-LABEL.txt`. No I/O.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator

from ..model.naming import transcript_path
from ..model.verdict import PASSED, VERDICT_WORDS
from ..untrusted import integer, number, text
from . import overview
from .prose import without_backticks

if t.TYPE_CHECKING:
    from ..model.cells import Cell
    from ..model.dialogues import Dialogue
    from ..report import Report

_NO_DIALOGUE = "(no dialogue)"
_NOT_KEPT = "(not kept, because the dialogue passed; with smtp_check_transcripts: all it is)"


def render(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the path of each file, relative to the folder of all transcripts, and its content."""
    for cell in report.cells:
        for dialogue in cell.dialogues:
            yield transcript_path(cell.host, dialogue.file), _file(report, cell, dialogue)
        if not cell.dialogues:
            yield transcript_path(cell.host, cell.file), _file(report, cell, None)


def _file(report: Report, cell: Cell, dialogue: Dialogue | None) -> str:
    again = _asked_again(report, cell, dialogue)
    return "\n".join([*_head(report, cell, dialogue), "", *_lines(dialogue), *again, ""])


def _asked_again(report: Report, cell: Cell, dialogue: Dialogue | None) -> Iterator[str]:
    """Yield what hosts have found out about a cell, after its first failed dialogue."""
    if dialogue is None or dialogue is not next(iter(cell.broken), None):
        return
    for one in report.diagnoses.get(cell.key, ()):
        title = "From the log on" if one.of_log else "Asked again from"
        yield f"\n{title} {one.host}: {overview.finding(one)}"
        for fact in one.evidence:
            yield f"- {fact.fact}: {fact.value}{f'; {fact.says}' if fact.says else ''}"
        for reason in one.unasked:
            yield f"- not asked: {reason}"
        if one.transcript:
            yield ""
            yield from one.transcript


def _lines(dialogue: Dialogue | None) -> list[str]:
    """Return the transcript, or why there is none."""
    if dialogue is None:
        return [_NO_DIALOGUE]
    return list(dialogue.transcript) or ([_NOT_KEPT] if dialogue.verdict == PASSED else [])


def _head(report: Report, cell: Cell, dialogue: Dialogue | None) -> Iterator[str]:
    server = dialogue.part("server") if dialogue else {}
    client = dialogue.part("client") if dialogue else {}
    result = dialogue.result if dialogue else {}
    verdict = dialogue.verdict if dialogue else cell.verdict
    failure = dialogue.failure if dialogue else None
    reason = dialogue.reason if dialogue else "; ".join(cell.reasons)
    seconds = dialogue.seconds.get("total") if dialogue else None
    took = f", took {seconds:.3f} s" if seconds is not None else ""
    started = text(result.get("started"))
    yield _row("Probing host", cell.host)
    yield _row("  HELO name", text(client.get("helo")))
    yield _row("  address", _address(client))
    yield _row("Server", dialogue.title if dialogue else cell.server)
    yield _row("  address", _address(server))
    yield _row("  calls itself", text(server.get("name")))
    yield _row("Time", f"{started} by the clock of the host{took}" if started else None)
    yield _row("Attempts", str(number(result.get("attempts")) or "-"))
    yield _row("Made with", f"{report.made_by}, {report.created}")
    word = VERDICT_WORDS[verdict]
    yield _row("Verdict", word if verdict == PASSED else f"{word}: {reason}")
    if dialogue is not None and dialogue.receipt is not None and dialogue.receipt.found:
        yield _row("Receipt", dialogue.receipt.sentence)
    yield from _numbered("Check next", failure.advice if failure else ())


def _address(end: t.Mapping[str, t.Any]) -> str | None:
    address, port = text(end.get("address")), integer(end.get("port"))
    return f"{address} port {port}" if address and port else address


def _numbered(title: str, rows: Iterable[str]) -> Iterator[str]:
    for number_, row in enumerate(rows, 1):
        yield _row(title if number_ == 1 else "", f"{number_}. {without_backticks(row)}")


def _row(title: str, value: str | None) -> str:
    return f"{title + ':' if title else '':17}{value or '-'}"

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A table for spreadsheets: a row for each dialogue, and for each cell without one. No I/O.

The format is that of RFC 4180, in UTF-8. A text that a spreadsheet would take for a formula gets an
apostrophe before it, as OWASP advises. A program that reads the texts has to remove it.
"""

from __future__ import annotations

import csv
import functools
import re
import typing as t
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..model.naming import transcript_path
from ..untrusted import mapping, number, text
from .overview import cause_finding, cause_label
from .prose import without_backticks

if t.TYPE_CHECKING:
    from ..model.cells import Cell
    from ..model.dialogues import Dialogue
    from ..report import Report

# A formula begins with one of these characters, after spaces and quotes too, and also in the full
# width of East Asian keyboards. A spreadsheet may split cells at semicolons, so it may follow one.
_FORMULA = re.compile(r"""(^|;)(?=[\s"']*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])""")

COLUMNS = (
    "host",
    "server",
    "verdict",
    "short",
    "stage",
    "kind",
    "code",
    "enhanced_code",
    "text",
    "reason",
    "advice",
    "dialogue",
    "address",
    "server_name",
    "mx_preference",
    "tls_version",
    "tls_verified",
    "certificate_subject",
    "certificate_issuer",
    "certificate_not_after",
    "certificate_days_left",
    "seconds_total",
    "attempts",
    "started",
    "mailbox",
    "delivery_seconds",
    "transcript",
    "cause",
    "found",
)

# Limit on the characters of a text that is kept with its escapes.
_MAX_KEPT = 200

Value = str | int | float | None


def render(report: Report) -> Iterator[str]:
    """Yield the rows, the first of which names the columns."""
    yield from lines_of(COLUMNS, _all_rows(report))


def lines_of(columns: Sequence[str], rows: Iterable[Mapping[str, Value]]) -> Iterator[str]:
    """Yield the lines of a table, the first of which names the columns."""
    writer = csv.writer(_Echo())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([_escape_formula(row.get(column)) for column in columns])


def _all_rows(report: Report) -> Iterator[Mapping[str, Value]]:
    for cell in report.cells:
        cause: Mapping[str, Value] = {}
        if cell.key in report.cause_numbers:
            cause = {"cause": cause_label(report, cell), "found": cause_finding(report, cell)}
        yield from _rows(cell, cause)


class _Echo:
    """A file that returns what is written to it, as csv.writer then does, too."""

    def write(self, piece: str) -> str:
        return piece


def _rows(cell: Cell, cause: Mapping[str, Value]) -> Iterator[dict[str, Value]]:
    for dialogue in cell.dialogues:
        row = {"host": cell.host, "server": cell.server, **_row(cell, dialogue)}
        yield row if dialogue.passed else {**row, **cause}
    if not cell.dialogues:
        yield {
            "host": cell.host,
            "server": cell.server,
            "verdict": cell.verdict,
            "short": cell.short,
            "reason": "; ".join(cell.reasons),
            "transcript": transcript_path(cell.host, cell.file),
            **cause,
        }


def _row(cell: Cell, dialogue: Dialogue) -> dict[str, Value]:
    server = dialogue.part("server")
    row: dict[str, Value] = {
        "verdict": dialogue.verdict,
        "short": dialogue.short,
        "dialogue": dialogue.title,
        "address": text(server.get("address")),
        "server_name": text(server.get("name")),
        "mx_preference": number(server.get("mx_preference")),
        "seconds_total": dialogue.total_seconds,
        "attempts": number(dialogue.result.get("attempts")),
        "started": text(dialogue.result.get("started")),
        "transcript": transcript_path(cell.host, dialogue.file),
        **_tls(dialogue),
        **_receipt(dialogue),
    }
    return row if dialogue.passed else {**row, **_failure(dialogue)}


def _failure(dialogue: Dialogue) -> dict[str, Value]:
    failure = dialogue.failure
    if failure is None:
        return {"reason": dialogue.reason}
    return {
        "stage": failure.stage,
        "kind": failure.kind,
        "code": failure.code,
        "enhanced_code": failure.enhanced_code,
        "text": failure.text,
        "reason": dialogue.reason,
        "advice": " / ".join(map(without_backticks, failure.advice)),
    }


def _receipt(dialogue: Dialogue) -> dict[str, Value]:
    receipt = dialogue.receipt
    return {"mailbox": receipt.mailbox, "delivery_seconds": receipt.seconds} if receipt else {}


def _tls(dialogue: Dialogue) -> dict[str, Value]:
    tls = mapping(dialogue.result.get("tls"))
    certificate = dialogue.certificate
    row: dict[str, Value] = {"tls_version": text(tls.get("version"))}
    if isinstance(tls.get("verified"), bool):
        row["tls_verified"] = "true" if tls["verified"] else "false"
    if certificate is not None:
        row["certificate_subject"] = certificate.subject
        row["certificate_issuer"] = certificate.issuer
        row["certificate_not_after"] = certificate.not_after
        row["certificate_days_left"] = certificate.days_left
    return row


def _escape_formula(value: Value) -> Value:
    """Return a value that no spreadsheet takes for a formula."""
    if not isinstance(value, str):
        return value
    return _escaped(value) if len(value) <= _MAX_KEPT else _FORMULA.sub(r"\1'", value)


@functools.lru_cache(maxsize=10_000)  # most texts are those of other rows, too
def _escaped(value: str) -> str:
    return _FORMULA.sub(r"\1'", value)

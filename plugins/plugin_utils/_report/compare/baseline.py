# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the json report of an earlier run, and keep of each cell what is compared. No I/O.

A summary is so small that fifty thousand of them fit in memory. A document is read line by line if
each cell is on a line of its own, as the json renderer writes it. A document that another program
has formatted anew is read as a whole.
"""

from __future__ import annotations

import json
import re
import sys
import typing as t
from collections.abc import Iterable, Iterator, Mapping

from ..document.cells import CELL_BEGINS
from ..document.read import format_problem, name_and_place, ranges_of
from ..model.cells import CellKey
from ..model.verdict import PASSED
from ..untrusted import json_value, mapping, one_line, sequence, text
from .causes import CauseKey, causes_by_key, names_of_servers

# What differs in every greeting: a date as in RFC 5322, and an id of the session.
_DATE = re.compile(
    r"(?:\w{3}, )?\d{1,2} \w{3} \d{4} \d{2}:\d{2}(?::\d{2})?(?: [+-]\d{4})?(?: \(?[A-Z]+\)?)?"
)
_SESSION_ID = re.compile(r"(?<=\s)(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9_=.-]{14,}(?!\S)")

# Limit on the characters of a greeting that are compared.
_MAX_BANNER = 4_000

Document = Mapping[str, t.Any]
Range = tuple[float, float]


class BadBaseline(Exception):
    """A document is not a json report that can be compared. The text says why."""


class DialogueSummary(t.NamedTuple):
    """What a server said in one dialogue, and the shortest and longest time of each stage."""

    title: str
    codes: str
    tls: str
    certificate: str
    banner: str
    capabilities: tuple[str, ...]
    ranges: Mapping[str, Range]

    @classmethod
    def of(cls, dialogue: Document) -> DialogueSummary:
        """Return the summary of a dialogue of a document, which may be anything."""
        return cls(
            _interned(one_line(dialogue.get("title"))),
            _interned(_codes(dialogue)),
            _interned(_tls(dialogue)),
            _interned(_certificate(dialogue)),
            _interned(_banner(dialogue)),
            tuple(map(_interned, _capabilities(dialogue))),
            dict(ranges_of(dialogue)),
        )


class CellSummary(t.NamedTuple):
    """What is compared of a cell. `outcome` says in a line what became of it.

    `name` is the name that the user gave the server, or empty. `place` is its address.
    """

    verdict: str
    short: str
    outcome: str
    dialogues: tuple[DialogueSummary, ...]
    name: str
    place: str

    @classmethod
    def of(cls, cell: Document) -> CellSummary:
        """Return the summary of a cell of a document, which may be anything."""
        return cls(
            _interned(one_line(cell.get("verdict"))),
            _interned(one_line(cell.get("short"))),
            _interned(_outcome(cell)),
            tuple(DialogueSummary.of(one) for one in map(mapping, sequence(cell.get("dialogues")))),
            *map(_interned, _identity(cell)),
        )


class Baseline(t.NamedTuple):
    """An earlier report: when it was made, and summaries of its cells.

    `causes` has the sentence of each cause, and is None if the report was made by a version that
    knew no causes.
    """

    since: str
    cells: Mapping[CellKey, CellSummary]
    causes: Mapping[CauseKey, str] | None = None


def read_baseline(lines: Iterable[str]) -> Baseline:
    """Read an earlier report.

    Raise BadBaseline if the document is not a report, and ValueError if it is not JSON.
    """
    cells: dict[CellKey, CellSummary] = {}
    rest = []
    for line in lines:
        if line.startswith(CELL_BEGINS):
            cells.update(_cells([_loaded(line.rstrip().rstrip(","))]))
        else:
            rest.append(line)
    document = mapping(_loaded("".join(rest)))
    problem = format_problem(document)
    if problem is not None:
        raise BadBaseline(problem)
    cells.update(_cells(document["cells"]))
    return Baseline(text(document.get("created")) or "?", cells, _causes(document, cells))


def _causes(
    document: Document, cells: Mapping[CellKey, CellSummary]
) -> Mapping[CauseKey, str] | None:
    causes = document.get("causes")
    if not isinstance(causes, list):
        return None
    names = names_of_servers((server, cell.name) for (_host, server), cell in cells.items())
    return causes_by_key(document, causes, names)


def _cells(documents: Iterable[t.Any]) -> Iterator[tuple[CellKey, CellSummary]]:
    for cell in map(mapping, documents):
        key = (_interned(one_line(cell.get("host"))), _interned(one_line(cell.get("server"))))
        yield key, CellSummary.of(cell)


def _loaded(written: str) -> t.Any:
    """Read JSON. Raise BadBaseline if it is nested deeper than any report."""
    try:
        return json.loads(written)
    except RecursionError as error:
        raise BadBaseline("it is nested too deep for a report") from error


def _interned(value: str) -> str:
    """Return a text that many cells share, so that it is kept in memory once."""
    return sys.intern(value)


def _identity(cell: Document) -> tuple[str, str]:
    """Return the name of the server of a cell, and its place."""
    if "place" in cell:
        return text(cell.get("name")) or "", one_line(cell["place"])
    return name_and_place(one_line(cell.get("server")))


def _outcome(cell: Document) -> str:
    if cell.get("verdict") == PASSED:
        return "ok"
    reasons = [text(reason) or "" for reason in sequence(cell.get("reasons"))]
    return "; ".join(filter(None, reasons)) or one_line(cell.get("short"))


def _codes(dialogue: Document) -> str:
    """Return the reply codes of a dialogue, each after its stage."""
    codes = []
    for reply in map(mapping, sequence(dialogue.get("replies"))):
        words = (reply.get("stage"), reply.get("code"), reply.get("enhanced_code"))
        codes.append(" ".join(one_line(word) for word in words if word))
    return ", ".join(codes)


def _tls(dialogue: Document) -> str:
    tls = mapping(dialogue.get("tls"))
    if not tls:
        return "none"
    verified = "verified" if tls.get("verified") is True else "not verified"
    words = (tls.get("version"), tls.get("cipher"), verified, tls.get("verify_error"))
    return ", ".join(one_line(word) for word in words if word)


def _certificate(dialogue: Document) -> str:
    found = mapping(mapping(dialogue.get("tls")).get("certificate"))
    if not found:
        return "none"
    subject, until = one_line(found.get("subject")), one_line(found.get("not_after"))
    return f"{subject} until {until}, SHA-256 {one_line(found.get('sha256'))[:16]}"


def _banner(dialogue: Document) -> str:
    """Return the greeting without what differs in every dialogue."""
    for reply in map(mapping, sequence(dialogue.get("replies"))):
        if reply.get("stage") == "greeting":
            line = " ".join(one_line(one) for one in sequence(reply.get("lines")))[:_MAX_BANNER]
            return _SESSION_ID.sub("...", _DATE.sub("...", line))
    return "none"


def _capabilities(dialogue: Document) -> list[str]:
    """Return each capability with its parameters. Each mechanism of AUTH is a capability."""
    found = mapping(json_value(dialogue.get("capabilities")))
    capabilities = []
    for keyword, parameters in sorted(found.items()):
        values = [one_line(parameter) for parameter in sequence(parameters)]
        if keyword == "AUTH":
            capabilities += [f"AUTH {value}" for value in sorted(values)]
        else:
            capabilities.append(" ".join([keyword, *values]))
    return capabilities

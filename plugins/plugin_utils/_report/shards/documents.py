# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a cell of a json report as the cell that it was. No I/O.

A shard is as untrusted as the result of a host: each value is read as its type, and what a cell
says of itself is made again of its dialogues.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import typing as t
from collections.abc import Iterator, Mapping, Sequence

from ..document.cells import MAX_SENTENCE
from ..document.read import name_and_place, ranges_of
from ..document.schema import PARTS, RECEIPT
from ..model import receipts
from ..model.cells import WITHOUT_RESULT, Missing
from ..model.naming import Server
from ..model.receipts import Receipt
from ..model.verdict import ERROR, NOT_RUN
from ..untrusted import mapping, number, one_line, sequence, text

Document = Mapping[str, t.Any]

# Limits in characters, and on the dialogues of a cell, as for the results of hosts.
MAX_NAME = 1_000
MAX_TITLE = 2_100
_MAX_REASON = 5_100
_MAX_DIALOGUES = 10_000

_FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,245}\.txt", re.ASCII)


class Identity(t.NamedTuple):
    """A server in the matrix: its title, the name that the user gave it, and its place."""

    server: str
    label: str
    place: str


class ReadDialogue(t.NamedTuple):
    """A dialogue: what the host returned, and the shortest and longest time of each stage."""

    title: str
    file: str
    result: dict[str, t.Any]
    receipt: Receipt | None
    ranges: dict[str, tuple[float, float]]


class ReadCell(t.NamedTuple):
    """A cell: its dialogues, or why it has none."""

    host: str
    identity: Identity
    dialogues: list[ReadDialogue]
    missing: Missing | None
    file: str


def read_cell(document: t.Any) -> ReadCell:
    """Read a cell, which may be anything."""
    cell = mapping(document)
    identity = _identity_of(cell)
    given = list(map(mapping, itertools.islice(sequence(cell.get("dialogues")), _MAX_DIALOGUES)))
    sentences = _sentences(cell, given)
    dialogues = [
        read_dialogue(one, identity, sentence)
        for one, sentence in zip(given, sentences, strict=True)
    ]
    return ReadCell(
        name_of(cell.get("host")) or "no host",
        identity,
        dialogues,
        None if dialogues else _missing(cell),
        dialogues[0].file if dialogues else file_of(cell.get("transcript"), identity),
    )


def read_dialogue(document: Document, identity: Identity, sentence: str | None) -> ReadDialogue:
    """Read a dialogue. `sentence` says why it did not pass, if the dialogue itself does not."""
    result: dict[str, t.Any] = {name: read(document.get(name)) for name, read in PARTS.items()}
    receipt = _receipt(document.get("receipt"), result["failure"])
    passed = document.get("passed") is True
    if receipt is not None and mapping(result["failure"]).get("stage") == receipts.STAGE:
        # The dialogue passed, and its message did not arrive.
        result["failure"], passed = None, True
    result["passed"] = passed
    result["msg"] = text(document.get("sentence"), MAX_SENTENCE) or sentence
    result["transcript"] = list(filter(None, map(text, sequence(document.get("lines")))))
    result["seconds"] = {
        one_line(stage): value for stage, value in mapping(document.get("seconds")).items()
    }
    return ReadDialogue(
        text(document.get("title"), MAX_TITLE) or identity.server,
        file_of(document.get("transcript"), identity),
        result,
        receipt,
        dict(ranges_of(document)),
    )


def name_of(value: t.Any) -> str | None:
    """Return the name of a host."""
    return text(value, MAX_NAME)


def file_of(value: t.Any, identity: Identity) -> str:
    """Return the name of a transcript. A name that is none is made of that of the server.

    It becomes the name of a file, so it must never lead out of its folder.
    """
    if isinstance(value, str) and _FILE.fullmatch(value):
        return str.__str__(value)
    return Server(identity.place, "", "", identity.label).stem[:240] + ".txt"


def unlike_file(file: str, server: str) -> str:
    """Return another name for a file whose name another server of the host has, too."""
    digest = hashlib.sha256(server.encode("utf-8", "backslashreplace")).hexdigest()
    return f"{file.removesuffix('.txt')[:230]}--{digest[:8]}.txt"


def _identity_of(cell: Document) -> Identity:
    """Return the server of a cell."""
    server = text(cell.get("server"), MAX_TITLE) or "no host"
    if "place" in cell:
        return Identity(
            server, text(cell.get("name"), MAX_NAME) or "", text(cell["place"], MAX_NAME) or server
        )
    return Identity(server, *name_and_place(server))


def _missing(cell: Document) -> Missing:
    """Return why a cell has no dialogue. A cell without one has not passed, whatever it says."""
    reasons = [text(one, _MAX_REASON) for one in itertools.islice(sequence(cell.get("reasons")), 1)]
    reason = next(filter(None, reasons), "the report does not say why")
    short = cell.get("short")
    return Missing(
        NOT_RUN if cell.get("verdict") == NOT_RUN else ERROR,
        next((one for one in WITHOUT_RESULT if one == short), "no result"),
        reason,
    )


def _sentences(cell: Document, dialogues: Sequence[Document]) -> Iterator[str | None]:
    """Yield the reason of each dialogue, where earlier versions have it: in the cell alone."""
    reasons = iter(sequence(cell.get("reasons")))
    for one in dialogues:
        if one.get("passed") is True:
            yield None
            continue
        reason = text(next(reasons, None), MAX_SENTENCE) or ""
        if len(dialogues) > 1:
            reason = reason.removeprefix(f"{one.get('title')}: ")
        kind = mapping(one.get("failure")).get("kind")
        yield reason.removesuffix(f" ({kind})") or None


def _receipt(document: t.Any, failure: t.Any) -> Receipt | None:
    found = RECEIPT(document)
    if found is None:
        return None
    if found.get("found") is True:
        return Receipt(
            None,
            mailbox=text(found.get("mailbox")),
            junk=found.get("junk") is True,
            seconds=number(found.get("seconds")),
            result=found,
        )
    reason = mapping(failure)
    return Receipt(
        receipts.MISSING if found else receipts.UNCONFIRMED,
        text(reason.get("text"), MAX_SENTENCE) or "",
        tuple(filter(None, map(text, sequence(reason.get("advice"))))),
        result=found,
    )

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cell as the page shows it: what was said, the facts, the advice, the transcript. No I/O."""

from __future__ import annotations

import typing as t
from collections.abc import Collection, Iterator, Sequence
from urllib.parse import quote

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import quantity
from markupsafe import Markup, escape

from ..model.naming import folder_name, transcript_path
from ..untrusted import integer, number, text
from . import overview
from .prose import spans

if t.TYPE_CHECKING:
    from ..model.cells import Cell, CellKey
    from ..model.dialogues import Dialogue

# Limits on one cell.
_MAX_ADVICE = 6
_MAX_DIALOGUES = 20
_MAX_SERVERS = 100

_MAX_SHORT = 40

_TRANSCRIPTS = "transcripts"

# Bytes of markup around a text, estimated.
_MARKUP_BYTES = 80


class DialogueView(t.NamedTuple):
    """A dialogue as the page shows it. `transcript` is None if there was no room for it."""

    title: str
    passed: bool
    reason: str
    facts: Sequence[tuple[str, str]]
    advice: Sequence[Markup]
    transcript: Markup | None
    file: str


class CellView(t.NamedTuple):
    """A cell as the page shows it, or all cells of a host that asked no server."""

    anchor: str
    host: str
    servers: Sequence[str]
    size: int
    verdict: str
    css_class: str
    short: str
    reason: str
    worse: bool
    dialogues: Sequence[DialogueView]
    left_out: int

    @property
    def title(self) -> str:
        """The server, or the number of servers."""
        return self.servers[0] if self.size == 1 else quantity(self.size, "server")

    @property
    def has_transcript(self) -> bool:
        """Whether the page has the transcript of a dialogue."""
        return any(dialogue.transcript for dialogue in self.dialogues)

    @property
    def texts(self) -> Iterator[str]:
        """All texts but the transcripts."""
        yield self.host
        yield from self.servers
        yield self.reason
        for dialogue in self.dialogues:
            yield dialogue.title
            yield dialogue.reason
            yield from dialogue.advice
            for _title, fact in dialogue.facts:
                yield fact


class ByteBudget:
    """The bytes that are left for texts and for the markup around each."""

    def __init__(self, size: int) -> None:
        self._left = size

    def take(self, *texts: str) -> bool:
        """Return whether the escaped texts fit, and take their bytes if they do."""
        size = sum(len(escape(one).encode("utf-8")) + _MARKUP_BYTES for one in texts)
        if size > self._left:
            return False
        self._left -= size
        return True


class CellViews:
    """Makes views of cells, with their transcripts as long as those fit."""

    def __init__(self, transcript_bytes: int, worse: Collection[CellKey]) -> None:
        self._budget = ByteBudget(transcript_bytes)
        self._worse = worse

    def view(self, cells: Sequence[Cell], anchor: str, known: Collection[str] = ()) -> CellView:
        """Return the view of a cell, or of a host that asked no server.

        `known` is advice that the page has already given.
        """
        cell = cells[0]
        # Dialogues that did not pass come first, since there may not be room for all.
        dialogues = sorted(cell.dialogues, key=lambda dialogue: dialogue.passed)
        shown = dialogues[:_MAX_DIALOGUES]
        return CellView(
            anchor,
            overview.short_name(cell.host),
            [overview.short_name(one.server) for one in cells[:_MAX_SERVERS]],
            len(cells),
            cell.verdict,
            css_class(cell),
            short_text(cell),
            overview.shorten(cell.missing.reason) if cell.missing else "",
            any(one.key in self._worse for one in cells),
            [self._dialogue(cell, dialogue, known) for dialogue in shown],
            len(dialogues) - len(shown),
        )

    def _dialogue(self, cell: Cell, dialogue: Dialogue, known: Collection[str]) -> DialogueView:
        lines = escape("\n".join(dialogue.transcript))
        failure = dialogue.failure
        advice = [one for one in failure.advice if one not in known] if failure else []
        return DialogueView(
            overview.short_name(dialogue.title),
            dialogue.passed,
            "" if dialogue.passed else overview.shorten(dialogue.reason),
            list(_facts_of(dialogue)),
            list(map(advice_html, advice[:_MAX_ADVICE])),
            lines if self._budget.take(lines) else None,
            transcript_link(cell.host, dialogue.file),
        )


def css_class(cell: Cell) -> str:
    """Return the classes of a cell: its verdict, and `unasked` if its host could not ask."""
    return f"{cell.verdict} unasked" if cell.unasked else cell.verdict


def short_text(cell: Cell) -> str:
    """Return the outcome of a cell in a word or two."""
    return overview.shorten(cell.short, _MAX_SHORT)


def advice_html(advice: str) -> Markup:
    """Return advice as HTML, with the parts in backticks as code."""
    code = Markup("<code>{}</code>")
    pieces = (
        code.format(span.text) if span.code else escape(span.text)
        for span in spans(overview.shorten(advice))
    )
    return Markup().join(pieces)


def transcript_link(host: str, file: str) -> str:
    """Return the address of a transcript, relative to the page."""
    return _link(transcript_path(host, file))


def folder_link(host: str) -> str:
    """Return the address of the transcripts of a host."""
    return _link(f"{folder_name(host)}/")


def _link(path: str) -> str:
    return quote(f"{_TRANSCRIPTS}/{path}")


def _facts_of(dialogue: Dialogue) -> Iterator[tuple[str, str]]:
    """Yield facts about a dialogue, each with a title."""
    failure = dialogue.failure
    if failure is not None and not dialogue.passed:
        yield from overview.failure_facts(failure, dialogue.reason)
    server = dialogue.part("server")
    address, port = text(server.get("address")), integer(server.get("port"))
    if address:
        yield "Address", f"{address} port {port}" if port else address
    started = text(dialogue.result.get("started"))
    if started:
        yield "Started", overview.shorten(overview.display_time(started))
    total = dialogue.seconds.get("total")
    if total is not None:
        yield "Took", f"{total:.3f} s"
    attempts = number(dialogue.result.get("attempts"))
    if attempts is not None and attempts > 1:
        yield "Attempts", str(attempts)

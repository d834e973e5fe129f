# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One self-contained page: the matrix, the failures, the changes, the transcripts.

The template beside this file is the page. This file decides what it shows, and how much. Jinja2
escapes every text. If that should ever fail, the policy of the page allows a browser to run the
script of the page only, and to load nothing.
"""

from __future__ import annotations

import base64
import hashlib
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ..model.naming import folder_name, transcript_path
from ..model.verdict import NOT_RUN, PASSED, VERDICT_WORDS, VERDICTS, Verdict
from ..untrusted import integer, number, text
from . import overview
from .prose import spans

if t.TYPE_CHECKING:
    from ..model.cells import Cell, CellKey
    from ..model.dialogues import Dialogue
    from ..report import Report

_HERE = Path(__file__).resolve().parent

# Limits on a page, so that a browser can open it: bytes of transcripts, bytes of texts about
# failures, changes, and names in a list.
TRANSCRIPT_BYTES = 8_000_000
TEXT_BYTES = 2_500_000
MAX_CHANGES = 300
MAX_NAMES = 2_000

# Limits on one failure.
_MAX_ADVICE = 6
_MAX_DIALOGUES = 20
_MAX_SERVERS = 100

_TRANSCRIPTS = "transcripts"

# Limit on the characters of a server at the head of a column.
_MAX_SERVER = 80

# Bytes of markup around a text, estimated.
_MARKUP_BYTES = 80

# Pieces of the template that are joined before they are yielded.
_BUFFERED_PIECES = 200


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
        return self.servers[0] if self.size == 1 else overview.quantity(self.size, "server")


class TableCell(t.NamedTuple):
    """A cell as the table shows it. `href` is empty if there is nothing more to see."""

    verdict: str
    css_class: str
    short: str
    href: str


class TableRow(t.NamedTuple):
    """The row of a host. `href` leads to all its transcripts if its cells have no links."""

    host: str
    href: str
    broken: bool
    cells: Sequence[TableCell | None]


class NameList(t.NamedTuple):
    """Hosts or servers that are not in the table, each with a link to its transcripts or none."""

    title: str
    names: Sequence[tuple[str, str]]
    left_out: int


def render(
    report: Report, transcript_bytes: int = TRANSCRIPT_BYTES, text_bytes: int = TEXT_BYTES
) -> Iterator[str]:
    """Yield the page in parts."""
    environment = Environment(
        loader=FileSystemLoader(_HERE, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _read_beside("report.css"), _read_beside("report.js")
    stream = environment.get_template("report.html.j2").stream(
        page=_Page(report, transcript_bytes, text_bytes),
        style=style,
        script=script,
        policy=_policy(style, script),
    )
    stream.enable_buffering(_BUFFERED_PIECES)
    yield from stream


def _read_beside(name: str) -> str:
    """Read a file beside this one."""
    return (_HERE / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Return the Content-Security-Policy: the style and the script of the page, nothing else."""
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


class _ByteBudget:
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


class _Page:
    """What the template shows. What fits is decided first, since the table links to it."""

    def __init__(self, report: Report, transcript_bytes: int, text_bytes: int) -> None:
        self.report = report
        self.table = overview.table(report)
        self.broken = len(report.broken)
        self.omitted = 0
        self._transcript_budget = _ByteBudget(transcript_bytes)
        self._changes = overview.change_groups(report.comparison) if report.comparison else []
        self._worse = report.comparison.worse if report.comparison else frozenset()
        self._anchors: dict[CellKey, str] = {}
        self.failures = self._failure_views(_ByteBudget(text_bytes))
        self.passed = self._passed_views()
        self._broken_by_server = overview.broken_by_server(report)

    @property
    def headline(self) -> str:
        """The result of the report in a sentence."""
        return overview.headline(self.report)

    @property
    def created(self) -> str:
        """When the report was made."""
        return overview.display_time(self.report.created)

    @property
    def scope(self) -> str:
        """The number of hosts and of servers."""
        hosts, servers = len(self.report.hosts), len(self.report.servers)
        return f"{overview.quantity(hosts, 'host')}, {overview.quantity(servers, 'server')}"

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """Each verdict with its word and the number of cells."""
        words = VERDICT_WORDS
        return [(one, words[one], self.report.counts[one]) for one in VERDICTS]

    @property
    def verdict_words(self) -> Mapping[Verdict, str]:
        """The word for each verdict."""
        return VERDICT_WORDS

    @property
    def since(self) -> str:
        """When the baseline was made, or empty."""
        comparison = self.report.comparison
        return overview.display_time(comparison.since) if comparison else ""

    @property
    def change_counts(self) -> str:
        """The number of changes of each sort as a text."""
        comparison = self.report.comparison
        return overview.change_counts(comparison) if comparison else ""

    @property
    def changes(self) -> list[tuple[str, str, str, str, str]]:
        """The changes: what, host, server, how it was, how it is."""
        return [
            (
                group[0].what,
                overview.hosts_label(one.host for one in group),
                overview.servers_label(one.server for one in group),
                overview.shorten(group[0].before),
                overview.shorten(group[0].after),
            )
            for group in self._changes[:MAX_CHANGES]
        ]

    @property
    def more_changes(self) -> int:
        """The number of changes that are left out."""
        return sum(map(len, self._changes[MAX_CHANGES:]))

    @property
    def columns(self) -> list[tuple[str, int]]:
        """Each server of the table, with the number of its broken cells."""
        return [
            (overview.shorten(server, _MAX_SERVER), self._broken_by_server.get(server, 0))
            for server in self.table.servers
        ]

    @property
    def rows(self) -> Iterator[TableRow]:
        """The rows of the table."""
        for host, cells in self.table.rows:
            row = [self._table_cell(cell) if cell is not None else None for cell in cells]
            broken = any(one and one.verdict not in (PASSED, NOT_RUN) for one in row)
            href = _folder(host) if self.table.folded else ""
            yield TableRow(overview.short_name(host), href, broken, row)

    @property
    def others(self) -> Iterator[NameList]:
        """The hosts and the servers that are not in the table."""
        table = self.table
        for title, names in (
            ("Something is broken on {}, which the table has no room for", table.more),
            ("Not run yet on {}", table.not_run),
            ("All is well on {}", table.well),
        ):
            if names:
                some = [(overview.short_name(one), _folder(one)) for one in names[:MAX_NAMES]]
                heading = title.format(overview.quantity(len(names), "host"))
                yield NameList(heading, some, len(names) - len(some))
        for title, names in (
            ("Something is broken with {}, which the table has no room for", table.more_servers),
            ("Nothing is broken with {}", table.well_servers),
        ):
            if names:
                some = [(overview.short_name(one), "") for one in names[:MAX_NAMES]]
                heading = title.format(overview.quantity(len(names), "server"))
                yield NameList(heading, some, len(names) - len(some))

    def _failure_views(self, budget: _ByteBudget) -> list[CellView]:
        """Return the failures that fit, and count the others."""
        found: list[CellView] = []
        groups = overview.broken_groups(self.report)
        for cells in groups:
            view = self._cell_view(cells, f"b{len(found) + 1}")
            if not budget.take(*_texts(view)):
                self.omitted = sum(map(len, groups[len(found) :]))
                break
            found.append(view)
            self._anchors.update((cell.key, view.anchor) for cell in cells)
        return found

    def _passed_views(self) -> list[CellView]:
        """Return the cells of the table that passed, as long as their transcripts fit."""
        found: list[CellView] = []
        for _host, cells in self.table.rows:
            for cell in cells:
                if cell is None or not cell.passed:
                    continue
                view = self._cell_view([cell], f"p{len(found) + 1}")
                if any(dialogue.transcript is None for dialogue in view.dialogues):
                    return found
                found.append(view)
                self._anchors[cell.key] = view.anchor
        return found

    def _cell_view(self, cells: Sequence[Cell], anchor: str) -> CellView:
        cell = cells[0]
        # Dialogues that did not pass come first, since there may not be room for all.
        dialogues = sorted(cell.dialogues, key=lambda dialogue: dialogue.passed)
        return CellView(
            anchor,
            overview.short_name(cell.host),
            [overview.short_name(one.server) for one in cells[:_MAX_SERVERS]],
            len(cells),
            cell.verdict,
            _css_class(cell),
            overview.shorten(cell.short, 40),
            overview.shorten(cell.missing.reason) if cell.missing else "",
            any(one.key in self._worse for one in cells),
            [self._dialogue_view(cell, dialogue) for dialogue in dialogues[:_MAX_DIALOGUES]],
            len(dialogues[_MAX_DIALOGUES:]),
        )

    def _dialogue_view(self, cell: Cell, dialogue: Dialogue) -> DialogueView:
        lines = escape("\n".join(dialogue.transcript))
        failure = dialogue.failure
        return DialogueView(
            overview.short_name(dialogue.title),
            dialogue.passed,
            "" if dialogue.passed else overview.shorten(dialogue.reason),
            list(_facts_of(dialogue)),
            list(map(_advice_html, failure.advice[:_MAX_ADVICE])) if failure else [],
            lines if self._transcript_budget.take(lines) else None,
            _link(transcript_path(cell.host, dialogue.file)),
        )

    def _table_cell(self, cell: Cell) -> TableCell:
        """Return a cell with a link to its part of the page, or else to its transcript.

        A folded table may have very many cells. There the host has the link to the transcripts.
        """
        anchor = self._anchors.get(cell.key)
        verdict = cell.verdict
        if anchor is not None:
            href = f"#{anchor}"
        elif verdict == NOT_RUN or self.table.folded:
            href = ""
        else:
            href = _link(transcript_path(cell.host, cell.file))
        return TableCell(verdict, _css_class(cell), overview.shorten(cell.short, 40), href)


def _css_class(cell: Cell) -> str:
    """Return the classes of a cell: its verdict, and `unasked` if its host could not ask."""
    return f"{cell.verdict} unasked" if cell.unasked else cell.verdict


def _advice_html(advice: str) -> Markup:
    """Return advice as HTML, with the parts in backticks as code."""
    code = Markup("<code>{}</code>")
    pieces = (
        code.format(span.text) if span.code else escape(span.text)
        for span in spans(overview.shorten(advice))
    )
    return Markup().join(pieces)


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


def _texts(view: CellView) -> Iterator[str]:
    """Yield all texts about a failure but its transcripts."""
    yield view.host
    yield from view.servers
    yield view.reason
    for dialogue in view.dialogues:
        yield dialogue.title
        yield dialogue.reason
        yield from dialogue.advice
        for _title, fact in dialogue.facts:
            yield fact


def _link(path: str) -> str:
    """Return the address of a transcript, relative to the page."""
    return quote(f"{_TRANSCRIPTS}/{path}")


def _folder(host: str) -> str:
    """Return the address of the transcripts of a host."""
    return _link(f"{folder_name(host)}/")

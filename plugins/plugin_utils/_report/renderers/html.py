# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One page that needs nothing else: the matrix, what is broken, what has changed, the transcripts.

The templates beside this file are the page; here is what they are given, and how much of it. All
text is escaped by Jinja2, and should that ever fail, the page's own policy lets a browser run the
script of the page and no other, and ask for nothing.
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

from ..model.naming import folder_of
from ..model.verdict import NOT_RUN, PASSED, VERDICT_WORDS, VERDICTS, Verdict
from ..untrusted import number, text, whole
from . import overview
from .prose import spans
from .transcripts import path_of

if t.TYPE_CHECKING:
    from ..model.cells import Cell
    from ..model.dialogues import Dialogue
    from ..report import Report

_HERE = Path(__file__).resolve().parent

# How much there is in a page, so that a browser opens it: bytes of transcripts, bytes of all that
# is told of failures, changes, and names in a list.
TRANSCRIPT_BYTES = 8_000_000
TOLD_BYTES = 2_500_000
MAX_CHANGES = 300
MAX_NAMES = 2_000

# Of one failure.
_MAX_ADVICE = 6
_MAX_DIALOGUES = 20
_MAX_SERVERS = 100

_FILES = "transcripts"

# Where the name of a server is cut at the head of a column.
_MAX_SERVER = 80

# So many bytes of markup are around a text.
_AROUND = 80

# So many pieces of the template's are put together before they are given.
_BUFFERED = 200

Key = tuple[str, str]


class Exchange(t.NamedTuple):
    """A dialogue as the page tells it; `transcript` is None where there was no room for it."""

    title: str
    passed: bool
    why: str
    facts: Sequence[tuple[str, str]]
    advice: Sequence[Markup]
    transcript: Markup | None
    file: str


class Told(t.NamedTuple):
    """A cell as the page tells it, or all cells of a host that has asked no server.

    `look` are the names of its style: its verdict, and `unasked` where the host could not ask.
    """

    anchor: str
    host: str
    servers: Sequence[str]
    size: int
    verdict: str
    look: str
    short: str
    why: str
    worse: bool
    exchanges: Sequence[Exchange]
    left_out: int

    @property
    def title(self) -> str:
        """Name the server, or say how many they are."""
        return self.servers[0] if self.size == 1 else overview.many(self.size, "server")


class Square(t.NamedTuple):
    """A cell as it stands in the table; `href` is empty where there is nothing more to see."""

    verdict: str
    look: str
    short: str
    href: str


class Row(t.NamedTuple):
    """A host's row of the table; `href` leads to all its transcripts where its cells have none."""

    host: str
    href: str
    broken: bool
    squares: Sequence[Square | None]


class Names(t.NamedTuple):
    """Names of hosts or servers that are not in the table. A host has a folder of transcripts."""

    title: str
    names: Sequence[tuple[str, str]]
    left_out: int


def render(
    report: Report, transcript_bytes: int = TRANSCRIPT_BYTES, told_bytes: int = TOLD_BYTES
) -> Iterator[str]:
    """Return the page in parts."""
    environment = Environment(
        loader=FileSystemLoader(_HERE, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _own("report.css"), _own("report.js")
    stream = environment.get_template("report.html.j2").stream(
        page=_Page(report, transcript_bytes, told_bytes),
        style=style,
        script=script,
        policy=_policy(style, script),
    )
    stream.enable_buffering(_BUFFERED)
    yield from stream


def _own(name: str) -> str:
    """Read what goes into the page as it is."""
    return (_HERE / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Return the Content-Security-Policy: nothing is let in but what is known by its hash."""
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


class _Room:
    """So many bytes, to be given away to texts and to the markup around each."""

    def __init__(self, size: int) -> None:
        self._left = size

    def take(self, *texts: str) -> bool:
        """Take what the texts need, as they are written, if there is as much."""
        size = sum(len(escape(one).encode("utf-8")) + _AROUND for one in texts)
        if size > self._left:
            return False
        self._left -= size
        return True


class _Page:
    """What the template shows: what there is room for is decided first, then all given in turn."""

    def __init__(self, report: Report, transcript_bytes: int, told_bytes: int) -> None:
        self.report = report
        self.table = overview.table(report)
        self.broken = len(report.broken)
        self.not_told = 0
        self._room = _Room(transcript_bytes)
        self._changes = overview.changes(report.comparison) if report.comparison else []
        self._worse = report.comparison.worse if report.comparison else frozenset()
        self._anchors: dict[Key, str] = {}
        self.told = self._told(_Room(told_bytes))
        self.passed = self._passed()
        self._broken_by_server = overview.broken_by_server(report)

    @property
    def headline(self) -> str:
        """How it is, in a sentence."""
        return overview.headline(self.report)

    @property
    def created(self) -> str:
        """When it was so."""
        return overview.when(self.report.created)

    @property
    def scope(self) -> str:
        """How many hosts and servers the report is about."""
        hosts, servers = len(self.report.hosts), len(self.report.servers)
        return f"{overview.many(hosts, 'host')}, {overview.many(servers, 'server')}"

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """Return each verdict, the word for it, and how many cells have it."""
        words = VERDICT_WORDS
        return [(one, words[one], self.report.counts[one]) for one in VERDICTS]

    @property
    def words(self) -> Mapping[Verdict, str]:
        """Return the word for each verdict."""
        return VERDICT_WORDS

    @property
    def since(self) -> str:
        """When the earlier run was that this one was held against."""
        comparison = self.report.comparison
        return overview.when(comparison.since) if comparison else ""

    @property
    def change_counts(self) -> str:
        """Count the changes of each sort."""
        comparison = self.report.comparison
        return overview.change_counts(comparison) if comparison else ""

    @property
    def changes(self) -> list[tuple[str, str, str, str, str]]:
        """Return the changes: what, host, server, how it was, how it is."""
        return [
            (
                group[0].what,
                overview.hosts(one.host for one in group),
                overview.servers(one.server for one in group),
                overview.cut(group[0].before),
                overview.cut(group[0].after),
            )
            for group in self._changes[:MAX_CHANGES]
        ]

    @property
    def more_changes(self) -> int:
        """Count the changes that are not given."""
        return sum(map(len, self._changes[MAX_CHANGES:]))

    @property
    def columns(self) -> list[tuple[str, int]]:
        """Return each server of the table, and how many hosts it is broken for."""
        return [
            (overview.cut(server, _MAX_SERVER), self._broken_by_server.get(server, 0))
            for server in self.table.servers
        ]

    @property
    def rows(self) -> Iterator[Row]:
        """Return the rows of the table."""
        for host, cells in self.table.rows:
            squares = [self._square(cell) if cell is not None else None for cell in cells]
            broken = any(one and one.verdict not in (PASSED, NOT_RUN) for one in squares)
            href = _folder(host) if self.table.folded else ""
            yield Row(overview.name(host), href, broken, squares)

    @property
    def others(self) -> Iterator[Names]:
        """Name the hosts and the servers that are not in the table."""
        table = self.table
        for title, names in (
            ("Something is broken on {}, which the table has no room for", table.more),
            ("Not run yet on {}", table.not_run),
            ("All is well on {}", table.well),
        ):
            if names:
                some = [(overview.name(one), _folder(one)) for one in names[:MAX_NAMES]]
                told = title.format(overview.many(len(names), "host"))
                yield Names(told, some, len(names) - len(some))
        for title, names in (
            ("Something is broken with {}, which the table has no room for", table.more_servers),
            ("Nothing is broken with {}", table.well_servers),
        ):
            if names:
                some = [(overview.name(one), "") for one in names[:MAX_NAMES]]
                told = title.format(overview.many(len(names), "server"))
                yield Names(told, some, len(names) - len(some))

    def _told(self, room: _Room) -> list[Told]:
        """Tell of what is broken, as much as there is room for, and count the rest."""
        found: list[Told] = []
        groups = overview.together(self.report)
        for cells in groups:
            told = self._tell(cells, f"b{len(found) + 1}")
            if not room.take(*_texts(told)):
                self.not_told = sum(map(len, groups[len(found) :]))
                break
            found.append(told)
            self._anchors.update(((cell.host, cell.server), told.anchor) for cell in cells)
        return found

    def _passed(self) -> list[Told]:
        """Return what passed and is in the table, as far as there is room for the transcripts."""
        found: list[Told] = []
        for _host, cells in self.table.rows:
            for cell in cells:
                if cell is None or not cell.passed:
                    continue
                told = self._tell([cell], f"p{len(found) + 1}")
                if any(exchange.transcript is None for exchange in told.exchanges):
                    return found
                found.append(told)
                self._anchors[cell.host, cell.server] = told.anchor
        return found

    def _tell(self, cells: Sequence[Cell], anchor: str) -> Told:
        cell = cells[0]
        # What is broken comes first, as long as there is room.
        dialogues = sorted(cell.dialogues, key=lambda dialogue: dialogue.passed)
        return Told(
            anchor,
            overview.name(cell.host),
            [overview.name(one.server) for one in cells[:_MAX_SERVERS]],
            len(cells),
            cell.verdict,
            _look(cell),
            overview.cut(cell.short, 40),
            overview.cut(cell.missing.why) if cell.missing else "",
            any((one.host, one.server) in self._worse for one in cells),
            [self._exchange(cell, dialogue) for dialogue in dialogues[:_MAX_DIALOGUES]],
            len(dialogues[_MAX_DIALOGUES:]),
        )

    def _exchange(self, cell: Cell, dialogue: Dialogue) -> Exchange:
        lines = escape("\n".join(dialogue.transcript))
        failure = dialogue.failure
        return Exchange(
            overview.name(dialogue.title),
            dialogue.passed,
            "" if dialogue.passed else overview.cut(dialogue.why),
            list(_facts(dialogue)),
            list(map(_prose, failure.advice[:_MAX_ADVICE])) if failure else [],
            lines if self._room.take(lines) else None,
            _link(path_of(cell, dialogue.file)),
        )

    def _square(self, cell: Cell) -> Square:
        """Link a cell with what the page has of it, or else with its transcript's file.

        In a table that is folded there may be very many of those: they have their host's link.
        """
        anchor = self._anchors.get((cell.host, cell.server))
        verdict = cell.verdict
        if anchor is not None:
            href = f"#{anchor}"
        elif verdict == NOT_RUN or self.table.folded:
            href = ""
        else:
            href = _link(path_of(cell, cell.file))
        return Square(verdict, _look(cell), overview.cut(cell.short, 40), href)


def _look(cell: Cell) -> str:
    """Return the names of a cell's style."""
    return f"{cell.verdict} unasked" if cell.unasked else cell.verdict


def _prose(told: str) -> Markup:
    """Return advice as HTML, in which what stands in backticks is code."""
    code = Markup("<code>{}</code>")
    pieces = (
        code.format(span.text) if span.code else escape(span.text)
        for span in spans(overview.cut(told))
    )
    return Markup().join(pieces)


def _facts(dialogue: Dialogue) -> Iterator[tuple[str, str]]:
    """Return what is known of a dialogue, each with its title."""
    failure = dialogue.failure
    if failure is not None and not dialogue.passed:
        yield from overview.facts(failure, dialogue.why)
    server = dialogue.part("server")
    address, port = text(server.get("address")), whole(server.get("port"))
    if address:
        yield "Address", f"{address} port {port}" if port else address
    started = text(dialogue.result.get("started"))
    if started:
        yield "Started", overview.cut(overview.when(started))
    total = dialogue.seconds.get("total")
    if total is not None:
        yield "Took", f"{total:.3f} s"
    attempts = number(dialogue.result.get("attempts"))
    if attempts is not None and attempts > 1:
        yield "Attempts", str(attempts)


def _texts(told: Told) -> Iterator[str]:
    """Return all text that is told of a failure, but the transcripts."""
    yield told.host
    yield from told.servers
    yield told.why
    for exchange in told.exchanges:
        yield exchange.title
        yield exchange.why
        yield from exchange.advice
        for _title, fact in exchange.facts:
            yield fact


def _link(path: str) -> str:
    """Return the address of a transcript, seen from the page."""
    return quote(f"{_FILES}/{path}")


def _folder(host: str) -> str:
    """Return the address of a host's folder of transcripts."""
    return _link(f"{folder_of(host)}/")

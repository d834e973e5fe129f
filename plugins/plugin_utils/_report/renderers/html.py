# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One self-contained page: the causes, the matrix, the changes, the transcripts.

The template beside this file is the page. This file decides what it shows, and how much. Jinja2
escapes every text. If that should ever fail, the policy of the page allows a browser to run the
script of the page only, and to load nothing.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import quantity
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..model.verdict import VERDICT_WORDS, VERDICTS, Verdict
from . import overview
from .html_causes import OPEN_CARDS, Card, Cards
from .html_cells import ByteBudget, CellView, CellViews
from .html_shards import ShardsView
from .html_table import TableView
from .notes import Note, brief_notes

if t.TYPE_CHECKING:
    from ..model.cells import CellKey
    from ..report import Report

_HERE = Path(__file__).resolve().parent

# Limits on a page, so that a browser can open it: bytes of transcripts, bytes of texts about
# causes and broken cells, and changes.
TRANSCRIPT_BYTES = 8_000_000
TEXT_BYTES = 2_500_000
MAX_CHANGES = 300

# Pieces of the template that are joined before they are yielded.
_BUFFERED_PIECES = 50


def render(
    report: Report, transcript_bytes: int = TRANSCRIPT_BYTES, text_bytes: int = TEXT_BYTES
) -> Iterator[str]:
    """Yield the page in parts."""
    style, script = read_beside("report.css"), read_beside("report.js")
    stream = (
        environment_of(_HERE)
        .get_template("report.html.j2")
        .stream(
            page=_Page(report, transcript_bytes, text_bytes),
            style=style,
            script=script,
            policy=policy_of(style, script),
        )
    )
    stream.enable_buffering(_BUFFERED_PIECES)
    yield from stream


def environment_of(folder: Path) -> Environment:
    """Return an environment for the templates of a folder, which escapes every text."""
    return Environment(
        loader=FileSystemLoader(folder, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def read_beside(name: str) -> str:
    """Read a file beside this one."""
    return (_HERE / name).read_text(encoding="utf-8")


def policy_of(style: str, script: str) -> str:
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


class _Page:
    """What the template shows. What fits is decided first, since the table links to it."""

    def __init__(self, report: Report, transcript_bytes: int, text_bytes: int) -> None:
        self.report = report
        self.broken = len(report.broken)
        self._changes = overview.change_groups(report.comparison) if report.comparison else []
        worse = report.comparison.worse if report.comparison else frozenset()
        self._views = CellViews(transcript_bytes, worse)
        self._budget = ByteBudget(text_bytes)
        self.cards = Cards(report, self._views, self._budget, worse)
        anchors = dict(self.cards.anchors)
        self.table = TableView(report, anchors)
        self.passed: list[CellView] = []
        self._add_passed(anchors)

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
        return f"{quantity(hosts, 'host')}, {quantity(servers, 'server')}"

    @property
    def notes(self) -> list[Note]:
        """What a reader must know of how the report came about."""
        return list(brief_notes(self.report))

    @functools.cached_property
    def shards(self) -> ShardsView | None:
        """What the report was merged from, or None."""
        return ShardsView(self.report.shards) if self.report.shards else None

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
    def open_cards(self) -> Sequence[Card]:
        """The cards of the causes that explain most."""
        return self.cards.found[:OPEN_CARDS]

    @property
    def folded_cards(self) -> Sequence[Card]:
        """The cards of all other causes."""
        return self.cards.found[OPEN_CARDS:]

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
    def cause_changes(self) -> list[tuple[str, str]]:
        """The causes that came and went: how, and what each says."""
        comparison = self.report.comparison
        return list(overview.cause_changes(comparison))[:MAX_CHANGES] if comparison else []

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

    def _add_passed(self, anchors: dict[CellKey, str]) -> None:
        """Add the cells of the table that passed, as long as they fit with their transcripts."""
        for _host, cells in self.table.table.rows:
            for cell in cells:
                if cell is None or not cell.passed:
                    continue
                view = self._views.view([cell], f"p{len(self.passed) + 1}")
                no_room = any(dialogue.transcript is None for dialogue in view.dialogues)
                if no_room or not self._budget.take(*view.texts):
                    return
                self.passed.append(view)
                anchors[cell.key] = view.anchor

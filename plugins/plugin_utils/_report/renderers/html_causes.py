# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cards of causes: what to mend, and the broken cells that it explains. No I/O.

A card has an example of each kind of cell, with its transcript, and all other cells behind a fold.
Where the page has no room for everything, all cards come before any other cell. Cells without a
cause follow, since each of them has a story of its own, and then the cells of the smallest cause.
"""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import quantity
from markupsafe import Markup

from ..._advice.remedy import SERVERS
from ..causes.symptoms import symptom_of
from . import overview
from .cause_groups import groups_by_cause
from .html_cells import ByteBudget, CellView, CellViews, advice_html

if t.TYPE_CHECKING:
    from ..causes.model import Cause, Certainty, Where
    from ..model.cells import Cell, CellKey
    from ..report import Report

# The number of cards that are open to see. The others are behind a fold.
OPEN_CARDS = 10

# Limits on one card: examples of cells, names of hosts or of servers, and those not folded.
MAX_EXAMPLES = 5
MAX_NAMES = 500
MAX_OPEN_NAMES = 8

# Limit in characters on what was asked again. The end of it shows what decided.
MAX_TRANSCRIPT = 20_000

# What stands in place of a number for cells without a cause.
NO_CAUSE = "?"

_WHERE: dict[Where, str] = {
    "server": "the server",
    "host": "the probing hosts",
    "path": "the path between them",
    "policy": "the policy of the server",
    "mailbox": "the mailbox",
    "options": "the options of the check",
    "mixed": "more than one place",
}

_CERTAINTY: dict[Certainty, str] = {
    "proven": "proven by an experiment",
    "consistent": "consistent: it fits all cells",
    "open": "open: it could also be another",
}

_UNEXPLAINED_ADVICE = "Look at each: these have nothing in common with other broken cells."


@dataclasses.dataclass(frozen=True, slots=True)
class Names:
    """Hosts or servers of a cause. `label` says which and how many, where the names do not.

    `left_out` of them are not named.
    """

    label: str
    names: Sequence[str]
    left_out: int

    @property
    def folded(self) -> bool:
        """Whether they are too many to be read at a glance."""
        return len(self.names) + self.left_out > MAX_OPEN_NAMES


@dataclasses.dataclass(frozen=True, slots=True)
class Card:
    """A cause, or all cells without one, as the page shows it.

    `found` is what a diagnosis has found, and `transcript` all that it asked.
    """

    anchor: str
    number: str
    sentence: str
    cells: int
    worse: int
    css_class: str
    facts: Sequence[tuple[str, str]]
    evidence: Sequence[tuple[str, str, str]]
    advice: Sequence[Markup]
    hosts: Names
    servers: Names
    examples: Sequence[CellView]
    check: Sequence[Markup] = ()
    change: Sequence[tuple[str, Markup]] = ()
    found: str = ""
    transcript: str = ""
    others: list[CellView] = dataclasses.field(default_factory=list)

    @property
    def more(self) -> int:
        """The number of cells that are no examples."""
        return self.cells - sum(view.size for view in self.examples)

    @property
    def left_out(self) -> int:
        """The number of cells that the page has no room for."""
        return self.more - sum(view.size for view in self.others)

    @property
    def texts(self) -> Iterator[str]:
        """All texts but the transcripts of its cells."""
        yield self.sentence
        yield self.found
        yield self.transcript
        for _title, fact in self.facts:
            yield fact
        for evidence in self.evidence:
            yield from evidence
        yield from self.advice
        yield from self.check
        for change in self.change:
            yield from change
        for names in (self.hosts, self.servers):
            yield names.label
            yield from names.names
        for view in self.examples:
            yield from view.texts


class _Rest(t.NamedTuple):
    """The cells of a card that are no examples, and the advice that the card has."""

    card: Card
    groups: list[list[Cell]]
    known: Collection[str]


class Cards:
    """The cards that a page has room for.

    `found` are those of the causes. `unexplained` is the card of the cells without a cause, or
    None. `anchors` leads from each broken cell to where the page tells of it. `omitted` counts the
    cells of causes that the page has no room for.
    """

    def __init__(
        self, report: Report, views: CellViews, budget: ByteBudget, worse: Collection[CellKey]
    ) -> None:
        self.found: list[Card] = []
        self.unexplained: Card | None = None
        self.anchors: dict[CellKey, str] = {}
        self.omitted = 0
        self._report = report
        self._views = views
        self._budget = budget
        self._worse = worse
        self._entries = 0
        self._rest: list[_Rest] = []
        self._add_all(groups_by_cause(report))
        self._add_others()

    def _add_all(self, groups: Mapping[int | None, list[list[Cell]]]) -> None:
        """Make the cards with their examples."""
        if groups[None]:
            self.unexplained = self._add(None, "", groups[None])
        causes = self._report.causes.found
        for number, cause in enumerate(causes, 1):
            card = self._add(cause, str(number), groups[number])
            if card is None:
                self.omitted = sum(len(one.cells) for one in causes[number - 1 :])
                return
            self.found.append(card)

    def _add(self, cause: Cause | None, number: str, groups: list[list[Cell]]) -> Card | None:
        """Return a card, or None if there is no room for it."""
        first, rest = _examples(groups)
        known = cause.advice if cause else ()
        views = [self._view(cells, known) for cells in first]
        cells = [cell for group in groups for cell in group]
        worse = sum(cell.key in self._worse for cell in cells)
        if cause is None:
            card = _card_without_cause(cells, views, worse)
        else:
            card = _card(self._report, cause, number, views, worse)
        if not self._budget.take(*card.texts):
            return None
        self.anchors.update((cell.key, card.anchor) for cell in cells)
        self._link(first, views)
        self._rest.append(_Rest(card, rest, known))
        return card

    def _add_others(self) -> None:
        """Add the other cells as long as there is room, those of the largest cause last."""
        first = self._rest[:1] if self.unexplained else []
        for rest in [*first, *reversed(self._rest[len(first) :])]:
            self._fill(rest)

    def _fill(self, rest: _Rest) -> None:
        for cells in rest.groups:
            view = self._view(cells, rest.known)
            if not self._budget.take(*view.texts):
                return
            rest.card.others.append(view)
            self._link([cells], [view])

    def _view(self, cells: Sequence[Cell], known: Collection[str]) -> CellView:
        self._entries += 1
        return self._views.view(cells, f"b{self._entries}", known)

    def _link(self, groups: Iterable[list[Cell]], views: Iterable[CellView]) -> None:
        for cells, view in zip(groups, views, strict=True):
            self.anchors.update((cell.key, view.anchor) for cell in cells)


def _examples(groups: list[list[Cell]]) -> tuple[list[list[Cell]], list[list[Cell]]]:
    """Split the groups into the first of each kind, and the others."""
    kinds = set()
    first: list[list[Cell]] = []
    rest: list[list[Cell]] = []
    for cells in groups:
        kind = (cells[0].short, symptom_of(cells[0]))
        is_first = kind not in kinds and len(first) < MAX_EXAMPLES
        (first if is_first else rest).append(cells)
        kinds.add(kind)
    return first, rest


def _card(report: Report, cause: Cause, number: str, views: list[CellView], worse: int) -> Card:
    return Card(
        anchor=f"c{number}",
        number=number,
        sentence=overview.cause_sentence(cause),
        cells=len(cause.cells),
        worse=worse,
        css_class=_css_class(views),
        facts=list(_facts_of(cause)),
        evidence=[
            (overview.shorten(one.fact), overview.shorten(one.value), overview.shorten(one.says))
            for one in cause.evidence
        ],
        advice=list(map(advice_html, cause.advice)),
        hosts=_names(cause.hosts, "host", len(report.hosts), cause.groups),
        servers=_names(cause.servers, "server", len(report.servers)),
        examples=views,
        check=list(map(advice_html, cause.to_do.check)) if cause.to_do else [],
        change=list(_changes(cause)),
        found=overview.finding(cause.diagnosis) if cause.diagnosis else "",
        transcript=_transcript(cause),
    )


def _card_without_cause(cells: list[Cell], views: list[CellView], worse: int) -> Card:
    hosts = list(dict.fromkeys(cell.host for cell in cells))
    servers = list(dict.fromkeys(cell.server for cell in cells))
    verb = "has" if len(cells) == 1 else "have"
    return Card(
        anchor="unexplained",
        number=NO_CAUSE,
        sentence=f"{quantity(len(cells), 'broken cell')} {verb} no cause in common",
        cells=len(cells),
        worse=worse,
        css_class=_css_class(views),
        facts=[],
        evidence=[],
        advice=[advice_html(_UNEXPLAINED_ADVICE)],
        hosts=_names(hosts, "host", 0),
        servers=_names(servers, "server", 0),
        examples=views,
    )


def _css_class(views: Sequence[CellView]) -> str:
    return views[0].css_class if views else "failed"


def _facts_of(cause: Cause) -> Iterator[tuple[str, str]]:
    """Yield what all cells of a cause have in common, each with a title."""
    yield "Lies with", _WHERE[cause.where]
    yield "Certainty", _CERTAINTY[cause.certainty]
    diagnosis = cause.diagnosis
    if diagnosis is not None:
        title = "From the log on" if diagnosis.of_log else "Asked again from"
        yield title, overview.short_name(diagnosis.host)
    if cause.stage:
        yield "Stage", overview.short_name(cause.stage)
    yield "Kind", overview.short_name(cause.kind)
    code = " ".join(str(one) for one in (cause.code, cause.enhanced_code) if one)
    if code:
        yield "Code", overview.short_name(code)


def _changes(cause: Cause) -> Iterator[tuple[str, Markup]]:
    """Yield what to change in which server."""
    for server, change in cause.to_do.change if cause.to_do else ():
        yield SERVERS.get(server, server), advice_html(change)


def _transcript(cause: Cause) -> str:
    """Return the end of what a diagnosis has asked."""
    lines = list(cause.diagnosis.transcript) if cause.diagnosis else []
    size = sum(len(line) + 1 for line in lines)
    left_out = 0
    while size > MAX_TRANSCRIPT:
        size -= len(lines[left_out]) + 1
        left_out += 1
    head = [f"({quantity(left_out, 'line')} left out)"] if left_out else []
    return "\n".join([*head, *lines[left_out:]])


def _names(names: Sequence[str], what: str, total: int, groups: Sequence[str] = ()) -> Names:
    """Return the names, under their groups or, if they are many, under their number."""
    number = quantity(len(names), what)
    label = ""
    if groups:
        label = f"{', '.join(map(overview.short_name, groups))}, {number}"
    elif len(names) == total > 1:
        label = f"all {number}"
    elif len(names) > MAX_OPEN_NAMES:
        label = number
    shown = [overview.short_name(one) for one in names[:MAX_NAMES]]
    return Names(label, shown, len(names) - len(shown))

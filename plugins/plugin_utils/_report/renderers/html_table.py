# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of the page: hosts down under their groups, servers across, in each square a cell.

No I/O. Of a large report the table has only the hosts and servers where something is broken. The
others are named behind a fold below it.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping, Sequence

from ..model.verdict import ERROR, FAILED, NOT_RUN, PASSED
from . import overview
from .host_groups import heading_of_hosts
from .html_causes import NO_CAUSE
from .html_cells import css_class, folder_link, short_text, transcript_link
from .not_shown import NotShown, not_shown

if t.TYPE_CHECKING:
    from ..model.cells import Cell, CellKey
    from ..report import Report

# Limit on the names in a list.
MAX_NAMES = 2_000

# Limit on the characters of a server at the head of a column.
_MAX_SERVER = 80

# More columns than that have their heads turned, so that a screen has room for more of them.
_MOST_WIDE_COLUMNS = 14

_OTHER_HOSTS = "other hosts"


class TableCell(t.NamedTuple):
    """A cell as the table shows it. `href` is empty if there is nothing more to see.

    `cause` is the number of its cause, and empty for a cell that is not broken.
    """

    verdict: str
    css_class: str
    short: str
    href: str
    cause: str


class TableRow(t.NamedTuple):
    """The row of a host. `href` leads to all its transcripts if its cells have no links."""

    host: str
    href: str
    broken: bool
    cells: Sequence[TableCell | None]


class Section(t.NamedTuple):
    """The rows of a group of hosts. The heading is empty if the table has no groups."""

    heading: str
    rows: Iterator[TableRow]


class NameList(t.NamedTuple):
    """Hosts and servers that are not in the table, each with a link to its transcripts or none."""

    title: str
    names: Sequence[tuple[str, str]]
    left_out: int


class TableView:
    """The table of a report. `anchors` leads from a cell to where the page tells of it."""

    def __init__(self, report: Report, anchors: Mapping[CellKey, str]) -> None:
        self.table = overview.table(report)
        self._report = report
        self._anchors = anchors
        self._broken_by_server = overview.broken_by_server(report)

    @property
    def folded(self) -> bool:
        """Whether rows and columns without a broken cell are left out."""
        return self.table.folded

    @property
    def turned(self) -> bool:
        """Whether the heads of the columns are turned."""
        return len(self.table.servers) > _MOST_WIDE_COLUMNS

    @property
    def columns(self) -> list[tuple[str, int]]:
        """Each server of the table, with the number of its broken cells."""
        return [
            (overview.shorten(server, _MAX_SERVER), self._broken_by_server.get(server, 0))
            for server in self.table.servers
        ]

    @property
    def sections(self) -> Iterator[Section]:
        """The rows of the table, under the groups of their hosts."""
        headings = heading_of_hosts(self._report.hosts, self._report.groups)
        found: dict[str, list[tuple[str, Sequence[Cell | None]]]] = {}
        for host, cells in self.table.rows:
            found.setdefault(headings.get(host, ""), []).append((host, cells))
        without = found.pop("", [])
        for heading, rows in found.items():
            yield Section(overview.short_name(heading), map(self._row, rows))
        if without:
            yield Section(_OTHER_HOSTS if headings else "", map(self._row, without))

    @property
    def others(self) -> Iterator[NameList]:
        """The hosts and the servers that are not in the table."""
        return map(_name_list, not_shown(self._report, self.table))

    def _row(self, row: tuple[str, Sequence[Cell | None]]) -> TableRow:
        host, cells = row
        shown = [self._cell(cell) if cell is not None else None for cell in cells]
        broken = any(one and one.verdict not in (PASSED, NOT_RUN) for one in shown)
        href = folder_link(host) if self.table.folded else ""
        return TableRow(overview.short_name(host), href, broken, shown)

    def _cell(self, cell: Cell) -> TableCell:
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
            href = transcript_link(cell.host, cell.file)
        cause = ""
        if verdict in (FAILED, ERROR):
            cause = str(self._report.cause_numbers.get(cell.key, NO_CAUSE))
        return TableCell(verdict, css_class(cell), short_text(cell), href, cause)


def _name_list(left_out: NotShown) -> NameList:
    """Return a list of hosts, which have links to their transcripts, and of servers."""
    hosts, servers = left_out.hosts[:MAX_NAMES], left_out.servers[:MAX_NAMES]
    names = [
        *((overview.short_name(one), folder_link(one)) for one in hosts),
        *((overview.short_name(one), "") for one in servers),
    ]
    total = len(left_out.hosts) + len(left_out.servers)
    return NameList(left_out.sentence, names, total - len(names))

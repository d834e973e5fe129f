# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The formats of a report: the name, the renderer and the file of each. No I/O."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Iterator

from . import as_json, csv_table, html, junit, markdown, prometheus

if t.TYPE_CHECKING:
    from ..report import Report

TRANSCRIPTS = "transcripts"

# The file and the renderer of each format.
RENDERERS: dict[str, tuple[str, Callable[[Report], Iterator[str]]]] = {
    "csv": ("report.csv", csv_table.render),
    "html": ("report.html", html.render),
    "json": ("report.json", as_json.render),
    "junit": ("junit.xml", junit.render),
    "markdown": ("report.md", markdown.render),
    "prometheus": ("smtp_handshake.prom", prometheus.render),
}

FORMATS = (*RENDERERS, TRANSCRIPTS)

# Formats whose files every user may read. node_exporter reads its textfiles as another user, and
# they hold neither mail addresses nor texts of servers.
PUBLIC = frozenset(["prometheus"])


def file_of(name: str) -> str:
    """Return the name of a format's file or folder."""
    return TRANSCRIPTS if name == TRANSCRIPTS else RENDERERS[name][0]

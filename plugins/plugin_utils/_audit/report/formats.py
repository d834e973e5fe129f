# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The formats of a report of audits: the name, the file and the renderer of each. No I/O."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Iterator

from . import as_json, csv_table, html, junit, markdown

if t.TYPE_CHECKING:
    from .model import AuditReport

RENDERERS: dict[str, tuple[str, Callable[[AuditReport], Iterator[str]]]] = {
    "csv": ("audit.csv", csv_table.render),
    "html": ("audit.html", html.render),
    "json": ("audit.json", as_json.render),
    "junit": ("audit.xml", junit.render),
    "markdown": ("audit.md", markdown.render),
}

FORMATS = tuple(RENDERERS)

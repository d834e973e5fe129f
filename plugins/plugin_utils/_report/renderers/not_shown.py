# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the table of a page leaves out, and why, in the same words on all pages. No I/O."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import quantity

from ..model.verdict import NOT_RUN
from . import overview

if t.TYPE_CHECKING:
    from ..report import Report


class NotShown(t.NamedTuple):
    """Hosts and servers that a table leaves out for the same reason, and a sentence about them."""

    sentence: str
    hosts: Sequence[str]
    servers: Sequence[str]


def not_shown(report: Report, table: overview.Table) -> Iterator[NotShown]:
    """Yield what a table leaves out: what is broken first, and what passed last."""
    passed = "nothing is broken there" if report.counts[NOT_RUN] else "all passed"
    for why, hosts, servers in (
        ("broken, but the table has no room", table.more, table.more_servers),
        ("not run yet", table.not_run, ()),
        (passed, table.well, table.well_servers),
    ):
        counts = [
            quantity(len(names), what)
            for names, what in ((hosts, "host"), (servers, "server"))
            if names
        ]
        if counts:
            yield NotShown(f"{' and '.join(counts)} not shown: {why}", hosts, servers)

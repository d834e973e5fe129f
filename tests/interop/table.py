# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The interop table: server by feature, what was negotiated, and whether the test passed."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record


class Row(t.NamedTuple):
    """One line of the table."""

    server: str
    feature: str
    negotiated: str
    outcome: str


def negotiated(record: Record) -> str:
    """Say in a few words what client and server agreed on in a dialogue, and how it ended."""
    words = []
    if record.plan.client.proxy is not None:
        words.append(f"PROXY v{record.plan.client.proxy.version}")
    if record.tls is not None:
        tls = record.tls
        words.append(f"{tls.version} {tls.cipher}" if tls.version else "no TLS")
        if tls.dane is not None:
            matched = tls.dane.matched
            words.append("TLSA {} {} {}".format(*matched[:3]) if matched else "no TLSA matched")
        else:
            words.append("verified" if tls.verified else tls.verify_error or "")
    for exchange in record.replies:
        command = exchange.command or ""
        if command.startswith(("AUTH ", "XCLIENT", "BDAT")):
            words.append(" ".join(command.split()[:2]) if command[0] == "A" else command.split()[0])
    if record.plan.steps.pipelining and record.capabilities.offers("PIPELINING"):
        words.append("PIPELINING")
    words.append(_end(record))
    return ", ".join(dict.fromkeys(filter(None, words)))


def _end(record: Record) -> str:
    failure = record.failure
    if failure is not None:
        what = failure.code or failure.kind
        return f"{what} at {failure.stage}"
    before_quit = [one for one in record.replies if one.stage != "quit"]
    if not before_quit:
        return "connected"
    return f"{before_quit[-1].reply.code} at {before_quit[-1].stage}"


def lines(rows: t.Sequence[Row]) -> list[str]:
    """Return the table as lines of text, its columns as wide as what is in them."""
    table = [Row("Server", "Feature", "Negotiated", ""), *rows]
    widths = [max(map(len, column)) for column in list(zip(*table))[:3]]
    written = []
    previous = ""
    for row in table:
        server = row.server if row.server != previous else ""
        previous = row.server
        cells = [cell.ljust(width) for cell, width in zip((server, *row[1:3]), widths)]
        written.append("  ".join([*cells, row.outcome]).rstrip())
    return written

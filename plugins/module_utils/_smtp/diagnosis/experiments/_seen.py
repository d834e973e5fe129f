# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The address of this client, as the server says that it sees it."""

from __future__ import annotations

import typing as t

from ...wire.seen_as import seen_as

if t.TYPE_CHECKING:
    from ...session.record import Record


def seen_by_server(record: Record) -> str | None:
    """Return the address that the server says it sees, or None if it does not say it."""
    return seen_as([(one.command, one.judged) for one in record.replies])


def address_of_client(record: Record) -> str:
    """Return the address that the server sees, or this host's own if the server does not say it.

    It is empty on a UNIX socket.
    """
    return seen_by_server(record) or record.local[0]

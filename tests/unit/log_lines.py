# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of the logs of mail servers, for tests, and what the code makes of them."""

from __future__ import annotations

import calendar
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._server_log import line_formats
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.model import (
    LogLine,
    Request,
    Rule,
)
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.servers.by_name import (
    rule_for,
)

# The lines were written on this day, by servers that ran in UTC.
NOW = float(calendar.timegm((2026, 11, 28, 17, 0, 0)))


def at(hour: int, minute: int, second: float = 0.0) -> float:
    """Return a time of that day."""
    return calendar.timegm((2026, 11, 28, hour, minute, 0)) + second


def line_of(whole: str) -> LogLine:
    """Return a line of a mail server, parsed."""
    line = line_formats.parse(whole, NOW)
    assert line is not None, whole
    return line


def meaning_of(whole: str) -> Rule:
    """Return the rule for a line of a mail server."""
    rule = rule_for(line_of(whole))
    assert rule is not None, whole
    return rule


def request(**changes: t.Any) -> Request:
    """Return a request for what happened from 16:48 on, for 10 seconds, with a client."""
    whole = Request(
        clients=("192.0.2.7",),
        client_port=None,
        since=at(16, 48),
        until=at(16, 48, 10),
        slack=5.0,
        queue_id=None,
        reply=None,
        sender=None,
        recipients=(),
        server=None,
        paths=(),
        lines=50,
    )
    return whole._replace(**changes)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look-ups of names and addresses by this host's resolver, within the time that is left."""

from __future__ import annotations

import socket
import typing as t

from ...._net.resolver import BackgroundCall
from ...._net.text import escape

if t.TYPE_CHECKING:
    from ..budget import Budget

# A resolver that needs longer is a finding in itself.
_SECONDS = 2.0

T = t.TypeVar("T")


def name_of(ip: str, budget: Budget) -> str | None:
    """Return the name that the DNS has for an address (its PTR record), or None."""
    found = _within(budget, lambda: socket.getnameinfo((ip, 0), socket.NI_NAMEREQD))
    return escape(found[0]) if found else None


def addresses_of(name: str, budget: Budget) -> list[str]:
    """Return the addresses of a name, which may be none."""
    found = _within(budget, lambda: socket.getaddrinfo(name, None, 0, socket.SOCK_STREAM))
    return list(dict.fromkeys(str(one[4][0]) for one in found or ()))


def _within(budget: Budget, call: t.Callable[[], T]) -> T | None:
    """Return the result of a call, or None if it fails or takes too long."""
    try:
        return BackgroundCall(call).wait(min(_SECONDS, budget.seconds_left))
    except (OSError, UnicodeError, TimeoutError, RuntimeError):
        return None

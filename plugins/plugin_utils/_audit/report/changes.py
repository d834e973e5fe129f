# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has changed since an earlier audit. No I/O."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from .audits import Audit

WORSE, BETTER = "worse", "better"


class Key(t.NamedTuple):
    """A check, or the empty id for the audit as a whole, from a host and vantage at a server."""

    host: str
    vantage: str
    server: str
    check: str


class Change(t.NamedTuple):
    """A check whose verdict has changed: `what` is worse or better."""

    what: str
    host: str
    vantage: str
    server: str
    check: str
    before: str
    after: str


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What has changed since a baseline."""

    since: str
    changes: tuple[Change, ...]

    @property
    def worse(self) -> frozenset[Key]:
        """The keys of what became worse."""
        return frozenset(
            Key(one.host, one.vantage, one.server, one.check)
            for one in self.changes
            if one.what == WORSE
        )

    def of(self, what: str) -> list[Change]:
        """Return the changes to the worse, or to the better."""
        return [one for one in self.changes if one.what == what]


def key_of(audit: Audit, check: str = "") -> Key:
    """Return the key of a check of an audit, or of the audit."""
    return Key(audit.host, audit.claimed, audit.server, check)

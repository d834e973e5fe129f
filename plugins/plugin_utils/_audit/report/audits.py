# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An audit: what one host has found at one server, from one vantage. No I/O.

An *outcome* is the verdict of one of its checks.
"""

from __future__ import annotations

import dataclasses
import functools
import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import VERDICTS

FINDING, UNDECIDED, SOUND, NOT_APPLICABLE = VERDICTS

# The words for verdicts in a report.
VERDICT_WORDS: dict[str, str] = {
    FINDING: "finding",
    UNDECIDED: "undecided",
    SOUND: "sound",
    NOT_APPLICABLE: "not applicable",
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """The verdict of one check, with what it rests on. `reply` is the reply that decided.

    `token` is that of a message whose arrival would decide it.
    """

    id: str
    verdict: str
    evidence: str
    reply: Mapping[str, t.Any] | None = None
    transcript: Sequence[str] = ()
    seconds: float = 0.0
    token: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Audit:
    """What one host has found at one server.

    `claimed` is the vantage that the user says, `measured` what the server does for this host
    without a login, or "unknown". `problem` says why there is no result. `facts` are what hosts are
    compared by. `server` is the title of the server, and `place` its host and port, at which other
    audits may be. `doubt` says why refusals are no proof.
    """

    host: str
    server: str
    claimed: str
    profile: str = "relay"
    measured: str = "unknown"
    passed: Sequence[str] = ()
    failed: Sequence[str] = ()
    outcomes: Sequence[Outcome] = ()
    connections: int = 0
    seconds: float = 0.0
    ended_early: str | None = None
    problem: str | None = None
    place: str = ""
    doubt: str | None = None
    facts: Mapping[str, t.Any] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def by_id(self) -> Mapping[str, Outcome]:
        """The outcomes by the ids of their checks."""
        return {one.id: one for one in self.outcomes}

    @functools.cached_property
    def counts(self) -> Mapping[str, int]:
        """The number of checks with each verdict."""
        return {name: sum(one.verdict == name for one in self.outcomes) for name in VERDICTS}

    @property
    def vantage(self) -> str:
        """The host and its vantage, such as `web1 (untrusted)`."""
        return f"{self.host} ({self.claimed})"

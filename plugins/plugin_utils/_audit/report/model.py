# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report of audits, and its findings. No I/O.

A *finding* is a check that is not sound at a server, with all hosts that saw it.
"""

from __future__ import annotations

import dataclasses
import functools
import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import VERDICTS

from .audits import FINDING, NOT_APPLICABLE, SOUND, UNDECIDED, Audit, Outcome
from .vantages import statements_on

if t.TYPE_CHECKING:
    from ..load import Entry
    from .changes import Comparison
    from .vantages import Statement

# What an audit comes to, beside its findings. The worst first.
NO_RESULT, NOTHING_PROVEN = "no result", "nothing proven"

# The groups of checks, by what a finding of them lets others do. Without the controls, no other
# verdict is one. A group that is not here is a user's own.
OWN = "own"
_GROUPS = (
    "controls",
    "relay",
    "privilege",
    OWN,
    "smuggling",
    "sync",
    "spoof",
    "auth",
    "tls",
    "enumeration",
    "commands",
    "dns",
    "limits",
    "helo",
    "banner",
)


class Sighting(t.NamedTuple):
    """One audit, and what it says of a check."""

    audit: Audit
    outcome: Outcome


@dataclasses.dataclass(frozen=True, kw_only=True)
class Finding:
    """A check that is not sound at a server.

    `seen` are the audits that found it, and `others` those of the same server with another verdict,
    of hosts for which the check applies.
    """

    entry: Entry
    server: str
    seen: Sequence[Sighting]
    others: Sequence[Sighting] = ()

    @property
    def title(self) -> str:
        """The check and the server."""
        return f"{self.entry.check.id} at {self.server}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class AuditReport:
    """All audits of a run, in the order of hosts and servers.

    `entries` are the checks, by id. `created` is such as 2026-11-24T12:00:00Z.
    """

    audits: Sequence[Audit]
    entries: Mapping[str, Entry]
    created: str
    made_by: str
    comparison: Comparison | None = None

    @functools.cached_property
    def hosts(self) -> Sequence[str]:
        """The names of the hosts."""
        return list(dict.fromkeys(one.host for one in self.audits))

    @functools.cached_property
    def servers(self) -> Sequence[str]:
        """The titles of the servers."""
        return list(dict.fromkeys(one.server for one in self.audits))

    @functools.cached_property
    def by_server(self) -> Mapping[str, Sequence[Audit]]:
        """The audits of each server."""
        found: dict[str, list[Audit]] = {}
        for audit in self.audits:
            found.setdefault(audit.server, []).append(audit)
        return found

    @functools.cached_property
    def counts(self) -> Mapping[str, int]:
        """The number of checks with each verdict, and of audits without a result."""
        counts: dict[str, int] = {}
        for name in VERDICTS:
            counts[name] = sum(one.counts[name] for one in self.audits)
        return {**counts, "no_result": sum(one.problem is not None for one in self.audits)}

    @functools.cached_property
    def findings(self) -> Sequence[Finding]:
        """The findings: the groups that matter most first, then as the checks, then the servers."""
        return [
            finding
            for entry in sorted(self.entries.values(), key=_place)
            for server, audits in self.by_server.items()
            for finding in _finding(entry, server, audits)
        ]

    @functools.cached_property
    def worst_first(self) -> Sequence[Audit]:
        """The audits: without a result or a proof, then with a finding, then all others."""
        return sorted(
            self.audits, key=lambda one: (self.problem_of(one) is None, not one.counts[FINDING])
        )

    @property
    def is_bad(self) -> bool:
        """Whether an audit has failed."""
        return bool(self.worst_first) and self.has_failed(self.worst_first[0])

    @functools.cached_property
    def statements_on(self) -> Mapping[str, Sequence[Statement]]:
        """What a comparison of its vantages shows of each server."""
        return {
            server: list(statements_on(server, audits, self.entries.values()))
            for server, audits in self.by_server.items()
        }

    @property
    def statements(self) -> Sequence[Statement]:
        """What a comparison of vantages shows of all servers."""
        return [one for found in self.statements_on.values() for one in found]

    def proves_nothing(self, audit: Audit) -> bool:
        """Return whether no check has a verdict that tells something.

        A control alone tells something if no other check applies to the host, as it counts for
        other hosts.
        """
        if audit.problem is not None:
            return False
        others = {
            one.verdict for one in audit.outcomes if not self.entries[one.id].check.is_control
        }
        controlled = bool(audit.passed) and UNDECIDED not in others
        return not controlled and not others & {FINDING, SOUND}

    def problem_of(self, audit: Audit) -> str | None:
        """Return why an audit counts as failed beside its findings, or None."""
        if audit.problem is not None:
            said = audit.problem.startswith(NO_RESULT)
            return audit.problem if said else f"{NO_RESULT}: {audit.problem}"
        if self.proves_nothing(audit):
            undecided = (one for one in audit.outcomes if one.verdict == UNDECIDED)
            first = next(undecided, None)
            reason = audit.ended_early or (first.evidence if first else "no check applies")
            return f"{NOTHING_PROVEN}: {reason}"
        return None

    def has_failed(self, audit: Audit) -> bool:
        """Return whether an audit has a finding, or counts as failed beside its findings."""
        return self.problem_of(audit) is not None or bool(audit.counts[FINDING])


def _place(entry: Entry) -> int:
    return _GROUPS.index(entry.group if entry.group in _GROUPS else OWN)


def _finding(entry: Entry, server: str, audits: Sequence[Audit]) -> list[Finding]:
    sightings = [
        Sighting(audit, audit.by_id[entry.check.id])
        for audit in audits
        if entry.check.id in audit.by_id
    ]
    seen = [one for one in sightings if one.outcome.verdict == FINDING]
    others = [one for one in sightings if one.outcome.verdict not in (FINDING, NOT_APPLICABLE)]
    return [Finding(entry=entry, server=server, seen=seen, others=others)] if seen else []

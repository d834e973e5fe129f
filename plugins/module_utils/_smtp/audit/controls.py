# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controls of an audit, without which a verdict shows nothing. No I/O.

A *positive control* is a dialogue that the server must accept. As long as it has not, a refusal may
be that of a server that refuses everything, so it does not make a check sound.

The *control of the vantage* shows whether the server relays for this host, which the user says to
be untrusted, trusted, or to log in. From one host alone, a server that relays for everybody cannot
be told from one that relays for this host, because both accept. Two hosts can tell.
"""

from __future__ import annotations

import typing as t

from .model import Verdict

if t.TYPE_CHECKING:
    from .model import Check, Vantage

    # What the server does for this host without a login.
    Measured = t.Literal["relays", "does not relay", "unknown"]
else:
    Measured = str

_RELAYS: Measured = "relays"
_REFUSES: Measured = "does not relay"

# What an acceptance shows of a host that is said to be untrusted, if the server relays for it.
_DOUBT = "unless this host has relay rights, which one host alone cannot tell from an open relay"


class Controls:
    """The controls of one audit, as their verdicts come in. `claimed` is the user's vantage."""

    def __init__(self, claimed: Vantage) -> None:
        self.claimed = claimed
        self.measured: Measured = "unknown"
        self.failed: dict[str, str] = {}  # the positive controls that are not sound, and why
        self.passed: list[str] = []
        self._findings: set[str] = set()

    @property
    def doubtful(self) -> bool:
        """Whether the server relays for this host, although it is said to be untrusted."""
        return self.claimed == "untrusted" and self.measured == _RELAYS

    @property
    def contradicted(self) -> bool:
        """Whether the server does not relay for this host, although it is said to be trusted."""
        return self.claimed == "trusted" and self.measured == _REFUSES

    def revised(self, check: Check, verdict: Verdict) -> Verdict:
        """Return a verdict as the controls allow it, and note what it shows."""
        if check.is_control == "vantage":
            return self._vantage(verdict)
        if check.is_control == "positive":
            if verdict.name == "sound":
                self.passed.append(check.id)
            else:
                self.failed[check.id] = verdict.evidence
            return verdict
        revised = self._revised(check, verdict)
        if revised.name == "finding":
            self._findings.add(check.id)
        return revised

    def _revised(self, check: Check, verdict: Verdict) -> Verdict:
        only_strangers = check.vantages == ("untrusted",)
        only_trusted = "untrusted" not in check.vantages
        if verdict.name == "finding":
            plainer = sorted(self._findings & set(check.unless))
            if plainer:
                text = f"it shows nothing beside {', '.join(plainer)}, which is a finding, too"
                return _undecided(verdict, text)
            if self.doubtful and only_strangers:
                return verdict._replace(evidence=f"{verdict.evidence}; {_DOUBT}")
        if verdict.name in ("finding", "sound") and self.contradicted and only_trusted:
            return _undecided(verdict, "the server does not treat this host as trusted")
        if verdict.name == "sound" and verdict.by_refusal:
            if self.failed:
                controls = ", ".join(self.failed)
                return _undecided(verdict, f"it is no proof, as {controls} has not passed")
            if self.doubtful and only_strangers:
                return _undecided(verdict, "the server relays for this host, so it is no stranger")
        return verdict

    def _vantage(self, verdict: Verdict) -> Verdict:
        """Note what the server does for this host. It is a fact, and a finding of no check."""
        reply = verdict.decided_by.reply if verdict.decided_by is not None else None
        if reply is not None and reply.code // 100 in (2, 5) and verdict.name == "sound":
            accepted = reply.code // 100 == 2
            self.measured = _RELAYS if accepted else _REFUSES
        if self.doubtful:
            text = "the server relays for this host: it relays for strangers, or the host is"
            return _undecided(verdict, f"{text} trusted; compare with another host")
        if self.contradicted:
            return _undecided(verdict, "the server does not relay for this host")
        return verdict


def _undecided(verdict: Verdict, reason: str) -> Verdict:
    evidence = f"{verdict.evidence}; {reason}"
    return verdict._replace(name="undecided", evidence=evidence, by_refusal=False)

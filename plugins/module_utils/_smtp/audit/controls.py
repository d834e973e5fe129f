# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controls of an audit, without which a verdict shows nothing. No I/O.

A *positive control* is a dialogue that the server must accept. As long as it has not, a refusal may
be that of a server that refuses everything, so it does not make a check sound.

The *control of the vantage* shows whether the server relays for this host, which the user says to
be untrusted, trusted, or to log in. It asks with a sender of the server's own domain and with that
of a stranger, in its replies `own` and `stranger`. From one host alone, a server that relays for
everybody cannot be told from one that relays for this host, because both accept. Two hosts can.
"""

from __future__ import annotations

import typing as t

from .model import Verdict

if t.TYPE_CHECKING:
    from .model import Answer, Check, Vantage

    # What the server does for this host without a login.
    Measured = t.Literal["relays", "relays for own senders", "does not relay", "unknown"]
else:
    Measured = str

_RELAYS: Measured = "relays"
_RELAYS_OWN: Measured = "relays for own senders"
_REFUSES: Measured = "does not relay"
_UNKNOWN: Measured = "unknown"

# By the first digits of the replies to an own sender and to a stranger.
_MEASURED: dict[tuple[int, int], Measured] = {
    (2, 2): _RELAYS,
    (5, 2): _RELAYS,
    (2, 5): _RELAYS_OWN,
    (5, 5): _REFUSES,
}

# What an acceptance shows of a host that is said to be untrusted, if the server relays for it.
_DOUBT = "unless this host has relay rights, which one host alone cannot tell from an open relay"


class Controls:
    """The controls of one audit, as their verdicts come in. `claimed` is the user's vantage."""

    def __init__(self, claimed: Vantage) -> None:
        self.claimed = claimed
        self.measured = _UNKNOWN
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

    def revised(
        self, check: Check, verdict: Verdict, answers: t.Mapping[str, Answer] | None = None
    ) -> Verdict:
        """Return a verdict as the controls allow it, and note what it shows.

        `answers` are those to the control of the vantage.
        """
        if check.is_control == "vantage":
            return self._vantage(verdict, answers or {})
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
                return _undecided(verdict, "the server relays for this host, as for no stranger")
        return verdict

    def _vantage(self, verdict: Verdict, answers: t.Mapping[str, Answer]) -> Verdict:
        """Note what the server does for this host. It is a fact, and a finding of no check."""
        own, stranger = (
            _first_digit(answers.get(name) or verdict.decided_by) for name in ("own", "stranger")
        )
        self.measured = _MEASURED.get((own, stranger), _UNKNOWN)
        if self.doubtful:
            text = "the server relays for this host: it is an open relay, or it trusts the host"
            return _undecided(verdict, f"{text}; compare with another host")
        if self.contradicted:
            return _undecided(verdict, "the server does not relay for this host")
        return verdict


def _first_digit(answer: Answer | None) -> int:
    return 0 if answer is None or answer.reply is None else answer.reply.code // 100


def _undecided(verdict: Verdict, reason: str) -> Verdict:
    evidence = f"{verdict.evidence}; {reason}"
    return verdict._replace(name="undecided", evidence=evidence, by_refusal=False)

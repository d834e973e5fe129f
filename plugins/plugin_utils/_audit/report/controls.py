# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether what strangers were refused is a policy, or the server refuses everything. No I/O.

A relay must accept mail of trusted clients, and a submission service that of users that log in. No
host without these rights can see that. So what one host is refused counts only if another host of
the run has passed the positive control, or if the same host was accepted with another recipient.
Otherwise the refusal may be due to a blocklist that has the host, or to a server out of service,
and says nothing about the next stranger.
"""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import first_few

from .audits import FINDING, SOUND, UNDECIDED

if t.TYPE_CHECKING:
    from ..load import Entry
    from .audits import Audit, Outcome

# The check in which the server first accepts a recipient of its own, from a stranger.
ACCEPTS_OWN = "relay-25"

_RELAYS = ("relays", "relays for own senders")
_WHO = {"trusted": "host with relay rights", "authed": "host that logs in"}
_MAX_HOSTS = 5


def revised(audits: Sequence[Audit], entries: Mapping[str, Entry]) -> list[Audit]:
    """Return audits with refusals that are no proof as undecided, and with the doubt on them."""
    at_places: dict[str, list[Audit]] = {}
    for audit in audits:
        at_places.setdefault(audit.place or audit.server, []).append(audit)
    doubts: dict[tuple[str, str], str | None] = {}
    found = []
    for audit in audits:
        key = audit.place or audit.server, audit.profile
        if key not in doubts:
            doubts[key] = _doubt_at(at_places[key[0]], _controls(audit.profile, entries))
        found.append(_revised(audit, doubts[key], entries))
    return found


def _doubt_at(audits: Sequence[Audit], controls: Mapping[str, str]) -> str | None:
    """Return why refusals at one address of a server are no proof, or None."""
    if not controls or any(_has_passed(one, controls) for one in audits):
        return None
    able = list(dict.fromkeys(one.host for one in audits if one.claimed in controls.values()))
    if able:
        return f"{', '.join(controls)} has not passed from {first_few(able, _MAX_HOSTS)}"
    who = " or ".join(_WHO[one] for one in sorted(set(controls.values())))
    return f"no {who} was in the run"


def _controls(profile: str, entries: Mapping[str, Entry]) -> dict[str, str]:
    """Return the positive controls that a stranger cannot make, each with its vantage."""
    return {
        name: entry.check.vantages[0]
        for name, entry in entries.items()
        if entry.check.is_control == "positive"
        and profile in entry.check.profiles
        and "untrusted" not in entry.check.vantages
    }


def _has_passed(audit: Audit, controls: Mapping[str, str]) -> bool:
    """Return whether the server has accepted mail to another domain from this host."""
    return audit.measured in _RELAYS or any(one in controls for one in audit.passed)


def _accepts_own(audit: Audit) -> bool:
    """Return whether the host was accepted with one recipient, and not refused for itself."""
    outcome = audit.by_id.get(ACCEPTS_OWN)
    return outcome is not None and outcome.verdict in (SOUND, FINDING)


def _revised(audit: Audit, doubt: str | None, entries: Mapping[str, Entry]) -> Audit:
    if doubt is None or audit.claimed != "untrusted" or _accepts_own(audit):
        return audit
    if not any(_is_refusal(one, entries[one.id]) for one in audit.outcomes):
        return audit
    outcomes = [
        dataclasses.replace(
            one, verdict=UNDECIDED, evidence=f"{one.evidence}; it is no proof, as {doubt}"
        )
        if _is_refusal(one, entries[one.id])
        else one
        for one in audit.outcomes
    ]
    return dataclasses.replace(audit, outcomes=outcomes, doubt=doubt)


def _is_refusal(outcome: Outcome, entry: Entry) -> bool:
    """Return whether a sound verdict about strangers alone rests on a refusal."""
    code = (outcome.reply or {}).get("code") or 0
    about_strangers = entry.check.vantages == ("untrusted",) and not entry.check.is_control
    return about_strangers and code >= 500 and outcome.verdict == SOUND

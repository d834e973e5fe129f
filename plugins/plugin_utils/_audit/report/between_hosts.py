# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What only several hosts can find: that one of them is told something else. No I/O.

The DNS may tell one host other addresses than the next (check `dn-split`). A firewall that inspects
SMTP may take extensions out of what a server offers on one path (check `ban-middlebox`). The hosts
have returned what they were told, as facts.
"""

from __future__ import annotations

import collections
import dataclasses
import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import first_few, quantity

from .audits import FINDING, SOUND

if t.TYPE_CHECKING:
    from .audits import Audit

SPLIT, MIDDLEBOX = "dn-split", "ban-middlebox"

# The extensions that a server offers to all clients alike, or not at all. It may well offer AUTH or
# XCLIENT to some of them only.
_FOR_ALL = (
    "STARTTLS",
    "PIPELINING",
    "CHUNKING",
    "BINARYMIME",
    "8BITMIME",
    "DSN",
    "SMTPUTF8",
    "ENHANCEDSTATUSCODES",
)

_MAX_HOSTS = 3
_MAX_SHOWN = 120

# What was asked, and what was answered: by answer, the hosts that got it.
_Answers = Mapping[str, Mapping[tuple[str, ...], list[str]]]


def compared(audits: Sequence[Audit]) -> list[Audit]:
    """Return the audits with the verdicts on both checks that a comparison gives."""
    views: dict[tuple[str, str], list[Audit]] = {}
    paths: dict[tuple[str, str, str], list[Audit]] = {}
    for audit in audits:
        if SPLIT in audit.by_id and audit.facts.get("dns"):
            views.setdefault((audit.server, audit.facts["dns_view"]), []).append(audit)
        if MIDDLEBOX in audit.by_id:
            for ip in _offers(audit):
                paths.setdefault((audit.server, audit.claimed, ip), []).append(audit)
    answers = {view: _answers(its) for view, its in views.items()}
    offers = {path: _offers_on(path[2], its) for path, its in paths.items()}
    return [_revised(audit, answers, offers) for audit in audits]


def _answers(audits: Sequence[Audit]) -> _Answers:
    found: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for audit in audits:
        for question, records in audit.facts["dns"].items():
            found.setdefault(question, {}).setdefault(tuple(sorted(records)), []).append(audit.host)
    return found


def _offers(audit: Audit) -> dict[str, Sequence[str]]:
    """Return the keywords that each address has offered to a host."""
    addresses = audit.facts.get("addresses", ())
    return {one["ip"]: one["keywords"] for one in addresses if one["keywords"] is not None}


def _offers_on(ip: str, audits: Sequence[Audit]) -> Mapping[str, list[str]]:
    """Return the hosts to which an address offers each extension that is for all."""
    found: dict[str, list[str]] = collections.defaultdict(list)
    for audit in audits:
        for keyword in _offers(audit)[ip]:
            if keyword in _FOR_ALL:
                found[keyword].append(audit.host)
    return found


def _revised(
    audit: Audit,
    answers: Mapping[tuple[str, str], _Answers],
    offers: Mapping[tuple[str, str, str], Mapping[str, list[str]]],
) -> Audit:
    verdicts: dict[str, tuple[str, str]] = {}
    if SPLIT in audit.by_id and audit.facts.get("dns"):
        told = answers[audit.server, audit.facts["dns_view"]]
        verdicts.update(_on_answers(audit, told))
    if MIDDLEBOX in audit.by_id and audit.by_id[MIDDLEBOX].verdict == SOUND:
        for ip, keywords in _offers(audit).items():
            verdicts.update(_on_offer(ip, keywords, offers[audit.server, audit.claimed, ip]))
    if not verdicts:
        return audit
    outcomes = [
        dataclasses.replace(one, verdict=verdicts[one.id][0], evidence=verdicts[one.id][1])
        if one.id in verdicts
        else one
        for one in audit.outcomes
    ]
    return dataclasses.replace(audit, outcomes=outcomes)


def _on_answers(audit: Audit, answers: _Answers) -> dict[str, tuple[str, str]]:
    """Return the verdict on what the DNS has told a host, if there is another to compare with."""
    same = 0
    for question, records in audit.facts["dns"].items():
        own = tuple(sorted(records))
        for other, hosts in answers[question].items():
            if other != own:
                says = f"{question} is {_shown(own)} here, and {_shown(other)} from {_names(hosts)}"
                return {SPLIT: (FINDING, says)}
        same = max(same, len(answers[question][own]) - 1)
    if not same:
        return {}
    return {SPLIT: (SOUND, f"the same answers as from {quantity(same, 'other host')}")}


def _on_offer(
    ip: str, keywords: Sequence[str], offered: Mapping[str, list[str]]
) -> dict[str, tuple[str, str]]:
    """Return the verdict on what an address offers a host, if others are offered more."""
    missing = [one for one in _FOR_ALL if one in offered and one not in keywords]
    if not missing:
        return {}
    says = (
        f"{ip} offers {', '.join(missing)} to {_names(offered[missing[0]])}, and not to this host:"
        " something on the way takes it out, or several servers with this address differ"
    )
    return {MIDDLEBOX: (FINDING, says)}


def _shown(records: Sequence[str]) -> str:
    text = ", ".join(records) or "nothing"
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."


def _names(hosts: Sequence[str]) -> str:
    return first_few(hosts, _MAX_HOSTS)

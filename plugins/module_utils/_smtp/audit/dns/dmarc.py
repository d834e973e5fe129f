# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the domain asks of receivers of forged mail (RFC 7489). No I/O but `ask`."""

from __future__ import annotations

import typing as t

from ..model import Verdict
from .tags import tags_of, versions

if t.TYPE_CHECKING:
    from .asker import Asker
    from .subject import Subject

_VERSION = "DMARC1"
_POLICIES = ("none", "quarantine", "reject")

# Limits on the parent domains and on the other domains that are asked.
_MAX_PARENTS = 4
_MAX_REPORTS = 4


class Policies(t.NamedTuple):
    """The records of a domain, or of the parent that has some.

    `permits` are the domains that reports are to go to, and whether each permits it.
    """

    domain: str
    owner: str
    records: tuple[str, ...]
    permits: t.Mapping[str, bool]


def ask(asker: Asker, subject: Subject) -> Verdict:
    """Look up the record, and whether those permit it that reports are to go to."""
    domain = subject.own_domain.rstrip(".").lower()
    for owner in (domain, *_parents(domain)):
        records = _records(asker, owner)
        if records:
            break
    permits = {}
    for other in _report_domains(records[0] if len(records) == 1 else "", owner):
        texts = asker.texts(f"{owner}._report._dmarc.{other}")
        permits[other] = bool(versions(texts, _VERSION))
    return judge(Policies(domain, owner, tuple(records), permits))


def judge(found: Policies) -> Verdict:
    """Judge the record."""
    domain, owner, records, permits = found
    if not records:
        return Verdict("finding", f"{domain} has no DMARC record")
    if len(records) > 1:  # section 6.6.3
        return Verdict("finding", f"{owner} has {len(records)} DMARC records, so all are ignored")
    tags = tags_of(records[0])
    tag = "sp" if owner != domain and "sp" in tags else "p"
    policy = tags.get(tag, "").lower()
    if policy not in _POLICIES:
        return Verdict("finding", f"the DMARC record of {owner} has no valid {tag}: {records[0]}")
    if policy == "none":
        text = f"the DMARC policy of {owner} is {tag}=none: forged mail is delivered"
        return Verdict("finding", text)
    refused = [other for other, permitted in permits.items() if not permitted]
    if refused:
        text = f"{refused[0]} does not permit that DMARC reports on {owner} go there"
        return Verdict("finding", text)
    return Verdict("sound", f"the DMARC policy of {owner} is {tag}={policy}")


def _records(asker: Asker, domain: str) -> list[str]:
    return versions(asker.texts(f"_dmarc.{domain}"), _VERSION)


def _parents(domain: str) -> list[str]:
    """Return the domains above, that of the top level left out.

    A list of public suffixes would be needed to know the one of the organization. The public
    suffixes themselves have no such record.
    """
    labels = domain.split(".")
    return [".".join(labels[index:]) for index in range(1, len(labels) - 1)][-_MAX_PARENTS:]


def _report_domains(record: str, owner: str) -> list[str]:
    """Return the domains of others that reports are to go to (section 7.1).

    Domains with the same last two labels count as one organization.
    """
    tags = tags_of(record)
    targets = [one for name in ("rua", "ruf") for one in tags.get(name, "").split(",")]
    found = []
    for target in targets:
        scheme, _colon, address = target.strip().partition(":")
        domain = address.partition("!")[0].rpartition("@")[2].lower()
        if scheme.lower() == "mailto" and domain.split(".")[-2:] != owner.split(".")[-2:]:
            found.append(domain)
    return [one for one in dict.fromkeys(found) if one][:_MAX_REPORTS]

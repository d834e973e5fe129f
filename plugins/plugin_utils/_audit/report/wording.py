# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The texts that the formats of a report of audits have in common. No I/O."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import first_few, quantity

from .audits import NOT_APPLICABLE, SOUND, UNDECIDED, VERDICT_WORDS
from .vantages import NO_CONTROL

if t.TYPE_CHECKING:
    from .audits import Audit
    from .changes import Change
    from .model import AuditReport, Finding, Sighting
    from .vantages import Statement

# The names of mail servers, as their makers write them.
PRODUCTS = {
    "postfix": "Postfix",
    "exim": "Exim",
    "sendmail": "Sendmail",
    "opensmtpd": "OpenSMTPD",
    "exchange": "Exchange",
    "dovecot": "Dovecot",
    "haraka": "Haraka",
}

# Limit on the hosts that are named together.
_MAX_HOSTS = 6

# Limit on the different evidence of a finding that is told. A server may tell each host something
# else, such as the address of the host or the id of a message.
_MAX_EVIDENCE = 5


def headline(report: AuditReport) -> str:
    """Return the result in a sentence. What several hosts have seen counts as one finding."""
    counts = {**report.counts, "finding": len(report.findings)}
    return f"{_scope(report)}: {counts_text(counts, always=True)}"


def brief_headline(report: AuditReport) -> str:
    """Return the headline of a page that has the other counts below it."""
    counts = {
        **dict.fromkeys(report.counts, 0),
        "finding": len(report.findings),
        "no_result": report.counts["no_result"],
    }
    return f"{_scope(report)}: {counts_text(counts, always=True)}"


def _scope(report: AuditReport) -> str:
    hosts, servers = quantity(len(report.hosts), "host"), quantity(len(report.servers), "server")
    return f"{servers}, audited from {hosts}"


def counts_text(counts: Mapping[str, int], *, always: bool = False) -> str:
    """Return the number of checks with each verdict. `always` names findings if there are none."""
    parts = []
    if counts["finding"] or always:
        parts.append(quantity(counts["finding"], "finding"))
    parts += [
        f"{counts[one]:,} {VERDICT_WORDS[one]}"
        for one in (SOUND, UNDECIDED, NOT_APPLICABLE)
        if counts[one]
    ]
    if counts.get("no_result"):
        parts.append(f"{quantity(counts['no_result'], 'audit')} without a result")
    return ", ".join(parts)


def state(report: AuditReport, audit: Audit) -> str:
    """Return what an audit comes to: its counts, or why it proves nothing."""
    problem = report.problem_of(audit)
    if audit.problem is not None:
        return str(problem)
    counts = counts_text(audit.counts)
    if problem is not None:
        return f"{problem} ({counts})"
    return f"{counts}; ended early: {audit.ended_early}" if audit.ended_early else counts


def measured(audit: Audit) -> str:
    """Return what the server does for a host, beside what the user says of it."""
    if audit.problem is not None:
        return ""
    if audit.profile == "none":  # it is not asked to relay
        return f"said to be {audit.claimed}"
    return f"said to be {audit.claimed}; the server {_MEASURED[audit.measured]}"


_MEASURED = {
    "relays": "relays for it without a login",
    "relays for own senders": "relays for it without a login, if the sender is of its own domain",
    "does not relay": "does not relay for it without a login",
    "unknown": "did not show whether it relays for it",
}


def vantages(sightings: Sequence[Sighting]) -> str:
    """Return the hosts, each with its vantage."""
    return first_few([one.audit.vantage for one in sightings], _MAX_HOSTS)


def others(finding: Finding) -> str:
    """Return what other hosts have found, or an empty text."""
    parts = []
    for verdict in (SOUND, UNDECIDED):
        found = [one for one in finding.others if one.outcome.verdict == verdict]
        if found:
            parts.append(f"{VERDICT_WORDS[verdict]} from {vantages(found)}")
    return "; ".join(parts)


def evidence(finding: Finding) -> list[tuple[str, str]]:
    """Return the evidence that most hosts have, each with these hosts."""
    return [(text, vantages(its)) for text, its in _by_evidence(finding)[:_MAX_EVIDENCE]]


def other_evidence(finding: Finding) -> str:
    """Return which hosts have evidence that is left out, or an empty text."""
    return vantages([one for _text, its in _by_evidence(finding)[_MAX_EVIDENCE:] for one in its])


def _by_evidence(finding: Finding) -> list[tuple[str, list[Sighting]]]:
    found: dict[str, list[Sighting]] = {}
    for one in finding.seen:
        found.setdefault(one.outcome.evidence, []).append(one)
    return sorted(found.items(), key=lambda one: -len(one[1]))


def compared(report: AuditReport, finding: Finding) -> Iterator[str]:
    """Yield what a comparison of vantages says about a finding."""
    for one in report.statements_on[finding.server]:
        about_relaying = not one.check and finding.entry.check.vantages == (one.claimed,)
        if one.what == NO_CONTROL:
            continue  # it is about what was refused
        if one.check == finding.entry.check.id or about_relaying:
            yield one.says


def changes_needed(finding: Finding) -> list[tuple[str, str]]:
    """Return what to change, by the name of the mail server."""
    return [(PRODUCTS[name], text) for name, text in finding.entry.change.items()]


def bears_on(finding: Finding) -> str:
    """Return references, and items of STIG and CIS."""
    return "; ".join([*finding.entry.references, *finding.entry.controls])


def statement_text(statement: Statement) -> str:
    """Return a comparison of vantages as a line."""
    check = f" {statement.check}:" if statement.check else ""
    return f"{statement.server}:{check} {statement.says}"


def change_text(change: Change) -> str:
    """Return a change since the baseline as a line."""
    what = change.check or "the audit"
    before, after = (VERDICT_WORDS.get(one, one) for one in (change.before, change.after))
    return f"{what} at {change.server} from {change.host} ({change.vantage}): {before}, now {after}"

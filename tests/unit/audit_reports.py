# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of audits: of one server or two, from hosts that say what the test wants."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import Entry, entries_from
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.as_json import render
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.audits import (
    Audit,
    Outcome,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.compare import (
    Baseline,
    compare,
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.model import AuditReport

CREATED = "2026-11-28T12:00:00Z"
MADE_BY = "mailops.smtp 0.2.0, ansible-core 2.19.4"

# What a hostile server says: markup of pages, terminals and templates, and a formula.
NASTY = "=1+1 <script>alert(1)</script> & | `x` **b** {{ 7 * 7 }} ]]> @root \u202e\x1b[2J"

_STEPS = ["MAIL FROM:<{stranger}>", "RCPT TO:<{other_user}>"]


def _row(identity: str, **keys: t.Any) -> dict[str, t.Any]:
    return {
        "id": identity,
        "proves": f"{identity} is as it should be.",
        "finding": f"{identity} is not as it should be.",
        "steps": _STEPS,
        "want": {"rcpt": "refused"},
        **keys,
    }


def _entries() -> dict[str, Entry]:
    groups = {
        "helo": [_row("helo-01")],
        "controls": [
            _row("ctl-vantage", is_control="vantage", want={"rcpt": "any"}),
            _row("ctl-local", is_control="positive", want={"rcpt": "accepted"}),
        ],
        "relay": [
            _row(
                "relay-02",
                **{"from": ["untrusted"]},
                change={"postfix": "Set `mynetworks` to what may relay.", "exim": "See the ACL."},
                references=["RFC 5321 section 3.6.2", "CVE-1999-0512"],
                controls=["STIG RHEL-09-252050 (V-257951)"],
            ),
            _row("relay-17", **{"from": ["untrusted"]}),
        ],
    }
    found = [one for group, rows in groups.items() for one in entries_from(rows, group)]
    return {one.check.id: one for one in found}


ENTRIES = _entries()

REFUSED = {
    "command": "RCPT TO:<bob@example.net>",
    "code": 554,
    "enhanced_code": "5.7.1",
    "text": "5.7.1 Relay access denied",
}
ACCEPTED = {**REFUSED, "code": 250, "enhanced_code": "2.1.5", "text": "2.1.5 Ok"}
TRANSCRIPT = ("[0.000] C: RCPT TO:<bob@example.net>", "[0.010] S: 250 2.1.5 Ok")


def outcome(identity: str, verdict: str, evidence: str | None = None) -> Outcome:
    """Return the verdict of a check, with the reply that decided."""
    reply = ACCEPTED if verdict == "finding" else REFUSED
    shown = f"{reply['command']}: {reply['code']} {reply['text']}"
    return Outcome(
        id=identity,
        verdict=verdict,
        evidence=evidence or shown,
        reply=reply,
        transcript=TRANSCRIPT if verdict == "finding" else (),
        seconds=0.25,
    )


def audit(host: str = "web1", server: str = "relay:25", **changes: t.Any) -> Audit:
    """Return an audit. A change named as a check, with _ for -, is its verdict."""
    verdicts = {"ctl-local": "sound", "relay-02": "sound", "relay-17": "sound"}
    fields = {field.name for field in dataclasses.fields(Audit)}
    for name in [one for one in changes if one not in fields]:
        verdicts[name.replace("_", "-")] = changes.pop(name)
    known: dict[str, t.Any] = {
        "claimed": "untrusted",
        "measured": "does not relay",
        "outcomes": [outcome(name, verdict) for name, verdict in verdicts.items()],
        "connections": 3,
        "seconds": 1.5,
    }
    return Audit(host=host, server=server, **{**known, **changes})


def lost(host: str = "web9", server: str = "relay:25", problem: str = "no route") -> Audit:
    """Return an audit without a result."""
    return audit(host, server, outcomes=(), problem=problem, measured="unknown")


def report_of(*audits: Audit, since: Baseline | None = None) -> AuditReport:
    """Return a report, compared with a baseline."""
    report = AuditReport(audits=audits, entries=ENTRIES, created=CREATED, made_by=MADE_BY)
    if since is None:
        return report
    return dataclasses.replace(report, comparison=compare(report, since))


def baseline_of(*audits: Audit) -> Baseline:
    """Return the baseline that a report of audits is, by way of its file."""
    return read_baseline("".join(render(report_of(*audits))))


def nasty_report() -> AuditReport:
    """Return a report in which all texts of a host are those of an attacker."""
    from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.read import (
        Registered,
        read_audits,
    )

    check = {"id": "relay-02", "verdict": "finding", "evidence": NASTY, "transcript": [NASTY]}
    reply = {"command": NASTY, "code": 250, "enhanced_code": NASTY, "text": NASTY}
    returned = {"checks": [{**check, "reply": reply}], "ended_early": NASTY}
    result = {"planned": [{"host": "relay", "name": NASTY}], "audits": [returned]}
    return report_of(*read_audits([Registered(NASTY, result)], ENTRIES))

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw docs/audit.png: the page of a made-up audit, as Chromium shows it.

    make lint  # or anything else that makes .venv
    .venv/bin/python tests/tools/audit_screenshot.py

Like screenshot.py, it needs root, and writes the page if it is given a name that ends in .html.
"""

from __future__ import annotations

import dataclasses
import sys
import typing as t
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / ".venv" / "collections"))

from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import (
    checks_of_collection,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report import (
    as_json,
    html,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.audits import (
    Audit,
    Outcome,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.compare import (
    compare,
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.model import (
    AuditReport,
)
from ansible_collections.mailops.smtp.tests.tools import screenshot
from ansible_collections.mailops.smtp.tests.unit import reports

RELAY, MX = "relay.example.com:25", "mx.example.com:25"

# The hosts, each with its vantage.
HOSTS = {"outside1": "untrusted", "outside2": "untrusted", "app1": "trusted"}

TO_STRANGER = "RCPT TO:<smtp-audit-recipient@example.net>: 250 2.1.5 Ok"
REFUSED = "RCPT TO:<smtp-audit-recipient@example.net>: 554 5.7.1 Relay access denied"

# What is wrong: the server, the check, the hosts that see it, and the reply.
FAULTS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    (RELAY, "relay-02", ("outside1",), TO_STRANGER),
    (RELAY, "cmd-vrfy", ("outside1", "outside2"), "VRFY: the replies differ: 252 and 550"),
    (MX, "tls-offered", ("outside1", "outside2", "app1"), "EHLO: no STARTTLS"),
)
UNTIL_YESTERDAY = (MX, "relay-17", ("outside1", "outside2"), TO_STRANGER)


def sample() -> AuditReport:
    """Return the report of today, compared with that of yesterday."""
    before = _report("2026-11-27T12:00:00Z", (*FAULTS[1:], UNTIL_YESTERDAY))
    report = _report("2026-11-28T12:00:00Z", FAULTS)
    baseline = read_baseline("".join(as_json.render(before)))
    return dataclasses.replace(report, comparison=compare(report, baseline))


def _report(created: str, faults: t.Sequence[t.Any]) -> AuditReport:
    entries = {one.check.id: one for one in checks_of_collection()}
    audits = [_audit(host, server, faults) for host in HOSTS for server in (RELAY, MX)]
    return AuditReport(audits=audits, entries=entries, created=created, made_by=reports.MADE_BY)


def _audit(host: str, server: str, faults: t.Sequence[t.Any]) -> Audit:
    claimed, profile = HOSTS[host], "mx" if server == MX else "relay"
    found = {check: text for at, check, seen, text in faults if at == server and host in seen}
    relays = claimed == "trusted" or "relay-02" in found
    return Audit(
        host=host,
        server=server,
        claimed=claimed,
        profile=profile,
        measured="relays" if relays else "does not relay",
        outcomes=list(_outcomes(claimed, profile, found)),
        connections=21,
        seconds=4.2,
    )


def _outcomes(claimed: str, profile: str, found: t.Mapping[str, str]) -> t.Iterator[Outcome]:
    for entry in checks_of_collection():
        check = entry.check
        if check.risk or profile not in check.profiles:
            continue
        verdict, evidence = "sound", REFUSED
        if claimed not in check.vantages:
            verdict, evidence = "not_applicable", f"it is not for a host that is {claimed}"
        if check.id in found:
            verdict, evidence = "finding", found[check.id]
        lines = ["[0.000] S: 220 relay.example.com ESMTP Postfix", f"[0.210] {evidence}"]
        transcript = lines if verdict == "finding" else []
        yield Outcome(id=check.id, verdict=verdict, evidence=evidence, transcript=transcript)


def main() -> int:
    """Write the picture, or the page."""
    default = screenshot.ROOT / "docs" / "audit.png"
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    return screenshot.write(out, "".join(html.render(sample())))


if __name__ == "__main__":
    sys.exit(main())

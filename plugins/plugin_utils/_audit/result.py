# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Join what a probing host has returned with what the controller knows of the checks. No I/O.

A probing host may be compromised. So each value is read as the type that is documented for it, the
verdicts are those of the checks that it was asked to make, and all texts about a check come from
its file.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import VERDICTS

from .._report.untrusted import integer, mapping, number, sequence, text
from .arrival import NOT_KNOWN
from .facts import facts_in

if t.TYPE_CHECKING:
    from .load import Entry

_MAX_CHARACTERS = 1000
_MAX_LINES = 250
_MAX_LINE_CHARACTERS = 2000
_MAX_NAMES = 50

_MEASURED = ("relays", "relays for own senders", "does not relay", "unknown")
_NOT_RETURNED = "the host has returned no verdict"


def joined(result: Mapping[str, t.Any], entries: Sequence[Entry], claimed: str) -> dict[str, t.Any]:
    """Return the documented values of a result, with what the files say of each check."""
    returned = {
        str(one.get("id")): one for one in map(mapping, sequence(result.get("checks"))) if one
    }
    checks = [_check(returned.get(entry.check.id, {}), entry) for entry in entries]
    server, vantage = mapping(result.get("server")), mapping(result.get("vantage"))
    measured = vantage.get("measured")
    return {
        "checks": checks,
        "summary": {name: sum(one["verdict"] == name for one in checks) for name in VERDICTS},
        "vantage": {
            "claimed": claimed,
            "measured": measured if measured in _MEASURED else "unknown",
            "controls_passed": _names(vantage.get("controls_passed"), entries),
            "controls_failed": _names(vantage.get("controls_failed"), entries),
        },
        "server": {
            "host": text(server.get("host"), _MAX_CHARACTERS),
            "port": integer(server.get("port")),
        },
        "facts": facts_in(result.get("facts")),
        "connections": integer(result.get("connections")),
        "seconds": number(result.get("seconds")),
        "ended_early": text(result.get("ended_early"), _MAX_CHARACTERS),
    }


def _check(returned: Mapping[str, t.Any], entry: Entry) -> dict[str, t.Any]:
    verdict = returned.get("verdict")
    if verdict not in VERDICTS:
        verdict = "undecided"
    evidence = text(returned.get("evidence"), _MAX_CHARACTERS) or _NOT_RETURNED
    if entry.arrival and verdict == "finding":
        verdict, evidence = "undecided", f"{evidence}{NOT_KNOWN}"
    lines = sequence(returned.get("transcript"))[:_MAX_LINES]
    return {
        "id": entry.check.id,
        "group": entry.group,
        "proves": entry.check.proves,
        "risk": entry.check.risk,
        "verdict": verdict,
        "evidence": evidence,
        "reply": _reply(returned.get("reply")),
        "transcript": [text(one, _MAX_LINE_CHARACTERS) or "" for one in lines],
        "seconds": number(returned.get("seconds")),
        "connections": integer(returned.get("connections")),
        "token": text(returned.get("token"), _MAX_CHARACTERS),
        "finding": entry.finding,
        "change": dict(entry.change),
        "references": list(entry.references),
        "controls": list(entry.controls),
    }


def _reply(returned: t.Any) -> dict[str, t.Any] | None:
    reply = mapping(returned)
    code = integer(reply.get("code"))
    if code is None:
        return None
    return {
        "command": text(reply.get("command"), _MAX_CHARACTERS) or "",
        "code": code,
        "enhanced_code": text(reply.get("enhanced_code"), _MAX_NAMES),
        "text": text(reply.get("text"), _MAX_CHARACTERS) or "",
    }


def _names(returned: t.Any, entries: Sequence[Entry]) -> list[str]:
    """Return the ids of checks among what was returned."""
    names = sequence(returned)
    return [entry.check.id for entry in entries if entry.check.id in names]

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the return values of the module from the report of an audit. No I/O."""

from __future__ import annotations

import typing as t

from ..._net.text import escape
from .model import VERDICTS

if t.TYPE_CHECKING:
    from ..options.plan import Plan
    from .auditor import Report, Result
    from .model import Answer

# Limits on what is returned of one check, which quotes a server.
_MAX_CHARACTERS = 1000
_MAX_LINES = 200
_MAX_LINE_CHARACTERS = 2000


def result_of(report: Report, plan: Plan) -> dict[str, t.Any]:
    """Return the documented return values. They are printable and bounded."""
    controls = report.controls
    return {
        "checks": [_check(one) for one in report.results],
        "summary": {
            name: sum(one.verdict.name == name for one in report.results) for name in VERDICTS
        },
        "vantage": {
            "claimed": controls.claimed,
            "measured": controls.measured,
            "controls_passed": controls.passed,
            "controls_failed": list(controls.failed),
        },
        "server": {"host": plan.endpoint.host or plan.endpoint.socket, "port": plan.endpoint.port},
        "connections": report.connections,
        "seconds": round(report.seconds, 3),
        "ended_early": None if report.ended_early is None else _shown(report.ended_early),
    }


def _check(result: Result) -> dict[str, t.Any]:
    verdict = result.verdict
    return {
        "id": result.check.id,
        "verdict": verdict.name,
        "evidence": _shown(verdict.evidence),
        "reply": None if verdict.decided_by is None else _reply(verdict.decided_by),
        "transcript": _bounded(result.transcript),
        "seconds": round(result.seconds, 3),
        "connections": result.connections,
        "token": result.token,
    }


def _reply(answer: Answer) -> dict[str, t.Any] | None:
    """Return the reply that decided, or None if no reply did."""
    if answer.reply is None:
        return None
    return {
        "command": _shown(answer.command),
        "code": answer.reply.code,
        "enhanced_code": answer.reply.enhanced_code,
        "text": _shown(answer.reply.text),
    }


def _bounded(lines: t.Sequence[str]) -> list[str]:
    """Return a transcript, of a long one the first and the last lines, and how many there are."""
    shown = [line[:_MAX_LINE_CHARACTERS] for line in lines]
    left_out = len(shown) - _MAX_LINES
    if left_out <= 0:
        return shown
    half = _MAX_LINES // 2
    return [*shown[:half], f"({left_out} more lines)", *shown[-half:]]


def _shown(text: str) -> str:
    return escape(text)[:_MAX_CHARACTERS]

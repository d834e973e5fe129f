# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the return values of the module from a diagnosis. No I/O."""

from __future__ import annotations

import typing as t

from ..._net.text import escape

if t.TYPE_CHECKING:
    from .investigation import Investigation
    from .model import Diagnosis

# Limit on each text, which may quote a server.
_MAX_CHARACTERS = 1000


def result_of(diagnosis: Diagnosis, investigation: Investigation) -> dict[str, t.Any]:
    """Return the documented return values. They are printable and bounded, and have no secrets."""
    masked = investigation.transcript.masked

    def shown(text: str) -> str:
        return masked(escape(text))[:_MAX_CHARACTERS]

    return {
        "certainty": diagnosis.certainty,
        "cause": diagnosis.cause.cause,
        "cause_id": diagnosis.cause.id,
        "evidence": [
            {name: shown(text) for name, text in evidence._asdict().items()}
            for evidence in diagnosis.evidence
        ],
        "advice": [advice.text for advice in diagnosis.advice],
        "unasked": [shown(text) for text in diagnosis.unasked],
        "transcript": investigation.transcript.lines,
        "connections": investigation.budget.connections,
        "seconds": round(investigation.budget.seconds, 3),
    }

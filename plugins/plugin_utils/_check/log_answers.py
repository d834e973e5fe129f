# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make answers for the report of what the log of a server says. No I/O."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.catalogue.index import (
    look_up,
)

from .server_log import evidence_of

_MAX_CHARACTERS = 1_000


def failed_result(registered: t.Any, use: str, position: int) -> Mapping[str, t.Any]:
    """Return a result that a host has registered in this use of the role, or an empty one."""
    found = registered if isinstance(registered, Mapping) else {}
    results = found.get("results") if found.get("use") == use else None
    if not isinstance(results, Sequence) or not 0 <= position < len(results):
        return {}
    result = results[position]
    return result if isinstance(result, Mapping) else {}


def answer_of_log(found: Mapping[str, t.Any], failed: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return what the log says of a failed dialogue, or why it says nothing.

    The cause and its advice are those of the catalogue here, not texts of the host with the log.
    """
    log = evidence_of(found, failed)
    advice = look_up([log.cause_id]) if log.cause_id else []
    if not log.evidence:
        message = found.get("msg")
        reasons = [message] if isinstance(message, str) and message else log.unasked
        problem = "; ".join(reasons) or "the log has no line of this dialogue"
        return {"problem": escape(problem[:_MAX_CHARACTERS])}
    return {
        "certainty": log.certainty,
        "cause": advice[0].cause if advice else "",
        "cause_id": log.cause_id or "",
        "evidence": log.evidence,
        "advice": [one.text for one in advice],
        "unasked": log.unasked,
    }

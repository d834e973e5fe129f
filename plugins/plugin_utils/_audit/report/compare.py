# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare a report with the json report of an earlier audit. No I/O.

A check became *worse* if it is a finding now and was none, or if it is undecided and was sound. It
became *better* the other way round.
"""

from __future__ import annotations

import dataclasses
import json
import typing as t
from collections.abc import Iterator, Mapping

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import VERDICTS

from ..._report.untrusted import mapping, sequence, text
from .audits import FINDING, NOT_APPLICABLE, SOUND, UNDECIDED
from .changes import BETTER, WORSE, Change, Comparison, Key, key_of

if t.TYPE_CHECKING:
    from .audits import Audit
    from .model import AuditReport

# The version of the format of the json report. A new key does not change it.
FORMAT = 1
REPORT = "smtp_audit"

# For a verdict that is not there: the check is new, or was not made.
_NONE = "not made"
_NO_RESULT = "no result"

_RANK = {FINDING: 0, _NO_RESULT: 0, UNDECIDED: 1, SOUND: 2}
_MAX_BYTES = 200_000_000


class BadBaseline(ValueError):
    """The file cannot be compared with. The text says why."""


@dataclasses.dataclass(frozen=True)
class Baseline:
    """The verdicts of an earlier report, by their keys, and the worst of all hosts of a vantage."""

    created: str
    verdicts: Mapping[Key, str]
    of_vantage: Mapping[tuple[str, str, str], str]

    def verdict(self, key: Key) -> str | None:
        """Return the earlier verdict. A new host has that of the others of its vantage."""
        if key in self.verdicts:
            return self.verdicts[key]
        return self.of_vantage.get(key[1:])


def read_baseline(content: str) -> Baseline:
    """Return the baseline in a json report. Raise BadBaseline."""
    if len(content) > _MAX_BYTES:
        raise BadBaseline("it is too large")
    try:
        document = mapping(json.loads(content))
    except (ValueError, RecursionError) as error:
        raise BadBaseline(f"it is not JSON: {error}") from error
    if document.get("report") != REPORT:
        raise BadBaseline("it is no json report of smtp_audit")
    if document.get("format") != FORMAT:
        raise BadBaseline(f"its format is not {FORMAT}, the one of this version")
    verdicts = dict(_verdicts(document))
    worst: dict[tuple[str, str, str], str] = {}
    for key, verdict in verdicts.items():
        kept = worst.setdefault(key[1:], verdict)
        if _rank(verdict) < _rank(kept):
            worst[key[1:]] = verdict
    return Baseline(text(document.get("created"), 40) or "unknown", verdicts, worst)


def _verdicts(document: Mapping[str, t.Any]) -> Iterator[tuple[Key, str]]:
    for audit in map(mapping, sequence(document.get("audits"))):
        host, vantage, server = (
            text(audit.get(name), 1_000) or "" for name in ("host", "from", "server")
        )
        problem = text(audit.get("problem"))
        yield Key(host, vantage, server, ""), _NO_RESULT if problem else SOUND
        for one in map(mapping, sequence(audit.get("checks"))):
            identity, verdict = one.get("id"), one.get("verdict")
            if isinstance(identity, str) and verdict in VERDICTS:
                yield Key(host, vantage, server, identity), str(verdict)


def compare(report: AuditReport, baseline: Baseline) -> Comparison:
    """Return what has changed since a baseline."""
    changes = (
        change
        for audit in report.audits
        for key, after in _now(report, audit)
        for change in _change(key, baseline.verdict(key), after)
    )
    return Comparison(baseline.created, tuple(changes))


def _now(report: AuditReport, audit: Audit) -> Iterator[tuple[Key, str]]:
    yield key_of(audit), _NO_RESULT if report.problem_of(audit) else SOUND
    for one in audit.outcomes:
        yield key_of(audit, one.id), one.verdict


def _change(key: Key, before: str | None, after: str) -> Iterator[Change]:
    """Yield the change of a verdict. What was not made, or is not any more, is no proof."""
    if before == after or after == NOT_APPLICABLE:
        return
    if before in (None, NOT_APPLICABLE) and after not in (FINDING, _NO_RESULT):
        return
    what = WORSE if _rank(after) < _rank(before) else BETTER
    yield Change(what, *key, before or _NONE, after)


def _rank(verdict: str | None) -> int:
    """Return a number that is lower for what is worse."""
    return _RANK.get(verdict or "", len(_RANK))

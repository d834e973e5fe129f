# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide by the mailbox what an acceptance leaves open: whether a message has arrived. No I/O."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping, Sequence

from ..._report.input.receipts import Receipts
from ..._report.model.receipts import MISSING
from ..._report.untrusted import mapping, number, sequence
from ..arrival import NOT_KNOWN
from .audits import FINDING, SOUND

if t.TYPE_CHECKING:
    from ..load import Entry
    from .audits import Audit, Outcome


def with_receipts(
    audits: Sequence[Audit], results: Sequence[t.Any], entries: Mapping[str, Entry]
) -> list[Audit]:
    """Return audits as the mailbox decides them. `results` are those of mail_receipt, if any."""
    if not results:
        return list(audits)
    result = _joined([mapping(one) for one in results])
    receipts, seconds = Receipts(result), number(result.get("timeout"))
    return [
        dataclasses.replace(
            audit,
            outcomes=[
                _decided(one, receipts, seconds) if _is_open(one, entries) else one
                for one in audit.outcomes
            ],
        )
        for audit in audits
    ]


def _joined(results: Sequence[Mapping[str, t.Any]]) -> dict[str, t.Any]:
    """Return several results as one. If one of them is not complete, neither is that."""
    found: dict[str, t.Any] = {}
    for one in results:
        if "receipts" not in one or "kind" in one:
            found.update(kind=one.get("kind"), msg=one.get("msg"))
        found.setdefault("timeout", one.get("timeout"))
    receipts = [item for one in results for item in sequence(one.get("receipts"))]
    return {**found, "receipts": receipts}


def _is_open(outcome: Outcome, entries: Mapping[str, Entry]) -> bool:
    return outcome.token is not None and entries[outcome.id].arrival


def _decided(outcome: Outcome, receipts: Receipts, seconds: float | None) -> Outcome:
    receipt = receipts.of_token(str(outcome.token))
    verdict: str = outcome.verdict
    accepted = outcome.evidence.removesuffix(NOT_KNOWN)
    if receipt.found:
        verdict, seen = FINDING, f"accepted, and relayed: the message was {receipt.sentence}"
    elif receipt.kind == MISSING:
        within = "" if seconds is None else f" within {seconds:g} s"
        verdict, seen = SOUND, f"accepted, but the message was not seen in the mailbox{within}"
    else:
        seen = receipt.reason
    return dataclasses.replace(outcome, verdict=verdict, evidence=f"{accepted}; {seen}")

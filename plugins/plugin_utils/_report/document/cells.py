# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cell as JSON: the form in which a report is kept, and compared with a later one. No I/O.

docs/smtp_report.schema.json describes the whole document. The transcripts of dialogues that passed
are not part of it: they have files of their own, and are as long as all the rest.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ..model.cells import Cell
from ..model.dialogues import Dialogue
from ..untrusted import text
from .schema import PARTS, RECEIPT

# The version of the format. A new key does not change it.
FORMAT = 1

# Limit on the characters of the sentence of a dialogue that did not pass.
MAX_SENTENCE = 10_000

# Each cell is a line that begins with this, so that a later run can read it line by line.
CELL_BEGINS = '    {"host": '


def cell_document(cell: Cell, cause: int | None = None) -> dict[str, t.Any]:
    """Return a cell as the json report has it. `cause` is the number of its cause."""
    return {
        "host": cell.host,
        "server": cell.server,
        "name": cell.label or None,
        "place": cell.place,
        "verdict": cell.verdict,
        "short": cell.short,
        "reasons": cell.reasons,
        "cause": cause,
        **({} if cell.dialogues else {"transcript": cell.file}),
        "dialogues": [_dialogue_document(dialogue) for dialogue in cell.dialogues],
    }


def _dialogue_document(dialogue: Dialogue) -> dict[str, t.Any]:
    seconds = dialogue.seconds
    return {
        "title": dialogue.title,
        "transcript": dialogue.file,
        "passed": dialogue.passed,
        **{part: read(dialogue.result.get(part)) for part, read in PARTS.items()},
        **_receipt_document(dialogue),
        **({} if dialogue.passed else _failed_document(dialogue)),
        "seconds": seconds,
        # The shortest and the longest time, here and in the baselines before.
        "seconds_range": dialogue.seconds_range,
    }


def _failed_document(dialogue: Dialogue) -> dict[str, t.Any]:
    """Return what only a dialogue that did not pass has: its sentence, and its transcript."""
    sentence = text(dialogue.result.get("msg"), MAX_SENTENCE)
    return {"sentence": sentence, "lines": list(dialogue.transcript)}


def _receipt_document(dialogue: Dialogue) -> dict[str, t.Any]:
    """Return the receipt, and the failure of a dialogue whose message did not arrive."""
    receipt, failure = dialogue.receipt, dialogue.failure
    if receipt is None:
        return {"receipt": None}
    document = {"receipt": RECEIPT(receipt.result)}
    if not receipt.found and failure is not None:
        document["failure"] = dataclasses.asdict(failure)
    return document

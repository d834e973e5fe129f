# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of several recipients had the reply of a cause: all of them, or some. No I/O.

A dialogue asks for each recipient, and fails with the reply to one of them. A reply to all of them
does not depend on the recipient.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import first_few

from ..model.cells import Cell, CellKey
from ..model.dialogues import Dialogue, Reply
from .explain import Explanation
from .grid import Grid, indices
from .model import Evidence
from .symptoms import Symptom

_MAX_NAMES = 3
_MAX_CHARACTERS = 60


def recipients_with_reply(
    explanation: Explanation, grid: Grid, cells: Mapping[CellKey, Cell]
) -> Iterator[Evidence]:
    """Say how many recipients had the reply, for the first cell with several recipients."""
    symptom = explanation.symptom
    if not isinstance(symptom, Symptom) or symptom.code is None:
        return
    for at in indices(explanation.servers.bits):
        for host in indices(explanation.cells.get(at, 0)):
            key = grid.hosts[host], grid.servers[at]
            asked = _replies_to_recipients(cells[key].dialogues, symptom.stage)
            same = [one for one in asked if _is_reply_of(symptom, one)]
            if same and len(asked) > 1:
                others = [one for one in asked if not _is_reply_of(symptom, one)]
                yield _evidence(" at ".join(key), same, others)
                return


def _replies_to_recipients(dialogues: tuple[Dialogue, ...], stage: str) -> list[Reply]:
    """Return the replies of the first dialogue at a stage that had a recipient."""
    replies = dialogues[0].replies if dialogues else iter(())
    return [one for one in replies if one.stage == stage and one.recipient]


def _is_reply_of(symptom: Symptom, reply: Reply) -> bool:
    return (reply.code, reply.enhanced_code) == (symptom.code, symptom.enhanced_code)


def _evidence(cell: str, same: list[Reply], others: list[Reply]) -> Evidence:
    asked = len(same) + len(others)
    if not others:
        value = f"{cell}: the same reply for all {asked} recipients"
        return Evidence("recipients", value, "it does not depend on the recipient")
    value = f"{cell}: the same reply for {len(same)} of {asked} recipients: {_names(same)}"
    accepted = all(one.accepted for one in others)
    says = "the server accepts the others" if accepted else "the others had other replies"
    return Evidence("recipients", value, f"{says}, so it depends on the recipient")


def _names(replies: list[Reply]) -> str:
    """Return the first recipients, and how many more there are."""
    return first_few([(one.recipient or "")[:_MAX_CHARACTERS] for one in replies], _MAX_NAMES)

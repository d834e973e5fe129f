# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Add to each cause how to check it, what to change, and the advice of a user's own rows.

Both are texts of the controller: the catalogue of this collection, and the rows of its user. They
are chosen by the facts of a failed dialogue, and by the cause that a diagnosis has found.
"""

from __future__ import annotations

import dataclasses
import itertools
import typing as t
from collections.abc import Mapping

from ..._advice.explain import advice_for
from ..._advice.own_rows import OwnRows
from ..._advice.remedy import Remedy, remedies
from ..causes.model import Cause, Causes, WhatToDo
from ..model.cells import Cell
from ..model.matrix import Matrix

_MAX_ADVICE = 5


def with_remedies(causes: Causes, matrix: Matrix, own_rows: OwnRows) -> Causes:
    """Return the causes with what to do."""
    found = tuple(_with(cause, matrix.by_host, own_rows) for cause in causes.found)
    return dataclasses.replace(causes, found=found)


def _with(cause: Cause, cells: Mapping[str, Mapping[str, Cell]], own_rows: OwnRows) -> Cause:
    """Return a cause with what to do, by the first of its cells."""
    host, server = cause.cells[0]
    failed = cells[host][server].broken[:1]
    likely = advice_for(failed[0].result, own_rows) if failed else []
    own = [one["advice"] for one in likely if one["id"] in own_rows.advice]
    advice = dict.fromkeys((*own, *cause.advice))
    ids = [cause.diagnosis.cause_id] if cause.diagnosis and cause.diagnosis.cause_id else []
    return dataclasses.replace(
        cause,
        advice=tuple(itertools.islice(advice, _MAX_ADVICE)),
        to_do=_to_do([*ids, *(one["id"] for one in likely)], own_rows),
    )


def _to_do(ids: t.Sequence[str], own_rows: OwnRows) -> WhatToDo | None:
    """Return what to do about the first cause."""
    if not ids:
        return None
    remedy = own_rows.remedies.get(ids[0]) or remedies().get(ids[0], Remedy())
    if not remedy.check and not remedy.change:
        return None
    return WhatToDo(ids[0], tuple(remedy.check), tuple(remedy.change.items()))

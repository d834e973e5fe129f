# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cause: one thing to mend, and the red cells that it explains. No I/O."""

from __future__ import annotations

import dataclasses
import typing as t

from ..model.cells import CellKey

# Where a cause lies, and so who can mend it.
Where = t.Literal["server", "host", "path", "policy", "mailbox", "options", "mixed"]

# How sure it is. `proven` needs an experiment: one change that changed the answer. `consistent` is
# what fits all cells, with nothing against it.
Certainty = t.Literal["proven", "consistent", "open"]


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """A fact that bears on a cause: what was looked at, what was found, and what that says."""

    fact: str
    value: str
    says: str


@dataclasses.dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a host has found out about a cell, when it asked the server again, or read its log.

    `cause` is a sentence, and `cause_id` its id in the table of advice. `unasked` says what could
    not be asked. `transcript` has every line of the follow-ups. `of_log` is whether the host has
    read the log of the server, which may name no cause. `problem` says why there is no diagnosis,
    or is empty.
    """

    host: str
    server: str
    certainty: Certainty = "open"
    cause: str = ""
    cause_id: str = ""
    evidence: tuple[Evidence, ...] = ()
    advice: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    transcript: tuple[str, ...] = ()
    connections: int | None = None
    seconds: float | None = None
    of_log: bool = False
    problem: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class WhatToDo:
    """How to check a cause by commands, and what to change in which server. `id` is the cause's."""

    id: str
    check: tuple[str, ...] = ()
    change: tuple[tuple[str, str], ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Cause:
    """One explanation of red cells.

    `hosts` and `servers` are named as in the matrix. `groups` are the inventory groups, or the
    networks, that the hosts were named by. `stage`, `kind`, `code` and `enhanced_code` are what all
    its cells have in common; `stage` is empty where the module did not run. `diagnosis` is what a
    host that shows it has found out, or None if no host was asked. `to_do` is None if nothing is
    known.
    """

    sentence: str
    where: Where
    stage: str
    kind: str
    code: int | None
    enhanced_code: str | None
    hosts: tuple[str, ...]
    groups: tuple[str, ...]
    servers: tuple[str, ...]
    cells: tuple[CellKey, ...]
    certainty: Certainty
    evidence: tuple[Evidence, ...]
    advice: tuple[str, ...]
    diagnosis: Diagnosis | None = None
    to_do: WhatToDo | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Causes:
    """The causes, the one that explains most cells first, and the cells that none explains."""

    found: tuple[Cause, ...] = ()
    unexplained: tuple[CellKey, ...] = ()

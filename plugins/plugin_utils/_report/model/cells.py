# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cell: one probing host and one server as the user named it, which is a target. No I/O.

With `mx` or `every_address` it has several dialogues, and has passed when all of them have.
"""

from __future__ import annotations

import dataclasses
import itertools

from .dialogues import HOST_KINDS, Dialogue, Failure
from .verdict import ERROR, FAILED, PASSED, Verdict

# So many sentences of one cell are told.
_MAX_TOLD = 100

CellKey = tuple[str, str]  # host, server


@dataclasses.dataclass(frozen=True, slots=True)
class Missing:
    """Why there is no dialogue: in a word or two for the matrix, and in a sentence."""

    verdict: Verdict  # ERROR or NOT_RUN
    short: str
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """One host and one server. It has dialogues, or `missing` says why it has none."""

    host: str
    server: str
    dialogues: tuple[Dialogue, ...] = ()
    missing: Missing | None = None
    file: str = ""  # of its transcript, where there is no dialogue that has one
    label: str = ""  # what the user calls the server, and where it is
    place: str = ""

    @property
    def key(self) -> CellKey:
        """Its host and its server."""
        return self.host, self.server

    @property
    def name(self) -> str:
        """What it is called; no two cells of a report are called the same."""
        return f"{self.host} → {self.server}"

    @property
    def verdict(self) -> Verdict:
        """One of VERDICTS."""
        if self.missing is not None:
            return self.missing.verdict
        verdicts = [dialogue.verdict for dialogue in self.dialogues]
        return next((verdict for verdict in (FAILED, ERROR) if verdict in verdicts), PASSED)

    @property
    def unasked(self) -> bool:
        """Whether it is an error of the host, which could not ask, and so none of the server."""
        if self.verdict != ERROR:
            return False
        return all(dialogue.kind in HOST_KINDS for dialogue in self.broken)

    @property
    def passed(self) -> bool:
        """Whether every dialogue passed."""
        return self.verdict == PASSED

    @property
    def broken(self) -> list[Dialogue]:
        """The dialogues that did not pass."""
        return [dialogue for dialogue in self.dialogues if not dialogue.passed]

    @property
    def short(self) -> str:
        """What became of it, in a word or two: ok, a code, a kind of failure, unreachable."""
        if self.missing is not None:
            return self.missing.short
        broken = self.broken
        if not broken:
            # Of several that passed, the one that says most: its message took its time, or is junk.
            return max((dialogue.short for dialogue in self.dialogues), key=len, default="ok")
        of = f" {len(broken)}/{len(self.dialogues)}" if len(self.dialogues) > 1 else ""
        return broken[0].short + of

    @property
    def reasons(self) -> list[str]:
        """Why it did not pass: a sentence, or one for each dialogue that did not."""
        if self.missing is not None:
            return [self.missing.reason]
        if len(self.dialogues) == 1:
            return [dialogue.reason for dialogue in self.broken]
        broken = self.broken
        sentence = [f"{dialogue.title}: {dialogue.reason}" for dialogue in broken[:_MAX_TOLD]]
        if len(broken) > _MAX_TOLD:
            sentence.append(f"and {len(broken) - _MAX_TOLD:,} more")
        return sentence

    @property
    def advice(self) -> list[str]:
        """What to check next, the most likely first."""
        failures = (dialogue.failure for dialogue in self.broken)
        found = (advice for failure in failures if failure for advice in failure.advice)
        return list(itertools.islice(found, _MAX_TOLD))

    @property
    def failure(self) -> Failure | None:
        """The failure of the first dialogue that did not pass."""
        return next((dialogue.failure for dialogue in self.broken), None)

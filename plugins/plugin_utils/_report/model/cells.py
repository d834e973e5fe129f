# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cell: one probing host and one target, which is a server as the user named it. No I/O.

With `mx` or `every_address` a cell has several dialogues. It passes if all of them pass.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable

from .dialogues import Dialogue
from .failures import HOST_KINDS, Failure
from .verdict import ERROR, FAILED, PASSED, Verdict

# Limit on the reasons of a cell, and on its pieces of advice.
_MAX_SENTENCES = 100

# Why a cell has no dialogue, in a word or two. No host, and no shard, chooses another.
WITHOUT_RESULT = ("unreachable", "no result", "not run", "no shard", "bad shard")

CellKey = tuple[str, str]  # host, server


@dataclasses.dataclass(frozen=True, slots=True)
class Missing:
    """Why a cell has no dialogue: in a word or two for the matrix, and in a sentence."""

    verdict: Verdict  # ERROR or NOT_RUN
    short: str
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """One host and one server. A cell has dialogues, or `missing` says why it has none."""

    host: str
    server: str
    dialogues: tuple[Dialogue, ...] = ()
    missing: Missing | None = None
    file: str = ""  # the transcript of its first dialogue, or its own if it has no dialogue
    label: str = ""  # the name that the user gave the server
    place: str = ""  # the address of the server, without that name
    # Returns its line in a json report that has it already, as the renderer would write it.
    line: Callable[[], str] | None = dataclasses.field(default=None, compare=False, repr=False)

    @property
    def key(self) -> CellKey:
        """The host and the server. No two cells of a report have the same."""
        return self.host, self.server

    @property
    def name(self) -> str:
        """The key as a text."""
        return f"{self.host} → {self.server}"

    @property
    def verdict(self) -> Verdict:
        """What became of the cell."""
        if self.missing is not None:
            return self.missing.verdict
        verdicts = [dialogue.verdict for dialogue in self.dialogues if not dialogue.passed]
        if not verdicts:
            return PASSED
        return FAILED if FAILED in verdicts else ERROR

    @property
    def unasked(self) -> bool:
        """Whether the host could not ask the server, so that nothing is known about the server."""
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
        """The outcome in a word or two: ok, a reply code, a kind of failure, unreachable."""
        if self.missing is not None:
            return self.missing.short
        broken = self.broken
        if not broken:
            # The longest text of the dialogues says most, such as that a message is junk.
            return max((dialogue.short for dialogue in self.dialogues), key=len, default="ok")
        of = f" {len(broken)}/{len(self.dialogues)}" if len(self.dialogues) > 1 else ""
        return broken[0].short + of

    @property
    def reasons(self) -> list[str]:
        """Why the cell did not pass: a sentence for each dialogue that did not."""
        if self.missing is not None:
            return [self.missing.reason]
        if len(self.dialogues) == 1:
            return [dialogue.reason for dialogue in self.broken]
        broken = self.broken
        sentences = [f"{dialogue.title}: {dialogue.reason}" for dialogue in broken[:_MAX_SENTENCES]]
        if len(broken) > _MAX_SENTENCES:
            sentences.append(f"and {len(broken) - _MAX_SENTENCES:,} more")
        return sentences

    @property
    def advice(self) -> list[str]:
        """What to check next, the most likely first."""
        failures = (dialogue.failure for dialogue in self.broken)
        found = (advice for failure in failures if failure for advice in failure.advice)
        return list(itertools.islice(found, _MAX_SENTENCES))

    @property
    def failure(self) -> Failure | None:
        """The failure of the first dialogue that did not pass."""
        return next((dialogue.failure for dialogue in self.broken), None)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a report is about: hosts down, servers across, and in each cell the dialogues. No I/O.

A cell is one probing host and one server as the user named it: a target. With `mx` or
`every_address` it has several dialogues, and has passed when all of them have. A dialogue looks at
the result that the module returned: what is in there is read when it is asked for (`reading`), so
that fifty thousand of them take no memory of their own.
"""

from __future__ import annotations

import collections
import dataclasses
import functools
import re
import typing as t
from collections.abc import Iterator, Mapping, Sequence

from . import receipts
from .reading import mapping, number, sequence, text, whole

if t.TYPE_CHECKING:
    from .compare import Comparison
    from .receipts import Receipt

PASSED = "passed"
FAILED = "failed"  # the server has answered, and not as it should
ERROR = "error"  # nobody has answered: an outage, or a host that could not probe
NOT_RUN = "not_run"  # planned, and the play has not come to it

VERDICTS = (PASSED, FAILED, ERROR, NOT_RUN)

# Failures of these kinds are outages: nothing is known of how the server answers, or whether the
# message arrived.
OUTAGES = ("resolve", "connect", "timeout", "disconnect", receipts.UNCONFIRMED)


@dataclasses.dataclass(frozen=True, slots=True)
class Failure:
    """Why a dialogue did not pass. `advice` is what to check next, the most likely first."""

    stage: str
    kind: str
    code: int | None
    enhanced_code: str | None
    text: str
    advice: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Reply:
    """One reply of the server's; `text` is its first line, `command` is None for the greeting."""

    stage: str
    command: str | None
    code: int | None
    enhanced_code: str | None
    text: str
    seconds: float | None
    accepted: bool
    tls: bool
    recipient: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Certificate:
    """What a server's certificate says. `not_after` is such as 2026-12-30T23:59:59Z."""

    subject: str
    issuer: str
    not_after: str
    days_left: int | None
    sha256: str


@dataclasses.dataclass(frozen=True, slots=True)
class Dialogue:
    """One dialogue: its title for people, its file name (`SERVER-PORT.txt`), and the result.

    `receipt` is what became of its message, None where none was looked for.
    """

    title: str
    file: str
    result: Mapping[str, t.Any]
    receipt: Receipt | None = None

    @property
    def passed(self) -> bool:
        """Whether it passed, and its message arrived. Only what says so has."""
        arrived = self.receipt is None or self.receipt.found
        return self.result.get("passed") is True and arrived

    @property
    def verdict(self) -> str:
        """One of VERDICTS."""
        if self.passed:
            return PASSED
        failure = self.failure
        return ERROR if failure is None or failure.kind in OUTAGES else FAILED

    @property
    def failure(self) -> Failure | None:
        """Why it did not pass; None where the result does not say."""
        if self.result.get("passed") is True:
            return self._lost
        found = mapping(self.result.get("failure"))
        stage, kind = text(found.get("stage")), text(found.get("kind"))
        if stage is None or kind is None:
            return None
        return Failure(
            stage,
            kind,
            whole(found.get("code")),
            text(found.get("enhanced_code")),
            text(found.get("text")) or "",
            tuple(filter(None, map(text, sequence(found.get("advice"))))),
        )

    @property
    def why(self) -> str:
        """Why it did not pass, in a sentence that does not name the server."""
        failure = self.failure
        said = text(self.result.get("msg"))
        if failure is None:
            return said or "the result does not say why"
        if failure.stage == receipts.STAGE:
            return f"{failure.text} ({failure.kind})"
        if said is None:
            words = [failure.code, failure.enhanced_code, failure.text or failure.kind]
            said = f"{' '.join(str(word) for word in words if word)} at {failure.stage}"
        return f"{re.sub(r'^[^ ]+ port [0-9]+: ', '', said)} ({failure.kind})"

    @property
    def short(self) -> str:
        """What became of it, in a word: ok, a code, or a kind of failure."""
        failure = self.failure
        if self.passed:
            return self.receipt.short if self.receipt else "ok"
        if failure is None:
            return "no result"
        return str(failure.code or failure.kind)

    @property
    def replies(self) -> Iterator[Reply]:
        """The replies, in the order of the wire."""
        for reply in map(mapping, sequence(self.result.get("replies"))):
            lines = sequence(reply.get("lines"))
            yield Reply(
                text(reply.get("stage")) or "",
                text(reply.get("command")),
                whole(reply.get("code")),
                text(reply.get("enhanced_code")),
                (text(lines[0]) if lines else None) or "",
                number(reply.get("seconds")),
                reply.get("accepted") is True,
                reply.get("tls") is True,
                text(reply.get("recipient")),
            )

    @property
    def seconds(self) -> dict[str, float]:
        """How long each stage took, name resolution (`resolve`), and all stages (`total`)."""
        found = mapping(self.result.get("seconds"))
        known = {text(stage) or "": number(value) for stage, value in found.items()}
        return {stage: value for stage, value in known.items() if value is not None}

    @property
    def certificate(self) -> Certificate | None:
        """The server's certificate, None where none was seen."""
        found = mapping(mapping(self.result.get("tls")).get("certificate"))
        if not found:
            return None
        return Certificate(
            text(found.get("subject")) or "",
            text(found.get("issuer")) or "",
            text(found.get("not_after")) or "",
            whole(found.get("days_left")),
            text(found.get("sha256")) or "",
        )

    @property
    def transcript(self) -> Iterator[str]:
        """The lines of the dialogue."""
        return filter(None, map(text, sequence(self.result.get("transcript"))))

    @property
    def _lost(self) -> Failure | None:
        """Say that the message did not arrive, as a failure of what comes after the dialogue."""
        receipt = self.receipt
        if receipt is None or receipt.kind is None:
            return None
        return Failure(receipts.STAGE, receipt.kind, None, None, receipt.why, receipt.advice)

    def part(self, name: str) -> Mapping[str, t.Any]:
        """Give a part of the result that is a dictionary, such as `server`, as it is: not clean."""
        return mapping(self.result.get(name))


@dataclasses.dataclass(frozen=True, slots=True)
class Missing:
    """Why there is no dialogue: in a word or two for the matrix, and in a sentence."""

    verdict: str  # ERROR or NOT_RUN
    short: str
    why: str


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """One host and one server. It has dialogues, or `missing` says why it has none."""

    host: str
    server: str
    dialogues: tuple[Dialogue, ...] = ()
    missing: Missing | None = None
    file: str = ""  # of its transcript, where there is no dialogue that has one

    @property
    def name(self) -> str:
        """What it is called; no two cells of a report are called the same."""
        return f"{self.host} → {self.server}"

    @property
    def verdict(self) -> str:
        """One of VERDICTS."""
        if self.missing is not None:
            return self.missing.verdict
        verdicts = [dialogue.verdict for dialogue in self.dialogues]
        return next((verdict for verdict in (FAILED, ERROR) if verdict in verdicts), PASSED)

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
            return [self.missing.why]
        if len(self.dialogues) == 1:
            return [dialogue.why for dialogue in self.broken]
        return [f"{dialogue.title}: {dialogue.why}" for dialogue in self.broken]

    @property
    def advice(self) -> list[str]:
        """What to check next, the most likely first."""
        failures = [dialogue.failure for dialogue in self.broken]
        return [advice for failure in failures if failure for advice in failure.advice]

    @property
    def failure(self) -> Failure | None:
        """The failure of the first dialogue that did not pass."""
        return next((dialogue.failure for dialogue in self.broken), None)


@dataclasses.dataclass(frozen=True)
class Report:
    """All cells, in the order of the hosts and, for each host, of its servers.

    `created` is such as 2026-11-24T12:00:00Z. A host need not have been meant to probe every
    server: where it was not, there is no cell.
    """

    created: str
    made_by: str
    hosts: tuple[str, ...]
    servers: tuple[str, ...]
    cells: Sequence[Cell]
    comparison: Comparison | None = None

    @functools.cached_property
    def counts(self) -> dict[str, int]:
        """Count the cells: `total`, and each of VERDICTS."""
        counted = collections.Counter(cell.verdict for cell in self.cells)
        return {"total": len(self.cells), **{verdict: counted[verdict] for verdict in VERDICTS}}

    @property
    def broken(self) -> list[Cell]:
        """The cells that did not pass, and should have been run."""
        return [cell for cell in self.cells if cell.verdict in (FAILED, ERROR)]

    @property
    def rows(self) -> Iterator[tuple[str, list[Cell | None]]]:
        """Give each host with its cells, one for each server, None where there is none."""
        found: dict[str, dict[str, Cell]] = {host: {} for host in self.hosts}
        for cell in self.cells:
            found[cell.host][cell.server] = cell
        for host, cells in found.items():
            yield host, [cells.get(server) for server in self.servers]

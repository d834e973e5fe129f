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
import itertools
import re
import typing as t
from collections.abc import Iterator, Mapping, Sequence

from ..untrusted import brief, mapping, number, sequence, text, whole
from . import receipts

if t.TYPE_CHECKING:
    from ..compare.compare import Comparison
    from .receipts import Receipt

PASSED = "passed"
FAILED = "failed"  # the server has answered, and not as it should
ERROR = "error"  # no answer came, or the probing host could not ask
NOT_RUN = "not_run"  # planned, and the play has not come to it

VERDICTS = (PASSED, FAILED, ERROR, NOT_RUN)

# A failure of one of these kinds says nothing of the server: the probing host lacks something, or
# the module has a fault.
OF_THE_HOST = ("local", "internal")

# After a failure of one of these nothing is known of how the server answers, or whether the message
# arrived.
OUTAGES = (
    "resolve", "connect", "timeout", "disconnect", *OF_THE_HOST, receipts.UNCONFIRMED
)  # fmt: skip

# A reply that is good where the user expected another: the code alone would not say what is wrong.
_EXPECTATION = "expectation"
_WHERE, _WAS_EXPECTED = ", where ", " was expected"  # so ends the module's sentence

# Characters of a word, such as a kind of failure; of what stands in a cell of the matrix; and of a
# sentence. The module's own are shorter. And how many sentences of one cell are told.
_MAX_WORD = 60
_MAX_SHORT = 40
_MAX_TEXT = 10_000
_MAX_TOLD = 100


@dataclasses.dataclass(frozen=True, slots=True)
class Failure:
    """Why a dialogue did not pass. `advice` is what to check next, the most likely first.

    `expected` is what the user expected instead, empty where that is not known.
    """

    stage: str
    kind: str
    code: int | None
    enhanced_code: str | None
    text: str
    advice: tuple[str, ...]
    expected: str = ""


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
        kind = self.kind
        return ERROR if kind is None or kind in OUTAGES else FAILED

    @property
    def kind(self) -> str | None:
        """The kind of its failure; None where the result does not say."""
        if self.result.get("passed") is True:
            return self.receipt.kind if self.receipt is not None else None
        found = mapping(self.result.get("failure"))
        stage, kind = brief(found.get("stage"), _MAX_WORD), brief(found.get("kind"), _MAX_WORD)
        return kind if stage is not None else None

    @property
    def failure(self) -> Failure | None:
        """Why it did not pass; None where the result does not say."""
        if self.result.get("passed") is True:
            return self._lost
        found, kind = mapping(self.result.get("failure")), self.kind
        stage = brief(found.get("stage"), _MAX_WORD)
        if stage is None or kind is None:
            return None
        advice = itertools.islice(sequence(found.get("advice")), _MAX_TOLD)
        return Failure(
            stage,
            kind,
            whole(found.get("code")),
            brief(found.get("enhanced_code"), _MAX_WORD),
            brief(found.get("text"), _MAX_TEXT) or "",
            tuple(filter(None, (brief(one, _MAX_TEXT) for one in advice))),
            self._expected,
        )

    @property
    def why(self) -> str:
        """Why it did not pass, in a sentence that does not name the server."""
        failure = self.failure
        said = self._said
        if failure is None:
            return said or "the result does not say why"
        if failure.stage == receipts.STAGE:
            return f"{failure.text} ({failure.kind})"
        if said is None:
            words = [failure.code, failure.enhanced_code, failure.text or failure.kind]
            said = f"{' '.join(str(word) for word in words if word)} at {failure.stage}"
        return f"{re.sub(r'^[^ ]+ port [0-9]{1,9}: ', '', said)} ({failure.kind})"

    @property
    def short(self) -> str:
        """What became of it, in a word: ok, a code, or a kind of failure."""
        failure = self.failure
        if self.passed:
            return self.receipt.short if self.receipt else "ok"
        if failure is None:
            return "no result"
        if failure.kind == _EXPECTATION:
            return self._not_as_expected(failure)
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
    def _said(self) -> str | None:
        """The module's own sentence."""
        return brief(self.result.get("msg"), _MAX_TEXT)

    @property
    def _expected(self) -> str:
        """What the user expected instead; empty where the module's sentence does not say."""
        _before, where, expected = (self._said or "").rpartition(_WHERE)
        found = where and expected.endswith(_WAS_EXPECTED)
        return expected.removesuffix(_WAS_EXPECTED) if found else ""

    def _not_as_expected(self, failure: Failure) -> str:
        short = f"{failure.code}, expected {failure.expected}"
        known = failure.code and failure.expected and len(short) <= _MAX_SHORT
        return short if known else "not as expected"

    @property
    def _lost(self) -> Failure | None:
        """Say that the message did not arrive, as a failure of what comes after the dialogue."""
        receipt = self.receipt
        if receipt is None or receipt.kind is None:
            return None
        return Failure(receipts.STAGE, receipt.kind, None, None, receipt.why, receipt.advice)

    def part(self, name: str) -> Mapping[str, t.Any]:
        """Return a part of the result that is a dictionary, such as `server`, not cleaned."""
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
    label: str = ""  # what the user calls the server, and where it is
    place: str = ""

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
    def unasked(self) -> bool:
        """Whether it is an error of the host, which could not ask, and so none of the server."""
        if self.verdict != ERROR:
            return False
        return all(dialogue.kind in OF_THE_HOST for dialogue in self.broken)

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
        broken = self.broken
        told = [f"{dialogue.title}: {dialogue.why}" for dialogue in broken[:_MAX_TOLD]]
        if len(broken) > _MAX_TOLD:
            told.append(f"and {len(broken) - _MAX_TOLD:,} more")
        return told

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

    @functools.cached_property
    def broken(self) -> list[Cell]:
        """The cells that did not pass, and should have been run."""
        return [cell for cell in self.cells if cell.verdict in (FAILED, ERROR)]

    @functools.cached_property
    def unasked(self) -> int:
        """How many cells are errors of the host, which could not ask."""
        return sum(cell.unasked for cell in self.cells)

    @functools.cached_property
    def by_host(self) -> dict[str, dict[str, Cell]]:
        """Each host with its cells by their servers.

        There is no place for a server that a host was not to ask: a host that makes up servers
        makes the report of no other host longer.
        """
        found: dict[str, dict[str, Cell]] = {host: {} for host in self.hosts}
        for cell in self.cells:
            found[cell.host][cell.server] = cell
        return found

    @property
    def rows(self) -> Iterator[tuple[str, list[Cell | None]]]:
        """Return each host with its cells, one for each server, None where there is none."""
        for host, cells in self.by_host.items():
            yield host, [cells.get(server) for server in self.servers]

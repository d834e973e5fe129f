# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cells of one shard in little memory: numbers in arrays, and texts in tables.

What nearly every renderer asks of a dialogue is kept. Its replies, its transcript, and all else are
read again from the file when somebody asks for them.
"""

from __future__ import annotations

import array
import bisect
import dataclasses
import functools
import json
import typing as t
from collections.abc import Iterator, Mapping

from ..model.cells import Cell, Missing
from ..model.dialogues import Dialogue
from ..model.receipts import Receipt
from . import passing_line
from .documents import Identity, ReadCell, ReadDialogue, name_of, read_cell
from .shard_file import BadShard, ShardFile, loaded
from .tables import NOT_KEPT, Renumbering, Tables

# What is kept of the result of a dialogue that did not pass, beside the parts in tables.
_OF_FAILED = ("passed", "failure", "msg", "client")

_TOTAL = "total"

# A dialogue takes more bytes in a file. A cell with more dialogues than a few is not one of ours,
# and would need a hundred times the memory of its line.
_LEAST_BYTES = 60
_FEW = 100

# Stand for no code, and for one that is not kept: it is unknown, or too large for an array.
_NO_CODE = -1
_CODE_NOT_KEPT = -2


class Segment:
    """The cells of a shard, by their positions, and its dialogues by theirs."""

    def __init__(self, file: ShardFile, tables: Tables) -> None:
        self.file = file
        self.tables = tables
        self.spans: list[tuple[str, int, int]] = []  # the first and the last cell of each host
        self.identities = array.array("I")
        self.not_passed = array.array("I")
        self._missing: dict[int, tuple[Missing, str]] = {}
        self._offsets = array.array("Q")
        self._lengths = array.array("I")
        self._is_written = bytearray()  # whether the line is as the renderer would write it
        self._first = array.array("I")  # the first dialogue of each cell
        self._names = array.array("I")
        self._parts = {name: array.array("I") for name in tables.parts}
        self._values = _values_of(tables)
        self._codes = array.array("i")
        self._stages = array.array("I")
        self._seconds_at = array.array("I")
        self._seconds = array.array("d")
        self._failed: dict[int, dict[str, t.Any]] = {}
        self._receipts: dict[int, Receipt] = {}
        self._unlike_seconds: dict[int, dict[str, float]] = {}
        self._place_of_total: dict[int, int | None] = {}
        self._last_host = (b"", "")
        self._read_again: tuple[int, ReadCell] | None = None

    def __len__(self) -> int:
        return len(self.identities)

    # Adding

    def add(self, offset: int, line: bytes) -> None:
        """Add the cell of a line. Raise BadShard."""
        host = self._add_passing(line)
        self._is_written.append(host is not None)
        if host is None:
            cell = read_cell(loaded(line.rstrip().rstrip(b",")))
            if len(cell.dialogues) > max(_FEW, len(line) // _LEAST_BYTES):
                raise BadShard("a cell has more dialogues than it has room for")
            host = self._add_any(cell)
        self._offsets.append(offset)
        self._lengths.append(len(line))
        at = len(self.identities) - 1
        if self.spans and self.spans[-1][0] == host:
            self.spans[-1] = (host, self.spans[-1][1], at + 1)
        else:
            self.spans.append((host, at, at + 1))

    def _add_passing(self, line: bytes) -> str | None:
        """Add the cell of a line that is as the renderer writes it, or return None."""
        found = passing_line.matched(line)
        if found is None:
            return None
        host = self._host(found["host"])
        identity = self._identity(found["identity"])
        if host is None or identity is None:
            return None
        name = self._name(found["title"], found["file"], identity)
        seconds = passing_line.seconds_of(found["seconds"], found["ranges"])
        numbers = [table.number_of_text(found[part]) for part, table in self.tables.parts.items()]
        if name is None or seconds is None or None in numbers:
            return None
        self._first.append(len(self._names))
        self.identities.append(identity)
        self._names.append(name)
        for column, number in zip(self._parts.values(), numbers, strict=True):
            column.append(t.cast(int, number))
        code = passing_line.last_code(found["replies"])
        self._codes.append(_CODE_NOT_KEPT if code is None else code)
        self._add_seconds(self._stages_of(seconds.stages), seconds.values)
        return host

    def _host(self, written: bytes) -> str | None:
        """Return the name of a host, which is mostly that of the line before."""
        if written != self._last_host[0]:
            value = loaded(written)
            if name_of(value) != value or _written(value) != written:
                return None
            self._last_host = (written, value)
        return self._last_host[1]

    def _identity(self, written: bytes) -> int | None:
        known = self.tables.identities.by_text
        if written not in known:
            whole = b'"server": ' + written
            cell = loaded(b"{" + whole + b"}")
            identity = Identity(cell["server"], cell["name"] or "", cell["place"])
            same = read_cell({**cell, "dialogues": []}).identity == identity
            same = same and cell["name"] != "" and _written(cell) == b"{" + whole + b"}"
            known[written] = self.tables.identities.number_of(identity) if same else None
        return known[written]

    def _name(self, title: bytes, file: bytes, identity: int) -> int | None:
        known = self.tables.names.by_text
        key = (title, file, identity)
        if key not in known:
            document = {"title": loaded(title), "transcript": loaded(file)}
            server = self.tables.identities.values[identity]
            (read,) = read_cell(
                {**server._asdict(), "dialogues": [{**document, "passed": True}]}
            ).dialogues
            same = (read.title, read.file) == (document["title"], document["transcript"])
            same = same and _written(read.title) == title
            known[key] = self.tables.names.number_of((read.title, read.file)) if same else None
        return known[key]

    def _stages_of(self, stages: tuple[bytes, ...]) -> int:
        known = self.tables.stages.by_text
        if stages not in known:
            known[stages] = self.tables.stages.number_of(tuple(one.decode() for one in stages))
        return t.cast(int, known[stages])

    def _add_seconds(self, stages: int, values: list[float]) -> None:
        self._stages.append(stages)
        self._seconds_at.append(len(self._seconds))
        self._seconds.extend(values)

    def _add_any(self, cell: ReadCell) -> str:
        """Add a cell that was read from JSON."""
        at = len(self.identities)
        self._first.append(len(self._names))
        self.identities.append(self.tables.identities.number_of(cell.identity))
        if cell.missing is not None:
            self._missing[at] = (cell.missing, cell.file)
        for dialogue in cell.dialogues:
            self._add_dialogue(dialogue)
        if not self.cell(at, cell.host).passed:
            self.not_passed.append(at)
        return cell.host

    def _add_dialogue(self, read: ReadDialogue) -> None:
        at = len(self._names)
        dialogue = Dialogue(read.title, read.file, read.result, read.receipt)
        self._names.append(self.tables.names.number_of((read.title, read.file)))
        values = {**read.result, "address": dialogue.client_address}
        for name, table in self.tables.parts.items():
            self._parts[name].append(table.number_of(values[name]))
        code = dialogue.last_code
        kept = code if code is not None and 0 <= code < 1_000_000 else _CODE_NOT_KEPT
        self._codes.append(_NO_CODE if code is None else kept)
        seconds = dialogue.seconds
        if all(isinstance(one, float) for one in seconds.values()):
            self._add_seconds(self.tables.stages.number_of(tuple(seconds)), list(seconds.values()))
        else:
            self._unlike_seconds[at] = seconds
            self._add_seconds(self.tables.stages.number_of(()), [])
        if read.receipt is not None:
            self._receipts[at] = dataclasses.replace(read.receipt, result={})
        if not dialogue.passed:
            self._failed[at] = {name: read.result[name] for name in _OF_FAILED}

    def move_to(self, tables: Tables, renumbered: dict[Tables, Renumbering]) -> None:
        """Refer to the parts in other tables. `renumbered` has the numbers of other segments."""
        own = self.tables
        known = renumbered.get(own)
        if known is None:
            known = renumbered[own] = Renumbering(own, tables)
        self.tables = tables
        self.identities = array.array("I", map(known.identities.__getitem__, self.identities))
        self._names = array.array("I", map(known.names.__getitem__, self._names))
        self._stages = array.array("I", map(known.stages.__getitem__, self._stages))
        for name, column in self._parts.items():
            numbers = known.parts[name]
            self._parts[name] = array.array("I", map(numbers.__getitem__, column))
        self._values = _values_of(tables)
        self._place_of_total.clear()

    # Making cells

    def cell(self, at: int, host: str) -> Cell:
        """Return the cell at a position."""
        server, label, place = self.tables.identities.values[self.identities[at]]
        if at in self._missing:
            missing, file = self._missing[at]
            return Cell(host, server, (), missing, file, label, place)
        dialogues = tuple([self._dialogue(one) for one in self._dialogues_of(at)])
        line = functools.partial(self._line, at) if self._is_written[at] else None
        return Cell(host, server, dialogues, None, dialogues[0].file, label, place, line)

    def title(self, at: int) -> str:
        """Return the server of a cell."""
        return self.tables.identities.values[self.identities[at]].server

    def files(self, at: int) -> list[str]:
        """Return the names of the transcripts of a cell."""
        missing = self._missing.get(at)
        if missing is not None:
            return [missing[1]]
        return [self.tables.names.values[self._names[one]][1] for one in self._dialogues_of(at)]

    def set_files(self, at: int, files: list[str]) -> None:
        """Give the transcripts of a cell other names. Its line is then not as it was."""
        missing = self._missing.get(at)
        if missing is not None:
            self._missing[at] = (missing[0], files[0])
        for one, file in zip(self._dialogues_of(at), files, strict=False):
            title, _file = self.tables.names.values[self._names[one]]
            self._names[one] = self.tables.names.number_of((title, file))
        self._is_written[at] = 0

    def file_numbers(self, start: int, stop: int) -> bytes:
        """Return bytes that are the same for spans of cells with the same dialogues and files."""
        first = self._first[start] if start < len(self._first) else len(self._names)
        end = self._first[stop] if stop < len(self._first) else len(self._names)
        return self._names[first:end].tobytes()

    def address(self, at: int) -> str | None:
        """Return the address that the first dialogue of a cell connected from."""
        return self.client_address(self._first[at])

    def durations(self, at: int) -> list[float]:
        """Return the seconds of each dialogue of a cell, 0 where they are unknown."""
        return [max(0, self.total_seconds(one) or 0) for one in self._dialogues_of(at)]

    def has_dialogues(self, at: int) -> bool:
        """Return whether a cell has dialogues."""
        return at not in self._missing

    def _dialogues_of(self, at: int) -> range:
        end = self._first[at + 1] if at + 1 < len(self._first) else len(self._names)
        return range(self._first[at], end)

    def _line(self, at: int) -> str:
        return self._content(at).rstrip(b",\n").decode("ascii")

    def _content(self, at: int) -> bytes:
        return self.file.again(self._offsets[at], self._lengths[at])

    def _dialogue(self, at: int) -> Dialogue:
        title, file = self.tables.names.values[self._names[at]]
        receipt = self._receipts.get(at)
        if receipt is not None:
            receipt = dataclasses.replace(receipt, result=_ReceiptResult(self, at))
        return ShardDialogue(title, file, ShardResult(self, at), receipt, segment=self, at=at)

    # Parts of dialogues

    def value(self, at: int, name: str) -> t.Any:
        """Return a part of the result of a dialogue. Raise KeyError."""
        column = self._parts.get(name)
        if column is not None:
            number = column[at]
            return self._values[name][number] if number else self.read(at).result[name]
        if name == "seconds":
            return self.seconds(at)
        kept = self._failed.get(at, _OF_PASSED)
        return kept[name] if name in kept else self.read(at).result[name]

    def passed(self, at: int) -> bool:
        """Return whether a dialogue passed."""
        return at not in self._failed

    def seconds(self, at: int) -> dict[str, float]:
        """Return how long each stage of a dialogue took."""
        unlike = self._unlike_seconds.get(at)
        if unlike is not None:
            return dict(unlike)
        stages = self.tables.stages.values[self._stages[at]]
        begin = self._seconds_at[at]
        return dict(zip(stages, self._seconds[begin : begin + len(stages)], strict=True))

    def total_seconds(self, at: int) -> float | None:
        """Return how long all stages of a dialogue took together."""
        if at in self._unlike_seconds:
            return self._unlike_seconds[at].get(_TOTAL)
        stages = self._stages[at]
        if stages not in self._place_of_total:
            names = self.tables.stages.values[stages]
            self._place_of_total[stages] = names.index(_TOTAL) if _TOTAL in names else None
        place = self._place_of_total[stages]
        return None if place is None else self._seconds[self._seconds_at[at] + place]

    def last_code(self, at: int) -> int | None:
        """Return the code of the last reply before QUIT."""
        code = self._codes[at]
        if code != _CODE_NOT_KEPT:
            return None if code == _NO_CODE else code
        read = self.read(at)
        return Dialogue(read.title, read.file, read.result).last_code

    def client_address(self, at: int) -> str | None:
        """Return the address that a dialogue connected from."""
        number = self._parts["address"][at]
        if number != NOT_KEPT:
            return t.cast("str | None", self._values["address"][number])
        read = self.read(at)
        return Dialogue(read.title, read.file, read.result).client_address

    def read(self, at: int) -> ReadDialogue:
        """Read a dialogue again."""
        cell = bisect.bisect_right(self._first, at) - 1
        if self._read_again is None or self._read_again[0] != cell:
            document = loaded(self._content(cell).rstrip().rstrip(b","))
            self._read_again = (cell, read_cell(document))
        return self._read_again[1].dialogues[at - self._first[cell]]


def _written(value: t.Any) -> bytes:
    """Return a value as the renderer writes it."""
    return json.dumps(value).encode("ascii")


def _values_of(tables: Tables) -> dict[str, list[t.Any]]:
    return {name: table.values for name, table in tables.parts.items()}


# What a dialogue that passed has, in any case. Its transcript is a file of its own.
_OF_PASSED: dict[str, t.Any] = {"passed": True, "failure": None, "msg": None, "transcript": ()}


class ShardResult(Mapping[str, t.Any]):
    """The result of a dialogue, of which most parts are read again when somebody asks for them."""

    __slots__ = ("_at", "_segment")

    def __init__(self, segment: Segment, at: int) -> None:
        self._segment = segment
        self._at = at

    def __getitem__(self, name: str) -> t.Any:
        return self._segment.value(self._at, name)

    def get(self, key: str, default: t.Any = None) -> t.Any:
        """Return a part of the result. This is faster than that of Mapping."""
        try:
            return self._segment.value(self._at, key)
        except KeyError:
            return default

    def __iter__(self) -> Iterator[str]:
        return iter(self._segment.read(self._at).result)

    def __len__(self) -> int:
        return len(self._segment.read(self._at).result)


class _ReceiptResult(Mapping[str, t.Any]):
    """What mail_receipt returned for the message of a dialogue, read again."""

    __slots__ = ("_at", "_segment")

    def __init__(self, segment: Segment, at: int) -> None:
        self._segment = segment
        self._at = at

    @property
    def _all(self) -> Mapping[str, t.Any]:
        receipt = self._segment.read(self._at).receipt
        return receipt.result if receipt is not None else {}

    def __getitem__(self, name: str) -> t.Any:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


@dataclasses.dataclass(frozen=True, slots=True)
class ShardDialogue(Dialogue):
    """A dialogue of a shard."""

    segment: Segment = dataclasses.field(kw_only=True, repr=False)
    at: int = dataclasses.field(kw_only=True, repr=False)

    @property
    def passed(self) -> bool:
        """Whether the result says that the dialogue passed, and its message arrived."""
        return self.segment.passed(self.at)

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds of each stage, of name resolution (`resolve`), and of all stages (`total`)."""
        return self.segment.seconds(self.at)

    @property
    def total_seconds(self) -> float | None:
        """Seconds of all stages together."""
        return self.segment.total_seconds(self.at)

    @property
    def seconds_range(self) -> dict[str, list[float]]:
        """The shortest and the longest time of each stage, here and in the runs before."""
        known = self.segment.read(self.at).ranges
        found: dict[str, list[float]] = {}
        for stage, value in self.seconds.items():
            least, most = known.get(stage, (value, value))
            found[stage] = [min(least, value), max(most, value)]
        return found

    @property
    def last_code(self) -> int | None:
        """The code of the last reply before QUIT, or None without a reply."""
        return self.segment.last_code(self.at)

    @property
    def client_address(self) -> str | None:
        """The address of the probing host, as it sees it."""
        return self.segment.client_address(self.at)

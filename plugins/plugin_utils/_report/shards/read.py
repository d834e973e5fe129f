# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read one shard: a json report, line by line."""

from __future__ import annotations

import datetime
import json
import os
import tempfile
import typing as t
import weakref
from collections.abc import Iterable, Iterator, Mapping

from ..causes.model import Diagnosis
from ..diagnosis.read import diagnosis_of
from ..document.plan import groups_of, plan_of
from ..document.read import format_problem
from ..model.cells import CellKey
from ..model.plan import Plan
from ..untrusted import mapping, sequence, text
from .documents import MAX_NAME, MAX_TITLE
from .segment import Segment
from .shard_file import BadShard, ShardFile, loaded
from .tables import Tables

_MAX_DIAGNOSES = 2_000
_CREATED = "%Y-%m-%dT%H:%M:%SZ"

# How far the clocks of two controllers may be apart.
_AHEAD = datetime.timedelta(days=1)


class Shard(t.NamedTuple):
    """A shard that was read. `diagnoses` are what hosts have found out about its cells."""

    path: str
    segment: Segment
    created: str
    made_by: str
    plan: Plan
    groups: dict[str, list[str]]
    diagnoses: list[tuple[CellKey, Diagnosis]]


def read_shard(path: str, tables: Tables, now: str) -> Shard:
    """Read a shard. Raise BadShard.

    A document that another program has written anew has its cells on no lines of their own. It is
    read as a whole, and its cells are written to a temporary file.
    """
    file = ShardFile(path)
    segment = Segment(file, tables)
    rest: list[bytes] = []
    for line in file.lines(rest):
        segment.add(line.offset, line.content)
    document = mapping(loaded(b"".join(rest)))
    del rest
    problem = format_problem(document)
    if problem is not None:
        raise BadShard(problem)
    if document["cells"]:
        segment = _spooled(segment, document["cells"], tables)
    created = _created(document.get("created"), now)
    return Shard(
        path,
        segment,
        created,
        text(document.get("made_by"), MAX_NAME) or "?",
        plan_of(document.get("plan")),
        groups_of(document.get("plan")),
        list(_diagnoses(document.get("diagnoses"))),
    )


def _created(value: t.Any, now: str) -> str:
    """Return when a shard was made, or nothing. Raise BadShard if that is in the future.

    The newest of two cells counts, so that a wrong clock would hide what other shards say.
    """
    created, until = _time(value), _time(now)
    if created is None:
        return ""
    if until is not None and created > until + _AHEAD:
        raise BadShard(f"it was made in the future, at {created.strftime(_CREATED)}")
    return created.strftime(_CREATED)


def _time(value: t.Any) -> datetime.datetime | None:
    try:
        return datetime.datetime.strptime(value, _CREATED)
    except (TypeError, ValueError):
        return None


class _Spool(ShardFile):
    """A temporary file with the lines of cells, which goes when nobody refers to it any more."""

    def __init__(self) -> None:
        super().__init__("")
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it is open as long as this is
        weakref.finalize(self, self._file.close)

    def write(self, lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
        """Write lines. Yield the offset of each, and the line."""
        offset = 0
        for line in lines:
            self._file.write(line)
            yield offset, line
            offset += len(line)
        self._file.flush()

    def _read(self, offset: int, length: int) -> bytes:
        return os.pread(self._file.fileno(), length, offset)


def _spooled(segment: Segment, cells: list[t.Any], tables: Tables) -> Segment:
    """Return a segment with the cells of a document that was read as a whole."""
    if len(segment):
        raise BadShard("only some of its cells are on lines of their own")
    spool = _Spool()
    spooled = Segment(spool, tables)
    lines = (b"    %b\n" % json.dumps(cell).encode("ascii") for cell in cells)
    for offset, line in spool.write(lines):
        spooled.add(offset, line)
    return spooled


def _diagnoses(value: t.Any) -> Iterator[tuple[CellKey, Diagnosis]]:
    for one in map(mapping, sequence(value)[:_MAX_DIAGNOSES]):
        cell: Mapping[str, t.Any] = mapping(one.get("cell"))
        host, server = text(cell.get("host"), MAX_NAME), text(cell.get("server"), MAX_TITLE)
        if host is not None and server is not None:
            yield (host, server), diagnosis_of(one, server)

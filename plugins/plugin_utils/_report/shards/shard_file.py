# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of a shard: read line by line first, and later at the places that are asked for."""

from __future__ import annotations

import functools
import json
import os
import stat
import typing as t
from collections.abc import Iterator

from ..document.cells import CELL_BEGINS

CELL = CELL_BEGINS.encode("ascii")

# Limits in bytes: on the line of a cell, and on all other lines together.
MAX_LINE = 16_000_000
MAX_REST = 64_000_000

# What is read at once when a line is asked for again.
_AHEAD = 64_000

# The files that are kept open to be read again.
_MAX_OPEN = 100


class BadShard(Exception):
    """A file is no shard that can be merged. The text says why."""


class Line(t.NamedTuple):
    """A line with a cell: where it begins in the file, and its bytes."""

    offset: int
    content: bytes


class ShardFile:
    """A json report, or another file with the lines of its cells."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._identity: tuple[int, ...] | None = None
        self._ahead = b""
        self._ahead_at = 0

    def lines(self, rest: list[bytes]) -> Iterator[Line]:
        """Yield the line of each cell, and add all other lines to `rest`. Raise BadShard."""
        try:
            with open(self.path, "rb", opener=_open_regular) as file:
                self._identity = _identity(file.fileno())
                offset = size = 0
                for content in iter(functools.partial(file.readline, MAX_REST + 1), b""):
                    if content.startswith(CELL):
                        if len(content) > MAX_LINE:
                            raise BadShard(f"the line of a cell has more than {MAX_LINE:,} bytes")
                        yield Line(offset, content)
                    else:
                        size += len(content)
                        if size > MAX_REST:
                            raise BadShard(f"it has more than {MAX_REST:,} bytes beside its cells")
                        rest.append(content)
                    offset += len(content)
        except OSError as error:
            raise BadShard(f"it cannot be read: {error.strerror}") from error

    def again(self, offset: int, length: int) -> bytes:
        """Read a part of the file again. Raise BadShard if another file is in its place."""
        begin = offset - self._ahead_at
        if not 0 <= begin <= len(self._ahead) - length:
            # Most renderers go through the cells in their order.
            self._ahead, self._ahead_at = self._read(offset, max(length, _AHEAD)), offset
            begin = 0
        return self._ahead[begin : begin + length]

    def _read(self, offset: int, length: int) -> bytes:
        try:
            descriptor = _opened(self.path, self._identity)
            return os.pread(descriptor.number, length, offset)
        except OSError as error:
            raise BadShard(f"{self.path} cannot be read again: {error.strerror}") from error


def _open_regular(path: str, flags: int) -> int:
    """Open a regular file, without waiting for any other, such as a FIFO. Raise BadShard."""
    descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BadShard("it is not a file")
    return descriptor


class _Descriptor:
    """An open file, which is closed when nobody refers to it any more."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __del__(self) -> None:
        os.close(self.number)


@functools.lru_cache(maxsize=_MAX_OPEN)
def _opened(path: str, identity: tuple[int, ...] | None) -> _Descriptor:
    descriptor = _Descriptor(_open_regular(path, os.O_RDONLY | os.O_CLOEXEC))
    if _identity(descriptor.number) != identity:
        raise BadShard(f"{path} has changed while it was merged")
    return descriptor


def _identity(descriptor: int) -> tuple[int, ...]:
    """Return what differs if a file is written anew."""
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def loaded(written: bytes) -> t.Any:
    """Read JSON. Raise BadShard."""
    try:
        return json.loads(written)
    except RecursionError as error:
        raise BadShard("it is nested too deep for a report") from error
    except ValueError as error:  # UnicodeDecodeError is one
        raise BadShard("it is cut off, or not JSON") from error

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts that many cells have in common, each kept in memory once. No I/O.

A cell refers to a part by its number. Number 0 stands for a part that is not kept, since it is too
long: it is read again from the file when somebody asks for it.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Callable

from ..document.schema import PARTS
from ..untrusted import text
from .documents import Identity

# Limits in bytes: on a part that is kept, and on all parts of a table.
_MAX_PART = 8_000
_MAX_TABLE = 100_000_000

NOT_KEPT = 0


class Table:
    """Parts by their numbers. `read` returns a part as the renderer would write it."""

    def __init__(self, read: Callable[[t.Any], t.Any] = lambda value: value) -> None:
        self._read = read
        self._numbers: dict[bytes, int] = {}
        self._left = _MAX_TABLE
        self.values: list[t.Any] = [None]

    def __getstate__(self) -> dict[str, t.Any]:
        """Return what another process has to know: the parts alone."""
        return {"values": self.values}

    def number_of_text(self, written: bytes) -> int | None:
        """Return the number of a part in JSON, or None if the renderer would write it otherwise."""
        number = self._numbers.get(written)
        return self._add_text(written) if number is None else number

    def number_of(self, value: t.Any) -> int:
        """Return the number of a part that was read already."""
        written = json.dumps(value).encode("ascii")
        number = self._numbers.get(written)
        return self._add(written, value) if number is None else number

    def _add_text(self, written: bytes) -> int | None:
        try:
            value = self._read(json.loads(written))
        except (ValueError, RecursionError):
            return None
        if json.dumps(value).encode("ascii") != written:
            return None
        return self._add(written, value)

    def _add(self, written: bytes, value: t.Any) -> int:
        self._left -= len(written)
        if len(written) > _MAX_PART or self._left < 0:
            return NOT_KEPT
        number = self._numbers[written] = len(self.values)
        self.values.append(value)
        return number


# The parts of dialogues that many have in common, each with the function that reads it.
_COMMON = {
    **{name: PARTS[name] for name in ("started", "attempts", "server", "tls", "capabilities")},
    "address": text,
}


class Tables:
    """The tables of a merge."""

    def __init__(self) -> None:
        self.parts = {name: Table(read) for name, read in _COMMON.items()}
        # Everything else is kept whatever its size.
        self.identities = Unique[Identity]()
        self.names = Unique[tuple[str, str]]()  # title and file of a dialogue
        self.stages = Unique[tuple[str, ...]]()


class Renumbering:
    """The numbers that the parts of one merge have in another."""

    def __init__(self, of: Tables, to: Tables) -> None:
        self.parts = {
            name: [NOT_KEPT, *map(to.parts[name].number_of, table.values[1:])]
            for name, table in of.parts.items()
        }
        self.identities = list(map(to.identities.number_of, of.identities.values))
        self.names = list(map(to.names.number_of, of.names.values))
        self.stages = list(map(to.stages.number_of, of.stages.values))


_Value = t.TypeVar("_Value", bound=t.Hashable)


class Unique(t.Generic[_Value]):
    """Values by their numbers, and numbers by the bytes that they were written as."""

    def __init__(self) -> None:
        self.values: list[_Value] = []
        self._numbers: dict[_Value, int] = {}
        self.by_text: dict[t.Hashable, int | None] = {}

    def number_of(self, value: _Value) -> int:
        """Return the number of a value."""
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = len(self.values)
            self.values.append(value)
        return number

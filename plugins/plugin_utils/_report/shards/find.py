# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the files of shards that a user names: files, folders, patterns."""

from __future__ import annotations

import glob
import os
import re
import stat
import typing as t
from collections.abc import Iterable, Iterator

REPORT = "report.json"

# A folder stands for the reports in it, and in folders at most this number of levels below.
_LEVELS = 2

# Limit on the shards, which keeps a pattern like /** from reading a whole disk.
MAX_SHARDS = 10_000


class Found(t.NamedTuple):
    """The path of a shard. `problem` says why it cannot be read, or is empty."""

    path: str
    problem: str = ""


def find_shards(given: Iterable[str], own: str = "") -> list[Found]:
    """Return the shards that a user names, each once, in the order of their names.

    `own` is the file that the merged report replaces: it is no shard, wherever it stands.
    """
    known = {os.path.realpath(own)} if own else set()
    found: list[Found] = []
    for one in given:
        for shard in _of_one(one):
            real = os.path.realpath(shard.path)
            if shard.problem or real not in known:
                known.add(real)
                found.append(shard)
            if len(found) > MAX_SHARDS:
                return found
    return found


def _of_one(given: str) -> Iterator[Found]:
    """Yield the shards of one path or pattern."""
    if os.path.lexists(given):
        yield from _at(given)
        return
    if not glob.has_magic(given):
        yield Found(given, "there is no such file")
        return
    matching = sorted(glob.iglob(given, recursive=True), key=_natural)
    if not matching:
        yield Found(given, "no file matches this pattern")
    for path in matching:
        yield from _at(path)


def _at(path: str) -> Iterator[Found]:
    """Yield the shard at a path, or those in a folder."""
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        yield Found(path, f"it cannot be read: {error.strerror}")
        return
    if stat.S_ISREG(mode):
        yield Found(path)
    elif stat.S_ISDIR(mode):
        yield from _in_folder(path)
    else:
        yield Found(path, "it is neither a file nor a folder")


def _in_folder(folder: str) -> Iterator[Found]:
    patterns = (
        os.path.join(glob.escape(folder), *["*"] * level, REPORT) for level in range(_LEVELS + 1)
    )
    paths = [path for pattern in patterns for path in glob.iglob(pattern)]
    if not paths:
        yield Found(folder, f"there is no {REPORT} in this folder, nor two levels below")
    for path in sorted(paths, key=_natural):
        yield from _at(path) if not os.path.isdir(path) else ()


def _natural(path: str) -> list[tuple[int, str]]:
    """Return a key by which slice 10 comes after slice 9."""
    return [
        (int(part), "") if part.isdecimal() and part.isascii() else (-1, part)
        for part in re.split(r"([0-9]{1,15})", path)
    ]

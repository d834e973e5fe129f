# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines of a log file in a time, from the file and those that it was rotated to.

A log may have gigabytes, and the dialogue is near its end. So the file is searched from its end,
in steps that double, until a line is earlier than the time; then by halves; and read from there.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import time
import typing as t
import zlib

from .._net.regular_file import open_file
from .._net.text import escape
from . import timestamps
from .commands import Unreadable
from .line_formats import parse
from .model import LogLine

_BLOCK_BYTES = 64 * 1024

# Limits on what is read of one file. A gzip file can be read only from its beginning.
_MAX_BYTES = 32 * 1024 * 1024
_MAX_GZIP_BYTES = 128 * 1024 * 1024

# The end of a search by halves.
_NEAR_BYTES = 256 * 1024

_MAX_ROTATED = 3
_ROTATED = re.compile(r"[.-]\d{1,14}(?:\.gz)?|\.(?:0|old)", re.ASCII)


class Window(t.NamedTuple):
    """The time to read. `deadline` is when reading must end, of the monotonic clock."""

    since: float
    until: float
    now: float
    deadline: float


def lines(path: str, window: Window) -> t.Iterator[LogLine]:
    """Yield the lines of a time, of the file and of rotated ones. Raise Unreadable."""
    with _opened(path) as file:
        first = _first_time(file, window)
        if first is None or first > window.since:
            for rotated in rotated_files(path, window.since):
                yield from _lines_of_rotated(rotated, window)
        yield from _lines_of(file, window, start_of(file, window))


def rotated_files(path: str, since: float) -> list[str]:
    """Return the files that a log was rotated to and that have lines of the time, oldest first.

    logrotate names them with a number or a date, such as `mail.log.1` and `maillog-20261128`.
    """
    folder, name = os.path.split(path)
    found = []
    with contextlib.suppress(OSError), os.scandir(folder or "/") as entries:
        for entry in entries:
            rest = entry.name[len(name) :]
            if entry.name.startswith(name) and _ROTATED.fullmatch(rest):
                with contextlib.suppress(OSError):
                    found.append((entry.stat().st_mtime, entry.path))
    # A file is last written when it is rotated, or when it is compressed later.
    later = sorted(one for one in found if one[0] >= since)
    return [file for _mtime, file in later][-_MAX_ROTATED:]


def start_of(file: t.BinaryIO, window: Window) -> int:
    """Return an offset at or before the first line of the time."""
    size = os.fstat(file.fileno()).st_size
    early, late, step = size, size, _BLOCK_BYTES
    while early > 0:
        early = max(size - step, 0)
        found = _time_at(file, early, window)
        if found is not None and found < window.since:
            break
        late, step = early, step * 2
    while late - early > _NEAR_BYTES:
        middle = (early + late) // 2
        found = _time_at(file, middle, window)
        if found is not None and found < window.since:
            early = middle
        else:
            late = middle
    return early


def _first_time(file: t.BinaryIO, window: Window) -> float | None:
    return _time_at(file, 0, window)


def _time_at(file: t.BinaryIO, offset: int, window: Window) -> float | None:
    """Return the time of the first line that begins at an offset or behind it, or None."""
    _check_deadline(window)
    file.seek(offset)
    block = file.read(_BLOCK_BYTES)
    for line in block.split(b"\n")[1 if offset else 0 :]:
        found = timestamps.at_start(line[:40].decode("ascii", "replace"), window.now)
        if found is not None:
            return found[0]
    return None


@contextlib.contextmanager
def _opened(path: str) -> t.Iterator[t.BinaryIO]:
    """Open a regular file, without blocking on any other. Raise Unreadable."""
    try:
        with open_file(path) as file:
            yield file
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from None


def _lines_of_rotated(path: str, window: Window) -> t.Iterator[LogLine]:
    with _opened(path) as file:
        if not path.endswith(".gz"):
            yield from _lines_of(file, window, start_of(file, window))
            return
        try:
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield from _lines_of(t.cast("t.BinaryIO", unpacked), window, 0, _MAX_GZIP_BYTES)
        except (EOFError, zlib.error) as error:
            raise Unreadable(f"{escape(path)}: {escape(str(error))}") from None


def _lines_of(
    file: t.BinaryIO, window: Window, start: int, limit_bytes: int | None = None
) -> t.Iterator[LogLine]:
    """Yield the lines of a time from an offset on. Raise Unreadable past the limits."""
    file.seek(start)
    for whole in _whole_lines(file, window, limit_bytes or _MAX_BYTES):
        text = whole.decode("utf-8", "backslashreplace")
        found = timestamps.at_start(text[:40], window.now)
        if found is None or found[0] < window.since:
            continue
        if found[0] > window.until:
            return
        line = parse(text, window.now)
        if line is not None:
            yield line


def _whole_lines(file: t.BinaryIO, window: Window, limit_bytes: int) -> t.Iterator[bytes]:
    """Yield lines, each cut to the size of a block."""
    rest, is_cut = b"", False
    while True:
        _check_deadline(window)
        block = file.read(_BLOCK_BYTES)
        limit_bytes -= len(block)
        if limit_bytes < 0:
            raise Unreadable("has more lines of this time than are read")
        first, *others = block.split(b"\n")
        if not others:
            if not block:
                break
            rest, is_cut = rest or first, is_cut or bool(rest)
            continue
        yield rest if is_cut else rest + first
        yield from others[:-1]
        rest, is_cut = others[-1], False
    if rest:
        yield rest


def _check_deadline(window: Window) -> None:
    if time.monotonic() > window.deadline:
        raise Unreadable("took too long to read")

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regular files of this host, opened without blocking.

Opening a FIFO would block until another process writes to it, and a device may have no end.
"""

from __future__ import annotations

import contextlib
import os
import stat
import typing as t

from .._net.stream import reason_of
from .._net.text import printable
from .errors import StoreError


class NotAFile(OSError):
    """A path is not that of a regular file."""


def open_file(path: str, flags: int = os.O_RDONLY, folder: int | None = None) -> int:
    """Return a descriptor of a regular file. Raises OSError, and NotAFile for other types.

    `path` is relative to the descriptor `folder`, if that is given.
    """
    follow = not flags & os.O_NOFOLLOW
    _check(os.stat(path, dir_fd=folder, follow_symlinks=follow))
    descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC, dir_fd=folder)
    try:
        _check(os.fstat(descriptor))  # it may have been replaced meanwhile
    except NotAFile:
        os.close(descriptor)
        raise
    return descriptor


def _check(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise NotAFile("not a regular file")


@contextlib.contextmanager
def as_mailbox_error(path: str) -> t.Iterator[None]:
    """Raise StoreError, kind `mailbox`, in place of OSError for a path."""
    try:
        yield
    except OSError as error:
        raise StoreError("mailbox", f"{printable_path(path)}: {reason_of(error)}") from None


def printable_path(path: str) -> str:
    """Return a path as printable text; it may contain any bytes."""
    return printable(os.fsencode(path))

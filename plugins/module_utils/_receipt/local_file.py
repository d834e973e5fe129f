# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of this host, opened so that nothing but a file is ever waited for.

To open a FIFO waits for whoever writes to it, and a device can have no end.
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
    """What has the name of a file is something else."""


def open_file(path: str, flags: int = os.O_RDONLY, folder: int | None = None) -> int:
    """Return the descriptor of an ordinary file. Raises OSError, also for what is none.

    `path` is relative to the descriptor `folder`, where that is given.
    """
    follow = not flags & os.O_NOFOLLOW
    _check(os.stat(path, dir_fd=folder, follow_symlinks=follow))
    descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC, dir_fd=folder)
    try:
        _check(os.fstat(descriptor))  # it may be another by now
    except NotAFile:
        os.close(descriptor)
        raise
    return descriptor


def _check(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise NotAFile("it is not a file")


@contextlib.contextmanager
def as_mailbox_error(path: str) -> t.Iterator[None]:
    """Raise StoreError, kind `mailbox`, for what the system says of a path."""
    try:
        yield
    except OSError as error:
        raise StoreError("mailbox", f"{printable_path(path)}: {reason_of(error)}") from None


def printable_path(path: str) -> str:
    """Return a path as it can be shown: its bytes need not be text."""
    return printable(os.fsencode(path))

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Open a file that a user has named, if it is one that ends."""

from __future__ import annotations

import errno
import os
import stat
import typing as t


def open_file(path: str) -> t.BinaryIO:
    """Open a regular file to read its bytes. Raise OSError, with the reason in `strerror`.

    Opening a FIFO would block until another process writes to it, and a device such as /dev/zero
    has no end.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except ValueError:
        raise OSError(errno.EINVAL, "its path contains a NUL character") from None
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return open(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise OSError(errno.EISDIR, "it is a folder")
    raise OSError(errno.EINVAL, "it is not a regular file")

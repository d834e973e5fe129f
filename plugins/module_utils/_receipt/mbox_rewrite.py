# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removal of messages from a locked mbox. No mail is lost if the process is killed at any time.

The other messages are copied to a new file, which then replaces the mbox by a rename. A delivery
agent may have opened the old file before and wait for its lock. Postfix notices that the old file
has lost its name, and tries again later (mbox_open.c). Exim opens the file again for each attempt
to lock it (appendfile.c). A program that takes the lock file first opens the new file. For all
other programs, mail that is written to the old file is copied to the new one once no process has
the old file open for writing.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
import typing as t

from .._net.stream import reason_of
from .errors import StoreError
from .mbox_lock import SUFFIX

if t.TYPE_CHECKING:
    from .deadline import Deadline
    from .mbox_lock import LockedFile

Span = t.Tuple[int, int]

# The time to wait for processes that have the old file open. A delivery takes less. IMAP and POP3
# servers keep it open, but detect the new file themselves.
WRITER_SECONDS = 5.0

# The time to wait if the system cannot tell whether the old file is open for writing.
UNKNOWN_SECONDS = 1.0

_LOOK_SECONDS = 0.02
_COPIED_BYTES = 1024 * 1024

# The errors of a file system that does not have an attribute, or does not let it be set.
_NO_ATTRIBUTE = (errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.ENODATA, errno.EINVAL)


def remove_messages(
    file: LockedFile, removed: list[Span], end: int, deadline: Deadline
) -> str | None:
    """Replace a file by one without some spans; `end` is the end of the last message.

    Return a warning or None. Raises StoreError or OSError, in which case the file is unchanged.
    """
    folder, name = os.path.split(file.path)
    status = os.fstat(file.reader)
    if status.st_nlink > 1:
        raise StoreError("mailbox", "the file has other names (hard links), which would be lost")
    path = os.path.join(folder, f".{name}.{SUFFIX}")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)  # left by a killed process
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_APPEND | os.O_CLOEXEC
    new = os.open(path, flags, 0o600)
    try:
        try:
            for start, stop in _spans_between(removed, end):
                _copy(file.reader, new, start, stop, deadline)
            _set_attributes(file.reader, new, status)
            fcntl.lockf(new, fcntl.LOCK_EX | fcntl.LOCK_NB)
            end = _copy_appended(file, new, end, deadline, last_is_removed=removed[-1][1] == end)
            os.fsync(new)
            os.rename(path, file.path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(path)
            raise
        # The file is replaced: errors from here on are warnings.
        _sync_folder(folder)
        file.unlock()
        return _wait_for_writers(file.reader, new, end)
    finally:
        os.close(new)


def _spans_between(removed: list[Span], end: int) -> t.Iterator[Span]:
    """Yield the spans between those that are removed."""
    starts = [0, *(stop for _start, stop in removed)]
    stops = [*(start for start, _stop in removed), end]
    return ((start, stop) for start, stop in zip(starts, stops) if start < stop)


def _copy(source: int, target: int, start: int, stop: int, deadline: Deadline | None) -> None:
    """Append a span of a file to another file."""
    while start < stop:
        if deadline is not None and deadline.expired:
            raise StoreError("timeout", "the time was over before the rest of the file was copied")
        data = os.pread(source, min(_COPIED_BYTES, stop - start), start)
        if not data:
            raise StoreError("busy", "another program has truncated the file")
        start += len(data)
        while data:
            data = data[os.write(target, data) :]


def _set_attributes(old: int, new: int, status: os.stat_result) -> None:
    """Set the owner, the mode and the attributes (ACL, SELinux) of the new file as of the old."""
    made = os.fstat(new)
    if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
        try:
            os.fchown(new, status.st_uid, status.st_gid)
        except OSError as error:
            text = f"a new file cannot have the owner of this one: {reason_of(error)}"
            raise StoreError("mailbox", text) from None
    os.fchmod(new, status.st_mode & 0o7777)
    for name in os.listxattr(old) if hasattr(os, "listxattr") else ():
        try:
            os.setxattr(new, name, os.getxattr(old, name))
        except OSError as error:
            if error.errno not in _NO_ATTRIBUTE:
                raise


def _copy_appended(
    file: LockedFile, new: int, end: int, deadline: Deadline, last_is_removed: bool
) -> int:
    """Copy mail that was added without a lock, and return the size of the old file."""
    size = os.fstat(file.reader).st_size
    if size < end or (size > end and last_is_removed):
        raise StoreError("busy", "another program writes to the file without its locks")
    _copy(file.reader, new, end, size, deadline)
    return size


def _sync_folder(folder: str) -> None:
    """Sync the folder, so that the rename survives a power failure, if it can be opened."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _wait_for_writers(old: int, new: int, end: int) -> str | None:
    """Wait until no process has the old file open for writing, and copy what was written."""
    began = time.monotonic()
    has_writer = _has_writer(old)
    while has_writer is not False:
        waited = time.monotonic() - began
        if waited >= (UNKNOWN_SECONDS if has_writer is None else WRITER_SECONDS):
            break
        time.sleep(_LOOK_SECONDS)
        has_writer = _has_writer(old)
    try:
        size = os.fstat(old).st_size
        if size > end:
            _copy(old, new, end, size, None)
            os.fsync(new)
    except (StoreError, OSError) as error:
        return f"mail that arrived meanwhile could not be copied: {reason_of(error)}"
    if has_writer:
        return (
            "another program still has the mailbox open as it was before the deletion: what it"
            " writes there from now on is lost, unless it opens the file anew"
        )
    return None


def _has_writer(descriptor: int) -> bool | None:
    """Return whether any process has a file open for writing, or None if that is unknown.

    Linux grants a read lease on a file that no process has open for writing. The lease is released
    at once: otherwise this process would get a signal when another opens the file.
    """
    set_lease = getattr(fcntl, "F_SETLEASE", None)
    if set_lease is None:
        return None
    try:
        fcntl.fcntl(descriptor, set_lease, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, set_lease, fcntl.F_UNLCK)
    except OSError as error:
        return True if error.errno == errno.EAGAIN else None
    return False

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages taken out of an mbox whose locks are held, so that a kill at any moment costs no mail.

What stays is copied into a new file beside the mbox, which then takes its place in one step. The
danger of that is a delivery that has opened the old file and waits for its lock. Postfix sees that
the old file has lost its name, and tries again later (mbox_open.c); Exim opens the file anew for
each try to lock it (appendfile.c); whoever takes the lock file first opens the new file. For all
others, what is written into the old file is carried over once nobody has it open for writing.
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

# How long to wait for whoever has the old file open. A delivery takes less; who only keeps it open
# is an IMAP or POP3 server, which looks for a new file itself.
WRITER_SECONDS = 5.0

# How long to look whether the old file grows, where the system does not tell who has it open.
UNKNOWN_SECONDS = 1.0

_LOOK_SECONDS = 0.02
_COPIED_BYTES = 1024 * 1024

# What a file system says that does not know an attribute, or does not let us set it.
_NO_ATTRIBUTE = (errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.ENODATA, errno.EINVAL)


def remove_messages(
    file: LockedFile, removed: list[Span], end: int, deadline: Deadline
) -> str | None:
    """Replace a file by one without the spans that go; `end` is where the last message ends.

    Return what is to be warned of, None where there is nothing. Raises StoreError or OSError, and
    the file is as it was.
    """
    folder, name = os.path.split(file.path)
    status = os.fstat(file.reader)
    if status.st_nlink > 1:
        raise StoreError("mailbox", "the file has other names (hard links), which would be lost")
    path = os.path.join(folder, f".{name}.{SUFFIX}")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)  # what was killed has left it
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
        # It is done: what fails from here on is only told.
        _sync_folder(folder)
        file.unlock()
        return _wait_for_writers(file.reader, new, end)
    finally:
        os.close(new)


def _spans_between(removed: list[Span], end: int) -> t.Iterator[Span]:
    """Return what lies between the spans that go."""
    starts = [0, *(stop for _start, stop in removed)]
    stops = [*(start for start, _stop in removed), end]
    return ((start, stop) for start, stop in zip(starts, stops) if start < stop)


def _copy(source: int, target: int, start: int, stop: int, deadline: Deadline | None) -> None:
    """Copy a part of a file to the end of another."""
    while start < stop:
        if deadline is not None and deadline.expired:
            raise StoreError("timeout", "the time was over before the rest of the file was copied")
        data = os.pread(source, min(_COPIED_BYTES, stop - start), start)
        if not data:
            raise StoreError("busy", "another program has cut the file")
        start += len(data)
        while data:
            data = data[os.write(target, data) :]


def _set_attributes(old: int, new: int, status: os.stat_result) -> None:
    """Return the new file the owner, the mode and the attributes (ACL, SELinux) of the old one."""
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
    """Copy what somebody has added who heeds no lock; give where the old file ends now."""
    size = os.fstat(file.reader).st_size
    if size < end or (size > end and last_is_removed):
        raise StoreError("busy", "another program writes to the file and does not heed its locks")
    _copy(file.reader, new, end, size, deadline)
    return size


def _sync_folder(folder: str) -> None:
    """Have the new name survive a power failure, where the folder may be opened for that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _wait_for_writers(old: int, new: int, end: int) -> str | None:
    """Wait until nobody has the old file open for writing, and carry over what was written."""
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
        return f"mail that came meanwhile could not be carried over: {reason_of(error)}"
    if has_writer:
        return (
            "another program still has the mailbox open as it was before the deletion: what it"
            " writes there from now on is lost, unless it opens the file anew"
        )
    return None


def _has_writer(descriptor: int) -> bool | None:
    """Whether anybody has a file open for writing, None where that cannot be known.

    Linux gives a read lease for a file that nobody has open for writing. It is given back at once:
    whoever would open the file would have us told of it by a signal.
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

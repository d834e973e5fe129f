# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The locks of an mbox that delivery agents use: fcntl, and a lock file `NAME.lock`.

A lock file outlives a killed process. So it contains its owner, and the module removes a lock file
of its own whose process no longer exists. Delivery agents remove old lock files only after minutes:
Postfix after 500 seconds, Exim after 30 minutes.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import socket
import typing as t

from .._net.stream import reason_of
from .errors import StoreError
from .local_file import open_file, printable_path

if t.TYPE_CHECKING:
    from .deadline import Deadline

# In the names of temporary files. A killed process leaves at most one of each, which the next
# deletion removes.
SUFFIX = "mail_receipt"

_RETRY_SECONDS = 0.2
_MAX_BYTES = 400
_HELD = (errno.EACCES, errno.EAGAIN)

# The process id comes first, as other programs read and write it.
_OWNER = re.compile(rb"([0-9]{1,10})\n" + SUFFIX.encode() + rb" (.*)\n", re.DOTALL)


class _AlreadyLocked(Exception):
    """Another process holds a lock."""


class LockedFile:
    """An mbox, open and to be locked.

    `path` has no symbolic links. `reader` and `writer` are descriptors. `writer` holds the fcntl
    lock, which is released when either of them is closed.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.reader = open_file(path)
        try:
            self.writer = open_file(path, os.O_RDWR)
        except OSError:
            os.close(self.reader)
            raise
        self._can_write = True

    def lock(self) -> None:
        """Take the fcntl lock. Raises _AlreadyLocked."""
        try:
            fcntl.lockf(self.writer, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _HELD:
                raise _AlreadyLocked from None
            raise
        now = os.stat(self.path)
        for descriptor in (self.reader, self.writer):
            if not os.path.samestat(os.fstat(descriptor), now):
                raise _AlreadyLocked  # another program has replaced it

    def unlock(self) -> None:
        """Release the fcntl lock, and close the descriptor for writing."""
        if self._can_write:
            os.close(self.writer)
            self._can_write = False

    def close(self) -> None:
        """Close the file."""
        self.unlock()
        os.close(self.reader)


@contextlib.contextmanager
def locked(path: str, deadline: Deadline) -> t.Iterator[LockedFile]:
    """Hold the locks of an mbox. Raises StoreError: `busy`, or `mailbox` if no lock can be made.

    The fcntl lock comes first. It is released if another process has the lock file, so that there
    is no deadlock with programs that take the locks in the other order.
    """
    real = os.path.realpath(path)
    names = [f"{name}.lock" for name in dict.fromkeys([real, path])]
    while True:
        file = LockedFile(real)
        made: list[str] = []
        try:
            file.lock()
            for name in names:
                _make(name)
                made.append(name)
            yield file
            return
        except _AlreadyLocked:
            pass
        finally:
            for name in made:
                with contextlib.suppress(OSError):
                    os.unlink(name)
            file.close()
        if deadline.expired:
            raise StoreError("busy", f"{printable_path(path)}: another program has locked it")
        deadline.sleep(_RETRY_SECONDS)


def _make(name: str) -> None:
    """Make a lock file. It is written under another name first, so that it always has its owner.

    Only one process of this module can be here, since it holds the fcntl lock. Raises
    _AlreadyLocked.
    """
    temporary = f"{name}.{SUFFIX}"
    try:
        _remove(temporary)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        try:
            os.write(descriptor, _owner(os.getpid()))
            os.link(temporary, name)
        finally:
            os.close(descriptor)
            os.unlink(temporary)
    except FileExistsError:
        if _is_stale(name):
            _remove(name)
        raise _AlreadyLocked from None
    except OSError as error:
        folder = printable_path(os.path.dirname(name) or ".")
        text = f"no lock can be made in {folder}: {reason_of(error)}"
        raise StoreError("mailbox", text) from None


def _is_stale(name: str) -> bool:
    """Return whether a lock file was made by this module on this host, and its process is gone."""
    try:
        descriptor = open_file(name, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            match = _OWNER.fullmatch(os.read(descriptor, _MAX_BYTES))
        finally:
            os.close(descriptor)
        if match is None or match.group(2) != _host():
            return False
        os.kill(int(match.group(1)), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:
        pass
    return False


def _owner(process: int) -> bytes:
    return b"%d\n%s %s\n" % (process, SUFFIX.encode(), _host())


def _host() -> bytes:
    return os.fsencode(socket.gethostname())[:255]


def _remove(name: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(name)

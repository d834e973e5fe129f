# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The locks of an mbox: fcntl, and a file with .lock to its name, as delivery agents hold them.

A lock file outlives a process that is killed. So there stands in it whose it is, and one of our own
whose process is gone is taken away the next time. Delivery agents wait for minutes before they take
away a lock file that is old: Postfix for 500 seconds, Exim for 30 minutes.
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

# Names of files that exist for a moment only; a kill leaves at most one of each, which the next
# deletion takes away.
SUFFIX = "mail_receipt"

_RETRY_SECONDS = 0.2
_MAX_BYTES = 400
_HELD = (errno.EACCES, errno.EAGAIN)

# The process id comes first, as other programs read and write it.
_OWNER = re.compile(rb"([0-9]{1,10})\n" + SUFFIX.encode() + rb" (.*)\n", re.DOTALL)


class _AlreadyLocked(Exception):
    """Somebody else has a lock."""


class LockedFile:
    """An mbox whose locks we hold.

    `path` is that of the file itself, without symbolic links. `reader` can outlive `writer`, which
    holds the lock of fcntl: to close any of both gives it up.
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
        """Take the lock of fcntl. Raises _Held."""
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
        """Return up the lock of fcntl, and let nobody take us for a writer."""
        if self._can_write:
            os.close(self.writer)
            self._can_write = False

    def close(self) -> None:
        """Close the file."""
        self.unlock()
        os.close(self.reader)


@contextlib.contextmanager
def locked(path: str, deadline: Deadline) -> t.Iterator[LockedFile]:
    """Hold the locks of an mbox. Raises StoreError: `busy`, or `mailbox` where they cannot be had.

    fcntl comes first, and is given up where the lock file is another's: who takes them in the other
    order never waits for us while we wait for it.
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
    """Make a lock file. It is written under another name, so that it is never without its owner.

    Only one of us comes here at a time, who has the lock of fcntl. Raises _Held.
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
    """Whether a lock file is one of ours, made on this host by a process that is gone."""
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

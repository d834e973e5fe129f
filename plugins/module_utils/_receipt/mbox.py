# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An mbox of this host (RFC 4155): messages one after the other, each begun by a line "From "."""

from __future__ import annotations

import contextlib
import mailbox
import os
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.channel import reason_of
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.words import Broken

from .head import MAX_BYTES, Head, read_if_ours
from .moments import from_local_date
from .store import Store
from .words import Found, Place

if t.TYPE_CHECKING:
    from .deadline import Deadline

INBOX = Place("INBOX")

BEGIN = b"From "

_MAX_LINE_BYTES = 64 * 1024
_COPIED_BYTES = 1024 * 1024
_LOCK_SECONDS = 0.2


class Part(t.NamedTuple):
    """A message in the file: where it begins and ends, its first line, and its header section."""

    start: int
    stop: int
    begin: bytes
    header: bytes

    def head(self) -> Head:
        """Read the header, where there can be a token in it."""
        return read_if_ours(self.header)


class MboxStore(Store):
    """The one mailbox that is in an mbox."""

    knows_junk = False

    def __init__(self, path: str, deadline: Deadline) -> None:
        super().__init__(path, deadline)
        self._path = path
        self._known: tuple[int, int] | None = None  # the file and its size, as it was looked at
        self._start = 0  # of the last message, which may not have been whole
        self.places = (INBOX,)

    def find(self, wanted: t.AbstractSet[str]) -> t.Iterator[Found]:
        """Look through what has been added."""
        with _telling(self._path), open(self._path, "rb") as file:
            status = os.fstat(file.fileno())
            known = (status.st_ino, status.st_size)
            if known == self._known:
                return
            start = self._start
            if self._known is None or known[0] != self._known[0] or known[1] < self._known[1]:
                start = 0
            for part in parts(file, start):
                if self.deadline.over:
                    return
                self._start = part.start
                head = part.head()
                token = head.token_in(wanted)
                if token is not None:
                    arrived = from_local_date(_date(part.begin))
                    yield Found(token, INBOX, None, arrived, head, (part.start, token))
            self._known = known

    def delete(self, found: t.Sequence[Found]) -> t.Iterator[tuple[t.Any, ...]]:
        """Take the messages out, in place: the rest moves up, and the file stays the same file.

        A new file in its place would lose what a server writes that has the old one open.
        """
        wanted = {one.token for one in found}
        with _telling(self._path), open(self._path, "r+b") as file, self._locked(file):
            gone = []
            tokens = set()
            for part in parts(file, 0):
                token = part.head().token_in(wanted)
                if token is not None:
                    gone.append((part.start, part.stop))
                    tokens.add(token)
            _take_out(file, gone)
        yield from (one.key for one in found if one.token in tokens)

    @contextlib.contextmanager
    def _locked(self, file: t.BinaryIO) -> t.Iterator[None]:
        """Hold the locks that delivery agents hold: fcntl, and a file with .lock to its name.

        The file must have been opened before, and be closed afterwards: to close it within would
        give up the lock.
        """
        box = mailbox.mbox(self._path, create=False)
        try:
            while True:
                try:
                    box.lock()
                    break
                except mailbox.ExternalClashError:
                    if self.deadline.over:
                        text = f"{self._path}: another program has locked it"
                        raise Broken("busy", text) from None
                    self.deadline.pause(_LOCK_SECONDS)
            if os.fstat(file.fileno()).st_ino != os.stat(self._path).st_ino:
                raise Broken("busy", f"{self._path}: another program has replaced it")
            yield
        finally:
            file.flush()
            box.unlock()
            box.close()


def is_mbox(path: str) -> bool:
    """Whether a file is an mbox, which may be empty. Raises OSError."""
    with open(path, "rb") as file:
        begin = file.read(len(BEGIN))
    return begin in (b"", BEGIN)


def parts(file: t.BinaryIO, start: int) -> t.Iterator[Part]:
    """Give the messages from one that begins at `start` on, reading no more than a piece at once.

    A message begins with a line "From " at the beginning, or after an empty line.
    """
    file.seek(start)
    position = start
    current: Part | None = None
    header: list[bytes] = []
    in_header, length, after_empty, new_line = False, 0, True, True
    for line in iter(lambda: file.readline(_MAX_LINE_BYTES), b""):
        if new_line and after_empty and line.startswith(BEGIN):
            if current is not None:
                yield current._replace(stop=position, header=b"".join(header))
            current = Part(position, 0, line, b"")
            header, in_header, length = [], True, 0
        elif in_header and length < MAX_BYTES:
            header.append(line)
            length += len(line)
        position += len(line)
        after_empty = new_line and line in (b"\n", b"\r\n")
        new_line = line.endswith(b"\n")
        in_header = in_header and not after_empty
    if current is not None:
        yield current._replace(stop=position, header=b"".join(header))


def _date(begin: bytes) -> str:
    """Give the date of a line such as `From ann@example.com Tue Nov 24 12:00:00 2026`."""
    return begin.decode("ascii", "replace").strip().partition(" ")[2].partition(" ")[2].strip()


def _take_out(file: t.BinaryIO, gone: list[tuple[int, int]]) -> None:
    """Move what lies between the parts that go, and cut the file. At the end, it is only cut."""
    if not gone:
        return
    end = file.seek(0, os.SEEK_END)
    target = gone[0][0]
    kept_from = [stop for _start, stop in gone]
    kept_to = [start for start, _stop in gone[1:]] + [end]
    for start, stop in zip(kept_from, kept_to):
        position = start
        while position < stop:
            file.seek(position)
            data = file.read(min(_COPIED_BYTES, stop - position))
            file.seek(target)
            file.write(data)
            position += len(data)
            target += len(data)
    file.truncate(target)
    file.flush()
    os.fsync(file.fileno())


@contextlib.contextmanager
def _telling(path: str) -> t.Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Broken("mailbox", f"{path}: {reason_of(error)}") from None

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An mbox of this host (RFC 4155): a file of messages that each begin with a line "From "."""

from __future__ import annotations

import collections
import os
import typing as t

from .._net.stream import reason_of
from .errors import StoreError
from .header_section import MAX_BYTES, HeaderSection, read_header_with_token
from .local_file import as_mailbox_error, open_file, printable_path
from .mbox_lock import locked
from .mbox_rewrite import remove_messages
from .model import FoundMessage, Mailbox
from .store import Store
from .timestamps import from_local_date

if t.TYPE_CHECKING:
    from .deadline import Deadline

INBOX = Mailbox("INBOX")

BEGIN = b"From "

_MAX_LINE_BYTES = 64 * 1024

# The deadline is checked after this number of lines.
_LINES_AT_ONCE = 10_000


class MboxMessage(t.NamedTuple):
    """A message: its start and end in the file, its first line, and its header section."""

    start: int
    stop: int
    begin: bytes
    header: bytes

    def header_section(self) -> HeaderSection:
        """Parse the header section if it contains a token."""
        return read_header_with_token(self.header)


class FileState(t.NamedTuple):
    """What changes if a file is written to. A program may set the time `mtime`, but not `ctime`."""

    inode: int
    size: int
    ctime_ns: int

    @classmethod
    def of(cls, file: t.BinaryIO) -> FileState:
        """Return the state of an open file."""
        status = os.fstat(file.fileno())
        return cls(status.st_ino, status.st_size, status.st_ctime_ns)


class LastMessage(t.NamedTuple):
    """The last message that was read: its start, and its first bytes. It may be incomplete."""

    start: int
    begin: bytes

    def is_in(self, file: t.BinaryIO) -> bool:
        """Return whether a file still has the message in the same place."""
        file.seek(self.start)
        return file.read(len(self.begin)) == self.begin


class MboxStore(Store):
    """The one mailbox of an mbox."""

    can_have_junk = False

    def __init__(self, path: str, deadline: Deadline) -> None:
        super().__init__(printable_path(path), deadline)
        self._path = path
        self._state: FileState | None = None  # at the last search, if that was completed
        self._last = LastMessage(0, b"")
        self._copies: t.Counter[str] = collections.Counter()  # by token, before the last message
        self.mailboxes = (INBOX,)

    def find(self, wanted: t.AbstractSet[str]) -> t.Iterator[FoundMessage]:
        """Search the messages that were added, or all of them if the file was rewritten.

        A mail program that removes messages moves others to their place, in the same file or in a
        new one. Only if the last message is where it was, nothing has moved.
        """
        with as_mailbox_error(self._path), open(open_file(self._path), "rb") as file:
            state, known = FileState.of(file), self._state
            if state == known:
                return
            self._state = None
            if known is None or state.inode != known.inode or not self._last.is_in(file):
                self._last = LastMessage(0, b"")
                self._copies.clear()
            previous: list[str] = []
            for message in mbox_messages(file, self._last.start, self.deadline):
                self._copies.update(previous)
                self._last = LastMessage(message.start, message.begin + message.header)
                header = message.header_section()
                token = header.token_in(wanted)
                previous = [] if token is None else [token]
                if token is not None:
                    arrived = from_local_date(_date(message.begin))
                    key = (token, self._copies[token])
                    yield FoundMessage(token, INBOX, None, arrived, header, key)
            if FileState.of(file) == state:
                self._state = state

    def delete(self, found: t.Sequence[FoundMessage]) -> t.Iterator[tuple[t.Any, ...]]:
        """Remove the messages, with the locks of delivery agents: all of them, or none."""
        wanted = {one.token for one in found}
        removed: list[tuple[int, int]] = []
        tokens: set[str] = set()
        warning = None
        try:
            with locked(self._path, self.deadline) as locked_file:
                end = 0
                with open(locked_file.reader, "rb", closefd=False) as file:
                    for message in mbox_messages(file, 0, self.deadline):
                        end = message.stop
                        token = message.header_section().token_in(wanted)
                        if token is not None:
                            removed.append((message.start, message.stop))
                            tokens.add(token)
                if removed:
                    warning = remove_messages(locked_file, removed, end, self.deadline)
        except StoreError as error:
            raise StoreError(error.kind, f"nothing was deleted: {error.text}") from None
        except OSError as error:
            text = f"nothing was deleted: {printable_path(self._path)}: {reason_of(error)}"
            raise StoreError("mailbox", text) from None
        yield from (one.key for one in found if one.token in tokens)
        if warning is not None:
            raise StoreError("mailbox", warning)


def is_mbox(path: str) -> bool:
    """Return whether a file is an mbox, which may be empty. Raises OSError."""
    with open(open_file(path), "rb") as file:
        begin = file.read(len(BEGIN))
    return begin in (b"", BEGIN)


def mbox_messages(file: t.BinaryIO, start: int, deadline: Deadline) -> t.Iterator[MboxMessage]:
    """Yield the messages of a file, from the one that begins at `start`, reading line by line.

    A message begins with a line "From " at the beginning of the file, or after an empty line.
    Raises StoreError, kind `timeout`, if the deadline passes before the end of the file.
    """
    file.seek(start)
    position = start
    current: MboxMessage | None = None
    header: list[bytes] = []
    in_header, length, after_empty, new_line = False, 0, True, True
    for number, line in enumerate(iter(lambda: file.readline(_MAX_LINE_BYTES), b"")):
        if number % _LINES_AT_ONCE == 0 and deadline.expired:
            raise StoreError("timeout", "the time was over before the end of the file")
        if new_line and after_empty and line.startswith(BEGIN):
            if current is not None:
                yield current._replace(stop=position, header=b"".join(header))
            current = MboxMessage(position, 0, line, b"")
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
    """Return the date of a line such as `From ann@example.com Tue Nov 24 12:00:00 2026`."""
    return begin.decode("ascii", "replace").strip().partition(" ")[2].partition(" ")[2].strip()

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Maildir of this host, with its subfolders (Maildir++)."""

from __future__ import annotations

import contextlib
import errno
import heapq
import os
import stat
import typing as t

from .._net.text import escape
from .._receipt import junk
from .errors import StoreError
from .header_section import MAX_BYTES, HeaderSection, read_header_with_token
from .imap_syntax import decode_name, encode_name
from .local_file import NotAFile, as_mailbox_error, open_file, printable_path
from .model import FoundMessage, Mailbox
from .store import Store

if t.TYPE_CHECKING:
    from .deadline import Deadline


# The number of newest new messages in one search. Older ones are read in the next.
MAX_FILES = 100_000

# The deadline is checked after this number of names.
_NAMES_AT_ONCE = 1000


class MaildirFile(t.NamedTuple):
    """A message in the folder `new` or `cur` (`part`).

    `name` is its unique name, which does not change with the flags in `file_name`. `arrived` is the
    time of its last change, in seconds since 1970.
    """

    part: str
    file_name: str
    name: str
    arrived: float


class MaildirStore(Store):
    """The mailboxes of a Maildir. `mailboxes` are None for the inbox and those for junk."""

    def __init__(self, path: str, mailboxes: tuple[str, ...] | None, deadline: Deadline) -> None:
        super().__init__(printable_path(path), deadline)
        self._path = path
        self._mailboxes = mailboxes
        self._seen: set[tuple[str, str]] = set()
        self._left_out: set[str] = set()

    def find(self, wanted: t.AbstractSet[str]) -> t.Iterator[FoundMessage]:
        """Read the new messages of each mailbox, the newest first."""
        folders = {
            folder: mailbox
            for folder, mailbox in _folders(self._path, self._mailboxes).items()
            if folder not in self._left_out
        }
        self.mailboxes = tuple(folders.values())
        for folder, mailbox in folders.items():
            try:
                yield from self._find_in(folder, mailbox, wanted)
            except StoreError as error:
                self.leave_out(mailbox, self._mailboxes is not None, error)
                self._left_out.add(folder)

    def _find_in(
        self, folder: str, mailbox: Mailbox, wanted: t.AbstractSet[str]
    ) -> t.Iterator[FoundMessage]:
        there = _files(folder, self.deadline)
        new = (one for one in there if (folder, one.name) not in self._seen)
        for file in heapq.nlargest(MAX_FILES, new, key=lambda one: one.arrived):
            self._check_time()
            header = _read_header(folder, file)
            if header is None:
                continue  # it was moved meanwhile, and is found in the next search
            token = header.token_in(wanted)
            if token is not None:
                key = (folder, file.name)
                yield FoundMessage(
                    token, mailbox, printable_path(file.name), file.arrived, header, key
                )
            self._seen.add((folder, file.name))

    def delete(self, found: t.Sequence[FoundMessage]) -> t.Iterator[tuple[t.Any, ...]]:
        """Remove the files of messages, in whichever part of their mailbox they are now."""
        wanted = {one.key: one.token for one in found}
        for folder in sorted({folder for folder, _name in wanted}):
            there = _files(folder, self.deadline)
            for file in [one for one in there if (folder, one.name) in wanted]:
                token = wanted[folder, file.name]
                self._check_time()
                with as_mailbox_error(os.path.join(folder, file.part, file.file_name)):
                    if _remove_if(folder, file, token):
                        yield (folder, file.name)

    def _check_time(self) -> None:
        if self.deadline.expired:
            raise StoreError("timeout", "the time was over before all messages were read")


def _folders(path: str, requested: tuple[str, ...] | None) -> dict[str, Mailbox]:
    """Return the folder of each mailbox. Raises StoreError if one does not exist."""
    if requested is None:
        names = sorted(filter(junk.is_junk_name, _subfolders(path)))
        return {
            path: Mailbox("INBOX"),
            **{_folder(path, name) or "": _mailbox(name) for name in names},
        }
    folders = {}
    for name in requested:
        folder = _folder(path, name)
        if folder is None:
            there = ", ".join(["INBOX", *sorted(map(escape, _subfolders(path)))][:10])
            text = f"there is no mailbox {escape(name)} in the Maildir; there are {there}"
            raise StoreError("mailbox", text)
        folders[folder] = _mailbox(name)
    return folders


def _mailbox(name: str) -> Mailbox:
    return Mailbox(escape(name), junk.is_junk_name(name))


def _folder(path: str, name: str) -> str | None:
    """Return the folder of a mailbox, `.Name` (Maildir++) or `Name` (LAYOUT=fs), or None."""
    if name.upper() == "INBOX":
        return path
    encoded = encode_name(name).decode("ascii")
    below = [os.path.join(path, f".{encoded.replace('/', '.')}"), os.path.join(path, encoded)]
    return next(filter(is_maildir, below), None)


def _subfolders(path: str) -> list[str]:
    with as_mailbox_error(path):
        names = os.listdir(path)
    return [
        decode_name(os.fsencode(name.lstrip(".")))
        for name in names
        if name not in ("cur", "new", "tmp") and is_maildir(os.path.join(path, name))
    ]


def is_maildir(path: str) -> bool:
    """Return whether a path is that of a Maildir."""
    return all(os.path.isdir(os.path.join(path, part)) for part in ("cur", "new"))


def _files(folder: str, deadline: Deadline) -> t.Iterator[MaildirFile]:
    """Yield the messages of a folder, which are regular files."""
    for part in ("new", "cur"):
        with as_mailbox_error(folder), os.scandir(os.path.join(folder, part)) as entries:
            for number, entry in enumerate(entries):
                if number % _NAMES_AT_ONCE == 0 and deadline.expired:
                    raise StoreError("timeout", "the time was over before all names were read")
                name = entry.name.partition(":")[0]
                with contextlib.suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    if name and stat.S_ISREG(status.st_mode) and not name.startswith("."):
                        yield MaildirFile(part, entry.name, name, status.st_mtime)


def _read_header(folder: str, file: MaildirFile) -> HeaderSection | None:
    """Return the header section of a message, or None if its file no longer exists."""
    with as_mailbox_error(os.path.join(folder, file.part, file.file_name)), _opened(
        folder, file
    ) as parent:
        return _read_header_at(parent, file.file_name)


def _remove_if(folder: str, file: MaildirFile, token: str) -> bool:
    """Remove a message if it has a token, and return whether it was removed.

    The message is read and removed by a descriptor of its folder, which an attacker may replace by
    a symbolic link meanwhile.
    """
    with _opened(folder, file) as parent:
        header = _read_header_at(parent, file.file_name)
        if header is None or token not in header.tokens:
            return False
        with contextlib.suppress(FileNotFoundError):
            os.unlink(file.file_name, dir_fd=parent)
            return True
        return False


@contextlib.contextmanager
def _opened(folder: str, file: MaildirFile) -> t.Iterator[int]:
    """Return a descriptor of the folder that a message is in."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    descriptor = os.open(os.path.join(folder, file.part), flags)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _read_header_at(parent: int, name: str) -> HeaderSection | None:
    try:
        descriptor = open_file(name, os.O_RDONLY | os.O_NOFOLLOW, parent)
    except (FileNotFoundError, NotAFile):
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:
            return None
        raise
    with open(descriptor, "rb") as file:
        return read_header_with_token(file.read(MAX_BYTES))

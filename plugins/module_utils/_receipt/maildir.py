# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Maildir of this host, with its subfolders (Maildir++)."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.channel import reason_of
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.printable import escape
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.words import Broken

from . import junk
from .head import MAX_BYTES, Head, read_if_ours
from .imap_syntax import decode_name, encode_name
from .store import Store
from .words import Found, Place

if t.TYPE_CHECKING:
    from .deadline import Deadline


class File(t.NamedTuple):
    """A message: its file, its unique name (which stays when its flags change), its last change."""

    path: str
    name: str
    arrived: float


class MaildirStore(Store):
    """The mailboxes of a Maildir; `mailboxes` are None for the inbox and those for junk."""

    def __init__(self, path: str, mailboxes: tuple[str, ...] | None, deadline: Deadline) -> None:
        super().__init__(path, deadline)
        self._path = path
        self._mailboxes = mailboxes
        self._seen: set[tuple[str, str]] = set()

    def find(self, wanted: t.AbstractSet[str]) -> t.Iterator[Found]:
        """Look at what is new in each mailbox, the newest first."""
        folders = _folders(self._path, self._mailboxes)
        self.places = tuple(folders.values())
        for folder, place in folders.items():
            files = [one for one in _files(folder) if (folder, one.name) not in self._seen]
            for file in sorted(files, key=lambda one: one.arrived, reverse=True):
                if self.deadline.over:
                    return
                head = _head(file.path)
                if head is None:
                    continue  # it was moved while we looked, and is found the next time
                token = head.token_in(wanted)
                if token is not None:
                    name = escape(os.fsencode(file.name).decode("utf-8", "backslashreplace"))
                    key = (folder, file.name)
                    yield Found(token, place, name, file.arrived, head, key)
                self._seen.add((folder, file.name))

    def delete(self, found: t.Sequence[Found]) -> t.Iterator[tuple[t.Any, ...]]:
        """Remove the files, wherever in their mailbox they are by now."""
        wanted = {one.key: one.token for one in found}
        for folder in sorted({folder for folder, _name in wanted}):
            for file in _files(folder):
                token = wanted.get((folder, file.name))
                head = _head(file.path) if token else None
                if head is None or token not in head.tokens:
                    continue
                try:
                    os.unlink(file.path)
                except FileNotFoundError:
                    continue
                except OSError as error:
                    raise Broken("mailbox", f"{file.path}: {reason_of(error)}") from None
                yield (folder, file.name)


def _folders(path: str, wished: tuple[str, ...] | None) -> dict[str, Place]:
    """Give the folder of each mailbox. Raises Broken where one is not there."""
    if wished is None:
        names = sorted(filter(junk.is_usual, _subfolders(path)))
        return {path: Place("INBOX"), **{_folder(path, name) or "": _place(name) for name in names}}
    folders = {}
    for name in wished:
        folder = _folder(path, name)
        if folder is None:
            there = ", ".join(["INBOX", *sorted(map(escape, _subfolders(path)))][:10])
            text = f"there is no mailbox {escape(name)} in the Maildir; there are {there}"
            raise Broken("mailbox", text)
        folders[folder] = _place(name)
    return folders


def _place(name: str) -> Place:
    return Place(escape(name), junk.is_usual(name))


def _folder(path: str, name: str) -> str | None:
    """Give where a mailbox is: in `.Name` (Maildir++), or in `Name` (Dovecot's LAYOUT=fs)."""
    if name.upper() == "INBOX":
        return path
    encoded = encode_name(name).decode("ascii")
    below = [os.path.join(path, f".{encoded.replace('/', '.')}"), os.path.join(path, encoded)]
    return next(filter(is_maildir, below), None)


def _subfolders(path: str) -> list[str]:
    with _reading(path):
        names = os.listdir(path)
    return [
        decode_name(os.fsencode(name.lstrip(".")))
        for name in names
        if name not in ("cur", "new", "tmp") and is_maildir(os.path.join(path, name))
    ]


def is_maildir(path: str) -> bool:
    """Whether a path is that of a Maildir."""
    return all(os.path.isdir(os.path.join(path, part)) for part in ("cur", "new"))


def _files(folder: str) -> list[File]:
    """List the messages. Only files are: nothing else may keep us waiting when it is opened."""
    files = []
    for part in ("new", "cur"):
        with _reading(folder), os.scandir(os.path.join(folder, part)) as entries:
            for entry in entries:
                name = entry.name.partition(":")[0]
                with contextlib.suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode) and not name.startswith("."):
                        files.append(File(entry.path, name, status.st_mtime))
    return files


def _head(path: str) -> Head | None:
    """Read the beginning of a message; None where its file is not there any more."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:
            return None
        raise Broken("mailbox", f"{path}: {reason_of(error)}") from None
    with _reading(path), open(descriptor, "rb") as file:
        data = file.read(MAX_BYTES)
    return read_if_ours(data)


@contextlib.contextmanager
def _reading(path: str) -> t.Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Broken("mailbox", f"{path}: {reason_of(error)}") from None

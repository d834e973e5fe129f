# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write files atomically, all files of a folder at once, and only below the folder of the report.

Each file is a draft under another name until all are complete. Then they are renamed. So a run that
is interrupted leaves the files of the run before it, and drafts, which a later run removes.

Names of files and folders are made of the names of hosts and servers. The folder of the report may
be a symbolic link. Symbolic links in it are not followed, since another user may have made them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
import time
import typing as t
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

FOLDER_MODE = 0o750
FILE_MODE = 0o640
PUBLIC_MODE = 0o644

# A draft of this age is not written any more.
_DRAFT_SECONDS = 3600
_DRAFT = re.compile(r"\.[0-9a-f]{16}\.tmp")

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class NotWritten(Exception):
    """A file or a folder cannot be written. The text says which one, and why."""


class Folder:
    """An open folder. Everything in it is opened by the descriptor and one name, never a path."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self._path = path
        self._drafts: dict[str, str] = {}  # by the name that each is to have

    @classmethod
    @contextlib.contextmanager
    def of(cls, descriptor: int, path: Path) -> Iterator[Folder]:
        """Write files to an open folder, and close it. Raise NotWritten.

        The files have their names at the end of the context, and never if it ends with an error.
        """
        folder = cls(descriptor, path)
        try:
            folder._remove_old_drafts()
            yield folder
            folder._rename_drafts()
        finally:
            for name in list(folder._drafts):
                folder._discard(name)
            os.close(descriptor)

    @contextlib.contextmanager
    def inner(self, name: str) -> Iterator[Folder]:
        """Open a folder in this one, and create it if it is missing. Raise NotWritten."""
        path = self._path / name
        with _explained(path):
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, FOLDER_MODE, dir_fd=self._descriptor)
            self._refuse(name, stat.S_ISDIR, "a folder")
            descriptor = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=self._descriptor)
        with Folder.of(descriptor, path) as folder:
            yield folder

    def write(self, name: str, pieces: Iterable[str], mode: int = FILE_MODE) -> None:
        """Write the draft of a file. Raise NotWritten.

        An exception of `pieces` is passed on. Then no draft is left behind.
        """
        with _explained(self._path / name):
            self._refuse(name, stat.S_ISREG, "a file")
            self._discard(name)
            draft = self._drafts[name] = f".{secrets.token_hex(8)}.tmp"
            handle = os.open(draft, _NEW_FILE, 0o600, dir_fd=self._descriptor)
            try:
                with open(
                    handle, "w", encoding="utf-8", errors="backslashreplace", newline=""
                ) as file:
                    file.writelines(pieces)
                    file.flush()
                    os.fchmod(handle, mode)
            except BaseException:
                self._discard(name)
                raise

    @property
    def drafts(self) -> dict[str, str]:
        """The drafts of files, by the name that each is to have."""
        return dict(self._drafts)

    def adopt(self, drafts: Mapping[str, str]) -> None:
        """Take over drafts that a copy of this folder has written in another process."""
        self._drafts.update(drafts)

    def check(self, files: Iterable[str], folders: Iterable[str]) -> None:
        """Check that files and folders of these names can be written here. Raise NotWritten."""
        for name in folders:
            with _explained(self._path / name):
                self._refuse(name, stat.S_ISDIR, "a folder")
        for name in files:
            with _explained(self._path / name):
                self._refuse(name, stat.S_ISREG, "a file")
        draft = f".{secrets.token_hex(8)}.tmp"
        with _explained(self._path):
            os.close(os.open(draft, _NEW_FILE, 0o600, dir_fd=self._descriptor))
            os.unlink(draft, dir_fd=self._descriptor)

    def _rename_drafts(self) -> None:
        """Give all drafts their names. Raise NotWritten for the first one that cannot have it."""
        problems = []
        for name, draft in list(self._drafts.items()):
            try:
                with _explained(self._path / name):
                    os.replace(
                        draft, name, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor
                    )
                del self._drafts[name]
            except NotWritten as error:
                problems.append(error)
        if problems:
            raise problems[0]

    def _discard(self, name: str) -> None:
        """Remove the draft of a file, if there is one."""
        draft = self._drafts.pop(name, None)
        if draft is not None:
            self._unlink(draft)

    def _remove_old_drafts(self) -> None:
        """Remove the drafts of runs that were interrupted."""
        oldest = time.time() - _DRAFT_SECONDS
        with contextlib.suppress(OSError):
            for name in filter(_DRAFT.fullmatch, os.listdir(self._descriptor)):
                if os.lstat(name, dir_fd=self._descriptor).st_mtime < oldest:
                    self._unlink(name)

    def _unlink(self, name: str) -> None:
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=self._descriptor)

    def _refuse(self, name: str, is_right: t.Callable[[int], bool], what: str) -> None:
        """Raise NotWritten if the name exists already and is of another type."""
        try:
            found = os.lstat(name, dir_fd=self._descriptor).st_mode
        except FileNotFoundError:
            return
        path = self._path / name
        if stat.S_ISLNK(found):
            raise NotWritten(f"{path} is a symbolic link, which is not followed; remove it")
        if not is_right(found):
            raise NotWritten(f"{path} is not {what}")


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Folder]:
    """Open the folder of a report, and create it if it is missing. Raise NotWritten."""
    with _explained(path):
        _make(path)
        descriptor = os.open(path, _FOLDER)
    with Folder.of(descriptor, path) as folder:
        yield folder


def _make(path: Path) -> None:
    """Create a folder and its parents. Path.mkdir would set the mode of the last one only."""
    if path.is_dir():
        return
    if path.exists() or path.is_symlink():
        raise NotWritten(f"{path} is not a folder")
    _make(path.parent)
    path.mkdir(FOLDER_MODE, exist_ok=True)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn the error of a system call into NotWritten."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ELOOP:
            reason = "it is a symbolic link, which is not followed; remove it"
        else:
            reason = error.strerror or type(error).__name__
        raise NotWritten(f"{path} cannot be written: {reason}") from error

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write files so that nobody ever reads half of one, and none is written anywhere else.

Names of files and folders come from names of hosts and servers. The folder of the report may be a
symbolic link; below it none is followed, whoever has laid it there.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import typing as t
from collections.abc import Iterable, Iterator
from pathlib import Path

FOLDER_MODE = 0o750
FILE_MODE = 0o640
PUBLIC_MODE = 0o644

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class NotWritten(Exception):
    """A file or a folder cannot be written. The text says which, and why."""


class Folder:
    """A folder that is open. What is in it is reached by its descriptor and one name, no path."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self._path = path

    @contextlib.contextmanager
    def inner(self, name: str) -> Iterator[Folder]:
        """Open a folder in this one, and make it where it is missing. Raise NotWritten."""
        path = self._path / name
        with _explained(path):
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, FOLDER_MODE, dir_fd=self._descriptor)
            self._refuse(name, stat.S_ISDIR, "a folder")
            descriptor = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=self._descriptor)
        try:
            yield Folder(descriptor, path)
        finally:
            os.close(descriptor)

    def write(self, name: str, pieces: Iterable[str], mode: int = FILE_MODE) -> None:
        """Write a file beside where it is to be, and rename it. Raise NotWritten.

        What the pieces raise is raised, and nothing is left behind.
        """
        with _explained(self._path / name):
            self._refuse(name, stat.S_ISREG, "a file")
            draft = f".{secrets.token_hex(8)}.tmp"
            handle = os.open(draft, _NEW_FILE, 0o600, dir_fd=self._descriptor)
            try:
                with open(
                    handle, "w", encoding="utf-8", errors="backslashreplace", newline=""
                ) as file:
                    file.writelines(pieces)
                    file.flush()
                    os.fchmod(handle, mode)
                os.replace(draft, name, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(draft, dir_fd=self._descriptor)
                raise

    def check(self, files: Iterable[str], folders: Iterable[str]) -> None:
        """See whether files and folders of such names can be written here. Raise NotWritten."""
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

    def _refuse(self, name: str, is_right: t.Callable[[int], bool], what: str) -> None:
        """Refuse what is there already, and is not what it should be. Raise NotWritten."""
        try:
            found = os.lstat(name, dir_fd=self._descriptor).st_mode
        except FileNotFoundError:
            return
        path = self._path / name
        if stat.S_ISLNK(found):
            raise NotWritten(f"{path} is a symbolic link, and none is followed there")
        if not is_right(found):
            raise NotWritten(f"{path} is not {what}")


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Folder]:
    """Open the folder of a report, and make those that are missing. Raise NotWritten."""
    with _explained(path):
        _make(path)
        descriptor = os.open(path, _FOLDER)
    try:
        yield Folder(descriptor, path)
    finally:
        os.close(descriptor)


def _make(path: Path) -> None:
    """Make a folder, and those that it is in: the mode of Path.mkdir is that of the last alone."""
    if path.is_dir():
        return
    if path.exists() or path.is_symlink():
        raise NotWritten(f"{path} is not a folder")
    _make(path.parent)
    path.mkdir(FOLDER_MODE, exist_ok=True)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Say of what a system call fails for. Raise NotWritten."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ELOOP:
            reason = "it is a symbolic link, and none is followed there"
        else:
            reason = error.strerror or type(error).__name__
        raise NotWritten(f"{path} cannot be written: {reason}") from error

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files, and what only has the name of a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.errors import StoreError
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.local_file import (
    NotAFile,
    as_mailbox_error,
    open_file,
    printable_path,
)


def test_a_file_is_opened_by_its_name_and_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for name in ("file", "link"):
        descriptor = open_file(str(tmp_path / name))
        assert os.read(descriptor, 2) == b"x"
        os.close(descriptor)


def test_a_link_is_not_followed_by_who_does_not_want_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    folder = os.open(str(tmp_path), os.O_RDONLY)
    with pytest.raises(NotAFile):
        open_file("link", os.O_RDONLY | os.O_NOFOLLOW, folder)
    os.close(open_file("file", os.O_RDONLY | os.O_NOFOLLOW, folder))
    os.close(folder)


def test_nobody_waits_for_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(str(tmp_path / "fifo"))
    (tmp_path / "link").symlink_to(tmp_path / "fifo")
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for path in (tmp_path / "fifo", tmp_path / "link", tmp_path, Path("/dev/zero")):
        with pytest.raises(NotAFile, match="not a regular file"):
            open_file(str(path))
    if before:
        assert len(os.listdir("/proc/self/fd")) == before


def test_what_the_system_says_is_told_with_the_path() -> None:
    with pytest.raises(StoreError) as caught, as_mailbox_error("/a\udcff"):
        open_file("/nowhere/at/all")
    assert (caught.value.kind, caught.value.text) == (
        "mailbox",
        "/a\\xff: No such file or directory",
    )
    assert printable_path("/a\udcff\x1b") == "/a\\xff\\x1b"

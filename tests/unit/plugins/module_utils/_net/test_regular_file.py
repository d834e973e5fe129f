# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Only a file that ends is opened, and the reason is said for any other path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.regular_file import open_file


def test_a_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    with open_file(str(tmp_path / "a")) as file:
        assert file.read() == b"content"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("none", "No such file or directory"),
        ("fifo", "it is not a regular file"),
        (".", "it is a folder"),
        ("/dev/zero", "it is not a regular file"),
        ("a\0b", "its path contains a NUL character"),
    ],
)
def test_any_other_path_is_refused_without_waiting(tmp_path: Path, path: str, reason: str) -> None:
    os.mkfifo(str(tmp_path / "fifo"))
    before = len(os.listdir("/dev/fd"))
    with pytest.raises(OSError) as caught:
        open_file(os.path.join(str(tmp_path), path))
    assert caught.value.strerror == reason
    assert len(os.listdir("/dev/fd")) == before

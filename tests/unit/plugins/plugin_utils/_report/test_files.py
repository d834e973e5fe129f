# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file is written whole or not at all, where it is meant to be, and what it fails for is told."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import stat
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.plugin_utils._report import files


def names(folder: Path) -> list[str]:
    """Name what is in a folder, hidden files included."""
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    with files.opened(tmp_path / "new" / "folder") as folder:
        folder.write("a.txt", ["old"])
        folder.write("a.txt", ["ne", "w \udcff"], files.PUBLIC_MODE)
    path = tmp_path / "new" / "folder" / "a.txt"
    assert path.read_text() == "new \\udcff"
    assert stat.S_IMODE(path.stat().st_mode) == files.PUBLIC_MODE
    assert names(path.parent) == ["a.txt"]


def test_what_the_pieces_raise_is_raised_and_the_old_file_stays(tmp_path: Path) -> None:
    def pieces() -> t.Iterator[str]:
        yield "half"
        raise KeyError("a result")

    (tmp_path / "a.txt").write_text("old")
    with files.opened(tmp_path) as folder, pytest.raises(KeyError):
        folder.write("a.txt", pieces())
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_run_that_is_interrupted_leaves_all_files_of_the_run_before_it(tmp_path: Path) -> None:
    """And not some of its own, which would contradict the others."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("old")

    def pieces() -> t.Iterator[str]:
        yield "half"
        raise KeyboardInterrupt

    def write() -> None:
        with files.opened(tmp_path) as folder:
            folder.write("a.txt", ["new"])
            folder.write("b.txt", pieces())

    with pytest.raises(KeyboardInterrupt):
        write()
    assert (tmp_path / "a.txt").read_text() == (tmp_path / "b.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt", "b.txt"]


def test_a_run_that_is_killed_leaves_drafts_and_a_later_one_removes_them(tmp_path: Path) -> None:
    """But not those of a run at the same time, which are younger."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "a.txt").write_text("old")
    writer = os.fork()
    if not writer:
        with files.opened(tmp_path) as folder, folder.inner("inner") as inner:
            folder.write("a.txt", ["new"])
            inner.write("b.txt", ["new"])
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(writer, 0)
    drafts = [*tmp_path.glob(".*.tmp"), *(tmp_path / "inner").glob(".*.tmp")]
    assert len(drafts) == 2
    assert (tmp_path / "a.txt").read_text() == "old"
    others = [tmp_path / name for name in (".vimrc.tmp", f".{'a' * 16}.tmp.bak")]
    for path in (*drafts, *others):
        path.touch()
        os.utime(path, (1, 1))
    others.append(tmp_path / f".{'b' * 16}.tmp")
    others[-1].touch()
    with files.opened(tmp_path) as folder, folder.inner("inner"):
        folder.write("a.txt", ["newer"])
    assert (tmp_path / "a.txt").read_text() == "newer"
    assert names(tmp_path / "inner") == []
    assert names(tmp_path) == sorted([*(path.name for path in others), "a.txt", "inner"])


def test_a_file_that_cannot_have_its_name_keeps_no_other_from_its_own(tmp_path: Path) -> None:
    def write() -> None:
        with files.opened(tmp_path) as folder:
            folder.write("a.txt", ["new"])
            folder.write("b.txt", ["new"])
            (tmp_path / "a.txt" / "by another").mkdir(parents=True)

    with pytest.raises(files.NotWritten) as error:
        write()
    assert str(error.value) == f"{tmp_path}/a.txt cannot be written: Is a directory"
    assert names(tmp_path) == ["a.txt", "b.txt"]


@contextlib.contextmanager
def files_of_at_most(size: int) -> t.Iterator[None]:
    """Have the kernel refuse to write more into a file, as it does when a disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_there_is_no_room_for_is_told_and_the_old_one_stays(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    with (
        files.opened(tmp_path) as folder,
        pytest.raises(files.NotWritten) as error,
        files_of_at_most(10_000),
    ):
        folder.write("a.txt", ["x" * 1_000] * 100)
    assert str(error.value) == f"{tmp_path}/a.txt cannot be written: File too large"
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("dest", ["file", "file/below/it", "dangling"])
def test_a_folder_that_is_none_is_named(tmp_path: Path, dest: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    with pytest.raises(files.NotWritten) as error, files.opened(tmp_path / dest):
        pass
    assert str(error.value) == f"{tmp_path}/{dest.partition('/')[0]} is not a folder"


def test_the_folder_of_the_report_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with files.opened(tmp_path / "link") as folder, folder.inner("web1") as inner:
        inner.write("a.txt", ["text"])
    assert (tmp_path / "real" / "web1" / "a.txt").read_text() == "text"


@pytest.mark.parametrize("target", ["elsewhere", "nothing"])
def test_no_link_below_it_is_followed(tmp_path: Path, target: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.txt").write_text("not ours")
    top = tmp_path / "top"
    top.mkdir()
    (top / "folder").symlink_to(tmp_path / target)
    (top / "a.txt").symlink_to(tmp_path / target / "a.txt")
    with files.opened(top) as folder:
        with (
            pytest.raises(files.NotWritten, match="folder is a symbolic link"),
            folder.inner("folder"),
        ):
            pass
        with pytest.raises(files.NotWritten, match=r"a\.txt is a symbolic link"):
            folder.write("a.txt", ["ours"])
        with pytest.raises(files.NotWritten, match=r"a\.txt is a symbolic link"):
            folder.check(["a.txt"], [])
        with pytest.raises(files.NotWritten, match="folder is a symbolic link"):
            folder.check([], ["folder"])
    assert (elsewhere / "a.txt").read_text() == "not ours"
    assert names(elsewhere) == ["a.txt"]
    assert names(top) == ["a.txt", "folder"]


def test_a_folder_that_becomes_a_link_while_it_is_open_leads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    with files.opened(tmp_path / "top") as folder, folder.inner("web1") as inner:
        (tmp_path / "top" / "web1").rename(tmp_path / "top" / "moved")
        (tmp_path / "top" / "web1").symlink_to(tmp_path / "elsewhere")
        inner.write("a.txt", ["text"])
    assert names(tmp_path / "elsewhere") == []
    assert names(tmp_path / "top" / "moved") == ["a.txt"]


def test_a_check_leaves_nothing_behind(tmp_path: Path) -> None:
    with files.opened(tmp_path) as folder:
        folder.check(["report.json"], ["transcripts"])
    assert names(tmp_path) == []


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    (tmp_path / "transcripts").write_text("")
    with files.opened(tmp_path) as folder:
        with pytest.raises(files.NotWritten, match=r"report\.html is not a file"):
            folder.write("report.html", [])
        with (
            pytest.raises(files.NotWritten, match="transcripts is not a folder"),
            folder.inner("transcripts"),
        ):
            pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_one_may_not_write_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o555)
    told = "closed cannot be written: Permission denied"
    with files.opened(tmp_path / "closed") as folder, pytest.raises(files.NotWritten, match=told):
        folder.check([], [])

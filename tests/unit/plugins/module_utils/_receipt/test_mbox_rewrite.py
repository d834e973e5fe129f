# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deleting from an mbox: whoever is killed, whoever delivers meanwhile, no other mail is lost."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt import mbox_rewrite
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.deadline import Deadline
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.errors import StoreError
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.local_store import open_path

FROM = "From ann@example.com Tue Nov 24 12:00:00 2026\n"

# All that changes something on disk, and so is what a kill can come before or after.
CALLS = (
    "open",
    "write",
    "close",
    "link",
    "unlink",
    "fchown",
    "fchmod",
    "fsync",
    "rename",
    "lseek",
)

# A process that opens the mbox as a delivery agent does, waits for its lock with the old file open,
# and then appends a message. It heeds no lock file, and does not look whether the file is the same.
DELIVER = """
import fcntl, os, sys
file = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND)
print("open", flush=True)
sys.stdin.readline()
print("locking", flush=True)
fcntl.lockf(file, fcntl.LOCK_EX)
os.write(file, sys.argv[2].encode())
"""


def message(token: str) -> str:
    return f"{FROM}X-SMTP-Handshake-Token: {token}\n\nHello\nFrom here\n{'x' * 70_000}\n\n"


OTHERS = [message(f"theirs-{number}") for number in range(3)]
BEFORE = OTHERS[0] + message("ours") + OTHERS[1] + message("ours") + OTHERS[2]
AFTER = "".join(OTHERS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return an mbox with messages of ours between those of others."""
    (tmp_path / "mbox").write_text(BEFORE)
    return tmp_path / "mbox"


def delete(path: Path, seconds: float = 10) -> list[t.Any]:
    """Find our messages and delete them: the keys of what is gone."""
    store = open_path(str(path), None, Deadline(seconds))
    return list(store.delete(list(store.find({"ours"}))))


def warned(path: Path, seconds: float = 10) -> StoreError:
    """Return why not all was deleted."""
    with pytest.raises(StoreError) as caught:
        delete(path, seconds)
    return caught.value


def left_over(path: Path) -> list[str]:
    """Return what is in the folder beside the mbox."""
    return sorted(name for name in os.listdir(str(path.parent)) if name != path.name)


# Kills


def killed_at(path: Path, moment: int, before: bool) -> bool:
    """Delete in a process that dies by SIGKILL at a call; whether it came so far."""
    child = os.fork()
    if child == 0:
        try:
            _arm(moment, before)
            delete(path)
            os._exit(0)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the deletion failed by itself"
    return os.WIFSIGNALED(status)


def _arm(moment: int, before: bool) -> None:
    count = 0

    def dying(call: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
        def called(*args: t.Any, **kwargs: t.Any) -> t.Any:
            nonlocal count
            count += 1
            if before and count == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            try:
                return call(*args, **kwargs)
            finally:
                if count == moment:
                    os.kill(os.getpid(), signal.SIGKILL)

        return called

    for name in CALLS:
        setattr(os, name, dying(getattr(os, name)))


@pytest.mark.thorough
@pytest.mark.parametrize("before", [True, False])
def test_a_kill_at_any_moment_leaves_all_other_mail_as_it_is(path: Path, before: bool) -> None:
    outcomes = set()
    moment = 1
    while killed_at(path, moment, before):
        content = path.read_text()
        assert content in (BEFORE, AFTER), f"killed at call {moment}"
        outcomes.add(content)
        # The next run takes away what the kill has left, its lock included, and deletes.
        delete(path)
        assert path.read_text() == AFTER
        assert left_over(path) == []
        path.write_text(BEFORE)
        moment += 1
    assert outcomes == {BEFORE, AFTER}  # so kills came on both sides of the one step
    assert moment > 15
    assert path.read_text() == AFTER


def test_an_owner_and_a_mode_stay(path: Path) -> None:
    path.chmod(0o660)
    if os.geteuid() == 0:
        os.chown(str(path), 12345, 54321)
    before = path.stat()
    assert len(delete(path)) == 2
    after = path.stat()
    assert path.read_text() == AFTER
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert stat.S_IMODE(after.st_mode) == 0o660
    assert after.st_ino != before.st_ino
    assert left_over(path) == []


# Deliveries meanwhile


def test_what_is_delivered_into_the_old_file_is_carried_over(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The delivery has opened the file before, and gets its lock when nobody finds it any more."""
    agent = subprocess.Popen(
        [sys.executable, "-c", DELIVER, str(path), message("late")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert agent.stdin is not None
    assert agent.stdout is not None
    assert agent.stdout.readline() == b"open\n"
    rename = os.rename

    def rename_while_somebody_waits(source: str, target: str) -> None:
        assert agent.stdin is not None
        assert agent.stdout is not None
        agent.stdin.write(b"\n")
        agent.stdin.flush()
        assert agent.stdout.readline() == b"locking\n"
        rename(source, target)

    monkeypatch.setattr(os, "rename", rename_while_somebody_waits)
    with agent:
        assert len(delete(path)) == 2
    assert path.read_text() == AFTER + message("late")


def test_what_is_appended_without_a_lock_while_we_copy_is_carried_over(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fchmod = os.fchmod

    def fchmod_meanwhile(descriptor: int, mode: int) -> None:
        fchmod(descriptor, mode)
        with path.open("a") as file:
            file.write(message("late"))

    monkeypatch.setattr(os, "fchmod", fchmod_meanwhile)
    assert len(delete(path)) == 2
    assert path.read_text() == AFTER + message("late")


def test_where_the_system_does_not_tell_who_writes_the_old_file_is_watched(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(fcntl, "F_SETLEASE", raising=False)
    monkeypatch.setattr(mbox_rewrite, "UNKNOWN_SECONDS", 0.1)
    rename = os.rename

    def rename_and_append(source: str, target: str) -> None:
        with path.open("a") as old:
            rename(source, target)
            old.write(message("late"))

    monkeypatch.setattr(os, "rename", rename_and_append)
    assert len(delete(path)) == 2
    assert path.read_text() == AFTER + message("late")


@pytest.mark.skipif(not hasattr(fcntl, "F_SETLEASE"), reason="only Linux tells who writes")
def test_who_keeps_the_old_file_open_is_warned_of(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mbox_rewrite, "WRITER_SECONDS", 0.1)
    store = open_path(str(path), None, Deadline(10))
    found = list(store.find({"ours"}))
    gone: list[t.Any] = []
    keeper = subprocess.Popen(
        [sys.executable, "-c", DELIVER, str(path), ""],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with keeper:
        assert keeper.stdout is not None
        keeper.stdout.readline()
        with pytest.raises(StoreError, match="still has the mailbox open"):
            gone.extend(store.delete(found))
        keeper.kill()
    assert gone == [one.key for one in found]
    assert path.read_text() == AFTER


def test_a_message_of_ours_that_still_grows_is_left(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text(OTHERS[0] + message("ours"))
    fchmod = os.fchmod

    def fchmod_meanwhile(descriptor: int, mode: int) -> None:
        fchmod(descriptor, mode)
        with path.open("a") as file:
            file.write("the rest of it\n")

    monkeypatch.setattr(os, "fchmod", fchmod_meanwhile)
    assert warned(path).kind == "busy"
    assert path.read_text() == OTHERS[0] + message("ours") + "the rest of it\n"
    assert left_over(path) == []


# Locks


@pytest.mark.parametrize("content", ["", "1\n", "999999999\n", "1\nmail_receipt elsewhere\n"])
def test_the_lock_file_of_another_is_waited_for_and_left(path: Path, content: str) -> None:
    lock = path.parent / "mbox.lock"
    lock.write_text(content)
    error = warned(path, seconds=0.5)
    assert (error.kind, "another program has locked it" in error.text) == ("busy", True)
    assert lock.read_text() == content
    assert path.read_text() == BEFORE
    assert left_over(path) == ["mbox.lock"]


def test_both_names_of_a_linked_mbox_are_locked_and_the_link_stays(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    link = tmp_path / "home" / "mail"
    link.symlink_to(path)
    locks = []
    rename = os.rename

    def rename_and_look(source: str, target: str) -> None:
        locks.extend([(tmp_path / "mbox.lock").exists(), (tmp_path / "home/mail.lock").exists()])
        rename(source, target)

    monkeypatch.setattr(os, "rename", rename_and_look)
    assert len(delete(link)) == 2
    assert locks == [True, True]
    assert link.is_symlink()
    assert path.read_text() == AFTER
    assert left_over(link) == []


# Where it cannot be done


def test_a_file_with_another_name_is_left(path: Path) -> None:
    os.link(str(path), str(path.parent / "other"))
    assert "hard links" in warned(path).text
    assert path.read_text() == BEFORE


@pytest.mark.parametrize("call", ["link", "fchown", "rename", "fsync", "write"])
def test_what_the_system_refuses_leaves_all_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """No space, no right, a read-only file system: whatever it is, it is said."""

    def refuse(*_args: t.Any) -> None:
        raise OSError(28, "No space left on device")

    if call == "fchown":
        monkeypatch.setattr(os, "fstat", _of_another(os.fstat))
    monkeypatch.setattr(os, call, refuse)
    error = warned(path)
    assert error.text.startswith("nothing was deleted: ")
    assert "No space left" in error.text
    assert path.read_text() == BEFORE
    assert left_over(path) == []


def _of_another(fstat: t.Callable[[int], os.stat_result]) -> t.Callable[[int], t.Any]:
    """Return an fstat by which every new file belongs to somebody else."""
    first: list[int] = []

    def of_another(descriptor: int) -> t.Any:
        status = fstat(descriptor)
        first.append(status.st_ino)
        fields = list(status)
        if status.st_ino != first[0]:
            fields[stat.ST_UID] = 4242
        return os.stat_result(fields)

    return of_another


def test_a_folder_that_may_not_be_written_is_said() -> None:
    """As /var/mail for a user who is not root: Postfix writes there, and the user may not."""
    folder = Path(tempfile.mkdtemp())  # one that another user can come to
    path = folder / "mbox"
    path.write_text(BEFORE)
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.chown(str(path), 12345, 12345)
                folder.chmod(0o755)
                os.setuid(12345)
            else:
                folder.chmod(0o555)
            os.write(write_end, warned(path).text.encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    said = os.read(read_end, 1000).decode()
    os.close(read_end)
    os.close(write_end)
    folder.chmod(0o755)
    assert said == f"nothing was deleted: no lock can be made in {folder}: Permission denied"
    assert path.read_text() == BEFORE
    assert os.listdir(str(folder)) == ["mbox"]
    shutil.rmtree(str(folder))


def test_the_time_ends_a_copy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_path(str(path), None, Deadline(10))
    found = list(store.find({"ours"}))
    pread = os.pread

    def slow(descriptor: int, size: int, start: int) -> bytes:
        store.deadline.end = 0.0
        return pread(descriptor, min(size, 10), start)

    monkeypatch.setattr(os, "pread", slow)
    with pytest.raises(StoreError, match="the time was over"):
        list(store.delete(found))
    assert path.read_text() == BEFORE
    assert left_over(path) == []

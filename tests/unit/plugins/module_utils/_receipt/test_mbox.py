# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mboxes, as delivery agents and mail programs leave them."""

from __future__ import annotations

import contextlib
import fcntl
import mailbox
import os
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.deadline import Deadline
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.errors import StoreError
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.local_store import open_path
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.store import Store
from ansible_collections.mailops.smtp.tests.unit import work
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FROM = "From ann@example.com Tue Nov 24 12:00:00 2026\n"

HOLD_A_LOCK = """
import fcntl, sys
file = open(sys.argv[1], "r+")
fcntl.lockf(file, fcntl.LOCK_EX)
print("locked", flush=True)
sys.stdin.read()
"""


def message(token: str = "", body: str = "Hello\n") -> str:
    header = f"X-SMTP-Handshake-Token: {token}\n" if token else ""
    return f"{FROM}Subject: x\n{header}\n{body}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where an mbox is to be."""
    return tmp_path / "mbox"


def store_of(path: Path, seconds: float = 10) -> Store:
    return open_path(str(path), None, Deadline(seconds))


def tokens(store: Store, *wanted: str) -> list[str]:
    return [one.token for one in store.find(set(wanted))]


def test_messages_are_found_by_their_headers_alone(path: Path) -> None:
    quoted = "Hello\nFrom here on\nX-SMTP-Handshake-Token: in-the-body\n\n>From me\n"
    path.write_text(message("ours-1", quoted) + message() + message("ours-2"))
    assert tokens(store_of(path), "ours-1", "ours-2", "in-the-body") == ["ours-1", "ours-2"]


def test_a_message_arrived_when_its_separator_says(path: Path) -> None:
    path.write_text(message("ours"))
    (one,) = store_of(path).find({"ours"})
    assert one.arrived == time.mktime((2026, 11, 24, 12, 0, 0, 0, 0, -1))
    assert (one.uid, one.mailbox.name) == (None, "INBOX")


def test_what_is_appended_is_found_and_the_rest_is_not_read_again(path: Path) -> None:
    path.write_text(message("ours-1") + message())
    store = store_of(path)
    assert tokens(store, "ours-1", "ours-2") == ["ours-1"]
    assert tokens(store, "ours-1", "ours-2") == []
    with path.open("a") as file:
        file.write(message("ours-2"))
    assert tokens(store, "ours-1", "ours-2") == ["ours-2"]


def test_a_message_that_was_not_whole_yet_is_found_later(path: Path) -> None:
    whole = message("ours")
    path.write_text(message() + whole[:60])
    store = store_of(path)
    assert tokens(store, "ours") == []
    path.write_text(message() + whole)
    assert tokens(store, "ours") == ["ours"]


def test_a_file_that_was_replaced_is_read_from_its_beginning(path: Path) -> None:
    path.write_text(message() * 5)
    store = store_of(path)
    assert tokens(store, "ours") == []
    path.unlink()
    path.write_text(message("ours"))
    assert tokens(store, "ours") == ["ours"]


# As mail programs do that expunge without a new file: what follows moves to the front.


@pytest.mark.parametrize("more", [message(body="x" * 500 + "\n"), ""], ids=["larger", "same-size"])
def test_a_file_that_was_rewritten_in_place_hides_no_message(path: Path, more: str) -> None:
    gone, stays, ours = message(body="x" * 300 + "\n"), message(body="y\n"), message("ours")
    path.write_text(gone + stays)
    before = path.stat()
    store = store_of(path)
    assert tokens(store, "ours") == []
    rest = len(gone) - len(ours)
    time.sleep(0.02)  # the clock of a file system has ticks
    path.write_text(stays + (ours + more if more else message("ours", "z" * (rest + 5) + "\n")))
    os.utime(str(path), ns=(before.st_atime_ns, before.st_mtime_ns))  # as mutt does
    after = path.stat()
    assert (after.st_ino, after.st_size > before.st_size) == (before.st_ino, bool(more))
    assert tokens(store, "ours") == ["ours"]


def test_a_file_that_is_rewritten_while_it_is_read_hides_no_message(path: Path) -> None:
    large = message(body="x" * 300_000 + "\n")
    path.write_text(message("ours-1") + large)
    store = store_of(path)
    search = iter(store.find({"ours-1", "ours-2"}))
    assert next(search).token == "ours-1"
    path.write_text(message("ours-2") + message(body="y" * 300_000 + "\n") + large)
    assert [one.token for one in search] == []  # it has read the first messages before
    assert tokens(store, "ours-1", "ours-2") == ["ours-2"]


def test_a_message_that_moves_in_the_file_is_no_copy(path: Path) -> None:
    first, second = message("ours"), message("ours", "again\n")
    path.write_text(message(body="x" * 300 + "\n") + first)
    store = store_of(path)
    keys = [one.key for one in store.find({"ours"})]
    path.write_text(first + message(body="x" * 500 + "\n"))
    assert [one.key for one in store.find({"ours"})] == keys
    with path.open("a") as file:
        file.write(second)
    (copy,) = store.find({"ours"})
    assert copy.key not in keys


def test_a_line_without_end_takes_no_memory(path: Path) -> None:
    with path.open("wb") as file:
        file.write(FROM.encode() + b"X: ")
        file.truncate(300 * 1024 * 1024)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (220 * 2**20,) * 2);"
    look = (
        f"from {open_path.__module__} import open_path;"
        f"from {Deadline.__module__} import Deadline;"
        f"print(list(open_path({str(path)!r}, None, Deadline(60)).find({{'ours'}})))"
    )
    printed = subprocess.run([sys.executable, "-c", limit + look], capture_output=True, check=False)
    assert printed.stdout == b"[]\n", printed.stderr.decode()


def test_delete_takes_the_messages_out_and_leaves_the_rest_as_it_is(path: Path) -> None:
    others = [message(), message("theirs"), message(body="From time to time\n\n>From me\n")]
    path.write_text(
        message("ours-1")
        + others[0]
        + message("ours-2")
        + others[1]
        + others[2]
        + message("ours-3")
    )
    path.chmod(0o640)
    before = path.stat()
    store = store_of(path)
    found = list(store.find({"ours-1", "ours-2", "ours-3"}))
    assert list(store.delete(found)) == [one.key for one in found]
    assert path.read_text() == "".join(others)
    after = path.stat()
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert after.st_mode == before.st_mode
    assert sorted(os.listdir(str(path.parent))) == ["mbox"]  # no lock is left behind


@given(ours=st.lists(st.booleans(), max_size=8))
@settings(suppress_health_check=list(HealthCheck), max_examples=30)
def test_delete_of_any_of_them_leaves_the_others(tmp_path: Path, ours: list[bool]) -> None:
    path = tmp_path / "mbox"
    messages = [
        message(f"{'ours' if mine else 'theirs'}-{number}", "x\n" * number)
        for number, mine in enumerate(ours)
    ]
    path.write_text("".join(messages))
    store = store_of(path)
    list(store.delete(list(store.find({f"ours-{number}" for number in range(8)}))))
    assert path.read_text() == "".join(one for one, mine in zip(messages, ours) if not mine)
    with contextlib.closing(mailbox.mbox(str(path))) as box:
        assert len(box) == ours.count(False)


def test_delete_waits_for_whoever_has_locked_the_file(path: Path) -> None:
    path.write_text(message("ours"))
    store = store_of(path, seconds=1)
    found = list(store.find({"ours"}))
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_A_LOCK, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(StoreError, match="locked"):
            list(store.delete(found))
        holder.kill()
    assert path.read_text() == message("ours")
    with path.open("r+") as file:  # and we hold no lock any more
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_what_is_no_file_by_now_is_not_waited_for(path: Path) -> None:
    path.write_text(message("ours"))
    store = store_of(path)
    path.unlink()
    os.mkfifo(str(path))
    for look in (lambda: tokens(store, "ours"), lambda: list(store.delete([]))):
        with pytest.raises(StoreError, match="not a regular file") as caught:
            look()
        assert caught.value.kind == "mailbox"


def test_a_look_that_the_time_ends_is_not_one_that_found_nothing(path: Path) -> None:
    path.write_text(message() * 5)
    with pytest.raises(StoreError) as caught:
        tokens(store_of(path, seconds=0), "ours")
    assert caught.value.kind == "timeout"


@pytest.mark.parametrize(
    "unit", [b"From \n\n", b"\n", b"\r\n", b"\r", b"From ", b"X-SMTP-Handshake-Token: a\n", b"\0"]
)
def test_megabytes_take_no_time(path: Path, unit: bytes) -> None:
    path.write_bytes(FROM.encode() + unit * (5_000_000 // len(unit)))
    work.assert_ends(look, str(path), cpu_seconds=20)


def look(path: str) -> None:
    list(open_path(path, None, Deadline(60)).find({"ours"}))


def test_the_work_grows_with_the_messages(path: Path) -> None:
    def write_and_look(size: int) -> None:
        path.write_text(message("theirs") * size)
        look(str(path))

    work.assert_linear(write_and_look, int, sizes=(50, 200, 800))


def test_an_mbox_has_one_mailbox(path: Path) -> None:
    path.write_text("")
    assert tokens(open_path(str(path), ("inbox",), Deadline(1)), "ours") == []
    with pytest.raises(StoreError, match="an mbox has only the mailbox INBOX"):
        open_path(str(path), ("Junk",), Deadline(1))


def test_a_file_that_may_not_be_read_is_said(path: Path) -> None:
    path.write_text(message())
    store: t.Any = store_of(path)
    path.unlink()
    with pytest.raises(StoreError, match="No such file") as caught:
        tokens(store, "ours")
    assert caught.value.kind == "mailbox"

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An mbox is locked as delivery agents lock it, and what a killed process has left is cleared."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.deadline import Deadline
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.errors import StoreError
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.mbox_lock import SUFFIX, locked


@pytest.fixture
def mbox(tmp_path):
    path = tmp_path / "mbox"
    path.write_text("From x\n\n")
    return path


@pytest.fixture
def process_that_is_gone():
    """Return the number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


def lock_file_of(path):
    return path.with_name(f"{path.name}.lock")


def our_mark(process, host=None):
    return f"{process}\n{SUFFIX} {host or socket.gethostname()}\n"


def refusal(mbox):
    """Return the error of an mbox that cannot be locked at once."""
    with pytest.raises(StoreError) as caught, locked(str(mbox), Deadline(0)):
        pass
    return caught.value


def test_a_lock_file_stands_for_as_long_as_it_is_held(mbox):
    with locked(str(mbox), Deadline(5)) as file:
        assert lock_file_of(mbox).read_text() == our_mark(os.getpid())
        assert os.read(file.reader, 4) == b"From"
    assert os.listdir(str(mbox.parent)) == ["mbox"]


def test_a_link_and_its_file_are_both_locked(mbox):
    link = mbox.with_name("link")
    link.symlink_to(mbox)
    with locked(str(link), Deadline(5)) as file:
        assert file.path == str(mbox)
        assert lock_file_of(mbox).exists()
        assert lock_file_of(link).exists()
    assert sorted(os.listdir(str(mbox.parent))) == ["link", "mbox"]


def test_the_lock_of_a_process_that_is_gone_is_cleared(mbox, process_that_is_gone):
    lock_file_of(mbox).write_text(our_mark(process_that_is_gone))
    with locked(str(mbox), Deadline(5)):
        assert lock_file_of(mbox).read_text() == our_mark(os.getpid())


def test_a_number_that_no_process_has_is_of_none(mbox):
    lock_file_of(mbox).write_text(our_mark(9999999999))
    with locked(str(mbox), Deadline(5)):
        pass
    assert not lock_file_of(mbox).exists()


@pytest.mark.parametrize(
    "text",
    [
        "1\n",  # another program's
        "",
        our_mark(os.getpid()),  # of one of us that still runs
        our_mark(9999999999, "another.example.com"),  # whose processes nobody here can see
    ],
)
def test_the_lock_of_anybody_else_is_left_alone(mbox, text):
    lock_file_of(mbox).write_text(text)
    assert refusal(mbox).kind == "busy"
    assert lock_file_of(mbox).read_text() == text


def test_a_lock_that_is_no_file_is_left_alone(mbox):
    os.mkfifo(str(lock_file_of(mbox)))
    assert "another program has locked it" in str(refusal(mbox))


def test_fcntl_is_given_up_while_the_lock_file_is_anothers(mbox):
    lock_file_of(mbox).write_text("1\n")
    refusal(mbox)
    probe = (
        "import fcntl, sys; file = open(sys.argv[1], 'r+');"
        "fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)"
    )
    assert subprocess.call([sys.executable, "-c", probe, str(mbox)]) == 0


def test_what_a_kill_left_half_made_is_cleared(mbox):
    mbox.with_name(f"mbox.lock.{SUFFIX}").write_text("half")
    with locked(str(mbox), Deadline(5)):
        pass
    assert os.listdir(str(mbox.parent)) == ["mbox"]


def test_a_folder_that_takes_no_lock_is_said(mbox):
    mbox.with_name(f"mbox.lock.{SUFFIX}").mkdir()
    error = refusal(mbox)
    assert "no lock can be made in" in str(error)
    assert error.kind == "mailbox"
    with mbox.open("r+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_an_error_within_gives_up_the_locks(mbox):
    with pytest.raises(KeyError), locked(str(mbox), Deadline(5)):
        raise KeyError
    assert not lock_file_of(mbox).exists()

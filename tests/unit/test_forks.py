# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A call in a fork is seen as a process is, and leaves nothing to the next call."""

from __future__ import annotations

import os
import signal
import sys

import pytest
from ansible_collections.mailops.smtp.tests.unit import forks
from ansible_collections.mailops.smtp.tests.unit.forks import call

CALLS: list[int] = []


def answer(status):
    """Print what is read and how many calls there were before, and end with a status."""
    CALLS.append(status)
    sys.stdout.write(f"{sys.stdin.read()} {len(CALLS)}")
    sys.stderr.write("told")
    return status


def leave(status):
    sys.exit(status)


def vanish():
    os.kill(os.getpid(), signal.SIGTERM)


def fail(word):
    raise ValueError(word)


@pytest.mark.parametrize("status", [0, 3])
def test_a_call_has_streams_and_a_status_of_its_own(status):
    assert call(answer, status, stdin=b"asked") == (status, b"asked 1", b"told")


def test_a_call_may_exit():
    assert call(leave, 5).status == 5


def test_a_call_that_fails_shows_its_error_and_stops_no_other():
    failed = call(fail, "no")
    assert failed.status == 1
    assert failed.stderr.endswith(b"ValueError: no\n")
    assert call(vanish).status == -signal.SIGTERM
    assert call(leave, 0).status == 0


def test_a_server_that_was_killed_is_replaced():
    server = forks._server()
    server.kill()
    server.wait()
    assert call(leave, 4).status == 4


def test_what_cannot_be_imported_is_left_to_the_call():
    assert call(leave, 2, imports=("no.such.module",)).status == 2

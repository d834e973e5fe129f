# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a program ended in, what it said of the server out."""

from __future__ import annotations

import sys

import pytest

if sys.version_info < (3, 10):
    pytest.skip("benchmarks need Python 3.10", allow_module_level=True)

from ansible_collections.mailops.smtp.tests.benchmarks.peer_servers import Story
from ansible_collections.mailops.smtp.tests.benchmarks.peer_tools import (
    Run,
    Tool,
    by_status,
    read_module,
    run_program,
    version_in_text,
)
from ansible_collections.mailops.smtp.tests.benchmarks.peer_verdicts import (
    CRASH,
    GREEN,
    HANG,
    NOT_ABLE,
    RED,
)

TRACEBACK = "Traceback (most recent call last):\n  File ...\nValueError: no"


@pytest.mark.parametrize(
    ("status", "output", "reds", "expected"),
    [
        (0, "", (), GREEN),
        (24, "", (), RED),
        (-13, "", (), CRASH),
        (1, TRACEBACK, (), CRASH),
        (2, "", (1, 2, 3), RED),
        (127, "not found", (1, 2, 3), CRASH),
    ],
)
def test_an_exit_status_is_read(status, output, reds, expected):
    assert by_status(*reds)(Run(status, output)) == expected


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ('\n{"changed": true, "msg": "sent"}', GREEN),
        ('{"failed": true, "msg": "refused"}', RED),
        ('{"failed": true, "failure": {"kind": "permanent"}}', RED),
        ('{"failed": true, "failure": {"kind": "internal"}}', CRASH),
        ('{"passed": true, "failure": null}', GREEN),
        (TRACEBACK, CRASH),
        ("", CRASH),
    ],
)
def test_the_result_of_a_module_is_read(output, expected):
    assert read_module(Run(1, output)) == expected


def test_what_a_program_prints_is_kept():
    run = run_program([sys.executable, "-c", "print(input()); raise SystemExit(3)"], "hello\n")
    assert run == Run(3, "hello\n")


def test_a_tool_that_does_not_end_hangs(monkeypatch):
    monkeypatch.setitem(run_program.__globals__, "LIMIT", 0.2)
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    tool = Tool("slow", "1", "", lambda *_of_server: (command, ""), by_status())
    assert tool.ask(25, Story("one", ""), "")[0] == HANG


def test_a_tool_is_not_asked_what_it_cannot_do():
    tool = Tool("one", "1", "", lambda *_of_server: ([], ""), by_status(), lambda story: story.tls)
    assert tool.ask(25, Story("one", "", tls=True), "") == (NOT_ABLE, "")


@pytest.mark.parametrize("text", ['{"version": "12.3.0"}', "name: smtp\nversion: 12.3.0\n"])
def test_the_version_of_a_collection_is_found(text):
    assert version_in_text(text) == "12.3.0"

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""systemd's journal: entries as journalctl prints them, and a journalctl of our own."""

from __future__ import annotations

import json
import time

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log import journal
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.commands import Unreadable

ENTRY = {
    "__REALTIME_TIMESTAMP": "1795884490123456",
    "SYSLOG_FACILITY": "2",
    "SYSLOG_IDENTIFIER": "postfix/smtpd",
    "SYSLOG_PID": "137",
    "_PID": "137",
    "MESSAGE": "connect from unknown[192.0.2.7]",
}


def written(**changes) -> bytes:
    return json.dumps({**ENTRY, **changes}).encode()


@pytest.fixture
def journalctl(tmp_path, monkeypatch):
    """Put a journalctl before that of the host; its text is the rest of a shell script."""

    def put(script: str) -> None:
        program = tmp_path / "journalctl"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return put


def test_an_entry() -> None:
    line = journal.parse(written())
    assert line is not None
    assert line.time == 1795884490.123456
    assert (line.program, line.pid) == ("smtpd", "137")
    assert line.whole == "postfix/smtpd[137]: connect from unknown[192.0.2.7]"


def test_a_message_with_unprintable_bytes_comes_as_a_list() -> None:
    line = journal.parse(written(MESSAGE=[0x61, 0x1B, 0xFF, 999, "x"]))
    assert line is not None
    assert line.text == r"a\x1b\xff"


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 20_000,
        written(SYSLOG_IDENTIFIER="cron"),
        written(SYSLOG_IDENTIFIER=None),
        written(__REALTIME_TIMESTAMP="soon"),
        written(MESSAGE="a" * 100_000),
    ],
)
def test_what_is_no_line_of_a_mail_server(entry) -> None:
    assert journal.parse(entry) is None


def test_the_lines_of_a_time(journalctl, tmp_path) -> None:
    (tmp_path / "entries").write_bytes(written() + b"\nrubbish\n" + written() + b"\n")
    journalctl(f'printf "%s\\n" "$@" >{tmp_path}/arguments; cat {tmp_path}/entries')
    lines = list(journal.lines(100.9, 200.1, time.monotonic() + 10))
    assert [line.program for line in lines] == ["smtpd", "smtpd"]
    arguments = (tmp_path / "arguments").read_text().splitlines()
    assert {"--since=@100", "--until=@201", "--output=json"} <= set(arguments)


def test_a_journal_that_may_not_be_read_says_why(journalctl) -> None:
    journalctl("echo 'No journal files were opened due to insufficient permissions.' >&2; exit 1")
    with pytest.raises(Unreadable, match="insufficient permissions"):
        list(journal.lines(100, 200, time.monotonic() + 10))


def test_an_entry_without_end_is_not_kept(journalctl) -> None:
    journalctl("yes | tr -d '\\n'")
    with pytest.raises(Unreadable, match="too long"):
        list(journal.lines(100, 200, time.monotonic() + 10))

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request in, all that the server says out, also where little of it can be read."""

from __future__ import annotations

import json
import os
import time

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log import (
    collect,
    commands,
)
from ansible_collections.mailops.smtp.tests.unit.log_lines import at, request

UNKNOWN = "reject: RCPT from a[192.0.2.7]: 550 5.1.1 <n@b.test>: User unknown in local table"


@pytest.fixture(autouse=True)
def _bare_host(tmp_path, monkeypatch):
    """Have a host in UTC, with no program and no log of a mail server."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr(commands, "_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(
        collect, "_OWN_FILES", (str(tmp_path / "mainlog"), str(tmp_path / "rejectlog"))
    )
    monkeypatch.setattr(collect, "_SYSLOG_FILES", (str(tmp_path / "mail.log"),))
    (tmp_path / "bin").mkdir()
    yield
    monkeypatch.undo()
    time.tzset()


def smtpd(text: str, second: int = 1) -> str:
    return f"2026-11-28T16:48:{second:02}Z mx postfix/smtpd[1]: {text}\n"


def put_journalctl(folder, script: str) -> None:
    (folder / "bin" / "journalctl").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "bin" / "journalctl").chmod(0o755)


def entry(text: str) -> str:
    stamp = str(int(at(16, 48, 1) * 1e6))
    fields = {"__REALTIME_TIMESTAMP": stamp, "SYSLOG_IDENTIFIER": "postfix/smtpd", "_PID": "1"}
    return json.dumps({**fields, "MESSAGE": text})


def test_a_host_where_nothing_can_be_read_has_reasons_and_no_failure() -> None:
    found = collect.collect(request())
    assert (found["lines"], found["deciding"], found["sessions"]) == ([], None, 0)
    assert found["not_read"][:2] == [
        "journal: this host has no journalctl",
        "log files: this host has none at the usual places; set path",
    ]
    assert found["clock"] == pytest.approx(time.time(), abs=60)
    assert json.dumps(found)


def test_the_lines_and_the_deciding_one(tmp_path) -> None:
    log = tmp_path / "any.log"
    log.write_text(smtpd("connect from a[192.0.2.7]") + smtpd(f"NOQUEUE: {UNKNOWN}"))
    found = collect.collect(request(paths=(str(log),)))
    assert found["read"] == [str(log)]
    assert found["lines"] == log.read_text().splitlines()
    assert found["deciding"] == {
        "line": found["lines"][1],
        "server": "postfix",
        "time": at(16, 48, 1),
        "kind": "refusal",
        "cause": "The recipient is not in the server's table of users.",
        "cause_id": "recipient-known",
        "certain": True,
        "exact": True,
    }


def test_of_many_lines_the_last_and_the_deciding_one_are_returned(tmp_path) -> None:
    log = tmp_path / "any.log"
    lines = [smtpd(f"NOQUEUE: {UNKNOWN}"), *(smtpd(f"from a[192.0.2.7] {n}") for n in range(90))]
    log.write_text("".join(lines))
    found = collect.collect(request(paths=(str(log),), lines=3))
    assert [line.rpartition("]: ")[2][-20:] for line in found["lines"][1:]] == [
        "from a[192.0.2.7] 88",
        "from a[192.0.2.7] 89",
    ]
    assert found["lines"][0] == found["deciding"]["line"]
    assert found["lines_found"] == 91


def test_lines_are_escaped_and_cut(tmp_path) -> None:
    log = tmp_path / "any.log"
    log.write_text(smtpd("warning: a[192.0.2.7]: \x1b[2J" + "\x07" * 5000))
    (line,) = collect.collect(request(paths=(str(log),)))["lines"]
    assert line.isprintable()
    assert "\\x1b[2J" in line
    assert len(line) == 1000


def test_the_journal_is_read_and_the_files_of_syslog_then_not(tmp_path) -> None:
    put_journalctl(tmp_path, f"echo '{entry(f'NOQUEUE: {UNKNOWN}')}'")
    (tmp_path / "mail.log").write_text(smtpd("connect from a[192.0.2.7]"))
    found = collect.collect(request())
    assert found["read"] == ["journal"]
    assert found["lines"] == [f"postfix/smtpd[1]: NOQUEUE: {UNKNOWN}"]


def test_a_journal_without_mail_leaves_it_to_the_files(tmp_path) -> None:
    put_journalctl(tmp_path, "exit 0")
    (tmp_path / "mail.log").write_text(smtpd("connect from a[192.0.2.7]"))
    assert collect.collect(request())["read"] == [str(tmp_path / "mail.log")]


def test_a_line_in_two_logs_of_exim_is_one(tmp_path) -> None:
    text = "2026-11-28 16:48:01 H=(a) [192.0.2.7] rejected RCPT <n@b.test>: Unrouteable address\n"
    for name in ("mainlog", "rejectlog"):
        (tmp_path / name).write_text(text)
    found = collect.collect(request())
    assert found["lines"] == [text.strip()]
    assert found["deciding"]["exact"]


def test_a_log_that_may_not_be_read_is_a_reason(tmp_path) -> None:
    os.mkfifo(str(tmp_path / "mail.log"))
    found = collect.collect(request(paths=(str(tmp_path / "mail.log"), "/none\x1b")))
    assert found["not_read"][:2] == [
        f"{tmp_path}/mail.log: it is not a regular file",
        "/none\\x1b: No such file or directory",
    ]


def test_a_journal_that_does_not_answer_leaves_time_for_the_rest(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(collect, "MAX_SECONDS", 1.7)
    put_journalctl(tmp_path, "exec /bin/sleep 60")
    (tmp_path / "mail.log").write_text(smtpd("connect from a[192.0.2.7]"))
    found = collect.collect(request())
    assert found["not_read"][0] == "journal: journalctl took too long"
    assert found["lines"] == [smtpd("connect from a[192.0.2.7]").strip()]

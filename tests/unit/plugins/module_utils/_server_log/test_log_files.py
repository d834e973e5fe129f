# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log files: large, rotated, hostile, and such that cannot be read."""

from __future__ import annotations

import gzip
import itertools
import os
import time
import tracemalloc
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log import log_files
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.commands import Unreadable
from ansible_collections.mailops.smtp.tests.unit.log_lines import NOW, at


@pytest.fixture(autouse=True)
def _utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def window(since: float, until: float) -> log_files.Window:
    return log_files.Window(since, until, NOW, time.monotonic() + 30)


def stamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def line(seconds: float, text: str) -> str:
    return f"{stamp(seconds)} mx postfix/smtpd[1]: {text}\n"


def texts(path, since: float, until: float) -> list[str]:
    return [one.text for one in log_files.lines(str(path), window(since, until))]


def test_the_lines_of_a_time_are_read(tmp_path) -> None:
    log = tmp_path / "mail.log"
    log.write_text("".join(line(at(16, 0) + n, str(n)) for n in range(100)))
    assert texts(log, at(16, 0, 10), at(16, 0, 12)) == ["10", "11", "12"]
    assert texts(log, at(17, 0), at(18, 0)) == []


class Counted:
    """A file that counts what is read of it."""

    def __init__(self, file: t.BinaryIO) -> None:
        self._file = file
        self.bytes = 0

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self.bytes += len(data)
        return data

    def seek(self, offset: int) -> None:
        self._file.seek(offset)

    def fileno(self) -> int:
        return self._file.fileno()


def test_of_two_gigabytes_only_little_is_read(tmp_path) -> None:
    log = tmp_path / "mail.log"
    with log.open("wb") as file:
        file.write(line(at(1, 0), "first").encode())
        file.seek(2 * 1024**3)  # a hole, as large as a log can be
        file.write(b"\n")
        for number in range(100_000):
            file.write(line(at(16, 0) + number / 100, str(number)).encode())
    with log.open("rb", buffering=0) as file:
        counted = Counted(file)
        start = log_files.start_of(
            t.cast("t.BinaryIO", counted), window(at(16, 0, 600), at(16, 0, 601))
        )
    assert counted.bytes < 4 * 1024 * 1024
    assert start > 2 * 1024**3
    tracemalloc.start()
    try:
        found = texts(log, at(16, 0, 600), at(16, 0, 600))
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()
    assert found == [str(number) for number in range(60_000, 60_100)]


@pytest.mark.parametrize("name", ["mail.log.1", "mail.log-20261128", "mail.log.1.gz"])
def test_a_rotated_file_is_read_if_the_time_needs_it(tmp_path, name) -> None:
    rotated = tmp_path / name
    data = (line(at(15, 59, 58), "old") + line(at(15, 59, 59), "rotated")).encode()
    rotated.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    os.utime(str(rotated), (at(16, 0), at(16, 0)))
    log = tmp_path / "mail.log"
    log.write_text(line(at(16, 0, 1), "new"))
    assert texts(log, at(15, 59, 59), at(16, 0, 2)) == ["rotated", "new"]
    assert texts(log, at(16, 0, 1), at(16, 0, 2)) == ["new"]


def test_files_of_another_time_or_name_are_not_read(tmp_path) -> None:
    for name, seconds in (
        ("mail.log.1", at(16, 0)),
        ("mail.log.2", at(2, 0)),
        ("mail.log.old.txt", at(16, 0)),
        ("mail.logs", at(16, 0)),
        ("kern.log.1", at(16, 0)),
        ("mail.log-secret", at(16, 0)),
    ):
        (tmp_path / name).write_text("x")
        os.utime(str(tmp_path / name), (seconds, seconds))
    found = log_files.rotated_files(str(tmp_path / "mail.log"), at(15, 0))
    assert found == [str(tmp_path / "mail.log.1")]


def test_at_most_three_rotated_files_are_read(tmp_path) -> None:
    for number in range(1, 9):
        (tmp_path / f"mail.log.{number}").write_text("x")
        os.utime(str(tmp_path / f"mail.log.{number}"), (NOW - number, NOW - number))
    found = log_files.rotated_files(str(tmp_path / "mail.log"), 0.0)
    assert [path[-1] for path in found] == ["3", "2", "1"]


def test_lines_without_a_time_and_bytes_that_are_no_text_are_passed_over(tmp_path) -> None:
    log = tmp_path / "mail.log"
    log.write_bytes(
        b"\xff\xfe\x00\n\n\n"
        + line(at(16, 0), "one").encode()
        + b"  continued\n"
        + f"{stamp(at(16, 0))} mx postfix/smtpd[1]: ".encode()
        + b"\xff\x1b[2J\n"
    )
    assert texts(log, at(16, 0), at(16, 1)) == ["one", "\\xff\x1b[2J"]


def test_a_line_without_end_is_cut(tmp_path) -> None:
    log = tmp_path / "mail.log"
    log.write_text(
        line(at(16, 0), "a" * 1_000_000) + line(at(16, 0), "b") + line(at(16, 0), "c")[:-1]
    )
    first, *others = texts(log, at(16, 0), at(16, 1))
    assert first.startswith("aaa")
    assert len(first) < 2000
    assert others == ["b", "c"]


def test_the_lines_of_a_time_are_limited(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(log_files, "_MAX_BYTES", 100_000)
    log = tmp_path / "mail.log"
    log.write_text(line(at(16, 0), "a" * 80) * 2000)
    found = log_files.lines(str(log), window(at(16, 0), at(16, 1)))
    assert sum(1 for _line in itertools.islice(found, 500)) == 500
    with pytest.raises(Unreadable, match="more lines of this time"):
        list(found)


def test_reading_ends_at_the_deadline(tmp_path) -> None:
    log = tmp_path / "mail.log"
    log.write_text(line(at(16, 0), "a"))
    late = window(at(16, 0), at(16, 1))._replace(deadline=time.monotonic() - 1)
    with pytest.raises(Unreadable, match="took too long"):
        list(log_files.lines(str(log), late))


def test_what_is_no_regular_file_is_not_waited_for(tmp_path) -> None:
    fifo = tmp_path / "mail.log"
    os.mkfifo(str(fifo))
    for path, reason in (
        (fifo, "it is not a regular file"),
        (tmp_path, "it is a folder"),
        (tmp_path / "none", "No such file"),
    ):
        with pytest.raises(Unreadable, match=reason):
            texts(path, at(16, 0), at(16, 1))


def test_a_broken_gzip_file_is_told(tmp_path) -> None:
    (tmp_path / "mail.log.1.gz").write_bytes(gzip.compress(line(at(16, 0), "a").encode())[:-9])
    log = tmp_path / "mail.log"
    log.write_text("")
    with pytest.raises(Unreadable, match=r"mail\.log\.1\.gz"):
        texts(log, at(16, 0), at(16, 1))

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of all formats, parsed."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log import line_formats
from ansible_collections.mailops.smtp.tests.unit.log_lines import NOW


@pytest.mark.parametrize(
    ("whole", "server", "program", "pid", "text"),
    [
        ("Nov 28 16:48:10 mx postfix/smtpd[137]: connect", "postfix", "smtpd", "137", "connect"),
        ("Nov 28 16:48:10 mx postfix/submission/smtpd[1]: a", "postfix", "smtpd", "1", "a"),
        ("<22>Nov 28 16:48:10 mx postfix-out/smtpd[1]: a", "postfix", "smtpd", "1", "a"),
        ("2026-11-28T16:48:10.5+00:00 mx postfix/qmgr[1]: a", "postfix", "qmgr", "1", "a"),
        ("Nov 28 16:48:10 mx dovecot: lmtp(22): Connect from ::1", "dovecot", "lmtp", "22",
         "lmtp(22): Connect from ::1"),
        ("Nov 28 16:48:10 lmtp(22): Info: Connect from ::1", "dovecot", "lmtp", "22",
         "lmtp(22): Info: Connect from ::1"),
        ("Nov 28 16:48:10 mx dovecot[9]: hello", "dovecot", "", "", "hello"),
        ("2026-11-28 16:48:10 [4711] H=x", "exim", "", "4711", "H=x"),
        ("2026-11-28 16:48:10 H=x", "exim", "", "", "H=x"),
        ("Nov 28 16:48:10 mx exim[9]: 2026-11-28 16:48:10 H=x", "exim", "", "9", "H=x"),
        ("Nov 28 16:48:10 mx sm-mta[9]: a", "sendmail", "sm-mta", "9", "a"),
        ("Nov 28 16:48:10 mx smtpd[9]: a", "opensmtpd", "smtpd", "9", "a"),
        ("2026-11-28T16:48:10.235Z [NOTICE] [A1.1] [core] a", "haraka", "core", "A1.1", "a"),
    ],
)  # fmt: skip
def test_a_line_of_a_mail_server(whole, server, program, pid, text) -> None:
    line = line_formats.parse(whole, NOW)
    assert line is not None
    assert (line.server, line.program, line.pid, line.text) == (server, program, pid, text)
    assert line.whole == whole


@pytest.mark.parametrize(
    "whole",
    [
        "",
        "no time",
        "Nov 28 16:48:10 mx sshd[9]: Failed password for root from 192.0.2.7",
        "Nov 28 16:48:10 mx kernel: x",
        "2026-11-28T16:48:10Z mx sudo: x",
    ],
)
def test_a_line_of_another_program_is_none(whole) -> None:
    assert line_formats.parse(whole, NOW) is None


def test_a_long_line_is_cut() -> None:
    line = line_formats.parse("Nov 28 16:48:10 mx postfix/smtpd[1]: " + "a" * 100_000, NOW)
    assert line is not None
    assert len(line.whole) == line_formats.MAX_CHARACTERS


@pytest.mark.parametrize(
    ("tag", "message", "server", "program"),
    [
        ("postfix/smtpd", "connect", "postfix", "smtpd"),
        ("dovecot", "submission-login: Login: user=<a>", "dovecot", "submission-login"),
        ("node", "2026-11-28T16:48:10.235Z [NOTICE] [A1] [core] connect ip=::1", "haraka", "core"),
        ("haraka", "[NOTICE] [A1] [core] connect ip=::1", "haraka", "core"),
    ],
)
def test_an_entry_of_the_journal(tag, message, server, program) -> None:
    line = line_formats.of_journal(NOW, tag, "9", message)
    assert line is not None
    assert (line.server, line.program, line.time) == (server, program, NOW)
    assert line.whole == f"{tag}[9]: {message}"


def test_an_entry_of_another_program_is_none() -> None:
    assert line_formats.of_journal(NOW, "cron", "9", "x") is None

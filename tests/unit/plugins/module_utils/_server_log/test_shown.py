# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text of a log as it is shown: printable, bounded, without secrets."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.text import NOT_SHOWN
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.shown import (
    MAX_CHARACTERS,
    shown,
)
from ansible_collections.mailops.smtp.tests.unit.work import assert_ends


@pytest.mark.parametrize(
    "text",
    [
        "lost connection after AUTH PLAIN AHVzZXIAS3IzdA from x",
        "PREGREET 11 after 0 from [::1]:1: EHLO a\\r\\nAUTH PLAIN AHVzZXIAS3IzdA\\r\\n",
        "improper command pipelining after AUTH from a[::1]: S3IzdA\\r\\n",
        "COMMAND PIPELINING from [192.0.2.7]:99 after AUTH: S3IzdA",
        "NON-SMTP COMMAND from [2001:db8::1]:99 after AUTH: S3IzdA",
        'hook=unrecognized_command plugin=auth/flat_file function=x params="S3IzdA" retval=OK',
        "hook=unrecognized_command plugin=auth/auth_base function=x params=S3IzdA retval=OK",
        "auth: Info: sql(a,::1): Password mismatch (given password: S3IzdA)",
        "auth: Debug: client passdb out: pass=S3IzdAAA==",
        "smtpd_sasl_password=S3IzdA",
        "x: api-token : S3IzdA",
        "my-pass=S3IzdA",
        "mysql://mail:S3IzdA@db.example.com/mail",
    ],
)
def test_what_belongs_to_a_login_is_masked(text) -> None:
    assert "S3IzdA" not in shown(text)
    assert NOT_SHOWN in shown(text)


def test_ordinary_lines_are_shown_as_they_are() -> None:
    text = (
        "NOQUEUE: reject: RCPT from a[192.0.2.7]: 550 5.1.1 <b@c.test>: User unknown;"
        " from=<d@e.test> to=<b@c.test> proto=ESMTP helo=<web1.example.com>"
    )
    assert shown(text) == text


def test_control_characters_are_escaped() -> None:
    assert shown("\x1b[2J\r\n\u202e") == "\\x1b[2J\\r\\n\\u202e"


@pytest.mark.parametrize("text", ["a" * 10_000, "\x1b" * 10_000])
def test_long_text_is_cut(text) -> None:
    assert len(shown(text)) == MAX_CHARACTERS
    assert shown(text).endswith("...")


def show_hostile_lines() -> None:
    for seed in ("AUTH PLAIN ", "plugin=auth/x ", "password", "://a:", "A+/", "given password: "):
        for number in range(200):
            shown(f"{number}{seed * 1000}")
    for seed in (
        "token-",
        "a-",
        "pass-",
        "pass ",
        "input sent after AUTH ",
        "BARE NEWLINE after AUTH ",
    ):
        for number in range(20):
            shown(f"{number}{seed * 1000}")


@pytest.mark.thorough
def test_hostile_lines_take_no_time() -> None:
    assert_ends(show_hostile_lines, cpu_seconds=20)

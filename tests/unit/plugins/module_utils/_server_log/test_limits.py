# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings that limit clients, from commands that stand in for those of mail servers."""

from __future__ import annotations

import time

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._server_log import (
    commands,
    limits,
)

POSTCONF = """\
case $1 in
-n) echo 'mynetworks = 127.0.0.0/8 10.0.0.0/8'
    echo 'smtp_sasl_password_maps = static:user:hunter2'
    echo 'smtpd_client_restrictions = reject_rbl_client zen.spamhaus.org' ;;
-P) echo 'submission/inet/smtpd_tls_security_level = encrypt'
    echo 'submission/inet/smtp_sasl_password_maps = static:a:hunter2' ;;
*) echo 'message_size_limit = 10240000' ;;
esac"""


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Put programs in the only folder of the path; each has a shell script for its text."""
    monkeypatch.setattr(commands, "_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(**scripts: str) -> None:
        for name, script in scripts.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / name).chmod(0o755)

    return put


def read(server=None):
    return limits.read(server, time.monotonic() + 10)


def test_postfix_has_settings_defaults_and_those_of_each_service(programs) -> None:
    programs(postconf=POSTCONF)
    assert read() == (
        {
            "postfix": {
                "message_size_limit": "10240000",
                "mynetworks": "127.0.0.0/8 10.0.0.0/8",
                "smtpd_client_restrictions": "reject_rbl_client zen.spamhaus.org",
                "submission/inet/smtpd_tls_security_level": "encrypt",
            }
        },
        [],
    )


def test_exim_has_another_name_on_debian(programs) -> None:
    programs(exim4="echo 'smtp_accept_max = 20'; echo 'mysql_servers = a/b/c/hunter2'")
    assert read("exim") == ({"exim": {"smtp_accept_max": "20"}}, [])


def test_dovecot(programs) -> None:
    programs(doveconf="echo 'auth_mechanisms = plain login'; echo '  pass = hunter2'")
    assert read() == ({"dovecot": {"auth_mechanisms": "plain login"}}, [])


def test_a_command_that_fails_is_told_once(programs) -> None:
    programs(postconf="echo 'open /etc/postfix/main.cf: Permission denied' >&2; exit 1")
    assert read() == ({}, ["postconf: open /etc/postfix/main.cf: Permission denied"])


@pytest.mark.usefixtures("programs")
def test_a_command_that_is_missing_is_told_if_its_server_is_asked_for() -> None:
    assert read() == ({}, [])
    assert read("postfix") == ({}, ["this host has no postconf"])
    assert read("haraka") == ({}, [])


def test_number_and_length_of_settings_are_bounded(programs) -> None:
    programs(
        postconf='i=0; while [ $i -lt 500 ]; do echo "smtpd_x${i}_limit = $(printf %01500d 1)";'
        " i=$((i+1)); done"
    )
    found = read("postfix")[0]["postfix"]
    assert len(found) == 200
    assert max(map(len, found.values())) <= 1000

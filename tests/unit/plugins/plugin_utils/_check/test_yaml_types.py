# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A date of YAML is refused on the controller, where it can still be told from a text."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.plugin_utils._check.yaml_types import (
    check_yaml_types,
)
from ansible_collections.mailops.smtp.tests.unit.role_runs import HONEST
from ansible_collections.mailops.smtp.tests.unit.runs import run_playbook
from ansible_collections.mailops.smtp.tests.unit.scripted import closed_port


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("helo: 2026-01-31", "helo must be a text, not a date; write it in quotes"),
        ("rcpt_to: [a@b, 2026-01-31 10:00:00]", "rcpt_to[1] must be a text, not a date; write it"),
        ("message: {headers: {X-A: 2026-01-31}}", "message.headers.X-A must be a text, not a date"),
        ("targets: [a, {name: 2026-01-31}]", "targets[1].name must be a text, not a date; write"),
        ("message: {headers: {On: x}}", "message.headers has true in place of a name; write the n"),
        ("xclient: {1.10: x}", "xclient has a decimal number in place of a name; write the name"),
        ("'login_password:S3cret': 2026-01-31", "login_password must be a text, not a date"),
    ],
)
def test_what_a_module_could_not_see_is_refused(options: str, told: str) -> None:
    with pytest.raises(BadOption) as error:
        check_yaml_types("", yaml.safe_load(options))
    assert str(error.value).startswith(told)
    assert "S3cret" not in str(error.value)


@pytest.mark.parametrize("options", ["{}", "message: {headers: {5: x, X: '2026-01-31'}}", "a: 1.1"])
def test_all_else_is_for_the_module_to_judge(options: str) -> None:
    check_yaml_types("", yaml.safe_load(options))


PLAY = """
- hosts: all
  gather_facts: false
  ignore_errors: true
  tasks:
    - mailops.smtp.smtp_handshake: {host: 127.0.0.1, port: PORT, helo: 2026-01-31}
    - mailops.smtp.smtp_diagnose:
        targets: [{host: 127.0.0.1, port: PORT, helo: 2026-01-31}]
    - mailops.smtp.smtp_audit: {host: 127.0.0.1, port: PORT, user: 2026-01-31}
    - mailops.smtp.mail_receipt:
        pop3: {host: 127.0.0.1, port: PORT, tls: never, login_user: 2026-01-31, login_password: x}
        tokens: [{token: x, accepted: 2026-01-31 10:00:00+00:00}]
    - mailops.smtp.smtp_server_log:
        {client: x, since: 2026-01-31 10:00:00+00:00, until: 2026-01-31 10:00:01+00:00, path: /none}
"""


def test_each_module_refuses_a_date_but_where_a_time_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "play.yml").write_text(PLAY.replace("PORT", str(closed_port())))
    inventory: t.Any = {"all": {"hosts": {"web1": HONEST}}}
    printed = run_playbook(tmp_path, inventory, "play.yml").stdout
    told = re.findall(r'"msg": "(.*?) must be a text, not a date; write it in quotes"', printed)
    assert told == ["helo", "targets[0].helo", "user", "pop3.login_user"], printed
    assert "since" not in printed

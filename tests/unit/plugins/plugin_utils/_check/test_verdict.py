# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host fails with the message of the report, and in the words of its role."""

from __future__ import annotations

import types
import typing as t

import pytest
from ansible.errors import AnsibleAction
from ansible_collections.mailops.smtp.plugins.action import smtp_audit_verdict, smtp_check_verdict


@pytest.mark.parametrize(
    ("plugin", "variable", "error"),
    [
        (smtp_check_verdict, "smtp_check_fail", "hosts found broken servers, or could not ask the"),
        (smtp_audit_verdict, "smtp_audit_fail", "the audit has findings, or proves nothing about "),
    ],
)
def test_each_role_has_its_own_words(plugin: t.Any, variable: str, error: str) -> None:
    args = {"report": "made", "fail": "perhaps"}
    task = types.SimpleNamespace(args=args, async_val=0, check_mode=False)
    connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir="none"))
    action = plugin.ActionModule(task, connection, None, None, None, None)
    report = {"verdicts": {"web1": {"message": "web1: 1 server"}}, "not_written": ""}
    try:
        result = action.run(task_vars={"made": report, "inventory_hostname": "web1"})
        told = error  # earlier versions than ansible-core 2.19 print the message alone
    except AnsibleAction as raised:
        result, told = raised.result, str(raised)

    assert told.startswith(error)
    assert result["msg"] == f"{variable} must be true or false, not a text\nweb1: 1 server"

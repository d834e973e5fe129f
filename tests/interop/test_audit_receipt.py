# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role that audits, with a receipt: what Postfix accepts is a finding if Dovecot has it.

Postfix sends on what strangers write to the domain whose mailboxes Dovecot has. One recipient has a
mailbox there, and the message to the other bounces.
"""

from __future__ import annotations

import json
import sys
import typing as t

import pytest
from ansible_collections.mailops.smtp.tests.interop import postfix
from ansible_collections.mailops.smtp.tests.interop.server import LOOPBACK
from ansible_collections.mailops.smtp.tests.unit.runs import run_playbook

pytestmark = [
    pytest.mark.server.with_args(postfix.start),
    pytest.mark.skipif(sys.version_info < (3, 10), reason="no controller runs on this Python"),
]

# Longer than any delivery takes here: so long is waited for what does not arrive.
WAIT_SECONDS = 2


def test_only_a_message_that_arrives_is_relayed(server, certificates, tmp_path):
    keeper = postfix.KEEPERS[-2]
    whom = {"host": LOOPBACK, "port": server.ports["smtp"]}
    variables: dict[str, t.Any] = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "smtp_audit_servers": [
            {**whom, "name": "arrives", "other_user": keeper},
            {**whom, "name": "bounces", "other_user": "nobody"},
        ],
        "smtp_audit_helo": "client.example.test",
        "smtp_audit_own_domain": "example.test",
        "smtp_audit_user": "alice",
        "smtp_audit_other_domain": postfix.KEPT_DOMAIN,
        "smtp_audit_max_risk": 1,
        "smtp_audit_checks": ["relay-29"],
        "smtp_audit_receipt": {
            "imap": postfix.account_of(keeper, server, certificates),
            "timeout": WAIT_SECONDS,
            "delay": 0.2,
            "delete": True,
        },
        "smtp_audit_report_dir": str(tmp_path / "reports"),
        "smtp_audit_reports": ["json"],
    }
    inventory = {"all": {"hosts": {"web1": {}}, "vars": variables}}

    ran = run_playbook(tmp_path, inventory, "mailops.smtp.audit")

    assert ran.returncode == 2, ran.stdout
    report = json.loads((tmp_path / "reports" / "audit.json").read_text(encoding="utf-8"))
    arrives, bounces = (
        next(one for one in audit["checks"] if one["id"] == "relay-29")
        for audit in report["audits"]
    )
    assert (arrives["verdict"], bounces["verdict"]) == ("finding", "sound")
    assert "accepted, and relayed: the message was found in INBOX" in arrives["evidence"]
    assert "was not seen in the mailbox within 2 s" in bounces["evidence"]
    assert "web1: 1 finding: relay-29 at" in ran.stdout
    assert postfix.PASSWORD not in ran.stdout

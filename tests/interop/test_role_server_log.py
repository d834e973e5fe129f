# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role, with the log of the server: Postfix refuses two recipients, and its log says why.

The host with the log is this machine, but in its /var/log is the log of Postfix.
"""

from __future__ import annotations

import json
import sys
import typing as t

import pytest
from ansible_collections.mailops.smtp.tests.interop import postfix
from ansible_collections.mailops.smtp.tests.interop.server import LOOPBACK
from ansible_collections.mailops.smtp.tests.unit.role_runs import HONEST, script
from ansible_collections.mailops.smtp.tests.unit.runs import run_playbook

pytestmark = [
    pytest.mark.server.with_args(postfix.start),
    pytest.mark.skipif(sys.version_info < (3, 10), reason="no controller runs on this Python"),
]

# Python in a mount namespace of its own, where /var/log has only the log of Postfix.
ENTER = """
mount -t tmpfs tmpfs /var/log
touch /var/log/mail.log
mount --bind "$1" /var/log/mail.log
shift
exec "$@"
"""

# The client is another than those of other tests, whose dialogues the log has, too.
CLIENT = "127.0.0.119"


@pytest.fixture
def causes(server, tmp_path):
    """Run the playbook of the collection. Return the causes of its report, each by its server."""
    (tmp_path / "enter.sh").write_text(ENTER)
    log = server.folder / "output.txt"
    enter = f"unshare --mount sh -eu {tmp_path / 'enter.sh'} {log} {sys.executable}"
    unknown = {"name": "unknown", "rcpt_to": ["nobody@example.test"]}
    variables: dict[str, t.Any] = {
        "smtp_check_hosts": "web1",
        "smtp_check_servers": [
            {"host": LOOPBACK, "port": server.ports["smtp"], **unknown},
            {"host": LOOPBACK, "port": server.ports["policy_down"], "name": "policy"},
        ],
        "smtp_check_helo": "client.example.test",
        "smtp_check_options": {"source_address": CLIENT},
        "smtp_check_tls": "never",
        "smtp_check_mail_from": "bob@example.org",
        "smtp_check_rcpt_to": ["alice@example.test"],
        "smtp_check_server_logs": {LOOPBACK: "mx"},
        "smtp_check_report_dir": "reports",
        "smtp_check_reports": ["json"],
    }
    hosts = {"web1": HONEST, "mx": script(tmp_path, "mx", f'exec {enter} "$@"')}
    inventory = {"all": {"hosts": hosts}}
    ran = run_playbook(tmp_path, inventory, "mailops.smtp.check", "-e", json.dumps(variables))
    assert ran.returncode == 2, ran.stdout
    report = json.loads((tmp_path / "reports" / "report.json").read_text(encoding="utf-8"))
    return {one["diagnosis"]["server"].split(" ")[1]: one for one in report["causes"]}


def test_the_line_of_the_log_proves_the_cause(causes):
    """The reply of the second server does not say which service is down. Only the log does."""
    found = {
        name: (one["certainty"], one["diagnosis"]["host"], one["diagnosis"]["cause_id"])
        for name, one in causes.items()
    }
    assert found == {
        "(unknown)": ("proven", "mx", "recipient-known"),
        "(policy)": ("proven", "mx", "server-look-ups"),
    }
    lines = {name: one["evidence"][0]["value"] for name, one in causes.items()}
    refusal = f"NOQUEUE: reject: RCPT from unknown[{CLIENT}]: 550 5.1.1 <nobody@example.test>: "
    assert refusal in lines["(unknown)"]
    assert "warning: problem talking to server private/policy: No such file" in lines["(policy)"]
    for one in causes.values():
        assert one["evidence"][0]["fact"] == "the server's log"

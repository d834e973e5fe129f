# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role, with a receipt: two hosts send by Postfix, and one look into a mailbox confirms it."""

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
WAIT_SECONDS = 5


class Run(t.NamedTuple):
    """What the playbook printed, its exit code, its report, and the files of it as text."""

    printed: str
    code: int
    cells: dict[str, t.Any]
    files: dict[str, str]


@pytest.fixture
def play(server, certificates, tmp_path):
    """Run the playbook of the collection on two hosts, and give what came of it."""
    keeper = postfix.KEEPERS[-1]
    receipt: dict[str, t.Any] = {
        "imap": postfix.account_of(keeper, server, certificates),
        "timeout": WAIT_SECONDS,
        "delay": 0.2,
        "delete": True,
    }
    variables: dict[str, t.Any] = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "smtp_check_servers": [
            {"host": LOOPBACK, "port": server.ports["smtp"], "name": "arrives"},
            {
                "host": LOOPBACK,
                "port": server.ports["smtp"],
                "name": "junk",
                "message": {"headers": {"X-Spam-Flag": "YES"}},
            },
            {
                "host": LOOPBACK,
                "port": server.ports["smtp"],
                "name": "bounces",
                "rcpt_to": [f"nobody@{postfix.KEPT_DOMAIN}"],
            },
        ],
        "smtp_check_helo": "client.example.test",
        "smtp_check_mail_from": "ann@example.org",
        "smtp_check_rcpt_to": [f"{keeper}@{postfix.KEPT_DOMAIN}"],
        "smtp_check_message": {},
        "smtp_check_receipt": receipt,
        "smtp_check_report_dir": str(tmp_path / "reports"),
        "smtp_check_reports": ["csv", "html", "json", "junit", "markdown", "transcripts"],
    }

    def play_with(**changed: t.Any) -> Run:
        own = {**variables, "smtp_check_receipt": {**receipt, **changed}}
        inventory = {"all": {"hosts": {"web1": {}, "web2": {}}, "vars": own}}
        ran = run_playbook(tmp_path, inventory, "mailops.smtp.check")
        written = [path for path in (tmp_path / "reports").rglob("*.*") if path.is_file()]
        files = {path.name: path.read_text(encoding="utf-8") for path in written}
        cells = json.loads(files["report.json"])["cells"] if files else []
        return Run(
            ran.stdout,
            ran.returncode,
            {f"{cell['host']} {cell['server'].split(' ')[1]}": cell for cell in cells},
            files,
        )

    return play_with


def test_each_cell_says_whether_its_message_arrived(play, server):
    """Postfix had accepted all six; two of them bounce, and two are junk."""
    run = play()
    assert run.code == 2, run.printed
    verdicts = {name: cell["verdict"] for name, cell in run.cells.items()}
    assert verdicts == {
        f"{host} {label}": verdict
        for host in ("web1", "web2")
        for label, verdict in (
            ("(arrives)", "passed"),
            ("(junk)", "passed"),
            ("(bounces)", "failed"),
        )
    }
    arrived = run.cells["web1 (arrives)"]["dialogues"][0]["receipt"]
    assert arrived["mailbox"] == "INBOX"
    assert [hop["with"] for hop in arrived["hops"]] == ["ESMTPS", "LMTP"]
    assert 0 <= arrived["seconds"] < WAIT_SECONDS
    assert run.cells["web2 (junk)"]["short"] == "ok, junk"
    lost = run.cells["web2 (bounces)"]["dialogues"][0]
    assert lost["message"]["queue_id"] in lost["failure"]["text"]
    assert lost["failure"]["kind"] == "missing"
    assert "web1 found 1 of 3 servers broken" in run.printed
    for name in ("report.csv", "report.html", "junit.xml", "report.md"):
        assert "has not arrived" in run.files[name]
    assert postfix.PASSWORD not in run.printed + "".join(run.files.values())

    # Imported here, since they need what Python 3.7 has not.
    from ansible_collections.mailops.smtp.tests.recipes import guides, views

    shown = views.report(run.printed).replace(str(server.ports["smtp"]), str(views.RELAY_PORT))
    guides.check_output("README.md", "receipts", shown)


def test_where_the_mailbox_cannot_be_looked_through_nothing_is_confirmed(play):
    """Neither is it said to be missing."""
    imap = {"host": LOOPBACK, "port": 1, "login_user": "ann", "login_password": postfix.PASSWORD}
    run = play(imap=imap)
    assert run.code == 2, run.printed
    assert {cell["verdict"] for cell in run.cells.values()} == {"error"}
    assert {cell["short"] for cell in run.cells.values()} == {"unconfirmed"}
    (reason,) = run.cells["web1 (arrives)"]["reasons"]
    assert "cannot be confirmed" in reason
    assert "refused" in reason


def test_a_wrong_option_is_told_before_anything_is_sent(play):
    """Without a dialogue, and so without a report."""
    run = play(imap=None)
    assert run.code == 2, run.printed
    assert "one of the following is required: imap, pop3, path" in run.printed
    assert "Hold the dialogues" not in run.printed
    assert not run.files

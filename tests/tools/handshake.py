# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make handshake`: the playbook mailops.smtp.check from this machine, against one server.

Without a server it starts a relay of its own on loopback, sends a message through it, and shows
what the relay received. A real server gets a message only when it is asked for with --send.

It needs ansible-core beside its Python, and nothing else.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import typing as t

from proven import proven
from relay import Relay

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPORT_DIR = ROOT / "reports"


def main() -> int:
    """Check the server that was asked for, or a relay of our own."""
    options = _options()
    if options.server:
        return _check(_variables(options, options.server, options.port), [])
    with Relay() as relay:
        _say(f"An embedded relay listens on 127.0.0.1 port {relay.port}.")
        options.mail_from = options.mail_from or "sender@example.com"
        options.rcpt_to = options.rcpt_to or "recipient@example.com"
        options.send = True
        return _check(_variables(options, "127.0.0.1", relay.port), relay.received)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", help="a mail server; the default is an embedded relay")
    parser.add_argument("--port", type=int, help="its port (25, or as in --server relay:587)")
    parser.add_argument("--from", dest="mail_from", help="address of the sender")
    parser.add_argument("--to", dest="rcpt_to", help="address of a recipient")
    parser.add_argument("--helo", help="what this machine calls itself")
    parser.add_argument("--send", action="store_true", help="send a message, too")
    options = parser.parse_args()
    if options.rcpt_to and not options.mail_from and options.server:
        parser.error("TO= needs FROM=, the address of the sender")
    if options.send and not options.rcpt_to and options.server:
        parser.error("SEND= needs FROM= and TO=")
    return options


def _variables(options: argparse.Namespace, server: str, port: int | None) -> dict[str, t.Any]:
    """Return the role's variables."""
    variables: dict[str, t.Any] = {
        "smtp_check_hosts": "localhost",
        "smtp_check_servers": [{"host": server, **({"port": port} if port else {})}],
        "smtp_check_report_dir": str(REPORT_DIR),
        "smtp_check_transcripts": "all",
    }
    if options.helo:
        variables["smtp_check_helo"] = options.helo
    if options.mail_from:
        variables["smtp_check_mail_from"] = options.mail_from
    if options.rcpt_to:
        variables["smtp_check_rcpt_to"] = [options.rcpt_to]
    if options.send:
        variables["smtp_check_message"] = {
            "subject": "How to send mail via SMTP",
            "body": "Mr/Mrs. Recipient,\n\nthis message came by way of mailops.smtp.\n",
        }
    return variables


def _check(variables: dict[str, t.Any], received: list[str]) -> int:
    """Run the playbook; show the transcripts and what was received, and then the report."""
    server = variables["smtp_check_servers"][0]
    port = f" port {server['port']}" if "port" in server else ""
    _say(f"ansible-playbook mailops.smtp.check, against {server['host']}{port}:")
    folder = REPORT_DIR / "transcripts" / "localhost"
    report = REPORT_DIR / "report.json"
    for old in (*folder.glob("*.txt"), report):
        old.unlink(missing_ok=True)
    status, rest = _play(variables)
    for dialogue in _dialogues(report):
        _say("What this dialogue has proven, and what not:")
        print("\n".join(proven(dialogue, arrived=bool(received))))
    for transcript in sorted(folder.glob("*.txt")):
        _say(f"{transcript.relative_to(ROOT)}:")
        print(transcript.read_text(encoding="utf-8"))
    for message in received:
        _say("Step 8, confirm receipt. The relay received:")
        print(message)
    _say("And this is the rest of what the playbook printed:")
    print("".join(rest))
    _say("Every reply was as expected." if status == 0 else "Something is not as it should be.")
    page = REPORT_DIR / "report.html"
    if page.exists():
        _say(f"The report: {page.relative_to(ROOT)}")
    return status


def _dialogues(report: pathlib.Path) -> list[dict[str, t.Any]]:
    """Return the dialogues of the report, if the playbook came as far as to write one."""
    if not report.exists():
        return []
    cells = json.loads(report.read_text(encoding="utf-8"))["cells"]
    return [dialogue for cell in cells for dialogue in cell["dialogues"]]


def _play(variables: dict[str, t.Any]) -> tuple[int, list[str]]:
    """Run the playbook. What it prints from the report on is given, and printed by the caller."""
    playbook = pathlib.Path(sys.executable).with_name("ansible-playbook")
    command = [str(playbook), "mailops.smtp.check", "-e", json.dumps(variables)]
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv" / "collections"),
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
    }
    if sys.stdout.isatty():
        environment.setdefault("ANSIBLE_FORCE_COLOR", "True")
    rest: list[str] = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if rest or "Report on all hosts" in line:
                rest.append(line)
            else:
                print(line, end="", flush=True)
    return process.returncode, rest


def _say(text: str) -> None:
    print(f"\n==> {text}", flush=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())

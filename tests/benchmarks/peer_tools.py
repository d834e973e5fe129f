# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tools that are compared: how each is got, called, and understood.

swaks and check_smtp are Debian's, in a room of their own. The others run with a Python that has
ansible-core and the package ansible, which has community.general.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.benchmarks.peer_servers import LIMIT
from ansible_collections.mailops.smtp.tests.benchmarks.peer_verdicts import (
    CRASH,
    GREEN,
    HANG,
    NOT_ABLE,
    RED,
)
from ansible_collections.mailops.smtp.tests.interop import room
from ansible_collections.mailops.smtp.tests.interop.room import Room

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ansible_collections.mailops.smtp.tests.benchmarks.peer_servers import Story

# For how many seconds the tools are told to wait for a reply.
TIMEOUT = 3

HOST, HELO = "127.0.0.1", "client.example.com"
SENDER = "ann@example.com"

OWN_MODULE = "ansible_collections.mailops.smtp.plugins.modules.smtp_handshake"
MAIL_MODULE = "ansible_collections.community.general.plugins.modules.mail"

PACKAGES = ["swaks", "libnet-ssleay-perl", "monitoring-plugins-basic"]

# As the documentation of smtplib has it, with what it says of the exceptions and of the refused
# recipients that sendmail returns.
SMTPLIB = """
import smtplib, ssl, sys
host, port, helo, sender, recipients, tls, ca, timeout = sys.argv[1:]
message = f"From: {sender}\\r\\nTo: {recipients}\\r\\nSubject: Test\\r\\n\\r\\nTest\\r\\n"
try:
    server = smtplib.SMTP(host, int(port), helo, float(timeout))
    if tls == "tls":
        server.starttls(context=ssl.create_default_context(cafile=ca))
    refused = server.sendmail(sender, recipients.split(","), message)
    server.quit()
except (smtplib.SMTPException, OSError) as error:
    sys.exit(f"failed: {error!r}")
if refused:
    sys.exit(f"refused: {refused}")
"""


class Run(t.NamedTuple):
    """How a program ended: its exit status, or None if it was killed, and what it printed."""

    status: int | None
    output: str


class Tool(t.NamedTuple):
    """A tool. `told` says with which options it is called, `last` how far it goes."""

    name: str
    version: str
    told: str
    call: Callable[[int, Story, str], tuple[list[str], str]]
    read: Callable[[Run], str]
    lacks: Callable[[Story], bool] = lambda _story: False
    last: str = "MESSAGE"

    def ask(self, port: int, story: Story, ca: str) -> tuple[str, str]:
        """Ask about a server. Return GREEN, RED, HANG, CRASH, or NOT_ABLE, and what it printed."""
        if self.lacks(story):
            return NOT_ABLE, ""
        run = run_program(*self.call(port, story, ca))
        return HANG if run.status is None else self.read(run), run.output


def recipients(story: Story) -> list[str]:
    """Return whom the mail to a server is for."""
    return [f"bob{number}@example.org" for number in range(story.recipients)]


def run_program(command: list[str], given: str) -> Run:
    """Run a program for at most LIMIT seconds."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        status: int | None = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(given.encode(), timeout=LIMIT)
            status = process.returncode
        if status is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(0)
        return Run(status, output.read().decode("utf-8", "replace"))


def by_status(*reds: int) -> Callable[[Run], str]:
    """Return a function that reads the exit status: 0 is success, and `reds` are failures.

    Without `reds` each status but 0 is a failure. A signal is a crash.
    """

    def read(run: Run) -> str:
        if run.status == 0:
            return GREEN
        died = run.status is None or run.status < 0 or "Traceback (most recent" in run.output
        return CRASH if died or (reds and run.status not in reds) else RED

    return read


def read_module(run: Run) -> str:
    """Read the result of a module of Ansible. Without a result it has crashed."""
    line = next((one for one in run.output.splitlines() if one.startswith("{")), "")
    try:
        result = json.loads(line)
    except ValueError:
        return CRASH
    if (result.get("failure") or {}).get("kind") == "internal":
        return CRASH
    return RED if result.get("failed") else GREEN


def _call_own(port: int, story: Story, ca: str) -> tuple[list[str], str]:
    options: dict[str, t.Any] = {
        "host": HOST,
        "port": port,
        "helo": HELO,
        "mail_from": SENDER,
        "rcpt_to": recipients(story),
        "message": {"subject": "Test", "body": "Test\n"},
        "tls": "required" if story.tls else "never",
        "connect_timeout": TIMEOUT,
        "timeout": TIMEOUT,
        "deadline": 2 * TIMEOUT,
    }
    if story.tls:
        options.update(ca_path=ca, tls_server_name="mx.example.org")
    return [sys.executable, "-m", OWN_MODULE], json.dumps({"ANSIBLE_MODULE_ARGS": options})


def _call_mail(port: int, story: Story, ca: str) -> tuple[list[str], str]:
    options = {
        "host": HOST,
        "port": port,
        "ehlohost": HELO,
        "sender": SENDER,
        "to": recipients(story),
        "subject": "Test",
        "body": "Test",
        "secure": "starttls" if story.tls else "never",
        "timeout": TIMEOUT,
    }
    return [sys.executable, "-m", MAIL_MODULE], json.dumps({"ANSIBLE_MODULE_ARGS": options})


def _call_smtplib(port: int, story: Story, ca: str) -> tuple[list[str], str]:
    tls = "tls" if story.tls else ""
    told = [HOST, str(port), HELO, SENDER, ",".join(recipients(story)), tls, ca, str(TIMEOUT)]
    return [sys.executable, "-c", SMTPLIB, *told], ""


def _call_swaks(prefix: list[str]) -> Callable[[int, Story, str], tuple[list[str], str]]:
    def call(port: int, story: Story, ca: str) -> tuple[list[str], str]:
        tls = ["--tls", "--tls-verify", "--tls-ca-path", ca] if story.tls else []
        told = ["--server", HOST, "--port", str(port), "--helo", HELO, "--from", SENDER]
        return [
            *prefix, "swaks", *told, "--to", ",".join(recipients(story)),
            "--timeout", str(TIMEOUT), *tls,
        ], ""  # fmt: skip

    return call


def _call_check_smtp(prefix: list[str]) -> Callable[[int, Story, str], tuple[list[str], str]]:
    def call(port: int, story: Story, _ca: str) -> tuple[list[str], str]:
        commands = [f"MAIL FROM:<{SENDER}>", *(f"RCPT TO:<{one}>" for one in recipients(story))]
        pairs = [word for one in commands for word in ("-C", one, "-R", "250")]
        tls = ["-S"] if story.tls else []
        program = [*prefix, "/usr/lib/nagios/plugins/check_smtp"]
        told = ["-H", HOST, "-p", str(port), "-F", HELO, "-q", "-t", str(2 * TIMEOUT)]
        return [*program, *told, *tls, *pairs], ""

    return call


@contextlib.contextmanager
def debian_tools() -> Iterator[tuple[list[Tool], list[str]]]:
    """Yield the tools that Debian has, and a line for each that cannot be had."""
    lack = room.missing()
    if lack is not None:
        yield [], [f"{name}: {lack}" for name in ("swaks", "check_smtp")]
        return
    place = Room("peers", PACKAGES)
    place.furnish()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        start = ["sh", "-euc", 'touch "$1/ready"; exec sleep infinity', "sh", scratch]
        with place.running(folder, *start) as process:
            while not (folder / "ready").exists():
                time.sleep(0.01)
            # Programs in the room, and not one process of the room for each.
            prefix = ["nsenter", f"--mount=/proc/{process.pid}/ns/mnt", "--", "chroot"]
            prefix.append(str(place.root))
            yield _debian_tools(place, prefix), []


def _debian_tools(place: Room, prefix: list[str]) -> list[Tool]:
    swaks = Tool(
        "swaks",
        f"swaks {place.version('swaks')}",
        f"`--helo --from --to --timeout {TIMEOUT}`, and `--tls --tls-verify --tls-ca-path` for TLS",
        _call_swaks(prefix),
        by_status(),
        lambda story: story.certificate == "another name",
    )
    check_smtp = Tool(
        "check_smtp",
        f"monitoring-plugins {place.version('monitoring-plugins-basic')}",
        f"`-F -q -t {2 * TIMEOUT}`, `-C` and `-R 250` for MAIL and each RCPT, and `-S` for TLS",
        _call_check_smtp(prefix),
        by_status(1, 2, 3),
        lambda story: story.certificate not in ("", "good"),
        "RCPT",
    )
    return [swaks, check_smtp]


def python_tools(versions: t.Mapping[str, str]) -> list[Tool]:
    """Return the tools that run with this Python; `versions` are by the names of the tools."""
    own = Tool(
        "mailops.smtp",
        versions["mailops.smtp"],
        "`mail_from`, `rcpt_to`, `message`, `tls: never`, or `required` with `ca_path`;"
        f" `timeout: {TIMEOUT}`, `deadline: {2 * TIMEOUT}`",
        _call_own,
        read_module,
    )
    smtplib = Tool(
        "smtplib",
        versions["smtplib"],
        f"`SMTP(…, timeout={TIMEOUT})`, `sendmail()`, `quit()`, and `starttls()` with"
        " `ssl.create_default_context()` for TLS; what `sendmail` returns is looked at",
        _call_smtplib,
        by_status(),
    )
    mail = Tool(
        "community.general.mail",
        versions["community.general.mail"],
        f"`secure: never`, or `starttls` for TLS; `timeout: {TIMEOUT}`",
        _call_mail,
        read_module,
        lambda story: story.certificate not in ("", "good"),
    )
    return [own, smtplib, mail]


def version_in_text(text: str) -> str:
    """Return the version in the text of a collection's galaxy.yml or MANIFEST.json."""
    match = re.search(r'"?version"?:\s*"?([\d.]+[\w.-]*)', text)
    return match.group(1) if match else "unknown"

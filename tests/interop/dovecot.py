# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dovecot: LMTP into mailboxes, and a submission service that relays what it takes."""

from __future__ import annotations

import contextlib
import os
import shutil
import string
import time
import typing as t
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, Envelope, Session
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME, Certificates
from ansible_collections.mailops.smtp.tests.interop.postfix import ROOM
from ansible_collections.mailops.smtp.tests.interop.server import (
    LOOPBACK,
    Server,
    await_listeners,
    free_ports,
)

USER = "alice"
PASSWORD = "correct horse"
SIZE_LIMIT = 100_000

# Dovecot takes XCLIENT and the PROXY protocol from this client alone.
TRUSTED = "127.0.0.68"

# Another client, for which loopback is nothing special.
STRANGER = "127.0.0.69"

# The relay that takes the mail of the submission service takes none for here.
REFUSED_DOMAIN = "refused.example.net"

# The owner of the mailboxes needs a number only; Dovecot does not take one below 500.
OWNER = 5000

LOG_SECONDS = 5.0

# Who has a mailbox. That of `full` takes no message.
USERS = {"alice": "", "bob": "", "full": "userdb_quota_rule=*:bytes=10"}


class Relay(Mailbox):
    """What Dovecot's submission service relays to. It keeps the mail in a maildir."""

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        """Take all recipients but those in one domain."""
        if address.endswith(REFUSED_DOMAIN):
            return "550 5.7.1 no mail for that domain"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 recipient ok"


class RelayController(Controller):
    """Runs the relay in a thread, until it is stopped."""

    def factory(self) -> SMTP:
        """Make a server; without a name it would ask the resolver for one."""
        return SMTP(self.handler, hostname="relay.example.test", enable_SMTPUTF8=True)


@contextlib.contextmanager
def start(folder: Path, certificates: Certificates) -> t.Iterator[Server]:
    """Run Dovecot with all its files in the folder."""
    ROOM.furnish()
    ports = free_ports("lmtp", "lmtps", "submission", "submissions", "balanced", "relay")
    for name in ("run", "state", "home"):
        (folder / name).mkdir()
    os.chown(str(folder / "home"), OWNER, OWNER)
    shutil.copy(str(certificates.good.chain), str(folder / "good.pem"))
    shutil.copy(str(certificates.good.key), str(folder / "good.key"))
    (folder / "users").write_text(
        "".join(
            f"{name}:{{PLAIN}}{PASSWORD}:{OWNER}:{OWNER}::{folder}/home/{name}::{extra}\n"
            for name, extra in USERS.items()
        )
    )
    template = string.Template((Path(__file__).parent / "dovecot.conf").read_text())
    (folder / "dovecot.conf").write_text(
        template.substitute(
            ports,
            folder=folder,
            loopback=LOOPBACK,
            host_name=SERVER_NAME,
            trusted=TRUSTED,
            size_limit=SIZE_LIMIT,
        )
    )
    server = Server(f"Dovecot {ROOM.version('dovecot-core')}", folder, ports)
    command = ["dovecot", "-F", "-c", str(folder / "dovecot.conf")]
    with contextlib.ExitStack() as running:
        relay = RelayController(Relay(folder / "relayed"), LOOPBACK, ports["relay"])
        relay.start()
        running.callback(relay.stop)
        running.enter_context(ROOM.running(folder, *command))
        await_listeners(server)
        yield server


def delivered(server: Server, user: str, token: str) -> str:
    """Return the message with a token in a user's mailbox. It is there before LMTP says so."""
    return _with_token(server.folder / "home" / user / "Maildir" / "new", token)


def relayed(server: Server, token: str) -> str:
    """Return the message with a token as the submission service has relayed it."""
    return _with_token(server.folder / "relayed" / "new", token)


def logged(server: Server, words: str) -> bool:
    """Whether Dovecot has logged this, or does so soon: its log is written by a process apart."""
    end = time.monotonic() + LOG_SECONDS
    while words not in (server.folder / "dovecot.log").read_text(encoding="utf-8"):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _with_token(maildir: Path, token: str) -> str:
    messages = [path.read_text(encoding="utf-8") for path in maildir.glob("*")]
    (message,) = [message for message in messages if token in message]
    return message

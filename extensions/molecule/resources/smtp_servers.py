# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripted mail servers on loopback: `smtp_servers.py start FOLDER`, `smtp_servers.py stop FOLDER`.

`start` returns when they listen, and leaves in FOLDER `servers.json` (their ports by name),
`ca.pem` and `client.pem` (what a client of `submission` trusts, and what it shows), and as they
come in `received.jsonl` (the messages, one a line). `stop` returns when they are gone.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import pathlib
import signal
import socket
import ssl
import sys
import typing as t

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

# What a careless reader would obey: a terminal (clear the screen, red) and a template engine.
HOSTILE = "\x1b[2J\x1b[31m{{ lookup('pipe', 'id') }}{% raw %}"

# Whom `submission` lets in.
LOGIN = LoginPassword(b"monitoring", b'no "open" secret')

# What `relay` takes mail for, and the client that it sends on the mail of.
OURS = "@example.com"
TRUSTED = "127.0.0.9"

# A process holds a lock on this file as long as it lives.
PID_FILE = "servers.pid"

GIVE_UP_SECONDS = 10


class Handler:
    """Answers as one server is told to; an answer of None is the usual one."""

    def __init__(
        self, folder: pathlib.Path, mail: str | None = None, rcpt: str | None = None
    ) -> None:
        self.received = folder / "received.jsonl"
        self.mail = mail
        self.rcpt = rcpt

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer MAIL FROM."""
        if self.mail is None:
            envelope.mail_from = address
        return self.mail or "250 2.1.0 Ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        if self.rcpt is None:
            envelope.rcpt_tos.append(address)
        return self.rcpt or "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the message."""
        message = {
            "helo": session.host_name,
            "mail_from": envelope.mail_from,
            "rcpt_to": envelope.rcpt_tos,
            "content": t.cast(bytes, envelope.content).decode(),
        }
        with self.received.open("a", encoding="utf-8") as file:
            file.write(json.dumps(message) + "\n")
        return "250 2.0.0 Ok: queued as 4XyZ1234abc"


class Relay(Handler):
    """Takes mail for its own domain from everybody, and for others from one client alone."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        if t.cast("tuple[str, int]", session.peer)[0] != TRUSTED and not address.endswith(OURS):
            return "554 5.7.1 Relay access denied"
        return await super().handle_RCPT(server, session, envelope, address, options)


def server(handler: Handler, ident: str = "ESMTP") -> t.Callable[[], SMTP]:
    """Make what makes a server for each connection."""
    return lambda: SMTP(handler, hostname="mx.example.com", ident=ident)


def submission(folder: pathlib.Path) -> t.Callable[[], SMTP]:
    """Make what makes a server that wants STARTTLS, a client's certificate and a login."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    client = authority.issue_cert("client.example.com")
    client.private_key_and_cert_chain_pem.write_to_path(str(folder / "client.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    handler = Handler(folder)
    return lambda: SMTP(
        handler,
        hostname="mx.example.com",
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=lambda *words: AuthResult(success=words[-1] == LOGIN, handled=False),
    )


def servers(folder: pathlib.Path) -> dict[str, t.Callable[[], SMTP]]:
    """Name the servers, and say what each is like."""
    return {
        "accepting": server(Handler(folder)),
        "refusing": server(Handler(folder, rcpt="550 5.1.1 No such user here")),
        "relay": server(Relay(folder), ident="ESMTP Postfix"),
        "submission": submission(folder),
        "hostile": server(Handler(folder, mail=f"550 5.7.1 {HOSTILE}"), ident=HOSTILE),
    }


def bound() -> socket.socket:
    """Take a free port. Until somebody listens there, connections to it are refused."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.bind(("127.0.0.1", 0))
    return taken


async def serve(folder: pathlib.Path, ready: int) -> None:
    """Serve until the process is stopped; write to `ready` when all servers listen."""
    loop = asyncio.get_running_loop()
    ports = {}
    listening = []
    for name, factory in servers(folder).items():
        taken = bound()
        ports[name] = taken.getsockname()[1]
        listening.append(await loop.create_server(factory, sock=taken))
    closed = bound()
    ports["closed"] = closed.getsockname()[1]
    (folder / "received.jsonl").write_text("", encoding="utf-8")
    (folder / "servers.json").write_text(json.dumps(ports), encoding="utf-8")
    os.write(ready, b"1")
    os.close(ready)
    await asyncio.Event().wait()


def start(folder: pathlib.Path) -> int:
    """Leave the servers running in a process of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    told, ready = os.pipe()
    if os.fork():
        os.close(ready)
        return 0 if os.read(told, 1) else 1
    os.setsid()
    log = os.open(folder / "servers.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for standard in (1, 2):
        os.dup2(log, standard)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    with (folder / PID_FILE).open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        asyncio.run(serve(folder, ready))
    return 0


def stop(folder: pathlib.Path) -> int:
    """Stop the servers, if they run."""
    try:
        file = (folder / PID_FILE).open(encoding="utf-8")
    except FileNotFoundError:
        return 0
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = int(file.read())
            signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
            signal.alarm(GIVE_UP_SECONDS)
            os.kill(pid, signal.SIGTERM)
            fcntl.flock(file, fcntl.LOCK_EX)
    (folder / PID_FILE).unlink()
    return 0


if __name__ == "__main__":
    sys.exit({"start": start, "stop": stop}[sys.argv[1]](pathlib.Path(sys.argv[2])))

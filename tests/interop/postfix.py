# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Postfix, with a listener for each of its moods, and Dovecot for logins and mailboxes."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import shutil
import string
import time
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME, Certificates
from ansible_collections.mailops.smtp.tests.interop.room import Room
from ansible_collections.mailops.smtp.tests.interop.server import (
    LOOPBACK,
    Server,
    await_listeners,
    free_ports,
)

HERE = Path(__file__).resolve().parent

# Of all tests with Postfix or Dovecot, which can be installed side by side.
PACKAGES = [
    "postfix",
    "dovecot-core",
    "dovecot-imapd",
    "dovecot-lmtpd",
    "dovecot-pop3d",
    "dovecot-sieve",
    "dovecot-submissiond",
]
ANSWERS = "postfix postfix/main_mailer_type select No configuration"
ROOM = Room("postfix", PACKAGES, ANSWERS)

USER = "alice"
PASSWORD = "correct horse"
SIZE_LIMIT = 100_000

# Clients that are refused, as a PROXY header, XCLIENT or a connection names them.
BANNED = "127.0.0.66"
GREYLISTED = "127.0.0.67"

# Each has a listener of its name that shows it.
CERTIFICATES = (
    "with_intermediate",
    "without_intermediate",
    "expired",
    "wrong_name",
    "unknown_ca",
)

# What other listeners are for is written in postfix_master.cf.
LISTENERS = (
    "smtp",
    "smtps",
    *CERTIFICATES,
    "client_cert",
    "tls12",
    "plain",
    "old",
    "submission",
    "auth_in_clear",
    "legacy_auth",
    "xclient",
    "balanced",
    "eager",
    "limited",
    "policy_down",
    "milter_down",
    "no_key",
    "no_table",
    "strict",
    "postscreen",
    "crowded",
    "sink",
    "imap",
    "imaps",
    "pop3",
    "pop3s",
)

# Whoever has a mailbox here has it with Dovecot, behind IMAP and POP3: users enough for each test
# to have its own. What is marked as spam goes to the mailbox for junk.
KEPT_DOMAIN = "kept.example.test"
KEEPERS = tuple(f"keeper{number}" for number in range(60))
JUNK = "Pourriel reçu"

# To whom connects here, Dovecot is as simple as IMAP servers were before there were extensions.
SIMPLE = "127.0.0.70"

# The owner of the mailboxes needs a number only.
OWNER = 5000

WAIT_SECONDS = 10.0

# With this key the tokens are signed that Dovecot takes for a password.
TOKEN_KEY = b"a key that none but the issuer and Dovecot know"

# The counters of smtp-sink, a server of Postfix's package that takes a second to answer RCPT, so
# that as many clients are there at once as want to be.
SINK_COUNTERS = "sink.txt"

# Dovecot goes to the background once it listens.
START = f"""
chown postfix: "$1/data"
sievec -c "$1/dovecot/dovecot.conf" "$1/dovecot/junk.sieve"
dovecot -c "$1/dovecot/dovecot.conf"
smtp-sink -c -W rcpt:1 -u postfix -m 1000 "$2" 1000 >"$1/{SINK_COUNTERS}" &
exec postfix -c "$1/etc" start-fg
"""


@contextlib.contextmanager
def start(folder: Path, certificates: Certificates) -> t.Iterator[Server]:
    """Run Postfix and Dovecot with all their files in the folder."""
    ROOM.furnish()
    ports = free_ports(*LISTENERS)
    for name in ("etc", "spool", "data", "mail", "kept", "tls", "dovecot"):
        (folder / name).mkdir()
    for name in ("mail", "kept"):
        os.chown(str(folder / name), OWNER, OWNER)
    shutil.copy(str(certificates.ca), str(folder / "tls" / "ca.pem"))
    for name in ("good", *CERTIFICATES):
        pem = getattr(certificates, name)
        shutil.copy(str(pem.chain), str(folder / "tls" / f"{name}.pem"))
        shutil.copy(str(pem.key), str(folder / "tls" / f"{name}.key"))
    values = {
        **ports,
        "folder": folder,
        "loopback": LOOPBACK,
        "host_name": SERVER_NAME,
        "size_limit": SIZE_LIMIT,
        "banned": BANNED,
        "greylisted": GREYLISTED,
        "owner": OWNER,
        "kept_domain": KEPT_DOMAIN,
        "junk": JUNK,
        "simple": SIMPLE,
    }
    for name in ("main.cf", "master.cf"):
        _fill_in(f"postfix_{name}", folder / "etc" / name, values)
    for name in ("dovecot.conf", "junk.sieve"):
        _fill_in(f"postfix_{name}", folder / "dovecot" / name, values)
    _write_users(folder / "dovecot", folder / "kept")
    server = Server(f"Postfix {ROOM.version(PACKAGES[0])}", folder, ports)
    sink = f"{LOOPBACK}:{ports['sink']}"
    with ROOM.running(folder, "sh", "-euc", START, "sh", str(folder), sink):
        await_listeners(server)
        yield server


def token(user: str, key: bytes = TOKEN_KEY, seconds: float = 600.0) -> str:
    """Make a token for a user, good for some time (a JSON Web Token, RFC 7519)."""
    now = int(time.time())
    head = {"typ": "JWT", "alg": "HS256"}
    claims = {"sub": user, "iat": now - 1, "exp": now + int(seconds)}
    parts = [_base64url(json.dumps(part).encode()) for part in (head, claims)]
    signature = hmac.new(key, ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join([*parts, _base64url(signature)])


def account_of(
    keeper: str, server: Server, certificates: Certificates, listener: str = "imaps"
) -> dict[str, t.Any]:
    """Return the options with which mail_receipt looks through a user's mailbox."""
    return {
        "host": LOOPBACK,
        "port": server.ports[listener],
        "login_user": keeper,
        "login_password": PASSWORD,
        "ca_path": str(certificates.ca),
        "tls_server_name": SERVER_NAME,
    }


def delivered(server: Server, words: str, user: str = "alice") -> bytes:
    """Wait for the message with these words, and give it as it lies in the user's maildir."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        for path in (server.folder / "mail" / user / "new").glob("*"):
            message = path.read_bytes()
            if words.encode() in message:
                return message
        time.sleep(0.02)
    raise TimeoutError(f"no message with {words!r} was delivered: {log(server)}")


def log(server: Server) -> str:
    """Return what Postfix and Dovecot have logged."""
    return (server.folder / "output.txt").read_text(encoding="utf-8", errors="replace")


def logged(server: Server, words: str) -> bool:
    """Whether Postfix has logged this, or does so soon: its log is written by a process apart."""
    end = time.monotonic() + WAIT_SECONDS
    while words not in log(server):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _fill_in(template: str, path: Path, values: t.Mapping[str, t.Any]) -> None:
    text = (HERE / template).read_text(encoding="utf-8")
    path.write_text(string.Template(text).substitute(values), encoding="utf-8")


def _write_users(folder: Path, kept: Path) -> None:
    """Write who can log in, with a password or a token; of tokens, Dovecot has the key alone."""
    (folder / "users").write_text(
        "".join(
            f"{name}:{{PLAIN}}{PASSWORD}:{OWNER}:{OWNER}::{kept}/{name}::\n"
            for name in (USER, *KEEPERS)
        )
    )
    # Where Dovecot looks for the key of a token that names neither its issuer nor a key.
    keys = folder / "keys" / "default" / "HS256"
    keys.mkdir(parents=True)
    (keys / "default").write_bytes(base64.b64encode(TOKEN_KEY))
    (folder / "tokens.conf").write_text(
        "introspection_mode = local\n"
        f"local_validation_key_dict = fs:posix:prefix={folder}/keys/\n"
        "username_attribute = sub\n"
    )


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")

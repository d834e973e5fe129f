# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Postfix and its smtp-sink, which take as many connections at once as one task can hold."""

from __future__ import annotations

import contextlib
import pathlib
import shutil
import string
import typing as t

from ansible_collections.mailops.smtp.tests.interop import room
from ansible_collections.mailops.smtp.tests.interop.room import Room
from ansible_collections.mailops.smtp.tests.interop.server import (
    LOOPBACK,
    Server,
    await_listeners,
    free_ports,
)

SINK, POSTFIX = "smtp-sink", "Postfix"

ANSWERS = "postfix postfix/main_mailer_type select No configuration"
ROOM = Room("load", ["postfix", "openssl"], ANSWERS)

MAIN_CF = """
compatibility_level = 3.6
queue_directory = $folder/spool
data_directory = $folder/data
maillog_file = $folder/log
maillog_file_prefixes = $folder
myhostname = mx.example.test
inet_interfaces = $address
inet_protocols = ipv4
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
in_flow_delay = 0
mynetworks =
smtpd_relay_restrictions = reject_unauth_destination
mydestination = example.test
alias_maps =
local_recipient_maps =
local_transport = discard
smtpd_tls_security_level = may
smtpd_tls_cert_file = $folder/etc/certificate.pem
smtpd_tls_key_file = $folder/etc/key.pem
"""

MASTER_CF = """
$address:$port inet n - n - 500 smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
discard   unix - - n - - discard
tlsmgr    unix - - n 1000? 1 tlsmgr
anvil     unix - - n - 1 anvil
proxymap  unix - - n - - proxymap
postlog   unix-dgram n - n - 1 postlogd
"""

START = r"""
chown postfix: "$1/data"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 \
  -subj /CN=mx.example.test -keyout "$1/etc/key.pem" -out "$1/etc/certificate.pem"
smtp-sink -u postfix -m 1000 "$2" 1000 &
exec postfix -c "$1/etc" start-fg
"""


def missing() -> str | None:
    """Say what this machine lacks for the servers; None where it lacks nothing."""
    return room.missing()


@contextlib.contextmanager
def running(folder: pathlib.Path) -> t.Iterator[Server]:
    """Run both with all their files in the folder. Each has a listener of its name."""
    ROOM.furnish()
    folder.chmod(0o755)
    for name in ("etc", "spool", "data"):
        (folder / name).mkdir()
    ports = free_ports(SINK, POSTFIX)
    values = {"folder": folder, "address": LOOPBACK, "port": ports[POSTFIX]}
    for name, text in (("main.cf", MAIN_CF), ("master.cf", MASTER_CF)):
        (folder / "etc" / name).write_text(string.Template(text).substitute(values))
    server = Server(f"Postfix {ROOM.version('postfix')}", folder, ports)
    sink = f"{LOOPBACK}:{ports[SINK]}"
    with ROOM.running(folder, "sh", "-euc", START, "sh", str(folder), sink):
        await_listeners(server)
        yield server
    shutil.rmtree(folder / "spool", ignore_errors=True)  # which has other owners


def task(port: int, dialogues: int, at_once: int, **options: t.Any) -> dict[str, t.Any]:
    """Return the options of a task with many dialogues, each of which has a name of its own."""
    return {
        "helo": "bench.example.com",
        "mail_from": "sender@example.com",
        "rcpt_to": ["recipient@example.test"],
        "tls": "never",
        "concurrency": at_once,
        "per_server": at_once,
        "targets": [
            {"host": LOOPBACK, "port": port, "name": f"target {number}"}
            for number in range(dialogues)
        ],
        **options,
    }

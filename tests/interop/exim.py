# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exim: a server whose policy is a program, and which has an opinion of each client's address."""

from __future__ import annotations

import contextlib
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

PACKAGES = ["exim4-daemon-heavy", "libsasl2-modules", "libsasl2-modules-db", "sasl2-bin"]

USER = "alice"
PASSWORD = "correct horse"
SIZE_LIMIT = 100_000

# Clients that Exim treats in a way of their own.
BANNED = "127.0.0.66"
GREYLISTED = "127.0.0.67"
BALANCER = "127.0.0.68"

# The listeners that show another certificate than the good one, which stands for itself.
CERTIFICATES = ("with_intermediate", "without_intermediate", "expired")

DELIVERY_SECONDS = 10.0

# The configuration is bound to where this Exim looks for it, for this run only: with any other file
# it would drop its privileges. The same is done with that of Cyrus SASL. And Exim must not be a
# child of process 1, for it would take that for inetd.
START = """
mkdir -p /etc/sasl2
for file in /etc/exim4/exim4.conf /etc/sasl2/exim.conf; do
    touch "$file"
done
mount --bind "$1/exim.conf" /etc/exim4/exim4.conf
mount --bind "$1/sasl.conf" /etc/sasl2/exim.conf
echo "$2" | saslpasswd2 -p -c -f "$1/sasldb" -u "$3" "$4"
chown Debian-exim: "$1/sasldb"
chown -R Debian-exim: "$1/spool" "$1/log" "$1/mail" "$1/tls"
exim4 -bdf
exit 1
"""


@contextlib.contextmanager
def start(folder: Path, certificates: Certificates) -> t.Iterator[Server]:
    """Run Exim with all its files in the folder."""
    room = Room("exim", PACKAGES)
    room.furnish()
    ports = free_ports("smtp", "implicit", *CERTIFICATES)
    for name in ("spool", "log", "mail", "tls"):
        (folder / name).mkdir()
    for name in ("good", *CERTIFICATES):
        pem = getattr(certificates, name)
        shutil.copy(str(pem.chain), str(folder / "tls" / f"{name}.pem"))
        shutil.copy(str(pem.key), str(folder / "tls" / f"{name}.key"))
    template = string.Template((Path(__file__).parent / "exim.conf").read_text())
    (folder / "exim.conf").write_text(
        template.substitute(
            folder=folder,
            loopback=LOOPBACK,
            host_name=SERVER_NAME,
            all_ports=" : ".join(map(str, ports.values())),
            implicit=ports["implicit"],
            port_certificates=" ".join(f"port_{ports[name]}={name}" for name in CERTIFICATES),
            banned=BANNED,
            greylisted=GREYLISTED,
            balancer=BALANCER,
            size_limit=SIZE_LIMIT,
            user=USER,
            password=PASSWORD,
        )
    )
    (folder / "sasl.conf").write_text(
        f"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {folder}/sasldb\n"
    )
    server = Server(f"Exim {room.version(PACKAGES[0])}", folder, ports)
    with room.running(folder, "sh", "-euc", START, "sh", str(folder), PASSWORD, SERVER_NAME, USER):
        await_listeners(server)
        yield server


def delivered(server: Server, token: str) -> str:
    """Wait for the message with a token, and give it as it lies in the maildir."""
    end = time.monotonic() + DELIVERY_SECONDS
    while time.monotonic() < end:
        for path in (server.folder / "mail" / "new").glob("*"):
            message = path.read_text(encoding="utf-8")
            if token in message:
                return message
        time.sleep(0.02)
    raise TimeoutError(f"no message with the token {token} was delivered: {log(server)}")


def log(server: Server) -> str:
    """Return what Exim has logged."""
    return (server.folder / "log" / "mainlog").read_text(encoding="utf-8")


def arrival(server: Server, token: str) -> str:
    """Return the line of the log that tells how the message with a token came in."""
    (line,) = [line for line in log(server).splitlines() if f" id={token}@" in line]
    return line

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Haraka: a server made of plugins, in JavaScript."""

from __future__ import annotations

import contextlib
import shutil
import string
import subprocess
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

HERE = Path(__file__).parent

VERSION = "3.3.4"
NODE_MAJOR = 20  # the oldest Node.js that this version runs on

USER = "alice@example.test"
PASSWORD = "correct horse"
SIZE_LIMIT = 100_000

ROOM = Room("haraka", [])

# Haraka takes the PROXY protocol from this client, and from no other.
BALANCER = "127.0.0.68"

# Haraka is installed in the room once, without the plugins that have packages of their own.
INSTALL = """
haraka=/opt/haraka-$1
if [ ! -e "$haraka/installed" ]; then
    npm install --prefix "$haraka" --omit=optional --ignore-scripts --no-audit --no-fund "haraka@$1"
    touch "$haraka/installed"
fi
"""

# Without its parameters for Diffie-Hellman, Haraka would compute some, for many seconds.
START = """
openssl genpkey -genparam -algorithm DH -pkeyopt dh_param:ffdhe2048 -out "$2/config/dhparams.pem"
export HARAKA="$2" TMPDIR="$2/mail"
exec node "/opt/haraka-$1/node_modules/haraka/haraka.js"
"""


def missing() -> str | None:
    """Say what this machine lacks for Haraka; None where it lacks nothing."""
    for tool in ("npm", "node", "openssl"):
        if not shutil.which(tool):
            return f"this machine has no {tool}, which Haraka needs"
    version = subprocess.run(["node", "--version"], stdout=subprocess.PIPE, check=True)
    written = version.stdout.decode().strip()
    if int(written.lstrip("v").partition(".")[0]) < NODE_MAJOR:
        return f"Haraka {VERSION} needs Node.js {NODE_MAJOR}, and this machine has {written}"
    return None


def install(folder: Path) -> None:
    """Install Haraka in its room, where it is not there yet. The folder has what npm printed."""
    ROOM.furnish()
    with ROOM.running(folder, "sh", "-euc", INSTALL, "sh", VERSION) as installing:
        if installing.wait():
            output = (folder / "output.txt").read_text(errors="replace")
            raise RuntimeError(f"npm could not install Haraka {VERSION}: {output}")


@contextlib.contextmanager
def start(folder: Path, certificates: Certificates) -> t.Iterator[Server]:
    """Run Haraka with all its files in the folder."""
    install(folder)
    ports = free_ports("smtp", "implicit")
    listeners = [f"{LOOPBACK}:{port}" for port in ports.values()]
    server = Server(f"Haraka {VERSION}", folder, ports)
    with running(folder, certificates, listeners, ports["implicit"]):
        await_listeners(server)
        yield server


@contextlib.contextmanager
def running(
    folder: Path,
    certificates: Certificates,
    listeners: t.Sequence[str],
    implicit: int = 465,
    before_start: t.Callable[[], None] = lambda: None,
) -> t.Iterator[None]:
    """Run Haraka, which is installed, with these listeners; it may not listen yet.

    `before_start` can write over its files.
    """
    for name in ("config", "plugins", "mail", "queue"):
        (folder / name).mkdir()
    for name, text in _configuration(listeners, implicit, certificates).items():
        (folder / "config" / name).write_text(text)
    shutil.copy(str(HERE / "haraka_known_client.js"), str(folder / "plugins" / "known_client.js"))
    before_start()
    with ROOM.running(folder, "sh", "-euc", START, "sh", VERSION, str(folder)):
        yield


def _configuration(
    listeners: t.Sequence[str], implicit: int, certificates: Certificates
) -> dict[str, str]:
    """Return the files of Haraka's `config` folder, by name."""
    return {
        "me": SERVER_NAME,
        "smtp.ini": f"listen={','.join(listeners)}\nsmtps_port={implicit}\nnodes=0\n",
        "connection.ini": string.Template((HERE / "haraka_connection.ini").read_text()).substitute(
            balancer=BALANCER, size_limit=SIZE_LIMIT
        ),
        "log.ini": "[main]\nlevel=notice\nformat=default\n",
        "plugins": "known_client\ntls\nauth/flat_file\nrcpt_to.in_host_list\nqueue/test\n",
        "auth_flat_file.ini": (
            f"[core]\nmethods=PLAIN,LOGIN,CRAM-MD5\n[users]\n{USER}={PASSWORD}\n"
        ),
        "host_list": "example.test\n",
        "tls_cert.pem": certificates.good.chain.read_text(),
        "tls_key.pem": certificates.good.key.read_text(),
    }


def accepted(server: Server, queue_id: str) -> str:
    """Return the message that Haraka took under this id. It is whole before Haraka says so."""
    path = server.folder / "mail" / f"mail_{queue_id}.eml"
    return path.read_text(encoding="utf-8")

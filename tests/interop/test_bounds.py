# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Five hundred servers that send as much as they can do not fill the memory of a probing host."""

from __future__ import annotations

import json
import os
import socketserver
import subprocess
import sys
import threading
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.runner import MAX_DIALOGUES
from ansible_collections.mailops.smtp.plugins.modules import smtp_handshake

TARGETS = 500
MAX_KIB = 250 * 1024

# What takes the most memory for its bytes, as text and again in JSON.
WIDE = "\U0001f4e8".encode() * 3700
REPLY = b"".join(b"250-2.1.0 " + WIDE + b"\r\n" for _line in range(4)) + b"250 2.1.0 ok\r\n"
CAPABILITIES = b"".join(b"250-%d%s\r\n" % (number, WIDE[:60]) for number in range(700))


class Hostile(socketserver.StreamRequestHandler):
    """A server that says all that a reply may hold, each time."""

    def handle(self) -> None:
        self.wfile.write(REPLY.replace(b"250", b"220"))
        for line in self.rfile:
            if line.startswith(b"EHLO"):
                self.wfile.write(b"250-" + WIDE + b"\r\n" + CAPABILITIES + b"250 ok\r\n")
            elif line.startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(REPLY)


class Server(socketserver.ThreadingTCPServer):
    """Takes many connections at once, and none that was hung up too seriously."""

    daemon_threads = True
    request_queue_size = TARGETS

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that has had enough."""


# The module on a host whose resolver gives very many addresses for a name.
MANY_ADDRESSES = f"""
import runpy, socket
def getaddrinfo(host, port, *args, **kwargs):
    numbers = [(number // 250 + 1, number % 250 + 1) for number in range(4000)]
    addresses = ["127.0.%d.%d" % one for one in numbers]
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]
socket.getaddrinfo = getaddrinfo
runpy.run_module({smtp_handshake.__name__!r}, run_name="__main__")
"""

ENVELOPE = {
    "helo": "client.example.test",
    "mail_from": "bob@example.org",
    "rcpt_to": [f"user{number}@example.test" for number in range(8)],
}


@pytest.fixture
def port() -> t.Iterator[int]:
    """The port of a hostile server, on every address of this host's own."""
    with Server(("", 0), Hostile) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def memory_and_result(*command: str, **options: t.Any) -> tuple[int, t.Any]:
    """Run the module; give the most memory that it took, in KiB, and its result."""
    process = subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": {**ENVELOPE, **options}}).encode())
    process.stdin.close()
    output = process.stdout.read()
    process.stdout.close()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    return usage.ru_maxrss, json.loads(output.decode())


@pytest.mark.parametrize("concurrency", [20, 200])
def test_many_hostile_servers_do_not_fill_the_memory(port: int, concurrency: int) -> None:
    memory, result = memory_and_result(
        "-m",
        smtp_handshake.__name__,
        targets=[{"host": "127.0.0.1", "port": port}] * TARGETS,
        concurrency=concurrency,
        per_server=concurrency,
    )

    assert result["summary"] == {"total": TARGETS, "passed": TARGETS, "failed": 0, "kinds": {}}
    assert memory < MAX_KIB


@pytest.mark.parametrize("targets", [1, 4])
def test_a_name_with_thousands_of_hostile_addresses_does_not_fill_the_memory(
    port: int, targets: int
) -> None:
    memory, result = memory_and_result(
        "-c",
        MANY_ADDRESSES,
        targets=[{"host": "many.example.test", "port": port}] * targets,
        every_address=True,
        per_server=4,
    )

    held = targets * MAX_DIALOGUES
    kinds = {"resolve": targets}
    assert result["summary"] == {
        "total": held + targets,
        "passed": held,
        "failed": targets,
        "kinds": kinds,
    }
    assert memory < MAX_KIB

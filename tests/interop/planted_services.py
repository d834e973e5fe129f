# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The helpers of the planted servers: policy services, a milter, a next hop, a middlebox.

Each is small, and does for real what its like does: a greylist remembers, SPF asks the DNS.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import socketserver
import struct
import threading
import time
import typing as t

import dns.exception
import dns.resolver
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from ansible_collections.mailops.smtp.tests.interop import own_host
from ansible_collections.mailops.smtp.tests.interop.server import LOOPBACK

GREYLIST_SECONDS = 2

# Longer than a dialogue waits.
SLOW_SECONDS = 4.5

# The mail exchanger of the senders' domain.
SENDERS_SERVER = (f"{own_host.TRUSTED}.2", 25)

Request = t.Mapping[str, str]
Policy = t.Callable[[Request], str]


class Greylist:
    """Defers what it sees for the first time, as postgrey does: client, sender and recipient."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen: dict[tuple[str, ...], float] = {}

    def __call__(self, request: Request) -> str:
        """Return an action of access(5)."""
        triplet = tuple(request[name] for name in ("client_address", "sender", "recipient"))
        first = self._seen.setdefault(triplet, time.monotonic())
        if time.monotonic() - first < GREYLIST_SECONDS:
            return f"DEFER_IF_PERMIT {self._text}"
        return "DUNNO"


def spf(request: Request) -> str:
    """Refuse a client that is not in the SPF record of the sender's domain (`ip4` alone)."""
    domain, client = request["sender"].rpartition("@")[2], request["client_address"]
    try:
        records = [str(one).strip('"') for one in dns.resolver.resolve(domain, "TXT")]
    except dns.exception.DNSException:
        return "DUNNO"
    networks = [one for text in records for one in re.findall(r"ip4:(\S+)", text)]
    if any(ipaddress.ip_address(client) in ipaddress.ip_network(one) for one in networks):
        return "DUNNO"
    return (
        "550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see"
        f" http://www.openspf.net/Why?s=mfrom;id={request['sender']};ip={client}"
    )


def slow(_request: Request) -> str:
    """Allow everything, but late."""
    time.sleep(SLOW_SECONDS)
    return "DUNNO"


POLICIES: dict[str, Policy] = {
    "greylist": Greylist("Greylisted, see http://postgrey.schweikert.ch/help/example.test.html"),
    "greylist_named": Greylist(f"Greylisted, please try again in {GREYLIST_SECONDS} seconds"),
    "spf": spf,
    "slow": slow,
}


def _policy_handler(policy: Policy) -> type[socketserver.BaseRequestHandler]:
    """Return a handler of Postfix's policy protocol (SMTPD_POLICY_README)."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            request: dict[str, str] = {}
            for line in self.rfile:
                name, _sign, value = line.decode().rstrip("\n").partition("=")
                if name:
                    request[name] = value
                    continue
                self.wfile.write(f"action={policy(request)}\n\n".encode())
                request = {}

    return Handler


class Milter(socketserver.StreamRequestHandler):
    """A milter that refuses every message at its end (Sendmail's protocol, version 6)."""

    def handle(self) -> None:
        """Hold a session with Postfix."""
        while True:
            head = self.rfile.read(5)
            if len(head) < 5:
                return
            length, command = struct.unpack(">I1s", head)
            self.rfile.read(length - 1)
            if command == b"O":  # which version, which actions, and which steps to leave out
                self._reply(b"O" + struct.pack(">III", 6, 0, 0))
            elif command == b"E":
                self._reply(b"y550 5.7.1 Command rejected\0")
            elif command == b"Q":
                return
            elif command not in (b"D", b"A"):  # macros, and the end of a transaction
                self._reply(b"c")

    def _reply(self, data: bytes) -> None:
        self.wfile.write(struct.pack(">I", len(data)) + data)


class Middlebox(socketserver.StreamRequestHandler):
    """A firewall that writes over STARTTLS in what a server says, as Cisco's do."""

    server_address: t.ClassVar[tuple[str, int]]

    def handle(self) -> None:
        """Pass all on, line by line."""
        with socket.create_connection(self.server_address) as onwards:
            threading.Thread(target=self._to_server, args=(onwards,), daemon=True).start()
            for line in onwards.makefile("rb"):
                self.wfile.write(line.replace(b"STARTTLS", b"XXXXXXXA"))

    def _to_server(self, onwards: socket.socket) -> None:
        with contextlib.suppress(OSError):
            for line in self.rfile:
                onwards.sendall(line)
            onwards.shutdown(socket.SHUT_WR)


class NextHop:
    """A server to which others relay. It does not know `nobody`."""

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        """Take all recipients but one."""
        if address.startswith("nobody@"):
            return "550 5.1.1 User unknown"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:
        """Take the message, and forget it."""
        return "250 2.0.0 Ok"


class _NextHopController(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="next.example.test")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: t.Any, client_address: t.Any) -> None:
        """Say nothing of clients that are gone."""


@contextlib.contextmanager
def running(
    ports: t.Mapping[str, int], middlebox: tuple[str, int], behind: tuple[str, int]
) -> t.Iterator[None]:
    """Run all helpers. The middlebox listens at an address, and stands before another."""
    handlers: dict[tuple[str, int], type[socketserver.BaseRequestHandler]] = {
        (LOOPBACK, ports[name]): _policy_handler(policy) for name, policy in POLICIES.items()
    }
    handlers[(LOOPBACK, ports["milter"])] = Milter
    handlers[middlebox] = type("Middlebox", (Middlebox,), {"server_address": behind})
    with contextlib.ExitStack() as servers:
        for address, handler in handlers.items():
            server = servers.enter_context(_Server(address, handler))
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            servers.callback(server.shutdown)
        for address in ((LOOPBACK, ports["next_hop"]), SENDERS_SERVER):
            next_hop = _NextHopController(NextHop(), *address)
            next_hop.start()
            servers.callback(next_hop.stop)
        yield

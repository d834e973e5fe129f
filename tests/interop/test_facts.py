# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a failure tells of the network, over three routers that lose, reset or translate packets."""

from __future__ import annotations

import contextlib
import socketserver
import threading
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.tests.interop import room, routers
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS
from ansible_collections.mailops.smtp.tests.unit.settle import result_of, settle

PORT = 25
CLIENT = "10.0.1.2"
TRANSLATED = "10.0.2.1"  # the address of the first router on the way to the server

OPTIONS: dict[str, t.Any] = {
    **DEFAULTS,
    "host": routers.SERVER,
    "port": PORT,
    "helo": "web1.example.com",
    "mail_from": "ann@example.com",
    "rcpt_to": ["bob@example.net"],
    "timeout": 3.0,
}
LARGE = {"message": {"size": 20_000}}

Fails = t.Callable[..., t.Dict[str, t.Any]]


class Server(socketserver.StreamRequestHandler):
    """A server that greets as Exim does, takes a message, and then says nothing more."""

    def handle(self) -> None:
        self.wfile.write(b"220 mx.example.net ESMTP\r\n")
        with contextlib.suppress(OSError):
            for line in self.rfile:
                if not self._answer(line.split()[0].upper(), line.split()[-1]):
                    self.rfile.read()  # until the client leaves
                    return

    def _answer(self, verb: bytes, name: bytes) -> bool:
        """Answer a command; return False if the message follows."""
        reply = {b"EHLO": self._hello(name), b"DATA": "354 go ahead"}.get(verb, "250 2.0.0 Ok")
        self.wfile.write(f"{reply}\r\n".encode())
        return verb != b"DATA"

    def _hello(self, name: bytes) -> str:
        return f"250 mx.example.net Hello {name.decode()} [{self.client_address[0]}]"


@pytest.fixture
def fails(tmp_path: Path) -> t.Iterator[Fails]:
    """Return the result of a dialogue over routers with these rules of nft."""
    lack = room.missing()
    if lack is not None:
        pytest.skip(lack)
    with contextlib.ExitStack() as stack:

        def hold(rules: t.Mapping[str, str], **options: t.Any) -> dict[str, t.Any]:
            network = stack.enter_context(routers.start(tmp_path / "network", rules))
            with network.inside("server"):
                server = socketserver.ThreadingTCPServer((routers.SERVER, PORT), Server)
                stack.callback(server.server_close)
                server.daemon_threads = True
                threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
                stack.callback(server.shutdown)
            with network.inside("client"):
                return result_of(settle(plan_from({**OPTIONS, **options})))

        yield hold


def test_a_silent_server_has_acknowledged_the_message(fails: Fails) -> None:
    failure = fails({}, **LARGE)["failure"]
    assert (failure["stage"], failure["kind"], failure["errno"]) == ("message", "timeout", None)
    assert (failure["tcp_info"]["unacked"], failure["tcp_info"]["retransmits"]) == (0, 0)
    assert 3.0 <= failure["seconds"] < 30.0
    assert failure["round_trip"] <= failure["tcp_info"]["rtt"] < failure["seconds"]


def test_a_network_that_loses_large_packets_has_not(fails: Fails) -> None:
    lost = routers.rules("prerouting", f"tcp dport {PORT} meta length > 600 drop")
    failure = fails({"r2": lost}, **LARGE)["failure"]
    assert (failure["stage"], failure["kind"], failure["errno"]) == ("message", "timeout", None)
    assert failure["tcp_info"]["unacked"] > 0
    assert failure["tcp_info"]["retransmits"] > 0
    assert failure["tcp_info"]["path_mtu"] == 1500
    assert failure["tcp_info"]["mss"] > 600


def test_a_connection_that_is_dropped_has_no_acknowledgement_at_all(fails: Fails) -> None:
    failure = fails({"r2": routers.drop(PORT)}, connect_timeout=2.0)["failure"]
    assert (failure["stage"], failure["kind"], failure["errno"]) == ("connect", "timeout", None)
    assert failure["tcp_info"]["unacked"] == 1
    assert failure["tcp_info"]["retransmits"] > 0
    assert (failure["tcp_info"]["rtt"], failure["round_trip"]) == (None, None)
    assert 2.0 <= failure["seconds"] < 30.0


@pytest.mark.parametrize(
    ("how", "errno"),
    [
        ("with tcp reset", "ECONNREFUSED"),
        ("with icmpx type admin-prohibited", "EHOSTUNREACH"),
        ("with icmpx type no-route", "ENETUNREACH"),
    ],
)
def test_a_router_that_rejects_is_known_by_its_error_number(
    fails: Fails, how: str, errno: str
) -> None:
    failure = fails({"r1": routers.reject(how, PORT)})["failure"]
    assert (failure["stage"], failure["kind"], failure["errno"]) == ("connect", "connect", errno)
    assert failure["tcp_info"] is None
    assert failure["seconds"] < 5.0  # no time-out


def test_a_reset_by_a_router_has_its_number_and_its_time(fails: Fails) -> None:
    cut = routers.rules(
        "forward", f"tcp dport {PORT} meta length > 60 reject with tcp reset"
    )  # EHLO, but no packet without data
    failure = fails({"r1": cut})["failure"]
    assert (failure["stage"], failure["kind"]) == ("helo", "disconnect")
    assert failure["errno"] == "ECONNRESET"
    assert failure["round_trip"] is not None
    assert failure["seconds"] < 5.0  # no time-out


def test_a_server_sees_the_address_of_a_router_that_translates(fails: Fails) -> None:
    nat = "table ip nat { chain out { type nat hook postrouting priority 100; masquerade\n}\n}\n"
    client = fails({"r1": nat})["client"]
    assert (client["address"], client["seen_as"]) == (CLIENT, TRANSLATED)


def test_a_server_sees_the_address_of_this_host_without_one(fails: Fails) -> None:
    client = fails({})["client"]
    assert (client["address"], client["seen_as"]) == (CLIENT, CLIENT)

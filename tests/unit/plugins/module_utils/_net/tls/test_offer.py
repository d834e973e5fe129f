# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An offer is made to a server, which chooses, refuses, or does something else."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError
from ansible_collections.mailops.smtp.plugins.module_utils._net.stream import SocketStream
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.client_hello import Offer
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.offer import (
    Refusal,
    make_offer,
)
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.server_hello import Choice
from ansible_collections.mailops.smtp.tests.unit.tls_answers import (
    DONE,
    TLS11,
    alert,
    flight,
    server_hello,
)

OLD = Offer(("TLSv1", "TLSv1.1"))
NEW = Offer(("TLSv1.2", "TLSv1.3"), ("TLSv1.3", "ECDHE"))

Serve = t.Callable[[socket.socket], None]


def offered(offer: Offer, serve: Serve, seconds: float = 5.0) -> t.Any:
    """Make an offer to a server that does something with its connection."""
    ours, theirs = socket.socketpair()
    server = threading.Thread(target=serve, args=(theirs,))
    stream = SocketStream(ours, Address(socket.AF_UNIX, "/server"))
    server.start()
    try:
        return make_offer(stream, offer, "mx.example.com", time.monotonic() + seconds)
    finally:
        stream.close()
        server.join()
        theirs.close()


def says(*answers: bytes) -> Serve:
    """Return a server that reads the offer, and sends what it is told."""

    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        for answer in answers:
            connection.sendall(answer)
        connection.shutdown(socket.SHUT_WR)

    return serve


def test_a_choice_is_returned() -> None:
    found = offered(OLD, says(flight(server_hello(TLS11, 0xC014), DONE)))
    assert isinstance(found, Choice)
    assert found.version == "TLSv1.1"


def test_an_alert_is_a_refusal_and_so_is_a_close() -> None:
    assert offered(OLD, says(alert(70))) == Refusal("alert protocol_version (70)")
    assert str(offered(OLD, says())) == "the server closed the connection"


def test_a_refusal_after_a_hello_says_what_was_chosen() -> None:
    found = offered(OLD, says(flight(server_hello(TLS11, 0xC014)), alert(80)))
    assert str(found) == (
        "alert internal_error (80) after a ServerHello with TLSv1.1,"
        " TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"
    )


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (flight(server_hello(), DONE), "the server chose TLSv1.2, which was not offered"),
        (
            flight(server_hello(TLS11, 0x1234), DONE),
            "the server chose 0x1234, which was not offered",
        ),
        (b"500 What?\r\n", "what the server sent is not TLS"),
    ],
)
def test_what_is_no_answer_to_the_offer_is_an_error(answer: bytes, problem: str) -> None:
    with pytest.raises(ProbeError) as raised:
        offered(OLD, says(answer))
    assert (raised.value.kind, raised.value.text) == ("protocol", problem)


def test_silence_is_no_refusal() -> None:
    with pytest.raises(ProbeError) as raised:
        offered(OLD, lambda connection: None, seconds=0.05)
    assert raised.value.kind == "timeout"


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_openssl_chooses(version: str, authority: t.Any) -> None:
    context = authority.context("mx.example.com")
    context.maximum_version = ssl.TLSVersion[version]

    def serve(connection: socket.socket) -> None:
        with pytest.raises(OSError):
            context.wrap_socket(connection, server_side=True)

    found = offered(NEW, serve)
    assert isinstance(found, Choice)
    assert found.version == version.replace("_", ".")
    assert found.group == "x25519"
    assert bool(found.certificates) == (version == "TLSv1_2")

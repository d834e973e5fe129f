# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A channel waits until the moment it is given: never less, and hardly more."""

from __future__ import annotations

import contextlib
import errno
import os
import pathlib
import resource
import select
import socket
import ssl
import struct
import threading
import time
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError
from ansible_collections.mailops.smtp.plugins.module_utils._net.network import open_first
from ansible_collections.mailops.smtp.plugins.module_utils._net.stream import (
    SocketStream,
    errno_name,
    hung_up,
)
from ansible_collections.mailops.smtp.tests.unit.scripted import FilteredPort, closed_port

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.tests.unit.authority import Authority

# What a busy machine may take longer.
PATIENCE = 5.0
LONG = 10.0


class Ends(t.NamedTuple):
    """The two ends of a connection that was given a long time to be made."""

    ours: SocketStream
    theirs: socket.socket


@pytest.fixture
def ends() -> t.Iterator[Ends]:
    with contextlib.ExitStack() as open_ones:
        listener = open_ones.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        address = Address(socket.AF_INET, listener.getsockname())
        channel = SocketStream.open(address, None, time.monotonic() + LONG)
        open_ones.callback(channel.close)
        yield Ends(channel, open_ones.enter_context(listener.accept()[0]))


def seconds_to_time_out(do: t.Callable[[float], object], wanted: float) -> float:
    """Return how long it takes until what has so many seconds is given up."""
    started = time.monotonic()
    with pytest.raises(ProbeError) as broken:
        do(started + wanted)
    assert broken.value.kind == "timeout"
    return time.monotonic() - started


@pytest.mark.parametrize("before", [0.0, 0.1, LONG])
def test_it_waits_for_bytes_as_long_as_it_is_told_whatever_it_was_told_before(
    ends: Ends, before: float
) -> None:
    if before:
        ends.theirs.sendall(b"220 ok\r\n")
        assert ends.ours.receive(time.monotonic() + before) == b"220 ok\r\n"

    assert 0.2 <= seconds_to_time_out(ends.ours.receive, 0.2) < PATIENCE


def test_bytes_that_drip_in_buy_no_time(ends: Ends) -> None:
    started = time.monotonic()

    def receive_all(until: float) -> None:
        while True:
            ends.theirs.sendall(b"2")
            ends.ours.receive(until)

    assert seconds_to_time_out(receive_all, 0.2) < PATIENCE
    assert time.monotonic() - started >= 0.2


def test_it_waits_for_a_server_that_takes_nothing_as_long_as_it_is_told(ends: Ends) -> None:
    data = bytes(64 * 1024 * 1024)

    assert 0.2 <= seconds_to_time_out(lambda until: ends.ours.send(data, until), 0.2) < PATIENCE


def test_it_waits_again_after_it_has_looked_without_waiting(ends: Ends) -> None:
    assert ends.ours.receive_waiting() == b""

    assert 0.2 <= seconds_to_time_out(ends.ours.receive, 0.2) < PATIENCE


def test_what_has_come_is_there_without_waiting_and_an_end_is_left_for_later(ends: Ends) -> None:
    ends.theirs.sendall(b"220 ok\r\n")
    ends.theirs.shutdown(socket.SHUT_WR)
    select.select([ends.ours._socket], [], [], LONG)

    assert ends.ours.receive_waiting() == b"220 ok\r\n"
    select.select([ends.ours._socket], [], [], LONG)
    assert ends.ours.receive_waiting() == b""
    with pytest.raises(ProbeError, match="the server closed the connection"):
        ends.ours.receive(time.monotonic() + LONG)


def test_an_alert_of_tls_that_comes_before_it_is_waited_for_is_told_later(
    ends: Ends, authority: Authority
) -> None:
    """A server with TLS 1.3 refuses a client without a certificate after the handshake."""
    context = authority.context("localhost")
    context.verify_mode = ssl.CERT_REQUIRED
    connection = socket.socket(fileno=os.dup(ends.theirs.fileno()))  # stays open

    def refuse() -> None:
        with contextlib.suppress(ssl.SSLError):
            context.wrap_socket(connection, server_side=True)

    server = threading.Thread(target=refuse)
    server.start()
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    ends.ours.start_tls(
        lambda sock: client.wrap_socket(sock, do_handshake_on_connect=False),
        time.monotonic() + LONG,
    )
    server.join()

    assert ends.ours.receive_waiting() == b""
    broken = error_of(ends.ours.receive)
    assert broken.kind == "tls"
    assert "certificate required" in broken.text


class TestHowConnectingFails:
    def test_a_refusal_is_an_answer(self) -> None:
        broken = refusal(Address(socket.AF_INET, ("127.0.0.1", closed_port())))
        assert (broken.kind, broken.inconclusive) == ("connect", None)

    def test_silence_is_one_too_to_whoever_has_waited(self) -> None:
        with FilteredPort() as port:
            broken = refusal(Address(socket.AF_INET, (port.host, port.port)), seconds=0.2)
        assert (broken.kind, broken.inconclusive) == ("timeout", None)

    @pytest.mark.parametrize(
        "address",
        [
            pytest.param(Address(socket.AF_UNIX, "/nonexistent/lmtp"), id="no such UNIX socket"),
            pytest.param(Address(socket.AF_UNIX, "/" + "x" * 200), id="too long a path"),
            pytest.param(Address(socket.AF_UNIX, "/"), id="a folder"),
            pytest.param(Address(socket.AF_INET, ("255.255.255.255", 25)), id="no way there"),
            pytest.param(Address(9999, ("127.0.0.1", 25)), id="no such address family"),
        ],
    )
    def test_what_this_host_lacks_is_none(self, address: Address) -> None:
        broken = refusal(address)
        assert broken.kind == "local"
        assert broken.inconclusive is not None

    def test_nor_is_a_source_address_that_is_not_here(self) -> None:
        broken = refusal(Address(socket.AF_INET, ("127.0.0.1", 25)), source="192.0.2.1")
        assert broken.kind == "local"

    def test_without_a_descriptor_left_nothing_is_known_of_the_server(self) -> None:
        port = closed_port()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with socket.socket() as last:
            resource.setrlimit(resource.RLIMIT_NOFILE, (last.fileno() + 1, hard))
            try:
                broken = refusal(Address(socket.AF_INET, ("127.0.0.1", port)))
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert broken.kind == "local"
        assert broken.text == "Too many open files"

    def test_an_address_that_others_left_no_time_for_has_not_been_silent(self) -> None:
        with FilteredPort() as first, FilteredPort() as second:
            addresses = [Address(socket.AF_INET, (one.host, one.port)) for one in (first, second)]
            with pytest.raises(ProbeError) as raised:
                open_first(addresses, None, 0.3, time.monotonic() + 0.4, lambda _text: None)
        first_cause, second_cause = raised.value.causes
        assert first_cause.inconclusive is None
        assert second_cause.inconclusive == f"the deadline left no time for {addresses[1]}"

    def test_an_address_that_this_host_cannot_try_says_nothing_of_the_others(self) -> None:
        nowhere = Address(socket.AF_INET, ("255.255.255.255", 25))
        closed = Address(socket.AF_INET, ("127.0.0.1", closed_port()))
        with pytest.raises(ProbeError) as raised:
            open_first([closed, nowhere], None, LONG, time.monotonic() + LONG, lambda _text: None)
        assert raised.value.kind == "connect"
        assert [cause.kind for cause in raised.value.causes] == ["connect"]


def refusal(address: Address, seconds: float = LONG, source: str | None = None) -> ProbeError:
    """Return why a connection cannot be made."""
    with pytest.raises(ProbeError) as raised:
        SocketStream.open(address, source, time.monotonic() + seconds)
    return raised.value


class TestTheFactsOfAFailure:
    def test_the_system_names_its_error(self) -> None:
        refused = refusal(Address(socket.AF_INET, ("127.0.0.1", closed_port())))
        assert (refused.errno, refused.tcp_info) == ("ECONNREFUSED", None)
        missing = refusal(Address(socket.AF_UNIX, "/nonexistent/lmtp"))
        assert missing.errno == "ENOENT"
        elsewhere = refusal(Address(socket.AF_INET, ("127.0.0.1", 25)), source="192.0.2.1")
        assert elsewhere.errno == "EADDRNOTAVAIL"

    def test_a_connection_without_an_answer_has_a_packet_without_one(self) -> None:
        with FilteredPort() as port:
            silent = refusal(Address(socket.AF_INET, (port.host, port.port)), seconds=0.2)
        assert silent.errno is None  # it is this client that gave up
        assert silent.tcp_info is not None
        assert silent.tcp_info.unacked == 1

    def test_a_silent_server_has_taken_everything(self, ends: Ends) -> None:
        ends.ours.send(b"DATA\r\n" * 700, time.monotonic() + LONG)
        select.select([ends.theirs], [], [], LONG)
        silent = error_of(ends.ours.receive, seconds=0.1)
        assert (silent.kind, silent.errno) == ("timeout", None)
        assert silent.tcp_info is not None
        assert (silent.tcp_info.unacked, silent.tcp_info.retransmits) == (0, 0)

    def test_a_server_that_reads_nothing_has_not_taken_everything(self, ends: Ends) -> None:
        data = bytes(64 * 1024 * 1024)
        full = error_of(lambda until: ends.ours.send(data, until), seconds=0.1)
        assert (full.kind, full.errno) == ("timeout", None)
        assert full.tcp_info is not None

    def test_a_reset_has_a_number_and_a_close_has_none(self, ends: Ends) -> None:
        ends.theirs.shutdown(socket.SHUT_WR)
        closed = error_of(ends.ours.receive)
        assert (closed.kind, closed.errno) == ("disconnect", None)
        assert closed.tcp_info is not None
        ends.theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        ends.theirs.close()
        select.select([ends.ours._socket], [], [], LONG)
        lost = error_of(lambda until: ends.ours.send(b"QUIT\r\n", until))
        assert (lost.kind, lost.errno) == ("disconnect", "EPIPE")
        assert lost.tcp_info is not None

    def test_the_round_trip_is_measured_as_the_connection_is_made(self, ends: Ends) -> None:
        seconds = ends.ours.round_trip()
        assert seconds is not None
        assert 0 < seconds < PATIENCE

    def test_a_unix_socket_has_neither(self, tmp_path: pathlib.Path) -> None:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(tmp_path / "lmtp"))
            listener.listen(1)
            address = Address(socket.AF_UNIX, str(tmp_path / "lmtp"))
            ours = SocketStream.open(address, None, time.monotonic() + LONG)
            assert ours.round_trip() is None
            silent = error_of(ours.receive, seconds=0.1)
            ours.close()
        assert (silent.errno, silent.tcp_info) == (None, None)

    @pytest.mark.parametrize(
        ("error", "name"),
        [
            (OSError(errno.ECONNRESET, "reset"), "ECONNRESET"),
            (OSError("no number"), None),
            (OSError(99999, "of no system"), None),
            (socket.timeout("timed out"), None),
            (ssl.SSLError(ssl.SSL_ERROR_SSL, "which is 1, the number of EPERM"), None),
            (ValueError("check_hostname requires server_hostname"), None),
            (None, None),
        ],
    )
    def test_only_the_numbers_of_the_system_have_names(
        self, error: Exception | None, name: str | None
    ) -> None:
        assert errno_name(error) == name


def error_of(do: t.Callable[[float], object], seconds: float = LONG) -> ProbeError:
    """Return the error of a call that has some seconds."""
    with pytest.raises(ProbeError) as raised:
        do(time.monotonic() + seconds)
    return raised.value


@pytest.mark.parametrize(
    ("cause", "ended"),
    [
        (ConnectionResetError(104, "Connection reset by peer"), True),
        (
            ssl.SSLEOFError(8, "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred (_ssl.c:1006)"),
            True,
        ),
        (socket.timeout("timed out"), False),
        (ValueError("no hostname"), False),
        (None, False),
    ],
)
def test_a_server_that_hangs_up_in_the_handshake(cause: Exception | None, ended: bool) -> None:
    inner, outer = ProbeError("tls", "the handshake failed"), ProbeError("tls", "no TLS")
    inner.__cause__, outer.__cause__ = cause, inner

    assert hung_up(outer) is ended

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One small resource over HTTPS, from servers that do not always mean well."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError
from ansible_collections.mailops.smtp.plugins.module_utils._net.https import (
    Response,
    get,
    verifying_context,
)

NAME = "mta-sts.example.com"
MAX_BYTES = 1000
OK = b"HTTP/1.1 200 OK\r\nContent-Type: Text/Plain; charset=utf-8\r\n"

Write = t.Callable[[t.Callable[[bytes], None]], None]


class Server:
    """A server that reads one request, and then does what a test says.

    If it `stays`, it leaves the connection open, and `was_left` is whether the client went first.
    """

    def __init__(self, context: ssl.SSLContext, write: Write, stays: bool) -> None:
        self._context, self._write, self._stays = context, write, stays
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen()
        self.address = Address(socket.AF_INET, self._listener.getsockname())
        self.request = b""
        self.was_left = False
        self.left = threading.Event()  # set once the client has left
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        sock, _client = self._listener.accept()
        sock.settimeout(10)
        try:
            with self._context.wrap_socket(sock, server_side=True) as tls:
                self.request = tls.recv(4096)
                self._write(tls.sendall)
                if self._stays:
                    self.was_left = self.left.wait(10)
        except OSError:
            pass

    def close(self) -> None:
        self.left.set()
        self._thread.join()
        self._listener.close()


@pytest.fixture
def fetched(authority: t.Any) -> t.Iterator[t.Callable[..., Response]]:
    """Return a function that fetches a resource from a server that does what a test says."""
    servers: list[Server] = []

    def fetch(
        write: t.Any,
        name: str = NAME,
        seconds: float = 5.0,
        trust: bool = True,
        stays: bool = False,
    ) -> Response:
        chosen = write if callable(write) else lambda send: send(write)
        server = Server(authority.context(name), chosen, stays)
        servers.append(server)
        try:
            return get(
                NAME,
                "/policy",
                [server.address],
                verifying_context(authority.path if trust else None),
                time.monotonic() + seconds,
                MAX_BYTES,
                lambda _text: None,
            )
        finally:
            server.close()
            fetch.server = server  # type: ignore[attr-defined]

    yield fetch
    assert servers


@pytest.fixture(autouse=True)
def _closed(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[None]:
    """Fail if a response is left open, whatever has become of it."""
    made: list[http.client.HTTPResponse] = []

    class Kept(http.client.HTTPResponse):
        def __init__(self, *args: t.Any, **options: t.Any) -> None:
            super().__init__(*args, **options)
            made.append(self)

    monkeypatch.setattr(http.client, "HTTPResponse", Kept)
    yield
    assert all(response.closed for response in made)


def test_a_resource_is_asked_for_by_the_name_of_its_host(fetched: t.Any) -> None:
    response = fetched(OK + b"Content-Length: 6\r\n\r\npolicy")

    assert response == (200, "text/plain", b"policy")
    assert fetched.server.request.startswith(
        b"GET /policy HTTP/1.1\r\nHost: mta-sts.example.com\r\n"
    )


def test_a_resource_can_end_with_the_connection_or_come_in_chunks(fetched: t.Any) -> None:
    chunks = OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\npol\r\n3\r\nicy\r\n0\r\n\r\n"

    assert fetched(OK + b"\r\npolicy").body == b"policy"
    assert fetched(chunks).body == b"policy"


def test_a_redirect_is_not_followed(fetched: t.Any) -> None:
    moved = b"HTTP/1.1 301 Moved\r\nLocation: https://example.net/\r\nContent-Length: 0\r\n\r\n"

    assert fetched(moved) == (301, "", b"")


def test_a_certificate_for_another_name_is_not_accepted(fetched: t.Any) -> None:
    with pytest.raises(ProbeError, match=r"not valid for 'mta-sts\.example\.com'") as error:
        fetched(OK + b"\r\npolicy", name="www.example.com")
    assert error.value.kind == "tls"


def test_an_authority_that_nobody_knows_is_not_trusted(fetched: t.Any) -> None:
    with pytest.raises(ProbeError, match="TLS handshake failed") as error:
        fetched(OK + b"\r\npolicy", trust=False)
    assert error.value.kind == "tls"


@pytest.mark.parametrize(
    "data",
    [
        OK + b"Content-Length: 2000\r\n\r\n" + b"x" * 2000,
        OK + b"\r\n" + b"x" * 2000,
        OK + b"\r\n" + b"x" * 100_000,
        OK + b"X-Long: " + b"x" * 100_000 + b"\r\n\r\npolicy",
    ],
    ids=["said", "unsaid", "endless", "head"],
)
def test_a_resource_that_is_too_large_is_not_read(fetched: t.Any, data: bytes) -> None:
    with pytest.raises(ProbeError, match="more than") as error:
        fetched(data)
    assert error.value.kind == "protocol"


@pytest.mark.parametrize(
    "data",
    [b"220 mx.example.com ESMTP\r\n", b"HTTP/1.1 \x1b[2J\r\n\r\n", b"\x00" * 100],
    ids=["smtp", "escape", "zeros"],
)
def test_what_is_not_http_is_said_to_be_none(fetched: t.Any, data: bytes) -> None:
    with pytest.raises(ProbeError, match="not HTTP") as error:
        fetched(data)
    assert error.value.text.isprintable()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        OK + b"Content-Length: 60\r\n\r\npolicy",
        OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\npol\r\n3\r\ni",
    ],
    ids=["nothing", "a part", "a part of a chunk"],
)
def test_a_response_that_breaks_off_is_a_lost_connection(fetched: t.Any, data: bytes) -> None:
    with pytest.raises(ProbeError) as error:
        fetched(data)
    assert error.value.kind == "disconnect"


def test_the_last_chunk_is_the_end_also_on_a_connection_that_stays(fetched: t.Any) -> None:
    chunks = b"Transfer-Encoding: chunked\r\n\r\n3\r\npol\r\n3\r\nicy\r\n0\r\n\r\n"
    assert fetched(OK + chunks, seconds=0.5, stays=True).body == b"policy"


def test_a_server_that_drips_does_not_hold_the_client(fetched: t.Any) -> None:
    stop = threading.Event()

    def drip(send: t.Callable[[bytes], None]) -> None:
        send(OK)
        while not stop.wait(0.05):
            send(b"x")

    with pytest.raises(ProbeError) as error:
        fetched(drip, seconds=0.5)
    stop.set()

    assert error.value.kind == "timeout"


def test_a_whole_response_counts_even_if_the_server_does_not_leave(fetched: t.Any) -> None:
    response = fetched(OK + b"Content-Length: 6\r\n\r\npolicy", seconds=60.0, stays=True)

    assert (response.body, fetched.server.was_left) == (b"policy", True)


def test_a_file_or_a_folder_of_authorities_must_be_readable(tmp_path: t.Any) -> None:
    with pytest.raises(OSError, match="No such file"):
        verifying_context(str(tmp_path / "gone.pem"))
    assert verifying_context(str(tmp_path)).verify_mode is ssl.CERT_REQUIRED

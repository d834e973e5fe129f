# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fetch one small resource over HTTPS: a verified certificate, no redirects, and limits."""

from __future__ import annotations

import http.client
import io
import os
import re
import ssl
import typing as t

from .errors import ProbeError
from .network import SYSTEM, open_first
from .text import escape

if t.TYPE_CHECKING:
    from .addresses import Address
    from .network import Network

# Limit on the head of a response, and on the status line and header fields shown of it.
_MAX_HEAD_BYTES = 16 * 1024
_MAX_SHOWN = 200

_CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d{1,12}) *\r\n", re.IGNORECASE)


class Response(t.NamedTuple):
    """A response. `media_type` is in lower case and has no parameters."""

    status: int
    media_type: str
    body: bytes


def verifying_context(authorities: str | None) -> ssl.SSLContext:
    """Return a context that trusts the authorities of the system, and those of a file or folder.

    Raise OSError or ValueError if these cannot be read.
    """
    context = ssl.create_default_context()
    if authorities is not None:
        folder = authorities if os.path.isdir(authorities) else None
        context.load_verify_locations(None if folder else authorities, folder)
    return context


class _Received(io.BytesIO):
    """Bytes that have been received, for the parser of the standard library."""

    def makefile(self, _mode: str) -> io.BytesIO:
        """Return itself."""
        return self


def get(
    name: str,
    path: str,
    addresses: t.Sequence[Address],
    context: ssl.SSLContext,
    until: float,
    max_bytes: int,
    on_event: t.Callable[[str], None],
    network: Network = SYSTEM,
) -> Response:
    """Return the response of a host to GET. Raise ProbeError.

    `until` is a time of the network's clock. A response of more than `max_bytes` is an error.
    """
    left = max(until - network.now(), 0.01)
    stream = open_first(list(addresses), None, left, until, on_event, network=network)
    try:
        stream.start_tls(lambda sock: context.wrap_socket(sock, server_hostname=name), until)
        lines = [f"GET {path} HTTP/1.1", f"Host: {name}", "Accept: text/plain", "Connection: close"]
        stream.send("\r\n".join([*lines, "", ""]).encode("ascii"), until)
        received, error = _receive(stream.receive, until, _MAX_HEAD_BYTES + max_bytes)
    finally:
        stream.close()
    return _parsed(received, error, max_bytes)


def _receive(
    receive: t.Callable[[float], bytes], until: float, most: int
) -> tuple[bytes, ProbeError | None]:
    """Return what comes until the response is whole, or until an error, and that error.

    Not every server closes the connection when it is asked to.
    """
    received = bytearray()
    whole = None
    while len(received) <= most:
        try:
            received += receive(until)
        except ProbeError as error:
            return bytes(received), error
        whole = whole or _length_of(received)
        if whole is not None and len(received) >= whole:
            return bytes(received), None
    return bytes(received), ProbeError("protocol", f"the response has more than {most} bytes")


def _length_of(received: bytearray) -> int | None:
    """Return the length of the whole response, if its head is there and says it."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    length = _CONTENT_LENGTH.search(received, 0, end + 2)
    return None if length is None else end + 4 + int(length.group(1))


def _parsed(received: bytes, error: ProbeError | None, max_bytes: int) -> Response:
    """Return a response that is complete. Otherwise raise the error, or one that says why."""
    if error is not None and error.kind not in ("disconnect", "timeout"):
        raise error
    response = http.client.HTTPResponse(t.cast(t.Any, _Received(received)), method="GET")
    try:
        with response:
            response.begin()
            body = response.read(max_bytes + 1)
            unread = response.length  # of a body that is shorter than its Content-Length
    except (http.client.HTTPException, ValueError) as problem:
        is_part = not received or isinstance(problem, http.client.IncompleteRead)
        if error is not None and (is_part or error.kind == "timeout"):
            raise error from problem
        text = f"the response is not HTTP: {escape(str(problem))[:_MAX_SHOWN]}"
        raise ProbeError("protocol", text) from problem
    if len(body) > max_bytes:
        raise ProbeError("protocol", f"the response has more than {max_bytes} bytes")
    # Without a length, the end of the connection is the end of the body. Chunks say it themselves.
    is_whole = unread == 0 or response.chunked
    if error is not None and not is_whole and (unread is not None or error.kind == "timeout"):
        raise error
    media_type = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    return Response(response.status, escape(media_type)[:_MAX_SHOWN], body)

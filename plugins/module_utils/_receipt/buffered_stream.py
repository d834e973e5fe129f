# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connection to an IMAP or POP3 server, from which lines and literals are read.

The time and the size of each response are limited, whatever a server sends and however slowly.
"""

from __future__ import annotations

import contextlib
import time
import typing as t

from .errors import StoreError, as_store_error

if t.TYPE_CHECKING:
    import ssl

    from .._net.network import Stream
    from .deadline import Deadline

# The time limit for one line of a response, or for one literal.
RESPONSE_SECONDS = 30.0

# A response that lists 200,000 messages is within the first limit, and a line with as many numbers
# within the second.
MAX_RESPONSE_BYTES = 32 * 1024 * 1024
MAX_LINE_BYTES = 2 * 1024 * 1024


class BufferedStream:
    """A stream with a buffer. Raises StoreError: `timeout`, `disconnect`, `tls` or `protocol`."""

    def __init__(self, stream: Stream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline
        self._buffer = bytearray()
        self._response_bytes = 0
        self.usable = True  # until an error

    def send(self, data: bytes) -> None:
        """Send all bytes, which begin a new response."""
        self._response_bytes = 0
        with self._unusable_after_error():
            self._stream.send(data, self._until())

    def readline(self) -> bytes:
        """Return the next line, with its line end."""
        until = self._until()
        searched = 0
        while True:
            end = self._buffer.find(b"\n", searched) + 1
            if end:
                return self._take(end)
            searched = len(self._buffer)
            if searched > MAX_LINE_BYTES:
                raise StoreError("protocol", f"a line is longer than {MAX_LINE_BYTES} bytes")
            self._fill(until)

    def read(self, size: int) -> bytes:
        """Return exactly `size` bytes."""
        if size > MAX_RESPONSE_BYTES:
            raise StoreError("protocol", f"a literal is longer than {MAX_RESPONSE_BYTES} bytes")
        until = self._until()
        while len(self._buffer) < size:
            self._fill(until)
        return self._take(size)

    def wait(self, seconds: float) -> bool:
        """Return whether there is anything to read; wait up to `seconds` for it."""
        if self._buffer:
            return True
        try:
            self._fill(min(time.monotonic() + seconds, self._deadline.end))
        except StoreError as error:
            if error.kind != "timeout":
                raise
            self.usable = True
            return False
        return True

    def start_tls(self, context: ssl.SSLContext, name: str) -> None:
        """Start TLS. Raises StoreError for bytes injected before it (CVE-2011-0411)."""
        if self._buffer:
            raise StoreError("protocol", "the server sent more before TLS than it was asked for")

        def wrap(sock: t.Any) -> ssl.SSLSocket:
            return context.wrap_socket(sock, server_hostname=name, do_handshake_on_connect=False)

        with as_store_error():
            self._stream.start_tls(wrap, self._until())

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def _until(self) -> float:
        return min(time.monotonic() + RESPONSE_SECONDS, self._deadline.end)

    def _fill(self, until: float) -> None:
        with self._unusable_after_error():
            data = self._stream.receive(until)
        self._response_bytes += len(data)
        if self._response_bytes > MAX_RESPONSE_BYTES:
            raise StoreError("protocol", f"a response is longer than {MAX_RESPONSE_BYTES} bytes")
        self._buffer += data

    @contextlib.contextmanager
    def _unusable_after_error(self) -> t.Iterator[None]:
        try:
            with as_store_error():
                yield
        except StoreError:
            self.usable = False
            raise

    def _take(self, size: int) -> bytes:
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

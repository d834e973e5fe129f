# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A session with a POP3 server, from the greeting to the login (RFC 1939, RFC 5034).

poplib is not used: it takes every response that begins with a plus for success, and fails at a
header line of more than 2,048 bytes.
"""

from __future__ import annotations

import base64
import binascii
import typing as t

from .._net.text import printable
from .account import Account, SaslResponses, start_tls
from .errors import StoreError
from .refusals import Refused, error_of_refusal

if t.TYPE_CHECKING:
    from .buffered_stream import BufferedStream

# The limit on a text for people. It is larger than what is shown, since secrets are redacted before
# the text is cut.
_MAX_BYTES = 16 * 1024


class Client:
    """A session on a stream. The constructor reads the greeting. Raises StoreError and Refused."""

    def __init__(self, stream: BufferedStream) -> None:
        self.stream = stream
        self._result(self._line(), "the connection")

    def command(self, command: str) -> str:
        """Send a command, and return the text after +OK. Raises Refused for -ERR."""
        self._send(command)
        return self._result(self._line(), command.partition(" ")[0])

    def multiline_command(self, command: str) -> t.Iterator[bytes]:
        """Send a command, and yield the lines of the multi-line response, without line ends.

        All lines must be read before the next command is sent.
        """
        self.command(command)
        line = self._line()
        while line != b".":
            # Lines that begin with a dot are byte-stuffed (RFC 1939 section 3).
            yield line[1:] if line.startswith(b".") else line
            line = self._line()

    def authenticate(self, mechanism: str, responses: SaslResponses) -> None:
        """Log in with a SASL mechanism (RFC 5034). Raises Refused."""
        self._send(f"AUTH {mechanism}")
        line = self._line()
        while line.startswith(b"+ ") or line == b"+":
            try:
                challenge = base64.b64decode(line[2:].strip(), validate=True)
            except binascii.Error:
                break
            self._send(base64.b64encode(responses(challenge)).decode("ascii"))
            line = self._line()
        self._result(line, "AUTH")

    def _send(self, command: str) -> None:
        self.stream.send(command.encode() + b"\r\n")

    def _line(self) -> bytes:
        line = self.stream.readline()
        return line[:-2] if line.endswith(b"\r\n") else line[:-1]

    def _result(self, line: bytes, asked: str) -> str:
        """Return the text after +OK. Raises Refused for -ERR.

        Any other status is an error: hMailServer has sent `+ERR Server error`
        (https://github.com/hmailserver/hmailserver/pull/594).
        """
        status, _space, words = line[:_MAX_BYTES].partition(b" ")
        if status == b"+OK":
            return printable(words)
        if status == b"-ERR":
            raise Refused(printable(words))
        text = printable(line[:_MAX_BYTES])
        raise StoreError("protocol", f"the response to {asked} is neither +OK nor -ERR: {text}")


def logged_in(stream: BufferedStream, account: Account) -> Client:
    """Read the greeting, start TLS if requested, and log in. Raises StoreError."""
    try:
        client = Client(stream)
    except Refused as refused:
        text = f"the server lets nobody in: {refused.text}"
        raise error_of_refusal(refused.text, "disconnect", text) from None
    if account.tls == "starttls":
        try:
            client.command("STLS")
        except Refused as refused:
            raise StoreError("tls", f"the server refuses STARTTLS (STLS): {refused.text}") from None
        start_tls(stream, account)
    responses = SaslResponses(account, account.mechanism) if account.mechanism != "LOGIN" else None
    try:
        if responses is None:
            client.command(f"USER {account.user}")
            client.command(f"PASS {account.secret}")
        else:
            client.authenticate(account.mechanism, responses)
    except Refused as refused:
        reasons = "; ".join([refused.text, *(responses.reasons if responses else ())])
        text = f"{account.user} may not log in: {reasons}"
        raise error_of_refusal(refused.text, "login", text) from None
    return client

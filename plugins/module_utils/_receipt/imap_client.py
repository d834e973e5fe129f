# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A session with an IMAP server, from the greeting to the login.

imaplib is not used: it ends the session at an empty line, quotes responses in Python's notation,
has different bugs in each version of Python, and keeps all data that a server sends in memory.
"""

from __future__ import annotations

import base64
import binascii
import typing as t

from .account import Account, SaslResponses, start_tls
from .errors import StoreError
from .imap_response import CONTINUE, UNTAGGED, Response, read_response
from .imap_syntax import quoted
from .refusals import Refused, error_of_refusal

if t.TYPE_CHECKING:
    from .buffered_stream import BufferedStream

Handler = t.Callable[[Response], None]
ContinuationHandler = t.Callable[[bytes], bytes]


class Client:
    """A session on a stream. The constructor reads the greeting. Raises StoreError."""

    def __init__(self, stream: BufferedStream) -> None:
        self.stream = stream
        self._count = 0
        self._offered: list[str] = []
        greeting = self._next()
        if greeting.tag != UNTAGGED or greeting.kind not in ("OK", "PREAUTH"):
            raise StoreError(
                "protocol", f"the server greets with {greeting.kind} {greeting.printable}"
            )
        self.preauthenticated = greeting.kind == "PREAUTH"
        self.fetch_capabilities()

    def command(
        self,
        *words: bytes,
        handle: Handler | None = None,
        on_continuation: ContinuationHandler | None = None,
    ) -> Response:
        """Send a command, and return the response that ends it: OK, NO or BAD.

        `handle` is called with each untagged response. `on_continuation` returns the data for a
        command continuation request. Raises StoreError.
        """
        tag = self.send_command(*words)
        while True:
            response = self._next()
            if response.tag == tag and response.kind in ("OK", "NO", "BAD"):
                return response
            if response.tag == UNTAGGED:
                if handle is not None:
                    handle(response)
            elif response.tag == CONTINUE and on_continuation is not None:
                self.stream.send(on_continuation(response.text) + b"\r\n")
            else:
                kind = response.kind or "+"
                text = f"the server sent an unexpected response: {kind} {response.printable}"
                raise StoreError("protocol", text)

    def send_command(self, *words: bytes) -> bytes:
        """Send a command, and return its tag."""
        self._count += 1
        tag = b"A%d" % self._count
        self.stream.send(b" ".join([tag, *words]) + b"\r\n")
        return tag

    def read_response(self) -> Response:
        """Return the next response of any kind."""
        return self._next()

    def command_ok(self, *words: bytes, handle: Handler | None = None) -> Response:
        """Send a command, and return the OK that ends it. Raises Refused for NO or BAD."""
        response = self.command(*words, handle=handle)
        if response.kind != "OK":
            raise Refused(response.printable)
        return response

    def fetch_capabilities(self) -> None:
        """Ask for the capabilities, which change after TLS and after the login."""
        offered: list[str] = []

        def handle(response: Response) -> None:
            if response.kind == "CAPABILITY":
                offered[:] = response.printable.upper().split()

        self.command(b"CAPABILITY", handle=handle)
        self._offered = offered

    def offers(self, *names: str) -> bool:
        """Return whether the server has one of these capabilities."""
        return any(name in self._offered for name in names)

    def log_out(self) -> None:
        """Log out, and read the responses until the end, BYE included."""
        tag = self.send_command(b"LOGOUT")
        while read_response(self.stream).tag != tag:
            pass

    def _next(self) -> Response:
        response = read_response(self.stream)
        if response.tag == UNTAGGED and response.kind == "BYE":
            self.stream.usable = False
            text = f"the server ended the session: {response.printable}"
            raise error_of_refusal(response.printable, "disconnect", text)
        return response


def logged_in(stream: BufferedStream, account: Account) -> Client:
    """Read the greeting, start TLS if requested, and log in. Raises StoreError."""
    client = Client(stream)
    if account.tls == "starttls":
        if client.preauthenticated:  # STARTTLS is not possible after PREAUTH
            raise StoreError("tls", "the server skipped the login before TLS (PREAUTH)")
        if not client.offers("STARTTLS"):
            raise StoreError("tls", "the server does not offer STARTTLS")
        try:
            client.command_ok(b"STARTTLS")
        except Refused as refused:
            raise StoreError("tls", f"the server refuses STARTTLS: {refused.text}") from None
        start_tls(stream, account)
        client.fetch_capabilities()
    if not client.preauthenticated:
        _log_in(client, account)
        client.fetch_capabilities()
    return client


def _log_in(client: Client, account: Account) -> None:
    """Log in: with LOGIN, or with AUTHENTICATE PLAIN if LOGIN cannot send the password."""
    mechanism = account.mechanism
    forbidden = client.offers("LOGINDISABLED")
    if mechanism == "LOGIN" and (forbidden or not (account.user + account.secret).isascii()):
        mechanism = "PLAIN"
        if not client.offers("AUTH=PLAIN"):
            why = "LOGIN (LOGINDISABLED)" if forbidden else "a password that is not ASCII"
            raise StoreError("unsupported", f"the server does not take {why}")
    if mechanism == "LOGIN":
        name, secret = (quoted(text.encode("ascii")) for text in (account.user, account.secret))
        response = client.command(b"LOGIN", name, secret)
        reasons: list[str] = []
    else:
        responses = SaslResponses(account, mechanism)
        response = client.command(
            b"AUTHENTICATE",
            mechanism.encode("ascii"),
            on_continuation=lambda text: _sasl(responses, text),
        )
        reasons = responses.reasons
    if response.kind != "OK":
        text = f"{account.user} may not log in: {'; '.join([response.printable, *reasons])}"
        raise error_of_refusal(response.printable, "login", text)


def _sasl(responses: SaslResponses, text: bytes) -> bytes:
    """Return the response to a challenge, both in base64 (RFC 3501 section 6.2.2)."""
    try:
        challenge = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        # The challenge is not quoted, since it may contain the secret in an unknown encoding.
        raise StoreError("protocol", "what the server sends as a challenge is not base64") from None
    return base64.b64encode(responses(challenge))

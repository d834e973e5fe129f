# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account at an IMAP or POP3 server: its address, TLS and login."""

from __future__ import annotations

import os
import stat
import typing as t

from .._net.network import open_first
from .._net.resolver import resolve
from .._net.sasl.mechanisms import MECHANISMS, Credentials
from .._net.stream import reason_of
from .buffered_stream import BufferedStream
from .errors import StoreError, as_store_error
from .host_port import name_in_certificate

if t.TYPE_CHECKING:
    import ssl

    from .deadline import Deadline

CONNECT_SECONDS = 10.0


class Account(t.NamedTuple):
    """An account at a server. `tls` is `implicit`, `starttls` or `never`.

    `mechanism` is `LOGIN` or `XOAUTH2`. `secret` is the password or the token. `server_name` is the
    option `tls_server_name`.
    """

    host: str
    port: int
    tls: str
    user: str
    secret: str
    mechanism: str = "LOGIN"
    validate_certs: bool = True
    ca_path: str | None = None
    server_name: str | None = None

    def __str__(self) -> str:
        return f"{self.host} port {self.port}"

    @property
    def tls_name(self) -> str:
        """The name for SNI, which the certificate must have."""
        return name_in_certificate(self.server_name or self.host)


def connect(account: Account, deadline: Deadline) -> BufferedStream:
    """Connect, with TLS if it is implicit. Raises StoreError."""
    seconds = min(CONNECT_SECONDS, deadline.remaining)
    with as_store_error():
        addresses = resolve(account.host, account.port, "any", seconds)
        opened = open_first(addresses, None, CONNECT_SECONDS, deadline.end, lambda _event: None)
    stream = BufferedStream(opened, deadline)
    if account.tls == "implicit":
        try:
            start_tls(stream, account)
        except Exception:
            stream.close()
            raise
    return stream


def start_tls(stream: BufferedStream, account: Account) -> None:
    """Start TLS. Raises StoreError, kind `tls` for a certificate that does not verify."""
    try:
        context = tls_context(account.validate_certs, account.ca_path)
    except (OSError, ValueError) as error:  # the file was valid when the options were checked
        text = f"{account.ca_path or 'the authorities to trust'}: {reason_of(error)}"
        raise StoreError("local", text) from None
    stream.start_tls(context, account.tls_name)


def tls_context(validate_certs: bool, ca_path: str | None) -> ssl.SSLContext:
    """Return a context. Raises OSError or ValueError for a `ca_path` without certificates.

    Only a file or a folder is opened: OpenSSL would block on a FIFO.
    """
    import ssl

    if ca_path is None:
        context = ssl.create_default_context()
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        mode = os.stat(ca_path).st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise ValueError("neither a file nor a folder")
        folder = ca_path if stat.S_ISDIR(mode) else None
        context.load_verify_locations(None if folder else ca_path, folder)
    if not validate_certs:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class SaslResponses:
    """The responses of a SASL mechanism. `reasons` are why the server will refuse the login."""

    def __init__(self, account: Account, mechanism: str) -> None:
        self.reasons: list[str] = []
        credentials = Credentials(account.user, account.secret, account.host, account.port)
        self._responses = MECHANISMS[mechanism](credentials, self.reasons.append)
        self._begun = False

    def __call__(self, challenge: bytes) -> bytes:
        """Return the response to a challenge; the first challenge is empty."""
        if not self._begun:
            self._begun = True
            return next(self._responses) or b""
        try:
            with as_store_error():
                return self._responses.send(challenge) or b""
        except StopIteration:
            text = "the server asks for more than the mechanism has to say"
            raise StoreError("protocol", text) from None

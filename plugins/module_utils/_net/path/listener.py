# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kind of listener is it? Open a connection in one way or another, and look at what comes.

A mail server speaks first. A listener that does not may wait for a TLS handshake, for a PROXY
header or for a request, or it takes its time. So each opening has a connection of its own, and all
are made side by side. A server that has begun to speak gets no other opening, as it takes a client
that speaks too early for a spammer.
"""

from __future__ import annotations

import contextlib
import re
import typing as t

from ..errors import ProbeError
from ..resolver import BackgroundCall, map_concurrently
from ..text import printable

if t.TYPE_CHECKING:
    from ..addresses import Address
    from ..network import Network

# Of what a listener sends, no more is read.
_MOST_BYTES = 512

# The types of the records with which a TLS server answers: handshake and alert (RFC 8446 section
# 5.1), each with a version that begins with 3.
_TLS_HANDSHAKE, _TLS_ALERT = 0x16, 0x15

# The last line of an SMTP reply (RFC 5321 section 4.2).
_LAST_LINE = re.compile(rb"^[2-5]\d\d(?: [^\n]*)?\r?\n", re.MULTILINE)

# How long a server has to begin its greeting before other openings are tried.
_FIRST_WORD_SECONDS = 0.7

# What other protocols say first, or in reply to a line that they do not know.
_PROTOCOLS = (
    ("SSH", re.compile(rb"SSH-\d")),
    ("HTTP", re.compile(rb"HTTP/\d|<(?:!doctype )?html", re.IGNORECASE)),
    ("POP3", re.compile(rb"[+]OK")),
    ("IMAP", re.compile(rb"[*] (?:OK|PREAUTH|BYE)")),
    ("SMTP", re.compile(rb"[2-5]\d\d(?:[ -]|\r?\n)")),
)


class Opening(t.NamedTuple):
    """A way to open a connection: a name, and a function that makes the first bytes.

    The function gets IP address and port of this end and of the other. An opening without a
    function sends nothing and waits.
    """

    name: str
    first: t.Callable[[tuple[str, int], tuple[str, int]], bytes] | None = None


WAIT = Opening("wait")


class Answer(t.NamedTuple):
    """What came of an opening.

    `state` is "answered", "silent", "closed" (also by a reset), or "not connected". `protocol` is
    that of the answer, or an empty text. `text` is the beginning of it, and `seconds` the time from
    the opening to its end. `whole` is whether it has an end: an SMTP reply may have many lines.
    """

    state: str
    protocol: str = ""
    text: str = ""
    seconds: float = 0.0
    whole: bool = True

    @property
    def greets(self) -> bool:
        """Whether it is a greeting with 220."""
        return self.protocol == "SMTP" and self.text.startswith("220")


def open_each(
    network: Network,
    address: Address,
    openings: t.Sequence[Opening],
    until: float,
    source_address: str | None = None,
) -> list[Answer]:
    """Open a connection in each way, side by side, and return the answers in order.

    `until` is a time of the network's clock.
    """

    def make(opening: Opening) -> Answer:
        return open_one(network, address, opening, until, source_address)

    return list(map_concurrently(make, openings, len(openings)))


def wait_and_open(
    network: Network,
    address: Address,
    openings: t.Sequence[Opening],
    until: float,
    source_address: str | None = None,
) -> tuple[Answer, list[Answer]]:
    """Wait on a connection that sends nothing. If the listener is silent, open others meanwhile.

    Return what the connection that waits has heard, and the answers to the other openings, which
    are none if the listener has begun to speak.
    """
    heard: list[bytes] = []
    waiting = BackgroundCall(
        lambda: open_one(network, address, WAIT, until, source_address, heard.append)
    )
    try:
        first = waiting.wait(_FIRST_WORD_SECONDS)
        if first.state == "answered":
            return first, []
    except TimeoutError:
        if heard:
            return waiting.wait(), []
    answers = open_each(network, address, openings, until, source_address)
    return waiting.wait(), answers


def open_one(
    network: Network,
    address: Address,
    opening: Opening,
    until: float,
    source_address: str | None = None,
    on_data: t.Callable[[bytes], None] = lambda _data: None,
) -> Answer:
    """Open a connection in one way, and return what comes. `on_data` is called with each part."""
    try:
        stream = network.connect(address, source_address, until)
    except ProbeError as error:
        return Answer("not connected", text=error.text)
    started, data = network.now(), b""
    try:
        if opening.first is not None:
            own, other = stream.local, address.sockaddr[:2]
            stream.send(opening.first(own, (str(other[0]), int(other[1]))), until)
        while len(data) < _MOST_BYTES and not _is_whole(data):
            data += stream.receive(until)
            on_data(data)
    except ProbeError as error:
        if not data:
            state = "silent" if error.kind == "timeout" else "closed"
            return Answer(state, seconds=network.now() - started)
    finally:
        stream.close()
    data = data[:_MOST_BYTES]
    seconds = network.now() - started
    return Answer("answered", protocol_of(data), shown(data), seconds, _is_whole(data))


def _is_whole(data: bytes) -> bool:
    """Return whether the bytes are a whole answer: of an SMTP reply, the last line has come."""
    if not data or protocol_of(data) != "SMTP":
        return bool(data)
    return _LAST_LINE.search(data) is not None


def protocol_of(data: bytes) -> str:
    """Return the protocol of the first bytes of a listener, or an empty text."""
    if data[:1] in (bytes([_TLS_HANDSHAKE]), bytes([_TLS_ALERT])) and data[1:2] == b"\x03":
        return "TLS"
    for name, pattern in _PROTOCOLS:
        if pattern.match(data):
            return name
    return ""


def shown(data: bytes) -> str:
    """Return the first line of what a listener sends, printable."""
    if protocol_of(data) == "TLS":
        return "a handshake" if data[0] == _TLS_HANDSHAKE else "an alert"
    return printable(data.partition(b"\n")[0].rstrip(b"\r"))


def client_hello(name: str) -> bytes:
    """Return the first message of a TLS client (RFC 8446 section 4.1.2), as OpenSSL writes it."""
    import ssl  # not every Python has it

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname=name or None)
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()

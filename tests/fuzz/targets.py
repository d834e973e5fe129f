# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is fuzzed: each parser of hostile bytes, what it may raise, and what holds of its result.

A target is a function of bytes that raises whatever is a finding. It catches the exceptions that
its parser documents, and nothing else. `SEEDS` are inputs to begin with.
"""

from __future__ import annotations

import contextlib
import io
import ipaddress
import itertools
import json
import os
import ssl
import tempfile
import typing as t
from pathlib import Path
from unittest import mock

from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import ProbeError
from ansible_collections.mailops.smtp.plugins.module_utils._net.sasl import mechanisms as sasl
from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape, printable
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls import chain
from ansible_collections.mailops.smtp.plugins.module_utils._net.tls.certificate import (
    days_left,
    read_certificate,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt import imap, imap_syntax, pop3
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.account import Account
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.authentication import (
    authentication_as_result,
    read_authentication,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.buffered_stream import (
    BufferedStream,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.deadline import Deadline
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.errors import StoreError
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.header_section import (
    read_header,
    read_header_with_token,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.imap_response import (
    read_response,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.maildir import MaildirStore
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.mbox import mbox_messages
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.model import FoundMessage
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.received import (
    hops_as_result,
    read_hop,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.redaction import Redactor
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.store import Store
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.timestamps import from_mail_date
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.server_text import (
    parse_server,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.capabilities import (
    Capabilities,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.message import TOKEN_HEADER
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.queue_id import queue_id
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.reply import (
    Reply,
    ReplyReader,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.seen_as import seen_as
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    BadBaseline,
    read_baseline,
)

TOKEN = "0123456789abcdef0123456789abcdef"
SECONDS = 60.0  # more than any input takes: what ends by the deadline is a finding by its time


def check_shown(text: str) -> None:
    """Fail unless a text can be shown anywhere."""
    assert text.isprintable(), f"not printable: {text!r}"
    text.encode("utf-8")


# SMTP


def reply(data: bytes) -> None:
    """The same replies come of the same bytes, in whatever pieces they come."""
    size, data = data[0] % 7 + 1 if data else 1, data[1:]
    whole = _replies([data])
    assert whole == _replies([data[i : i + size] for i in range(0, len(data), size)])


def _replies(pieces: t.Sequence[bytes]) -> list[t.Any]:
    reader = ReplyReader()
    found: list[t.Any] = []
    try:
        for piece in pieces:
            reader.feed(piece)
            line = reader.next_line()
            while line is not None:
                one = reader.reply_with(line)
                if one is not None:
                    _check_reply(one)
                    found.append(one)
                line = reader.next_line()
    except ProbeError as error:
        check_shown(error.text)
        found.append(error.text)
    return found


def _check_reply(one: Reply) -> None:
    assert 100 <= one.code <= 599
    check_shown(one.text)
    for line in one.lines:
        check_shown(line)
    if one.enhanced_code is not None:
        assert one.enhanced_code[0] == str(one.code)[0]
    name = queue_id(one)
    if name is not None:
        check_shown(name)
        assert name, "an empty queue id"
    address = seen_as([("EHLO [10.0.0.5]", one)])
    if address is not None:
        ipaddress.ip_address(address)


def capabilities(data: bytes) -> None:
    """What a server offers is offered, in whatever case it is asked for."""
    lines = tuple(printable(line) for line in data.split(b"\n"))
    offered = Capabilities.from_reply(Reply(250, lines))
    for keyword, parameters in offered.items():
        assert keyword == keyword.upper()
        assert keyword.split() == [keyword]
        assert offered.offers(keyword)
        asked = " ".join([keyword, *parameters])
        assert offered.offers(asked.lower() if asked.isascii() else asked)


def certificate(data: bytes) -> None:
    """A certificate is read or refused, and what is read can be shown."""
    try:
        read = read_certificate(data)
    except ValueError as error:
        check_shown(str(error))
        return
    for text in (read.subject, read.issuer, *read.names, read.serial):
        check_shown(text)
    assert len(read.sha256) == 64
    assert read.public_key_der in data
    days_left(read, 0.0)


def chain_message(data: bytes) -> None:
    """No certificate of a chain lies outside of the message that it came in."""
    version = ssl.TLSVersion.TLSv1_3 if data[:1] > b"\x7f" else ssl.TLSVersion.TLSv1_2
    found = list(chain._certificates(version, data[1:]))
    assert sum(map(len, found)) <= len(data)
    for one in found:
        assert one in data


def sasl_exchange(data: bytes) -> None:
    """No server is believed that does not know the password, and none is told it but as it asks."""
    if not data:
        return
    mechanism = sorted(sasl.MECHANISMS)[data[0] % len(sasl.MECHANISMS)]
    who = sasl.Credentials("ann", "S3cret-passw0rd", "mx.example.org", 25)
    events: list[str] = []
    with mock.patch.object(os, "urandom", bytes):  # so that a nonce can be found
        exchange = sasl.SaslExchange(mechanism, who, events.append)
        lines = [exchange.command()]
        try:
            for challenge in data[1:].split(b"\n"):
                lines.append(exchange.answer(printable(challenge)))
            exchange.accepted()
        except ProbeError as error:
            events.append(error.text)
        else:
            assert not mechanism.startswith("SCRAM"), "a server without the password is believed"
    for line in lines:
        assert line.isascii()
        check_shown(line)
    for event in events:
        check_shown(event)
        assert who.secret not in event


def server_text(data: bytes) -> None:
    """A server as people write it becomes options that the module takes, or is refused."""
    text = data.decode("utf-8", "replace")
    try:
        options = parse_server(text)
    except ValueError:
        return
    assert set(options) <= {"host", "port", "tls", "protocol", "socket"}
    assert ("host" in options) != ("socket" in options), f"{text!r} became {options}"
    assert 1 <= options.get("port", 1) <= 65535, f"{text!r} became {options}"
    host = options.get("host", "x")
    assert host, f"{text!r} became {options}"
    assert not set("[] \t\r\n/@") & set(host), f"{text!r} became {options}"


def show(data: bytes) -> None:
    """What is printable stays as it is."""
    text = printable(data)
    check_shown(text)
    assert escape(text) == text


# Mail that has arrived


def received(data: bytes) -> None:
    """A hop can be shown, whatever its header says."""
    hop = read_hop(printable(data))
    _check_document(hops_as_result([hop, hop], Redactor()))


def authentication_results(data: bytes) -> None:
    """Verdicts can be shown, whatever their header says."""
    _check_document(authentication_as_result([read_authentication(printable(data))], Redactor()))


def head(data: bytes) -> None:
    """A header section is read alike whether it is known to be ours or not."""
    read = read_header(data)
    ours = read_header_with_token(data)
    assert ours in (read, ((), (), ()))
    if TOKEN_HEADER.encode() in data[:1000]:
        assert ours == read
    for token in read.tokens:
        check_shown(token)


def moment(data: bytes) -> None:
    """A date is a moment within reason, or none."""
    seconds = from_mail_date(printable(data))
    assert seconds is None or abs(seconds) < 1e12


def mbox(data: bytes) -> None:
    """The messages of an mbox follow on each other to its end, and none overlaps another."""
    found = list(mbox_messages(io.BytesIO(data), 0, Deadline(SECONDS)))
    if data.startswith(b"From "):
        assert found
        assert found[0].start == 0
        assert found[-1].stop == len(data)
    for before, after in itertools.pairwise(found):
        assert before.stop == after.start
    for message in found:
        assert data[message.start :].startswith(message.begin)
        assert message.header in data[message.start : message.stop]
        message.header_section()


def maildir(data: bytes) -> None:
    """Whatever files and folders are called, the one message with the token is found."""
    names = [name for name in data.split(b"\0") if 0 < len(name) <= 60 and b"/" not in name][:4]
    with tempfile.TemporaryDirectory(dir=_memory()) as root:
        path = os.fsencode(root)
        for folder in [path, *(os.path.join(path, b"." + name) for name in names[1:])]:
            with contextlib.suppress(OSError):
                for message in (b"", b"cur", b"new", b"tmp"):
                    os.makedirs(os.path.join(folder, message), exist_ok=True)
        mail = f"{TOKEN_HEADER}: {TOKEN}\n\nHello\n".encode()
        name = names[0] if names and not names[0].startswith(b".") else b"1.2.host"
        Path(os.fsdecode(os.path.join(path, b"new", name))).write_bytes(mail)
        store = MaildirStore(root, None, Deadline(SECONDS))
        _look(store, 1)


def _memory() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


# Servers of mailboxes


class FedChannel:
    """A channel on which a server says what was given, a piece after each thing that is sent.

    The tag of the last command takes the place of TAG, as a server would repeat it.
    """

    def __init__(self, data: bytes) -> None:
        self._pieces = data.split(b"\0")
        self._tag = b"A0"

    def send(self, data: bytes, _until: float) -> None:
        """Take a command."""
        self._tag = data.partition(b" ")[0].strip()[:20]

    def receive(self, _until: float) -> bytes:
        """Return the next piece that is not empty."""
        while self._pieces:
            piece = self._pieces.pop(0)
            if piece:
                return piece.replace(b"TAG", self._tag)
        raise ProbeError("disconnect", "the server closed the connection")

    def close(self) -> None:
        """Do nothing: there is nothing to close."""


def fed_stream(data: bytes) -> BufferedStream:
    """Return a wire on which these bytes come."""
    return BufferedStream(t.cast(t.Any, FedChannel(data)), Deadline(SECONDS))


def imap_response(data: bytes) -> None:
    """A response is read or refused, and what is read of it can be used."""
    stream = fed_stream(data)
    with contextlib.suppress(StoreError):
        while True:
            response = read_response(stream)
            check_shown(response.printable)
            listed = imap_syntax.read_list(response)
            if listed is not None:
                assert not set(listed.name) & set(b"\0\r\n")
                check_shown(escape(imap_syntax.decode_name(listed.name)))
            fetched = imap_syntax.read_fetch(response)
            if fetched is not None:
                assert fetched.literal in data.replace(b"\0", b"").replace(b"TAG", b"A0")
                read_header_with_token(fetched.literal)


def imap_name(data: bytes) -> None:
    """The name of a mailbox is read as something, and what was written is read as it was."""
    imap_syntax.decode_name(data)
    name = data.decode("utf-8", "replace")
    if name.upper() != "INBOX":  # which is the same in any case
        assert imap_syntax.decode_name(imap_syntax.encode_name(name)) == name


ACCOUNT = Account("imap.example.org", 143, "never", "ann", "S3cret-passw0rd")


def imap_store(data: bytes) -> None:
    """Whatever an IMAP server says, the store finds something, or is broken."""
    with mock.patch.object(imap, "connect", return_value=fed_stream(data)):
        _look(imap.ImapStore(ACCOUNT, None, Deadline(SECONDS)))


def pop3_store(data: bytes) -> None:
    """Whatever a POP3 server says, the store finds something, or is broken."""
    with mock.patch.object(pop3, "connect", side_effect=[fed_stream(data), fed_stream(data)]):
        _look(pop3.Pop3Store(ACCOUNT, Deadline(SECONDS)))


def _look(store: Store, number: int | None = None) -> None:
    """Look for the token, and delete what was found."""
    found: list[FoundMessage] = []
    problem = None
    try:
        found.extend(store.find({TOKEN}))
        assert set(store.delete(found)) <= {one.key for one in found}, "another was deleted"
    except StoreError as error:
        problem = error.text
        check_shown(problem)
    finally:
        store.close()
    for one in found:
        assert one.token == TOKEN
    if number is not None:
        assert (problem, len(found)) == (None, number)


# The controller


def baseline(data: bytes) -> None:
    """An earlier report is read or refused, as every value in it may be anything."""
    with contextlib.suppress(ValueError, BadBaseline):
        earlier = read_baseline(data.decode("utf-8", "replace").splitlines(keepends=True))
        check_shown(earlier.since)
        for (host, server), outline in earlier.cells.items():
            check_shown(host + server + outline.outcome + outline.name)


def _check_document(document: t.Any) -> None:
    for value in _texts(json.loads(json.dumps(document))):
        check_shown(value)


def _texts(document: t.Any) -> t.Iterator[str]:
    if isinstance(document, str):
        yield document
    elif isinstance(document, (list, dict)):
        for value in document.values() if isinstance(document, dict) else document:
            yield from _texts(value)

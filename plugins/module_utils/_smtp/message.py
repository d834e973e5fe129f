# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The message that is sent after DATA (RFC 5322), composed with the standard library. No socket.

A message is composed anew for each dialogue, since no two share a token, and after EHLO, since
what the server offers decides how the body is encoded.
"""

from __future__ import annotations

import os
import re
import typing as t

TOKEN_HEADER = "X-SMTP-Handshake-Token"

# A message is held in memory twice, as composed and as it goes over the wire.
MAX_BYTES = 128 * 1024 * 1024

# Headers that a user cannot set: what they say depends on the dialogue.
RESERVED_HEADERS = (TOKEN_HEADER, "Content-Transfer-Encoding", "MIME-Version")

# RFC 5322 section 2.1.1 has 998 and recommends 78, but Python 3.7 folds a Message-ID of more than
# the limit into an encoded word.
MAX_LINE_CHARACTERS = 900

_FILLING = b"\r\n" + b"x" * 70


class CannotCompose(ValueError):
    """A message cannot be composed as it is wished; `option` is the part at fault."""

    def __init__(self, option: str, problem: str) -> None:
        super().__init__(problem)
        self.option = option


class MessageWish(t.NamedTuple):
    """What the user wants to send: either the parts of a message, or a whole one in `source`."""

    subject: str | None = None
    body: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    size: int | None = None
    source: bytes | None = None


class Message(t.NamedTuple):
    """A composed message: `data` has CRLF line ends and is not dot-stuffed."""

    id: str
    token: str
    data: bytes

    @property
    def eight_bit(self) -> bool:
        """Whether any byte of it needs 8BITMIME."""
        return not self.data.isascii()


class Circumstances(t.NamedTuple):
    """What the dialogue knows when it composes a message."""

    sender: str
    recipients: tuple[str, ...]
    helo: str
    eight_bit: bool  # the server offers 8BITMIME
    utf8: bool  # the transaction is declared as SMTPUTF8


def compose(wish: MessageWish, now: Circumstances) -> Message:
    """Compose a message with a token, a Message-ID and a date of its own.

    Raises CannotCompose, or what the email package raises on a header that makes no sense.
    """
    token = os.urandom(16).hex()
    if wish.source is not None:
        return _from_source(wish.source, token, now)
    return _from_parts(wish, token, now)


def dot_stuffed(data: bytes) -> bytes:
    """Double the dot at the beginning of each line (RFC 5321 section 4.5.2)."""
    return re.sub(rb"^\.", b"..", data, flags=re.MULTILINE)


def _from_parts(wish: MessageWish, token: str, now: Circumstances) -> Message:
    from email.message import EmailMessage
    from email.policy import SMTP
    from email.utils import localtime

    policy = SMTP.clone(
        cte_type="8bit" if now.eight_bit else "7bit",
        utf8=now.utf8,
        max_line_length=MAX_LINE_CHARACTERS,
    )
    message = EmailMessage(policy=policy)
    given = {name.lower() for name, _value in wish.headers}
    defaults = {
        "From": now.sender or f"MAILER-DAEMON@{now.helo}",
        "To": ", ".join(now.recipients),
        "Subject": wish.subject or f"SMTP handshake from {now.helo}",
        "Date": localtime(),
        "Message-ID": f"<{token}@{now.helo}>",
        # RFC 3834: keeps vacation responders from answering.
        "Auto-Submitted": "auto-generated",
    }
    for name, value in defaults.items():
        if name.lower() not in given:
            message[name] = value
    message[TOKEN_HEADER] = token
    for name, value in wish.headers:
        message[name] = value
    _set_body(message, wish, now)
    data = _filled(message.as_bytes(), wish.size)
    return Message(str(message["Message-ID"]), token, data)


def _set_body(message: t.Any, wish: MessageWish, now: Circumstances) -> None:
    """Give the message its text, in the subtype and charset of a Content-Type among its headers."""
    subtype, parameters = "plain", {}
    content_type = message["Content-Type"]
    if content_type is not None:
        if content_type.maintype != "text":
            raise CannotCompose("headers", "Content-Type must be text/*; use src for others")
        subtype, parameters = content_type.subtype, dict(content_type.params)
    charset = parameters.pop("charset", "utf-8")
    body = wish.body
    if body is None:
        body = f"This message was sent by mailops.smtp from {now.helo} to test mail delivery."
    # Base64 could not be filled up to a size.
    fixed = wish.size is not None and not body.isascii() and not now.eight_bit
    cte = "quoted-printable" if fixed else None
    message.set_content(body or "\n", subtype, charset, cte, params=parameters)


def _filled(data: bytes, size: int | None) -> bytes:
    """Fill a message up to a size with lines of `x`."""
    if size is None or size == len(data):
        return data
    missing = size - len(data)
    if missing < 0:
        raise CannotCompose("size", f"{size} bytes are too few: without filling it has {len(data)}")
    filling = (_FILLING * (missing // len(_FILLING) + 1))[:missing]
    if filling.endswith(b"\r"):
        filling = filling[:-1] + b"x"
    return data[:-2] + filling + b"\r\n"


def _from_source(source: bytes, token: str, now: Circumstances) -> Message:
    """Send a message as it is, but for its line ends, its token, and what the server needs."""
    from email import message_from_bytes
    from email.policy import SMTP

    data = re.sub(rb"\r\n|\r|\n", b"\r\n", source)
    if not data.endswith(b"\r\n"):
        data += b"\r\n"
    if not data.isascii() and not now.eight_bit:
        policy = SMTP.clone(cte_type="7bit", max_line_length=MAX_LINE_CHARACTERS)
        data = message_from_bytes(data, policy=policy).as_bytes()
    head = message_from_bytes(data.partition(b"\r\n\r\n")[0])
    message_id = head["Message-ID"]
    added = f"{TOKEN_HEADER}: {token}\r\n"
    if message_id is None:
        message_id = f"<{token}@{now.helo}>"
        added += f"Message-ID: {message_id}\r\n"
    return Message(str(message_id), token, added.encode("ascii") + data)

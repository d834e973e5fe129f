# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The message that is sent after DATA (RFC 5322), composed with the standard library. No I/O.

Each dialogue composes its own message, since each message has its own token. It does so after EHLO,
since the encoding of the body depends on what the server offers.
"""

from __future__ import annotations

import contextlib
import os
import re
import typing as t

from ..._net.text import printable

if t.TYPE_CHECKING:
    from email.message import EmailMessage
    from email.policy import EmailPolicy

TOKEN_HEADER = "X-SMTP-Handshake-Token"

# The limit on the size of a message, which is in memory twice: composed, and dot-stuffed.
MAX_BYTES = 128 * 1024 * 1024

# Headers that a user cannot set, since their values depend on the dialogue.
RESERVED_HEADERS = (TOKEN_HEADER, "Content-Transfer-Encoding", "MIME-Version")

# The longest line of a header with an encoded word and of an encoded body, in characters (RFC 2047
# section 2, RFC 2045 section 6.7), and the longest line of any kind (RFC 5322 section 2.1.1).
MAX_ENCODED_LINE = 76
MAX_LINE_BYTES = 998

_PADDING = b"\r\n" + b"x" * 70


class CannotCompose(ValueError):
    """A message cannot be composed; `option` is the part of the option `message` that is wrong."""

    def __init__(self, option: str, problem: str) -> None:
        super().__init__(problem)
        self.option = option


class MessageSpec(t.NamedTuple):
    """The message that the user wants to send: its parts, or a whole message in `source`."""

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


class MessageContext(t.NamedTuple):
    """The values of a dialogue that a message depends on."""

    sender: str
    recipients: tuple[str, ...]
    helo: str
    eight_bit: bool  # the server offers 8BITMIME
    utf8: bool  # the transaction is declared as SMTPUTF8


def compose(spec: MessageSpec, context: MessageContext) -> Message:
    """Compose a message with its own token, Message-ID and date.

    Raises CannotCompose, or an exception of the email package for a header that it cannot write.
    """
    token = os.urandom(16).hex()
    if spec.source is not None:
        return _from_source(spec.source, token, context)
    return _from_parts(spec, token, context)


def dot_stuffed(data: bytes) -> bytes:
    """Double the dot at the beginning of each line (RFC 5321 section 4.5.2)."""
    return re.sub(rb"^\.", b"..", data, flags=re.MULTILINE)


def _from_parts(spec: MessageSpec, token: str, context: MessageContext) -> Message:
    from email.message import EmailMessage
    from email.utils import localtime

    message = EmailMessage(policy=_policy(context.eight_bit, context.utf8))
    requested = {name.lower(): value for name, value in spec.headers}
    defaults = {
        "From": context.sender or f"MAILER-DAEMON@{context.helo}",
        "To": ", ".join(context.recipients),
        "Subject": spec.subject or "SMTP handshake",
        "Date": localtime(),
        # RFC 3834: keeps vacation responders from answering.
        "Auto-Submitted": "auto-generated",
    }
    for name, value in defaults.items():
        if name.lower() not in requested:
            message[name] = value
    _set_body(message, spec, context)
    probe = EmailMessage(policy=message.policy)
    message_id = requested.get("message-id", "").strip() or f"<{token}@{context.helo}>"
    added = [(TOKEN_HEADER, token), ("Message-ID", message_id)]
    for name, value in spec.headers:
        if name.lower() in ("content-type", "message-id"):
            continue
        probe[name] = value
        # The email package encodes long words even in headers such as References, in which they are
        # not decoded. So a header that needs no encoding is added as it is.
        if value.isascii() and len(value) < MAX_LINE_BYTES / 2:
            added.append((name, value.strip()))
        else:
            message[name] = value
    for checked in (message, probe):
        _check_headers(checked, spec)
    data = message.as_bytes()
    _check_head(data)
    return Message(message_id, token, _padded(_with_headers(added, data), spec.size))


def _policy(eight_bit: bool, utf8: bool = False) -> EmailPolicy[t.Any]:
    from email.policy import SMTP

    cte_type = "8bit" if eight_bit else "7bit"
    return SMTP.clone(cte_type=cte_type, utf8=utf8, max_line_length=MAX_ENCODED_LINE)


def _with_headers(headers: list[tuple[str, str]], data: bytes) -> bytes:
    """Add headers, unchanged, before all others."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return head.encode("ascii") + data


def _set_body(message: EmailMessage, spec: MessageSpec, context: MessageContext) -> None:
    """Set the body of a message, in the subtype and charset of the requested Content-Type.

    It is not encoded if possible, and otherwise in quoted-printable: base64 could not be padded to
    a size.
    """
    from email.message import EmailMessage

    probe = EmailMessage(policy=message.policy)
    for name, value in spec.headers:
        if name.lower() == "content-type":
            probe[name] = value
    if probe.get_content_maintype() != "text":
        raise CannotCompose("headers", "Content-Type must be text/*; use src for others")
    parameters = dict(probe["Content-Type"].params) if "Content-Type" in probe else {}
    charset = parameters.pop("charset", "utf-8")
    if "\n".encode(charset) != b"\n":
        raise CannotCompose("headers", f"the charset {charset} cannot be sent as lines of text")
    body = spec.body
    if body is None:
        body = "This message was sent by mailops.smtp to test mail delivery."
    if "\0" in body:
        raise CannotCompose("body", "contains a NUL character")
    text = (body or "\n").encode(charset)
    if max(map(len, text.splitlines())) > MAX_LINE_BYTES:
        cte = "quoted-printable"
    elif text.isascii():
        cte = "7bit"
    else:
        cte = "8bit" if context.eight_bit else "quoted-printable"
    message.set_content(body or "\n", probe.get_content_subtype(), charset, cte, params=parameters)


def _check_headers(message: EmailMessage, spec: MessageSpec) -> None:
    """Raise CannotCompose for a line break in an encoded word, which old Pythons write as it is.

    See CVE-2024-6923.
    """
    for name, value in message.items():
        if re.search(r"[\r\n\0]", str(value)):
            option = "subject" if name == "Subject" and spec.subject else "headers"
            raise CannotCompose(option, f"an encoded word in {name} contains a line break")


def _check_head(data: bytes) -> None:
    """Raise CannotCompose for a header that the email package has folded so that headers end."""
    for line in data.partition(b"\r\n\r\n")[0].split(b"\r\n"):
        if not re.match(rb"[ \t]|[!-9;-~]+:", line):
            raise CannotCompose("headers", f"cannot be folded at {printable(line)}")


def _padded(data: bytes, size: int | None) -> bytes:
    """Pad a message to a size in bytes with lines of `x`."""
    if size is None or size == len(data):
        return data
    missing = size - len(data)
    if missing < 0:
        problem = (
            f"must be at least {len(data)}, the size of the message without padding, not {size}"
        )
        raise CannotCompose("size", problem)
    if missing == 1:  # too short for a line: add a space after the name of the first header
        return data.replace(b": ", b":  ", 1)
    padding = (_PADDING * (missing // len(_PADDING) + 1))[:missing]
    if padding.endswith(b"\r"):
        padding = padding[:-1] + b"x"
    return data[:-2] + padding + b"\r\n"


def _from_source(source: bytes, token: str, context: MessageContext) -> Message:
    """Return a whole message with a token, CRLF line ends, and the encoding the server needs."""
    from email import message_from_bytes

    data = re.sub(rb"\r\n|\r|\n", b"\r\n", source)
    if not data.endswith(b"\r\n"):
        data += b"\r\n"
    if not data.isascii() and not context.eight_bit:
        policy = _policy(eight_bit=False).clone(refold_source="none")
        # A body without a charset stays as it is, and the server may reject it.
        with contextlib.suppress(LookupError, UnicodeError):
            data = message_from_bytes(data, policy=policy).as_bytes()
    headers = [(TOKEN_HEADER, token)]
    message_id = message_from_bytes(data.partition(b"\r\n\r\n")[0])["Message-ID"]
    if message_id is None:
        message_id = f"<{token}@{context.helo}>"
        headers.append(("Message-ID", message_id))
    return Message(" ".join(str(message_id).split()), token, _with_headers(headers, data))

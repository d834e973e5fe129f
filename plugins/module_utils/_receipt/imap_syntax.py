# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IMAP writes in ways of its own: mailbox names, lists, sets of UIDs, dates. No I/O."""

from __future__ import annotations

import base64
import binascii
import imaplib
import re
import time
import typing as t

# How long a command of a client should be at most (RFC 7162 section 4 has 8192 octets, and
# RFC 2683 section 3.2.1.5 had 1000, as servers of its time did).
MAX_SET_CHARACTERS = 900

_LIST = re.compile(rb'\((?P<flags>[^)]*)\) (?P<delimiter>"\\?."|NIL) (?P<name>.*)', re.DOTALL)
_ITEM = re.compile(rb"\d+ \(")
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_DATE = re.compile(rb'INTERNALDATE "[^"]{20,40}"')


class Listed(t.NamedTuple):
    """A mailbox of a server's list: its name in modified UTF-7, and its flags in lower case."""

    name: bytes
    delimiter: str
    flags: frozenset[str]


class Fetched(t.NamedTuple):
    """Of one message: its UID, when it came to the mailbox, and the literal that was asked for."""

    uid: int
    arrived: float | None
    literal: bytes


def quoted(name: bytes) -> bytes:
    r"""Quote a string for a command.

    >>> quoted(b'Junk "E-mail"')
    b'"Junk \\"E-mail\\""'
    """
    return b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def encode_name(name: str) -> bytes:
    """Write a mailbox name in modified UTF-7 (RFC 3501 section 5.1.3).

    >>> encode_name("Entwürfe & Co")
    b'Entw&APw-rfe &- Co'
    """
    if name.upper() == "INBOX":
        return b"INBOX"
    parts = re.split(r"([^ -~]+)", name)  # those at odd places are not ASCII
    return b"".join(
        _base64(part) if place % 2 else part.replace("&", "&-").encode("ascii")
        for place, part in enumerate(parts)
    )


def decode_name(name: bytes) -> str:
    """Read a mailbox name; one that is not in modified UTF-7 stays as it is.

    >>> decode_name(b'Entw&APw-rfe &- Co')
    'Entwürfe & Co'
    """
    try:
        return re.sub(r"&([^-]*)-", _decoded, name.decode("ascii"))
    except (UnicodeError, binascii.Error):
        return name.decode("utf-8", "backslashreplace")


def _base64(text: str) -> bytes:
    data = base64.b64encode(text.encode("utf-16-be"), b"+,").rstrip(b"=")
    return b"&" + data + b"-"


def _decoded(match: t.Match[str]) -> str:
    data = match.group(1)
    if not data:
        return "&"
    return base64.b64decode(data + "=" * (-len(data) % 4), "+,", validate=True).decode("utf-16-be")


def read_list(data: t.Iterable[t.Any]) -> list[Listed]:
    """Read what imaplib makes of LIST: bytes, or a tuple where a name is a literal."""
    found = []
    for line in data:
        literal = line[1] if isinstance(line, tuple) else None
        match = _LIST.match(line[0] if isinstance(line, tuple) else line or b"")
        if match is None:
            continue
        name = match.group("name") if literal is None else literal
        if literal is None and name.startswith(b'"'):
            name = re.sub(rb"\\(.)", rb"\1", name[1:-1])
        delimiter = match.group("delimiter").decode("ascii", "replace")
        flags = match.group("flags").decode("ascii", "replace").lower().split()
        if re.search(rb"[\0\r\n]", name):
            continue  # no command could name it
        shown = "" if delimiter == "NIL" else delimiter[-2]
        found.append(Listed(name, shown, frozenset(flags)))
    return found


def read_fetch(data: t.Iterable[t.Any]) -> t.Iterator[Fetched]:
    """Read what imaplib makes of FETCH: `(text before a literal, literal)`, and bytes after it.

    What the server tells unasked, such as flags, has no literal and is left out. So is a message
    without a UID, and of those that have no header of the wished name nothing is missed.
    """
    text = b""
    literals: list[bytes] = []
    for part in [*data, b"0 ("]:
        before, literal = part if isinstance(part, tuple) else (part or b"", None)
        if _ITEM.match(before):
            uid = _UID.search(text)
            if uid is not None and literals:
                yield Fetched(int(uid.group(1)), _arrived(text), literals[0])
            text, literals = b"", []
        text += before
        if literal is not None:
            literals.append(literal)


def _arrived(text: bytes) -> float | None:
    match = _DATE.search(text)
    try:
        local = imaplib.Internaldate2tuple(match.group()) if match else None
        return time.mktime(local) if local else None
    except (KeyError, OverflowError, ValueError):  # a month that is none, a year far away
        return None


def uid_sets(uids: t.Iterable[int], most: int) -> t.Iterator[str]:
    """Give sets of at most so many UIDs, each short enough for a command.

    >>> list(uid_sets([7, 1, 2, 3], most=100))
    ['1:3,7']
    """
    ranges: list[str] = []
    count = 0
    for first, last in _ranges(sorted(uids), most):
        written = str(first) if first == last else f"{first}:{last}"
        length = sum(map(len, ranges)) + len(ranges) + len(written)
        size = last - first + 1
        if ranges and (count + size > most or length > MAX_SET_CHARACTERS):
            yield ",".join(ranges)
            ranges, count = [], 0
        ranges.append(written)
        count += size
    if ranges:
        yield ",".join(ranges)


def _ranges(uids: list[int], most: int) -> t.Iterator[tuple[int, int]]:
    first = last = None
    for uid in uids:
        if first is not None and last is not None:
            if uid == last + 1 and uid - first < most:
                last = uid
                continue
            yield first, last
        first = last = uid
    if first is not None and last is not None:
        yield first, last

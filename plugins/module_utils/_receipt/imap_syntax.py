# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The syntax of IMAP for names of mailboxes, lists, sets of UIDs and dates. No I/O."""

from __future__ import annotations

import base64
import binascii
import re
import typing as t

from .timestamps import from_mail_date

if t.TYPE_CHECKING:
    from .imap_response import Response

# The limit on a set of UIDs in a command. RFC 2683 section 3.2.1.5 limits a command to 1000 octets,
# and RFC 7162 section 4 to 8192.
MAX_SET_CHARACTERS = 900

# The limit on a name in modified UTF-7, some five times that of file systems.
MAX_NAME_BYTES = 4096

_MAX_FLAG_BYTES = 1000

_LIST = re.compile(rb'\((?P<flags>[^)]*)\) (?P<delimiter>"\\?."|NIL) ?(?P<name>.*)', re.DOTALL)
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_DATE = re.compile(rb'INTERNALDATE "([^"]{20,40})"')


class ListEntry(t.NamedTuple):
    """A response to LIST: a name in modified UTF-7, and flags in lower case."""

    name: bytes
    delimiter: str
    flags: frozenset[str]


class FetchedMessage(t.NamedTuple):
    """A response to FETCH: UID, INTERNALDATE in seconds since 1970 or None, and a literal."""

    uid: int
    arrived: float | None
    literal: bytes


def quoted(name: bytes) -> bytes:
    r"""Return a quoted string for a command.

    >>> quoted(b'Junk "E-mail"')
    b'"Junk \\"E-mail\\""'
    """
    return b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def encode_name(name: str) -> bytes:
    """Encode the name of a mailbox in modified UTF-7 (RFC 3501 section 5.1.3).

    >>> encode_name("Entwürfe & Co")
    b'Entw&APw-rfe &- Co'
    """
    if name.upper() == "INBOX":
        return b"INBOX"
    parts = re.split(r"([^ -~]+)", name)  # the parts with odd numbers are not ASCII
    return b"".join(
        _base64(part) if number % 2 else part.replace("&", "&-").encode("ascii")
        for number, part in enumerate(parts)
    )


def decode_name(name: bytes) -> str:
    """Decode the name of a mailbox; a name that is not in modified UTF-7 is decoded as UTF-8.

    >>> decode_name(b'Entw&APw-rfe &- Co')
    'Entwürfe & Co'
    """
    try:
        # A match contains no other `&`, which keeps the search linear.
        return re.sub(r"&([^&-]*)-", _decoded, name.decode("ascii"))
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


def read_list(response: Response) -> ListEntry | None:
    """Parse a response to LIST. Return None if its name cannot be sent in a command."""
    match = _LIST.match(response.text)
    if match is None:
        return None
    name = response.literals[0] if response.literals else match.group("name")
    if not response.literals and name.startswith(b'"'):
        name = re.sub(rb"\\(.)", rb"\1", name[1:-1])
    if len(name) > MAX_NAME_BYTES or re.search(rb"[\0\r\n]", name):
        return None
    delimiter = match.group("delimiter").decode("ascii", "replace")
    flags = match.group("flags")[:_MAX_FLAG_BYTES].decode("ascii", "replace").lower().split()
    return ListEntry(name, "" if delimiter == "NIL" else delimiter[-2], frozenset(flags))


def read_fetch(response: Response) -> FetchedMessage | None:
    """Parse a response to FETCH. Return None if it has no UID or no literal.

    Servers also send responses without a literal unsolicited, such as for changed flags.
    """
    uid = _UID.search(response.text)
    if uid is None or not response.literals:
        return None
    return FetchedMessage(int(uid.group(1)), _arrived(response.text), response.literals[0])


def _arrived(text: bytes) -> float | None:
    """Return the INTERNALDATE of a response, such as `24-Nov-2026 13:00:00 +0100`, or None."""
    match = _DATE.search(text)
    if match is None:
        return None
    return from_mail_date(match.group(1).decode("ascii", "replace").strip())


def uid_sets(uids: t.Iterable[int], most: int) -> t.Iterator[str]:
    """Yield sets of at most `most` UIDs, each short enough for a command.

    >>> list(uid_sets([7, 1, 2, 3], most=100))
    ['1:3,7']
    """
    ranges: list[str] = []
    count = length = 0
    for first, last in _ranges(sorted(uids), most):
        written = str(first) if first == last else f"{first}:{last}"
        size = last - first + 1
        if ranges and (count + size > most or length + len(written) > MAX_SET_CHARACTERS):
            yield ",".join(ranges)
            ranges, count, length = [], 0, 0
        ranges.append(written)
        count += size
        length += len(written) + 1
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

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inbox of a POP3 server (RFC 1939). Each search is a new session, to see new mail."""

from __future__ import annotations

import collections
import contextlib
import re
import typing as t

from .account import Account, connect
from .errors import StoreError
from .header_section import MAX_BYTES, HeaderSection, read_header_with_token
from .model import FoundMessage, Mailbox
from .pop3_client import Client, logged_in
from .refusals import Refused, error_of_refusal
from .store import Store

if t.TYPE_CHECKING:
    from .deadline import Deadline

INBOX = Mailbox("INBOX")

# The number of newest messages that are searched, with one command each.
NEWEST = 2000

# The time that is reserved for QUIT, at which the server deletes.
QUIT_SECONDS = 5.0


# A number, and a unique-id, which should have at most 70 characters (RFC 1939 section 7).
_LISTED = re.compile(rb"([0-9]{1,10}) +([!-~]{1,255}) *")


class Pop3Store(Store):
    """A store behind POP3: the inbox of a user."""

    can_have_junk = False

    def __init__(self, account: Account, deadline: Deadline) -> None:
        super().__init__(str(account), deadline)
        self._account = account
        self._seen: set[str] = set()
        self.mailboxes = (INBOX,)

    def find(self, wanted: t.AbstractSet[str]) -> t.Iterator[FoundMessage]:
        """Search new messages, the newest first, until all tokens are found."""
        with _session(self._account, self.deadline) as client:
            missing = set(wanted)
            there = _newest(client)
            self._seen.intersection_update(there)
            for uid, number in there.items():
                if uid in self._seen:
                    continue
                header = _fetch_header(client, number)
                token = header.token_in(wanted)
                if token is not None:
                    arrived = header.hops[-1].time if header.hops else None
                    yield FoundMessage(token, INBOX, uid, arrived, header, (uid,))
                    missing.discard(token)
                self._seen.add(uid)
                if not missing:
                    return

    def delete(self, found: t.Sequence[FoundMessage]) -> t.Iterator[tuple[t.Any, ...]]:
        """Delete in a new session. The server deletes only at QUIT."""
        with _session(self._account, self.deadline) as client:
            numbers = _numbers(client, {one.uid for one in found})
            marked = []
            late = 0
            for one in found:
                number = numbers.get(one.uid or "")
                if number is None:
                    continue
                if self.deadline.remaining < QUIT_SECONDS:
                    late += 1
                elif one.token in _fetch_header(client, number).tokens:
                    client.command(f"DELE {number}")
                    marked.append(one.key)
            _quit(client)
        yield from marked
        if late:
            raise StoreError("timeout", f"the time was over before the last {late} messages")


@contextlib.contextmanager
def _session(account: Account, deadline: Deadline) -> t.Iterator[Client]:
    """Log in, and QUIT unless there was an error, after which nothing may be deleted."""
    stream = connect(account, deadline)
    try:
        client = logged_in(stream, account)
        yield client
        if stream.usable:
            _quit(client)
    except GeneratorExit:
        with contextlib.suppress(StoreError, Refused):
            _quit(client)
        raise
    except Refused as refused:
        text = f"the server refuses a command: {refused.text}"
        raise error_of_refusal(refused.text, "protocol", text) from None
    finally:
        stream.close()


def _quit(client: Client) -> None:
    """Send QUIT, at which the server deletes (RFC 1939 section 6)."""
    try:
        client.command("QUIT")
    finally:
        client.stream.usable = False


def _newest(client: Client) -> dict[str, int]:
    """Return a dictionary of unique-id and number of the newest messages, the newest first."""
    last = collections.deque(_list_uids(client), maxlen=NEWEST)
    return dict(reversed(last))


def _numbers(client: Client, uids: t.AbstractSet[str | None]) -> dict[str, int]:
    """Return a dictionary of unique-id and number of the messages with these unique-ids."""
    return {uid: number for uid, number in _list_uids(client) if uid in uids}


def _list_uids(client: Client) -> t.Iterator[tuple[str, int]]:
    try:
        for line in client.multiline_command("UIDL"):
            match = _LISTED.fullmatch(line)
            if match is not None:
                yield match.group(2).decode("ascii"), int(match.group(1))
    except Refused as refused:
        raise _unsupported("UIDL", refused) from None


def _fetch_header(client: Client, number: int) -> HeaderSection:
    lines: list[bytes] = []
    size = 0
    try:
        for line in client.multiline_command(f"TOP {number} 0"):
            if size < MAX_BYTES:
                lines.append(line[:MAX_BYTES])
                size += len(lines[-1]) + 2
    except Refused as refused:
        raise _unsupported("TOP", refused) from None
    return read_header_with_token(b"\r\n".join(lines))


def _unsupported(command: str, refused: Refused) -> StoreError:
    text = f"the server refuses {command}: {refused.text}"
    return error_of_refusal(refused.text, "unsupported", text)

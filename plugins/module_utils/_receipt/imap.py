# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mailboxes of an IMAP server (RFC 3501, RFC 9051), searched with a few commands for all tokens.

Only deletion uses SELECT. EXAMINE does not change a mailbox, nor the flag \\Recent.
"""

from __future__ import annotations

import contextlib
import re
import typing as t

from .._net.text import escape
from .._receipt import idle, junk
from .._smtp.wire.message import TOKEN_HEADER
from .account import Account, connect
from .errors import StoreError
from .header_section import MAX_BYTES, read_header, read_header_with_token
from .imap_client import Client, logged_in
from .imap_syntax import (
    FetchedMessage,
    ListEntry,
    decode_name,
    encode_name,
    quoted,
    read_fetch,
    read_list,
    uid_sets,
)
from .model import FoundMessage, Mailbox
from .refusals import Refused, error_of_refusal, is_temporary
from .store import Store

if t.TYPE_CHECKING:
    from .deadline import Deadline
    from .imap_response import Response

# Up to this number of tokens, one SEARCH names each of them. For more, it matches all messages with
# a token.
MAX_SEARCHED = 10

# The number of newest messages whose headers are fetched if SEARCH has not found all tokens: the
# index of a server may not have every header, or not yet.
NEWEST = 500

# The number of messages in one FETCH: of tokens, some 100 bytes each; of headers, up to 64 KiB
# each.
TOKENS_AT_ONCE = 500
HEADS_AT_ONCE = 100

# The limits on names of mailboxes in a message, and on mailboxes for junk that are searched.
MAX_NAMES = 10
MAX_JUNK = 10

# The limits on mailboxes and on messages in the responses of a hostile server.
MAX_LISTED = 20_000
MAX_HITS = 200_000

# Servers may log out a client that is idle for 30 minutes (RFC 2177).
MAX_IDLE_SECONDS = 25 * 60.0

_FIELD = f"(UID BODY.PEEK[HEADER.FIELDS ({TOKEN_HEADER})])".encode()
_HEAD = f"(UID INTERNALDATE BODY.PEEK[HEADER]<0.{MAX_BYTES}>)".encode()

# Response codes of OK after SELECT and EXAMINE (RFC 3501 section 7.1).
_CODE = re.compile(rb"\[(UIDVALIDITY|UIDNEXT) ([0-9]{1,10})\]", re.IGNORECASE)
_READ_ONLY = re.compile(rb"\[READ-ONLY\]", re.IGNORECASE)


class MailboxState:
    """The state of a mailbox between two searches.

    `name` is its name in modified UTF-7. `uid_next` is the first UID that was not yet searched.
    """

    def __init__(self, name: bytes, mailbox: Mailbox) -> None:
        self.name = name
        self.mailbox = mailbox
        self.uid_validity: int | None = None
        self.uid_next: int | None = None


class ImapStore(Store):
    """A store behind IMAP. `mailboxes` are None for the inbox and the mailboxes for junk."""

    def __init__(
        self, account: Account, mailboxes: tuple[str, ...] | None, deadline: Deadline
    ) -> None:
        super().__init__(str(account), deadline)
        self._account = account
        self._mailboxes = mailboxes
        self._client: Client | None = None
        self._states: list[MailboxState] = []
        self._idles = False

    def find(self, wanted: t.AbstractSet[str]) -> t.Iterator[FoundMessage]:
        """Search each mailbox."""
        client = self._connected()
        for state in list(self._states):
            try:
                yield from _search_mailbox(client, state, wanted)
            except StoreError as error:
                self.leave_out(state.mailbox, self._mailboxes is not None, error)
                self._states.remove(state)

    def wait(self, delay: float, most: float) -> None:
        """Wait for new mail: IDLE in the first mailbox, and searches every `delay` in others."""
        first = self._states[0] if self._states else None
        if not self._idles or self._client is None or first is None:
            super().wait(delay, most)
            return
        alone = len(self._states) == 1
        before = first.uid_next
        after = _examine(self._client, first).uid_next
        if after is None or after == before:  # otherwise mail has arrived meanwhile
            seconds = min(MAX_IDLE_SECONDS if alone else delay, most)
            self._idles = idle.idle(self._client, seconds)

    def delete(self, found: t.Sequence[FoundMessage]) -> t.Iterator[tuple[t.Any, ...]]:
        """Delete by UID (UIDPLUS, RFC 4315). Plain EXPUNGE could delete other messages."""
        client = self._connected()
        if not client.offers("UIDPLUS", "IMAP4REV2"):
            text = "the server lacks UIDPLUS, without which other messages could be deleted, too"
            raise StoreError("unsupported", text)
        reasons = []
        for state in self._states:
            here = [one for one in found if one.key[0] == state.name]
            try:
                yield from _delete(client, state, here)
            except StoreError as error:
                if error.kind != "mailbox":
                    raise
                reasons.append(error.text)
        if reasons:
            raise StoreError("mailbox", "; ".join(reasons))

    def close(self) -> None:
        """Log out, without CLOSE, which would expunge messages that others have marked."""
        client, self._client = self._client, None
        if client is None:
            return
        if client.stream.usable:
            with contextlib.suppress(StoreError):
                client.log_out()
        client.stream.close()

    def _connected(self) -> Client:
        if self._client is None:
            stream = connect(self._account, self.deadline)
            try:
                client = logged_in(stream, self._account)
                if not self._states:
                    self._states = _states(client, self._mailboxes)
                    self.mailboxes = tuple(state.mailbox for state in self._states)
                self._idles = client.offers("IDLE")
            except Exception:
                stream.close()
                raise
            self._client = client
        return self._client


class Status(t.NamedTuple):
    """The responses to EXAMINE and SELECT: EXISTS, UIDVALIDITY and UIDNEXT."""

    exists: int
    uid_validity: int | None
    uid_next: int | None


def _states(client: Client, requested: tuple[str, ...] | None) -> list[MailboxState]:
    """Return the mailboxes to search: the requested ones, or the inbox and those for junk.

    Those for junk are recognized by their special use (RFC 6154), or else by their names.
    """
    try:
        listed = _list_mailboxes(client)
    except Refused as refused:
        if requested is None:
            hint = "name those to search in `mailboxes`"
            raise _refused(f"the server refuses to list the mailboxes ({hint})", refused) from None
        listed = []
    marked = [one.name for one in listed if "\\junk" in one.flags]
    usual = [one.name for one in listed if junk.is_junk_name(decode_name(one.name))]
    junk_names = (marked or usual)[:MAX_JUNK]
    names = (
        [b"INBOX", *junk_names] if requested is None else [encode_name(name) for name in requested]
    )
    return [
        MailboxState(name, Mailbox(_printable_name(name), name in junk_names))
        for name in dict.fromkeys(names)
    ]


def _list_mailboxes(client: Client) -> list[ListEntry]:
    """Return the mailboxes that can be selected, with special uses. Raises Refused."""
    extended = client.offers("SPECIAL-USE") and client.offers("LIST-EXTENDED")
    cannot = {"\\noselect", "\\nonexistent"}
    found: list[ListEntry] = []

    def handle(response: Response) -> None:
        listed = read_list(response) if response.kind == "LIST" else None
        if listed is not None and len(found) < MAX_LISTED and not cannot & listed.flags:
            found.append(listed)

    more = [b"RETURN", b"(SPECIAL-USE)"] if extended else []
    client.command_ok(b"LIST", b'""', b'"*"', *more, handle=handle)
    return found


def _examine(client: Client, state: MailboxState, readonly: bool = True) -> Status:
    """Open a mailbox, and reset its state if its UIDVALIDITY has changed."""
    codes: dict[str, int | None] = {}

    def handle(response: Response) -> None:
        code = _CODE.match(response.text) if response.kind == "OK" else None
        if code is not None:
            codes[code.group(1).decode("ascii").upper()] = int(code.group(2))
        elif response.kind == "EXISTS":
            codes["EXISTS"] = response.number

    # The name is bytes, since some servers send names that are not ASCII.
    response = client.command(
        b"EXAMINE" if readonly else b"SELECT", quoted(state.name), handle=handle
    )
    if response.kind != "OK":
        if is_temporary(response.printable):
            raise StoreError("busy", f"{state.mailbox.name} cannot be opened: {response.printable}")
        raise StoreError("mailbox", _no_mailbox(client, state, response.printable))
    if not readonly and _READ_ONLY.match(response.text):
        raise StoreError("mailbox", f"the mailbox {state.mailbox.name} is read-only")
    status = Status(codes.get("EXISTS") or 0, codes.get("UIDVALIDITY"), codes.get("UIDNEXT"))
    if status.uid_validity != state.uid_validity:
        state.uid_validity, state.uid_next = status.uid_validity, None
    return status


def _no_mailbox(client: Client, state: MailboxState, reason: str) -> str:
    unopened = f"the mailbox {state.mailbox.name} cannot be opened: {reason}"
    try:
        there = sorted(_printable_name(one.name) for one in _list_mailboxes(client))
    except Refused:
        return unopened
    if state.mailbox.name in there:
        return unopened
    more = len(there) - MAX_NAMES
    known = ", ".join(there[:MAX_NAMES]) + (f" and {more} more" if more > 0 else "")
    return f"there is no mailbox {state.mailbox.name}: {reason}; there are {known}"


def _search_mailbox(
    client: Client, state: MailboxState, wanted: t.AbstractSet[str]
) -> t.Iterator[FoundMessage]:
    """Search a mailbox: all messages in the first search, new messages in later ones."""
    status = _examine(client, state)
    if state.uid_next is None:
        tokens = _search(client, wanted)
        if status.exists and not wanted <= set(tokens.values()):
            tokens.update(_tokens_of_newest(client, wanted, status.exists))
    elif status.uid_next is None or status.uid_next > state.uid_next:
        first = state.uid_next
        found = _tokens(client, f"{first}:*", wanted)
        # A set such as `7:*` always includes the last message, even if its UID is below 7.
        tokens = {uid: token for uid, token in found.items() if uid >= first}
    else:
        return
    yield from _fetch_found(client, state, tokens)
    # Only now: after an error the messages must be searched again.
    state.uid_next = status.uid_next or max([state.uid_next or 1, *(n + 1 for n in tokens)])


def _search(client: Client, wanted: t.AbstractSet[str]) -> dict[int, str]:
    """Search for tokens with SEARCH. Return the UID and the token of each message with one."""
    hits: set[int] = set()

    def handle(response: Response) -> None:
        if response.kind == "SEARCH":
            numbers = [word for word in response.text.split() if re.fullmatch(b"[0-9]{1,10}", word)]
            hits.update(map(int, numbers[: max(MAX_HITS - len(hits), 0)]))

    try:
        client.command_ok(b"UID SEARCH", _criteria(wanted), handle=handle)
    except Refused:
        return {}  # the newest messages are fetched instead
    tokens: dict[int, str] = {}
    for uids in uid_sets(hits, TOKENS_AT_ONCE):
        tokens.update(_tokens(client, uids, wanted))
    return tokens


def _criteria(wanted: t.AbstractSet[str]) -> bytes:
    if len(wanted) > MAX_SEARCHED:
        return f'HEADER {TOKEN_HEADER} ""'.encode("ascii")
    keys = [f'HEADER {TOKEN_HEADER} "{token}"' for token in sorted(wanted)]
    return ("OR " * (len(keys) - 1) + " ".join(keys)).encode("ascii")


def _tokens_of_newest(client: Client, wanted: t.AbstractSet[str], exists: int) -> dict[int, str]:
    numbers = f"{max(exists - NEWEST + 1, 1)}:{exists}"
    try:
        return _tokens(client, numbers, wanted, b"FETCH")
    except StoreError as error:
        if error.kind != "busy" or not client.stream.usable:
            raise
        return {}  # this fetch is only a fallback


def _tokens(
    client: Client, messages: str, wanted: t.AbstractSet[str], command: bytes = b"UID FETCH"
) -> dict[int, str]:
    """Return UID and token of the messages with a wanted token. SEARCH also matches substrings."""
    found: dict[int, str] = {}

    def handle(one: FetchedMessage) -> None:
        token = read_header_with_token(one.literal).token_in(wanted)
        if token is not None:
            found[one.uid] = token

    _fetch(client, command, messages, _FIELD, handle)
    return found


def _fetch_found(
    client: Client, state: MailboxState, tokens: dict[int, str]
) -> t.Iterator[FoundMessage]:
    for uids in uid_sets(tokens, HEADS_AT_ONCE):
        yield from _fetch_batch(client, state, tokens, uids)


def _fetch_batch(
    client: Client, state: MailboxState, tokens: dict[int, str], uids: str
) -> t.Collection[FoundMessage]:
    """Fetch the headers of some messages. If a message is sent twice, the first counts."""
    found: dict[int, FoundMessage] = {}

    def handle(one: FetchedMessage) -> None:
        if one.uid in tokens and one.uid not in found:
            key = (state.name, state.uid_validity, one.uid)
            header = read_header(one.literal)
            token = tokens[one.uid]
            found[one.uid] = FoundMessage(
                token, state.mailbox, str(one.uid), one.arrived, header, key
            )

    _fetch(client, b"UID FETCH", uids, _HEAD, handle)
    return found.values()


def _delete(
    client: Client, state: MailboxState, found: list[FoundMessage]
) -> t.Iterator[tuple[t.Any, ...]]:
    """Delete messages of one mailbox, unless its UIDVALIDITY has changed.

    If this is interrupted, only messages of `found` are left marked as deleted.
    """
    keys = {int(one.uid or 0): one for one in found}
    if not keys:
        return
    wanted = {one.token for one in found}
    status = _examine(client, state, readonly=False)
    for uids in uid_sets(keys, TOKENS_AT_ONCE):
        there = _tokens(client, uids, wanted)
        ours = [
            uid
            for uid, token in there.items()
            if uid in keys and keys[uid].key == (state.name, status.uid_validity, uid)
            if token == keys[uid].token
        ]
        for chosen in uid_sets(ours, TOKENS_AT_ONCE):
            _expunge(client, state, chosen)
        left = _tokens(client, uids, wanted)
        yield from (keys[uid].key for uid in ours if uid not in left)
    if any(one.key[1] != status.uid_validity for one in found):
        text = "its UIDs have changed since the messages were found (UIDVALIDITY)"
        raise StoreError("mailbox", f"in {state.mailbox.name} nothing was deleted: {text}")


def _expunge(client: Client, state: MailboxState, uids: str) -> None:
    """Mark messages as deleted and expunge them; if the server refuses that, unmark them."""
    chosen = uids.encode("ascii")
    for command in ((b"STORE", chosen, b"+FLAGS.SILENT", b"(\\Deleted)"), (b"EXPUNGE", chosen)):
        response = client.command(b"UID", *command)
        if response.kind != "OK":
            client.command(b"UID STORE", chosen, b"-FLAGS.SILENT", b"(\\Deleted)")
            reason = f"the server refuses to delete in {state.mailbox.name}: {response.printable}"
            raise StoreError("mailbox", reason)


def _fetch(
    client: Client,
    command: bytes,
    messages: str,
    what: bytes,
    handle: t.Callable[[FetchedMessage], None],
) -> None:
    """Fetch data items of messages, and call `handle` with each message."""

    def handle_response(response: Response) -> None:
        one = read_fetch(response) if response.kind == "FETCH" else None
        if one is not None:
            handle(one)

    try:
        client.command_ok(command, messages.encode("ascii"), what, handle=handle_response)
    except Refused as refused:
        # Most often a message was expunged meanwhile (RFC 2180 section 4.1.2).
        raise StoreError("busy", f"the server refuses to fetch headers: {refused.text}") from None


def _refused(what: str, refused: Refused) -> StoreError:
    return error_of_refusal(refused.text, "mailbox", f"{what}: {refused.text}")


def _printable_name(name: bytes) -> str:
    return escape(decode_name(name))

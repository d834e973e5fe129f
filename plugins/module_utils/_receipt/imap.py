# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mailboxes behind IMAP (RFC 3501, RFC 9051): a few commands for all tokens, however many.

All but deletion is done with EXAMINE, which leaves a mailbox as it is, \\Recent included.
"""

from __future__ import annotations

import contextlib
import imaplib
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.message import TOKEN_HEADER
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.printable import escape
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.words import Broken

from . import idle, junk
from .account import Account, connect, words_of
from .head import MAX_BYTES, read_head
from .imap_client import Client, logged_in, number_of, text_of, told
from .imap_syntax import (
    Fetched,
    Listed,
    decode_name,
    encode_name,
    quoted,
    read_fetch,
    read_list,
    uid_sets,
)
from .store import Store
from .words import Found, Place

if t.TYPE_CHECKING:
    from .deadline import Deadline

# So many tokens are searched for by themselves, in one command of ordinary length. For more it is
# asked which messages have a token at all.
MAX_SEARCHED = 10

# Where a search has not found them all, the newest messages are looked at: not every server's index
# knows every header, or knows it at once.
NEWEST = 500

# How many messages one command asks for: of tokens some 100 bytes each, of heads up to 64 KiB.
TOKENS_AT_ONCE = 500
HEADS_AT_ONCE = 100

# Of the mailboxes that there are, so many are named, and of those for junk so many looked through.
MAX_NAMES = 10
MAX_JUNK = 10
MAX_NAME_CHARACTERS = 255

# A watched mailbox can be silent for long, but servers log out who is silent for 30 minutes
# (RFC 2177).
MAX_IDLE_SECONDS = 25 * 60.0

_FIELD = f"BODY.PEEK[HEADER.FIELDS ({TOKEN_HEADER})]"
_HEAD = f"BODY.PEEK[HEADER]<0.{MAX_BYTES}>"


class Folder:
    """A mailbox of the server's. `next_uid` is the first that was not yet looked at."""

    def __init__(self, name: bytes, place: Place) -> None:
        self.name = name
        self.place = place
        self.validity: int | None = None
        self.next_uid: int | None = None


class ImapStore(Store):
    """What a user has at a server; `mailboxes` are None for the inbox and those for junk."""

    def __init__(
        self, account: Account, mailboxes: tuple[str, ...] | None, deadline: Deadline
    ) -> None:
        super().__init__(str(account), deadline)
        self._account = account
        self._mailboxes = mailboxes
        self._client: Client | None = None
        self._folders: list[Folder] = []
        self._idles = False

    def find(self, wanted: t.AbstractSet[str]) -> t.Iterator[Found]:
        """Look through each mailbox."""
        with told():
            client = self._connected()
            for folder in self._folders:
                yield from _look(client, folder, wanted)

    def wait(self, delay: float, most: float) -> None:
        """Have the server tell of new mail in the first mailbox; others have to be looked at."""
        first = self._folders[0] if self._folders else None
        if not self._idles or self._client is None or first is None:
            super().wait(delay, most)
            return
        alone = len(self._folders) == 1
        with told():
            before = first.next_uid
            after = _examine(self._client, first).next_uid
            if after is None or after == before:  # or else something has come
                seconds = min(MAX_IDLE_SECONDS if alone else delay, most)
                self._idles = idle.idle(self._client, seconds)

    def delete(self, found: t.Sequence[Found]) -> t.Iterator[tuple[t.Any, ...]]:
        """Delete by UID, where the server can (UIDPLUS, RFC 4315): EXPUNGE takes others' mail."""
        with told():
            client = self._connected()
            if not client.offers("UIDPLUS", "IMAP4REV2"):
                text = "the server cannot delete by UID (UIDPLUS), and without it others' would go"
                raise Broken("unsupported", text)
            reasons = []
            for folder in self._folders:
                here = [one for one in found if one.key[0] == folder.name]
                try:
                    yield from _delete(client, folder, here)
                except Broken as broken:
                    if broken.kind != "mailbox":
                        raise
                    reasons.append(broken.text)
            if reasons:
                raise Broken("mailbox", "; ".join(reasons))

    def close(self) -> None:
        """Log out. Never CLOSE, which would expunge what others have marked."""
        client, self._client = self._client, None
        if client is None:
            return
        if client.wire.usable:
            with contextlib.suppress(Broken), told():
                client.logout()
        client.wire.close()

    def _connected(self) -> Client:
        if self._client is None:
            wire = connect(self._account, self.deadline)
            try:
                client = logged_in(wire, self._account)
                if not self._folders:
                    self._folders = _folders(client, self._mailboxes)
                    self.places = tuple(folder.place for folder in self._folders)
                self._idles = client.offers("IDLE")
            except Exception:
                wire.close()
                raise
            self._client = client
        return self._client


class Status(t.NamedTuple):
    """What EXAMINE and SELECT tell of a mailbox."""

    exists: int
    validity: int | None
    next_uid: int | None


def _folders(client: Client, wished: tuple[str, ...] | None) -> list[Folder]:
    """Give the mailboxes to look through: those that are wished, or the inbox and those for junk.

    Those for junk are told by their special use (RFC 6154), or else by their names.
    """
    listed = _listed(client)
    marked = [one.name for one in listed if "\\junk" in one.flags]
    usual = [one.name for one in listed if junk.is_usual(decode_name(one.name))]
    junks = (marked or usual)[:MAX_JUNK]
    names = [b"INBOX", *junks] if wished is None else [encode_name(name) for name in wished]
    return [Folder(name, Place(_shown(name), name in junks)) for name in dict.fromkeys(names)]


def _listed(client: Client) -> list[Listed]:
    """List what can be selected, with special uses."""
    extended = client.offers("SPECIAL-USE") and client.offers("LIST-EXTENDED")
    pattern = '"*" RETURN (SPECIAL-USE)' if extended else '"*"'
    answer, data = client.list('""', pattern)
    if answer != "OK":
        return []
    cannot = {"\\noselect", "\\nonexistent"}
    return [one for one in read_list(data) if not cannot & one.flags]


def _examine(client: Client, folder: Folder, readonly: bool = True) -> Status:
    """Open a mailbox, and forget what was known of it where its UIDs count anew."""
    name: t.Any = quoted(folder.name)  # bytes, as a sloppy server's names are not ASCII
    try:
        answer, data = client.select(name, readonly)
    except imaplib.IMAP4.readonly:
        raise Broken("mailbox", f"the mailbox {folder.place.mailbox} is read-only") from None
    if answer != "OK":
        raise Broken("mailbox", _no_mailbox(client, folder, text_of(data)))
    status = Status(
        exists=number_of(data) or 0,
        validity=number_of(client.response("UIDVALIDITY")[1]),
        next_uid=number_of(client.response("UIDNEXT")[1]),
    )
    if status.validity != folder.validity:
        folder.validity, folder.next_uid = status.validity, None
    return status


def _no_mailbox(client: Client, folder: Folder, reason: str) -> str:
    there = sorted(_shown(one.name) for one in _listed(client))
    if folder.place.mailbox in there:
        return f"the mailbox {folder.place.mailbox} cannot be opened: {reason}"
    more = len(there) - MAX_NAMES
    known = ", ".join(there[:MAX_NAMES]) + (f" and {more} more" if more > 0 else "")
    return f"there is no mailbox {folder.place.mailbox}: {reason}; there are {known}"


def _look(client: Client, folder: Folder, wanted: t.AbstractSet[str]) -> t.Iterator[Found]:
    """Look through a mailbox: the first time through all of it, later through what is new."""
    status = _examine(client, folder)
    if folder.next_uid is None:
        tokens = _searched(client, wanted)
        if status.exists and not wanted <= set(tokens.values()):
            tokens.update(_newest(client, wanted, status.exists))
    elif status.next_uid is None or status.next_uid > folder.next_uid:
        fetched = read_fetch(_fetch(client, f"{folder.next_uid}:*", f"(UID {_FIELD})"))
        # The last message answers to any set that ends with an asterisk.
        tokens = _tokens((one for one in fetched if one.uid >= (folder.next_uid or 0)), wanted)
    else:
        return
    yield from _heads(client, folder, tokens)
    # Only now, as what was not handed on was not looked at.
    folder.next_uid = status.next_uid or max([folder.next_uid or 1, *(n + 1 for n in tokens)])


def _searched(client: Client, wanted: t.AbstractSet[str]) -> dict[int, str]:
    """Have the server search for the tokens: UID and token of each message that has one."""
    if len(wanted) > MAX_SEARCHED:
        criteria = f'HEADER {TOKEN_HEADER} ""'
    else:
        keys = [f'HEADER {TOKEN_HEADER} "{token}"' for token in sorted(wanted)]
        criteria = "OR " * (len(keys) - 1) + " ".join(keys)
    answer, text = _asked(client, "SEARCH", criteria)
    hits = [int(word) for word in text.split() if answer == "OK" and word.isdigit()]
    tokens: dict[int, str] = {}
    for uids in uid_sets(hits, TOKENS_AT_ONCE):
        tokens.update(_tokens(read_fetch(_fetch(client, uids, f"(UID {_FIELD})")), wanted))
    return tokens


def _newest(client: Client, wanted: t.AbstractSet[str], exists: int) -> dict[int, str]:
    numbers = f"{max(exists - NEWEST + 1, 1)}:{exists}"
    answer, data = client.fetch(numbers, f"(UID {_FIELD})")
    return _tokens(read_fetch(data), wanted) if answer == "OK" else {}


def _tokens(fetched: t.Iterable[Fetched], wanted: t.AbstractSet[str]) -> dict[int, str]:
    """Give the messages that have a wanted token; a search also finds what is only like one."""
    found = {}
    for one in fetched:
        token = read_head(one.literal).token_in(wanted)
        if token is not None:
            found[one.uid] = token
    return found


def _heads(client: Client, folder: Folder, tokens: dict[int, str]) -> t.Iterator[Found]:
    for uids in uid_sets(tokens, HEADS_AT_ONCE):
        for one in read_fetch(_fetch(client, uids, f"(UID INTERNALDATE {_HEAD})")):
            if one.uid in tokens:
                key = (folder.name, folder.validity, one.uid)
                head = read_head(one.literal)
                yield Found(tokens[one.uid], folder.place, str(one.uid), one.arrived, head, key)


def _delete(client: Client, folder: Folder, found: list[Found]) -> t.Iterator[tuple[t.Any, ...]]:
    """Delete in one mailbox, where its UIDs still mean what they meant."""
    keys = {int(one.uid or 0): one for one in found}
    if not keys:
        return
    status = _examine(client, folder, readonly=False)
    for uids in uid_sets(keys, TOKENS_AT_ONCE):
        wanted = {one.token for one in found}
        there = _tokens(read_fetch(_fetch(client, uids, f"(UID {_FIELD})")), wanted)
        ours = [
            uid
            for uid, token in there.items()
            if uid in keys and keys[uid].key == (folder.name, status.validity, uid)
            if token == keys[uid].token
        ]
        for chosen in uid_sets(ours, TOKENS_AT_ONCE):
            _expunge(client, folder, chosen)
        left = {one.uid for one in read_fetch(_fetch(client, uids, f"(UID {_FIELD})"))}
        yield from (keys[uid].key for uid in ours if uid not in left)
    if any(one.key[1] != status.validity for one in found):
        text = "its UIDs count anew since the messages were found (UIDVALIDITY)"
        raise Broken("mailbox", f"in {folder.place.mailbox} nothing was deleted: {text}")


def _expunge(client: Client, folder: Folder, uids: str) -> None:
    """Mark messages as deleted and have them removed; where that is refused, unmark them."""
    for command in (("STORE", uids, "+FLAGS.SILENT", "(\\Deleted)"), ("EXPUNGE", uids)):
        answer, text = _asked(client, *command)
        if answer != "OK":
            _asked(client, "STORE", uids, "-FLAGS.SILENT", "(\\Deleted)")
            reason = f"the server refuses to delete in {folder.place.mailbox}: {text}"
            raise Broken("mailbox", reason)


def _asked(client: Client, *command: str) -> tuple[str, str]:
    """Send a command with UIDs that may be refused: OK, NO or BAD, and the text of the answer."""
    try:
        answer, data = client.uid(*command)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        return "BAD", words_of(error)
    return answer, text_of(data)


def _fetch(client: Client, uids: str, what: str) -> list[t.Any]:
    answer, data = client.uid("FETCH", uids, what)
    if answer != "OK":
        # Most often a message has gone meanwhile (RFC 2180 section 4.1.2).
        raise Broken("busy", f"the server refuses to fetch headers: {text_of(data)}")
    return data


def _shown(name: bytes) -> str:
    return escape(decode_name(name))[:MAX_NAME_CHARACTERS]

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The types of mail_receipt: a message that is wanted, a mailbox, and a message that was found."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .header_section import HeaderSection


class WantedMessage(t.NamedTuple):
    """A token to look for, and what is known of its message.

    `host` sent the message to `server`, which accepted it at `accepted` (seconds since 1970) and
    gave it `queue_id`. All texts but the token are printable.
    """

    token: str
    host: str | None = None
    server: str | None = None
    queue_id: str | None = None
    accepted: float | None = None


class Mailbox(t.NamedTuple):
    """A mailbox: its name as users write it, printable, and whether it is for junk."""

    name: str
    junk: bool = False


class FoundMessage(t.NamedTuple):
    """A message with a wanted token.

    `uid` is the UID of IMAP, the unique-id of POP3 or the name of the file, and None in an mbox.
    `arrived` is in seconds since 1970. `key` identifies the message within its store.
    """

    token: str
    mailbox: Mailbox
    uid: str | None
    arrived: float | None
    header: HeaderSection
    key: tuple[t.Any, ...]

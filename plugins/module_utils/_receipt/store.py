# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface of all stores of mail: IMAP, POP3, Maildir and mbox."""

from __future__ import annotations

import abc
import typing as t

from .deadline import Deadline
from .model import FoundMessage, Mailbox

if t.TYPE_CHECKING:
    from .errors import StoreError


class Store(abc.ABC):
    """A store with one or more mailboxes. Each method ends by the deadline, and raises StoreError.

    `name` is its name in messages. `mailboxes` are those that were searched, and `warnings` name
    those that could not be.
    """

    # Whether the store can have a mailbox for junk, which would be searched.
    can_have_junk = True

    def __init__(self, name: str, deadline: Deadline) -> None:
        self.name = name
        self.deadline = deadline
        self.mailboxes: tuple[Mailbox, ...] = ()
        self.warnings: list[str] = []

    @abc.abstractmethod
    def find(self, wanted: t.AbstractSet[str]) -> t.Iterator[FoundMessage]:
        """Yield the messages with a wanted token that are new since the last call."""

    @abc.abstractmethod
    def delete(self, found: t.Sequence[FoundMessage]) -> t.Iterator[tuple[t.Any, ...]]:
        """Delete these messages and no others; yield the key of each message that was deleted."""

    def leave_out(self, mailbox: Mailbox, named: bool, error: StoreError) -> None:
        """Go on without a mailbox for junk. Raise the error for one that the user has `named`."""
        if error.kind != "mailbox" or named or not mailbox.junk:
            raise error
        self.mailboxes = tuple(one for one in self.mailboxes if one != mailbox)
        self.warnings.append(f"the mailbox {mailbox.name} was not searched: {error.text}")

    def wait(self, delay: float, most: float) -> None:
        """Wait for new mail: `delay` seconds, or less if the server announces it.

        Never wait longer than `most` seconds.
        """
        self.deadline.sleep(min(delay, most))

    def close(self) -> None:  # noqa: B027 - files need no implementation
        """Close the connection, if there is one. The next `find` opens another."""

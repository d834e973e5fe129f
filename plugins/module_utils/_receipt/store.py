# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every store of mail can do, be it behind IMAP or POP3, or a file of this host."""

from __future__ import annotations

import abc
import typing as t

from .deadline import Deadline
from .model import FoundMessage, Mailbox


class Store(abc.ABC):
    """Some mailboxes. All that takes time ends by the deadline; each method raises StoreError.

    `where` is how messages name it. `places` are the mailboxes that were looked through.
    """

    # Whether it can have a mailbox for junk that would be looked through.
    can_have_junk = True

    def __init__(self, where: str, deadline: Deadline) -> None:
        self.where = where
        self.deadline = deadline
        self.mailboxes: tuple[Mailbox, ...] = ()

    @abc.abstractmethod
    def find(self, wanted: t.AbstractSet[str]) -> t.Iterator[FoundMessage]:
        """Return the messages with a wanted token that were not there the last time."""

    @abc.abstractmethod
    def delete(self, found: t.Sequence[FoundMessage]) -> t.Iterator[tuple[t.Any, ...]]:
        """Delete these messages and none else; give the key of each that is gone for good."""

    def wait(self, delay: float, most: float) -> None:
        """Wait until something may have arrived, which takes `delay` where nothing tells.

        It takes `most` seconds in any case.
        """
        self.deadline.sleep(min(delay, most))

    def close(self) -> None:  # noqa: B027 - most files need none
        """Leave, as far as one has come in; `find` comes again."""

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a mailbox cannot be searched, or a message in it cannot be deleted."""

from __future__ import annotations

import contextlib
import typing as t

from .._net.errors import ProbeError

if t.TYPE_CHECKING:
    from .._net.errors import ErrorKind

    # The kinds of a connection, and: user or password refused, no such mailbox or no right to it,
    # come back later, and an error in this module.
    StoreErrorKind = t.Literal[ErrorKind, "login", "mailbox", "busy", "internal"]
else:
    StoreErrorKind = str  # Python 3.7 has no Literal


class StoreError(Exception):
    """A store of mail cannot be used. `text` is printable."""

    def __init__(self, kind: StoreErrorKind, text: str) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text


@contextlib.contextmanager
def as_store_error() -> t.Iterator[None]:
    """Raise StoreError in place of ProbeError, of the same kind."""
    try:
        yield
    except ProbeError as error:
        raise StoreError(error.kind, error.text) from error

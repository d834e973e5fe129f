# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a message that a server accepted has arrived. No I/O."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping

# The stage that follows a dialogue.
STAGE: t.Final = "receipt"

# Kinds of failure at this stage: the message was not found, or the mailbox could not be searched.
ReceiptKind = t.Literal["missing", "unconfirmed"]
MISSING: t.Final = "missing"
UNCONFIRMED: t.Final = "unconfirmed"
KINDS: tuple[ReceiptKind, ...] = (MISSING, UNCONFIRMED)


@dataclasses.dataclass(frozen=True, slots=True)
class Receipt:
    """Whether one message arrived.

    `kind` is None if the message was found. Otherwise `reason` says in a sentence why it was not.
    `seconds` is the time from its acceptance to its arrival. `result` is what mail_receipt returned
    for it.
    """

    kind: ReceiptKind | None
    reason: str = ""
    advice: tuple[str, ...] = ()
    mailbox: str | None = None
    junk: bool = False
    seconds: float | None = None
    result: Mapping[str, t.Any] = dataclasses.field(default_factory=dict)

    @property
    def found(self) -> bool:
        """Whether the message was found, in a folder for junk too."""
        return self.kind is None

    @property
    def short(self) -> str:
        """The outcome in a few characters."""
        if self.kind is not None:
            return self.kind
        if self.junk:
            return "ok, junk"
        return "ok" if self.seconds is None else f"ok {self.seconds:.0f} s"

    @property
    def sentence(self) -> str:
        """The outcome in a sentence."""
        if self.kind is not None:
            return self.reason
        took = "" if self.seconds is None else f", {self.seconds:g} s after it was accepted"
        return f"found in {self.mailbox or 'the mailbox'}{' (junk)' if self.junk else ''}{took}"

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a message arrived. No I/O."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping

ReceiptKind = t.Literal["missing", "unconfirmed"]

# Kinds of failure beside those of a dialogue: a message that was not found, and one that nobody
# could look for.
MISSING: t.Final = "missing"
UNCONFIRMED: t.Final = "unconfirmed"
KINDS: tuple[ReceiptKind, ...] = (MISSING, UNCONFIRMED)

# The stage that comes after a dialogue.
STAGE: t.Final = "receipt"


@dataclasses.dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a message that a server had accepted.

    `kind` is None where it was found, and else one of KINDS; `why` is a sentence then. `seconds`
    is how long it took from its acceptance to its arrival. `result` is what there is to say of it.
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
        """Whether the message was found, be it among junk."""
        return self.kind is None

    @property
    def short(self) -> str:
        """What became of the message, in a few characters."""
        if self.kind is not None:
            return self.kind
        if self.junk:
            return "ok, junk"
        return "ok" if self.seconds is None else f"ok {self.seconds:.0f} s"

    @property
    def sentence(self) -> str:
        """What became of the message, in a sentence."""
        if self.kind is not None:
            return self.reason
        took = "" if self.seconds is None else f", {self.seconds:g} s after it was accepted"
        return f"found in {self.mailbox or 'the mailbox'}{' (junk)' if self.junk else ''}{took}"

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the messages arrived: what mail_receipt has returned in, a receipt for each token out.

No I/O.
"""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping

from ..untrusted import mapping, number, sequence, text

# Kinds of failure beside those of a dialogue: a message that was not found, and one that nobody
# could look for.
MISSING, UNCONFIRMED = "missing", "unconfirmed"
KINDS = (MISSING, UNCONFIRMED)

# The stage that comes after a dialogue.
STAGE = "receipt"


@dataclasses.dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a message that a server had accepted.

    `kind` is None where it was found, and else one of KINDS; `why` is a sentence then. `seconds`
    is how long it took from its acceptance to its arrival. `result` is what there is to say of it.
    """

    kind: str | None
    why: str = ""
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
    def told(self) -> str:
        """What became of the message, in a sentence."""
        if self.kind is not None:
            return self.why
        took = "" if self.seconds is None else f", {self.seconds:g} s after it was accepted"
        return f"found in {self.mailbox or 'the mailbox'}{' (junk)' if self.junk else ''}{took}"


class Receipts:
    """All receipts. Without a look into a mailbox there are none, and nothing was to be found."""

    def __init__(self, result: t.Any = None) -> None:
        found = mapping(result)
        self._looked = bool(found)
        # A look that failed half-way has the receipts of what was found by then.
        whole = "receipts" in found and "kind" not in found
        self._problem = None if whole else text(found.get("msg"))
        self._receipts: dict[str, Receipt] = {}
        for one in map(mapping, sequence(found.get("receipts"))):
            token = text(one.get("token"))
            if token is not None:
                self._receipts[token] = _receipt(one)

    def of(self, result: Mapping[str, t.Any]) -> Receipt | None:
        """Return the receipt of a dialogue's message; None where there is none to be had."""
        token = text(mapping(result.get("message")).get("token"))
        if not self._looked or token is None or result.get("changed") is not True:
            return None
        if token in self._receipts:
            return self._receipts[token]
        why = self._problem or "nobody has looked for it"
        return Receipt(UNCONFIRMED, f"the message was accepted, and cannot be confirmed: {why}")


def _receipt(one: Mapping[str, t.Any]) -> Receipt:
    if one.get("found") is not True:
        queue_id = text(one.get("queue_id"))
        named = f" as {queue_id}" if queue_id else ""
        return Receipt(
            MISSING,
            f"the message was accepted{named}, and has not arrived",
            tuple(filter(None, map(text, sequence(one.get("advice"))))),
            result=one,
        )
    return Receipt(
        None,
        mailbox=text(one.get("mailbox")),
        junk=one.get("junk") is True,
        seconds=number(one.get("seconds")),
        result=one,
    )

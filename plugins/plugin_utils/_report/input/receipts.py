# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What mail_receipt has returned in, a receipt for each token out. No I/O."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ..model.receipts import MISSING, UNCONFIRMED, Receipt
from ..untrusted import mapping, number, sequence, text


class Receipts:
    """All receipts. Without a look into a mailbox there are none, and nothing was to be found."""

    def __init__(self, result: t.Any = None) -> None:
        found = mapping(result)
        self._looked = bool(found)
        # A look that failed half-way has the receipts of what was found by then.
        complete = "receipts" in found and "kind" not in found
        self._problem = None if complete else text(found.get("msg"))
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
        reason = self._problem or "nobody has looked for it"
        return Receipt(UNCONFIRMED, f"the message was accepted, and cannot be confirmed: {reason}")


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

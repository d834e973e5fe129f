# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the result of mail_receipt: a receipt for each token. No I/O."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ..model.receipts import MISSING, UNCONFIRMED, Receipt
from ..untrusted import mapping, number, sequence, text


class Receipts:
    """The receipts of all messages. Without a result of mail_receipt, no message has one."""

    def __init__(self, result: t.Any = None) -> None:
        found = mapping(result)
        self._searched = bool(found)
        # A search that failed half-way returned the receipts of the messages found by then.
        complete = "receipts" in found and "kind" not in found
        self._problem = None if complete else text(found.get("msg"))
        self._receipts: dict[str, Receipt] = {}
        for one in map(mapping, sequence(found.get("receipts"))):
            token = text(one.get("token"))
            if token is not None:
                self._receipts[token] = _receipt(one)

    def of(self, result: Mapping[str, t.Any]) -> Receipt | None:
        """Return the receipt of the message of a dialogue, or None if there is no message."""
        token = text(mapping(result.get("message")).get("token"))
        if not self._searched or token is None or result.get("changed") is not True:
            return None
        return self.of_token(token)

    def of_token(self, token: str) -> Receipt:
        """Return the receipt of a message that was accepted."""
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

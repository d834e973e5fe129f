# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The receipts in the module's result. No I/O."""

from __future__ import annotations

import typing as t

from .authentication import authentication_as_result
from .received import hops_as_result

if t.TYPE_CHECKING:
    from .model import FoundMessage, WantedMessage
    from .redaction import Redactor

# The limit on names of mailboxes and on queue ids.
_MAX_CHARACTERS = 255

# The number of missing tokens in the message of the task. All are in the receipts.
SENTENCES = 3


def receipt(
    wanted: WantedMessage,
    copies: t.Sequence[FoundMessage],
    deleted: t.AbstractSet[t.Any],
    advice: list[str],
    redactor: Redactor,
) -> dict[str, t.Any]:
    """Return the receipt of one token, in the shape that the module documents.

    `copies` are the messages with the token, the earliest first. `deleted` are the keys of deleted
    messages. All texts but the token are redacted.
    """

    def shown(text: str | None) -> str | None:
        return None if text is None else redactor.text(text)[:_MAX_CHARACTERS]

    first = copies[0] if copies else None
    header = first.header if first else None
    return {
        "token": wanted.token,
        "found": first is not None,
        "mailbox": shown(first.mailbox.name) if first else None,
        "junk": bool(first and first.mailbox.junk),
        "uid": shown(first.uid) if first else None,
        "copies": len(copies),
        "seconds": _seconds(wanted, first),
        "hops": hops_as_result(header.hops, redactor) if header else [],
        "authentication_results": authentication_as_result(header.authentication_results, redactor)
        if header
        else [],
        "host": shown(wanted.host),
        "server": shown(wanted.server),
        "queue_id": shown(wanted.queue_id),
        "deleted": bool(copies) and all(one.key in deleted for one in copies),
        "advice": advice,
    }


def summary(receipts: t.Sequence[t.Mapping[str, t.Any]]) -> dict[str, int]:
    """Return the value of `summary` in the module's result."""
    found = sum(one["found"] for one in receipts)
    return {
        "total": len(receipts),
        "found": found,
        "missing": len(receipts) - found,
        "junk": sum(one["junk"] for one in receipts),
    }


def sentence(receipts: t.Sequence[t.Mapping[str, t.Any]], where: str, seconds: float) -> str:
    """Return the message of the task: how many tokens are missing, and the first of them."""
    missing = [one for one in receipts if not one["found"]]
    named = "; ".join(map(_named, missing[:SENTENCES]))
    more = f"; and {len(missing) - SENTENCES} more" if len(missing) > SENTENCES else ""
    count = f"{len(missing)} of {len(receipts)} messages" if len(receipts) > 1 else "the message"
    return f"{count} did not arrive at {where} within {seconds:g} s: {named}{more}"


def _named(one: t.Mapping[str, t.Any]) -> str:
    known = [
        f"{words} {one[key]}"
        for key, words in (("host", "from"), ("server", "to"), ("queue_id", "queue id"))
        if one[key]
    ]
    return f"token {one['token']}" + (f" ({', '.join(known)})" if known else "")


def _seconds(wanted: WantedMessage, found: FoundMessage | None) -> float | None:
    """Return the seconds from acceptance to arrival, or None.

    Without a known time of acceptance, it is that of the first hop. Headers have whole seconds, so
    less than a second before acceptance counts as 0.
    """
    if found is None or found.arrived is None:
        return None
    hops = found.header.hops
    accepted = wanted.accepted
    if accepted is None:
        accepted = hops[0].time if hops else None
    if accepted is None:
        return None
    seconds = round(found.arrived - accepted, 3)
    return 0.0 if -1 < seconds < 0 else seconds

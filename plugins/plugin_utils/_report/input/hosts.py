# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take from the variables of each host what it has registered. No I/O."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping

from ..model.naming import DUPLICATE_TITLE, unique_name
from ..untrusted import mapping, one_line, sequence
from .collect import Host, unreadable_reason
from .play import Play
from .receipts import Receipts


def hosts_of(
    wanted: list[str], options: dict[str, t.Any], play: Play, use: str
) -> Iterator[tuple[str, Host]]:
    """Yield each host with its name in the inventory."""
    # The hosts of a batch share one result of mail_receipt, which is read once.
    receipts_read: list[tuple[t.Any, Receipts]] = []
    titles: dict[str, int] = {}
    for name in wanted:
        host = Host(
            unique_name(one_line(name), titles, DUPLICATE_TITLE),
            None,
            (),
            name not in play.remaining,
            groups=play.groups.get(name, ()),
        )
        try:
            host = _with_results(host, play[name], options, use, receipts_read)
        except Exception as error:  # noqa: BLE001 - only this host may suffer from its results
            host = host._replace(problem=unreadable_reason(error))
        if name in play.shadowing:
            host = host._replace(problem=f"the host {play.shadowing[name]}")
        yield name, host


def _with_results(
    host: Host,
    known: Mapping[str, t.Any],
    options: dict[str, t.Any],
    use: str,
    receipts_read: list[tuple[t.Any, Receipts]],
) -> Host:
    """Add what a host has registered. `receipts_read` are the results of mail_receipt so far."""
    # Variables of an earlier play, or of an earlier use of the role, do not count.
    if options["use"] and known.get(options["use"]) != use:
        known = {}
    receipt_result = known.get(options["receipts"]) if options["receipts"] else None
    if not receipts_read or receipts_read[-1][0] is not receipt_result:
        receipts_read.append((receipt_result, _receipts(receipt_result)))
    registered = mapping(known.get(options["variable"]))
    if options["use"] and registered.get("use") not in (None, use):
        registered = {}  # the host left the play before this use of the role came to it
    # The role registers the planned targets together with the results.
    planned = known.get(options["planned"]) if options["planned"] else registered.get("planned")
    return host._replace(
        registered=registered or None,
        planned=sequence(planned),
        receipts=receipts_read[-1][1],
        in_container=registered.get("in_container") is True,
    )


def _receipts(receipt_result: t.Any) -> Receipts:
    """Read the result of mail_receipt. If it cannot be read, no message is confirmed."""
    try:
        return Receipts(receipt_result)
    except Exception as error:  # noqa: BLE001 - a result may be anything
        problem = one_line(f"{type(error).__name__}: {error}")
        return Receipts({"msg": f"what was found in the mailbox cannot be read: {problem}"})

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare what a server does for hosts of the same vantage, and of others. No I/O.

From one host alone, an open relay cannot be told from a server that trusts this host: both accept.
Two hosts that are both said to be untrusted can tell.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import first_few

from .audits import FINDING, SOUND

if t.TYPE_CHECKING:
    from ..load import Entry
    from .audits import Audit

# What the server does for a host without a login, with the senders that it does it for.
_RELAYS = {"relays": "", "relays for own senders": " mail from its own domain"}
_REFUSES = "does not relay"

# What a comparison shows.
CONTRADICTION, AGREEMENT, ALONE = "contradiction", "agreement", "alone"
NO_CONTROL = "no control"

# What is shown as a warning.
WARNINGS = (CONTRADICTION, NO_CONTROL)

# Limit on the hosts that are named.
_MAX_HOSTS = 5


class Statement(t.NamedTuple):
    """What a comparison of vantages shows at a server.

    `claimed` is the vantage of the hosts. `check` is the id of the check that it is about, or empty
    if it is about relaying as a whole.
    """

    server: str
    what: str
    claimed: str
    says: str
    check: str = ""


def statements_on(
    server: str, audits: Sequence[Audit], entries: Iterable[Entry]
) -> Iterator[Statement]:
    """Yield what the vantages of a server show."""
    strangers = [one for one in audits if one.claimed == "untrusted"]
    yield from _of_strangers(server, strangers)
    yield from _of_trusted(server, [one for one in audits if one.claimed == "trusted"])
    yield from _of_controls(server, audits)
    for entry in entries:
        if not entry.check.is_control:
            yield from _of_check(server, entry, audits)


def _of_strangers(server: str, strangers: Sequence[Audit]) -> Iterator[Statement]:
    relays = [one.host for one in strangers if one.measured in _RELAYS]
    refuses = [one.host for one in strangers if one.measured == _REFUSES]
    senders = {_RELAYS[one.measured] for one in strangers if one.measured in _RELAYS}
    whose = senders.pop() if len(senders) == 1 else ""
    if relays and refuses:
        what = CONTRADICTION
        says = (
            f"it relays{whose} for {_names(relays)} and not for {_names(refuses)}, all said to be"
            f" untrusted: it trusts {_names(relays)}, by address, network or name, so that"
            " smtp_audit_from is wrong there, or it trusts a network that is too large"
        )
    elif len(relays) > 1:
        what = AGREEMENT
        says = (
            f"{len(relays)} hosts said to be untrusted agree that it relays{whose} for them:"
            f" {_names(relays)}"
        )
    elif relays:
        what = ALONE
        says = (
            f"it relays{whose} for {relays[0]}, which one host alone cannot tell from trust in this"
            " host; audit from a second untrusted host, too"
        )
    elif len(refuses) > 1:
        what = AGREEMENT
        says = (
            f"{len(refuses)} hosts said to be untrusted agree that it does not relay for them:"
            f" {_names(refuses)}"
        )
    else:
        return
    yield Statement(server, what, "untrusted", says)


def _of_trusted(server: str, trusted: Sequence[Audit]) -> Iterator[Statement]:
    refused = [one.host for one in trusted if one.measured == _REFUSES]
    if refused:
        says = f"it does not relay for {_names(refused)}, said to be trusted: it does not know"
        yield Statement(
            server, CONTRADICTION, "trusted", f"{says} that, or smtp_audit_from is wrong"
        )


def _of_controls(server: str, audits: Sequence[Audit]) -> Iterator[Statement]:
    doubts: dict[str, list[str]] = {}
    for audit in audits:
        if audit.doubt is not None:
            doubts.setdefault(audit.doubt, []).append(audit.host)
    for why, hosts in doubts.items():
        says = (
            f"{why}, so refusals may be those of a server that refuses everything; those that"
            f" {_names(hosts)} got are undecided"
        )
        yield Statement(server, NO_CONTROL, "untrusted", says)


def _of_check(server: str, entry: Entry, audits: Sequence[Audit]) -> Iterator[Statement]:
    """Yield where hosts of the same vantage have found different things."""
    identity = entry.check.id
    for claimed in dict.fromkeys(one.claimed for one in audits):
        found, sound = (
            [
                one.host
                for one in audits
                if one.claimed == claimed
                and identity in one.by_id
                and one.by_id[identity].verdict == verdict
            ]
            for verdict in (FINDING, SOUND)
        )
        if found and sound:
            says = f"a finding from {_names(found)} and sound from {_names(sound)}, all {claimed}"
            yield Statement(server, CONTRADICTION, claimed, says, identity)


def _names(hosts: Sequence[str]) -> str:
    return first_few(hosts, _MAX_HOSTS)

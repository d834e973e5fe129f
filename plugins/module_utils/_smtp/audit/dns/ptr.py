# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the addresses that the server sends from have a name that leads back. No I/O but `ask`.

Many receivers take no mail from others (RFC 1912 section 2.1).
"""

from __future__ import annotations

import ipaddress
import typing as t

from ..model import Verdict
from .subject import no_senders

if t.TYPE_CHECKING:
    from .asker import Asker
    from .subject import Subject

# An address may have a name for each domain that it serves; a few are looked at.
_MAX_NAMES = 4


class Reverse(t.NamedTuple):
    """The names of one address, and the addresses that each of these leads to."""

    ip: str
    names: t.Mapping[str, t.Sequence[str]]


def ask(asker: Asker, subject: Subject) -> Verdict:
    """Look up the names of each address, and what they lead to."""
    lacks = no_senders(subject)
    if lacks is not None:
        return lacks
    found = []
    for ip in subject.senders:
        pointer = ipaddress.ip_address(ip.partition("%")[0]).reverse_pointer
        names = asker.find(pointer, "PTR").records[:_MAX_NAMES]
        found.append(Reverse(ip, {name: asker.addresses(name) for name in names}))
    own = subject.server_name if "." in subject.server_name else ""
    return judge(found, own, asker.addresses(own) if own and not _has(found, own) else ())


def judge(found: t.Sequence[Reverse], own_name: str, own_addresses: t.Sequence[str]) -> Verdict:
    """Judge the names. `own_name` is what the server calls itself, if it is a domain.

    A name for itself that is not that of its address must at least lead there (RFC 5321 section
    4.1.4).
    """
    for one in found:
        if not one.names:
            return Verdict("finding", f"{one.ip} has no name in the DNS (no PTR record)")
        if not any(one.ip in addresses for addresses in one.names.values()):
            names = ", ".join(one.names)
            return Verdict("finding", f"{one.ip} has the name {names}, which does not lead back")
    ips = [one.ip for one in found]
    if own_name and not _has(found, own_name) and not set(ips) & set(own_addresses):
        text = f"the server calls itself {own_name}, which is not the name of {', '.join(ips)}"
        return Verdict("finding", f"{text}, and does not lead there")
    shown = ", ".join(f"{one.ip} is {', '.join(one.names)}" for one in found)
    return Verdict("sound", f"{shown}, and back")


def _has(found: t.Iterable[Reverse], name: str) -> bool:
    return any(name in one.names for one in found)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up the mail exchangers of a domain. This needs dnspython."""

from __future__ import annotations

import typing as t

from ..._net.dns import NoAnswer, NoSuchName, query
from ..._net.errors import ProbeError
from ..._net.text import escape
from ..._net.tls.dane import NextHop


class Exchanger(t.NamedTuple):
    """A mail exchanger. Clients try the one with the lowest preference first."""

    host: str
    preference: int


class MxAnswer(t.NamedTuple):
    """The mail exchangers of a domain by preference, and whether DNSSEC secured the answer."""

    exchangers: tuple[Exchanger, ...]
    next_hop: NextHop


def look_up_exchangers(domain: str, seconds: float) -> MxAnswer:
    """Look up the mail exchangers of a domain.

    A domain without MX records is its own mail exchanger, with preference 0 (RFC 5321 section 5.1).
    Raise ProbeError of kind `resolve` if the domain does not exist, or accepts no mail (RFC 7505).
    Raise an inconclusive one if there is no answer within `seconds`.
    """
    try:
        answer = query(domain, "MX", seconds)
    except NoSuchName:
        raise ProbeError("resolve", f"there is no domain {escape(domain)}") from None
    except NoAnswer as error:
        text = f"the mail exchangers of {escape(domain)} cannot be looked up: {error}"
        raise ProbeError("resolve", text, "the resolver has not answered") from error
    if [str(one.exchange) for one in answer.records] == ["."]:
        text = f"{escape(domain)} accepts no mail: it has a null MX record (RFC 7505)"
        raise ProbeError("resolve", text)
    found = [
        Exchanger(one.exchange.to_text(omit_final_dot=True), one.preference)
        for one in answer.records
    ]
    ordered = sorted(found, key=lambda one: one.preference) or [Exchanger(domain, 0)]
    return MxAnswer(tuple(ordered), NextHop(domain, answer.name, answer.secure))

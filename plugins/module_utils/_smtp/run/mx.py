# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mail exchangers of a domain, as this host's resolver sees them. Needs dnspython."""

from __future__ import annotations

import typing as t

from ..._net.dns import NoAnswer, NoSuchName, query
from ..._net.errors import ProbeError
from ..._net.text import escape
from ..._net.tls.dane import NextHop


class Exchanger(t.NamedTuple):
    """One mail exchanger; of two, the one with the lower preference is asked first."""

    host: str
    preference: int


class MxAnswer(t.NamedTuple):
    """The mail exchangers of a domain in the order of their preference, and how it is known."""

    exchangers: tuple[Exchanger, ...]
    next_hop: NextHop


def look_up_exchangers(domain: str, seconds: float) -> MxAnswer:
    """Look up the mail exchangers of a domain.

    A domain without any is its own, with preference 0 (RFC 5321 section 5.1). Raises ProbeError,
    kind `resolve`: no such domain, one that takes no mail (RFC 7505), or no answer, which is not
    conclusive.
    """
    try:
        answer = query(domain, "MX", seconds)
    except NoSuchName:
        raise ProbeError("resolve", f"there is no domain {escape(domain)}") from None
    except NoAnswer as error:
        text = f"the mail exchangers of {escape(domain)} cannot be looked up: {error}"
        raise ProbeError("resolve", text, "the resolver has not answered") from error
    if [str(one.exchange) for one in answer.records] == ["."]:
        text = f"{escape(domain)} takes no mail: it has a null MX record (RFC 7505)"
        raise ProbeError("resolve", text)
    found = [
        Exchanger(one.exchange.to_text(omit_final_dot=True), one.preference)
        for one in answer.records
    ]
    ordered = sorted(found, key=lambda one: one.preference) or [Exchanger(domain, 0)]
    return MxAnswer(tuple(ordered), NextHop(domain, answer.name, answer.secure))

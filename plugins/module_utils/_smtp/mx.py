# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mail exchangers of a domain, as this host's resolver sees them. Needs dnspython."""

from __future__ import annotations

import traceback
import typing as t

from .printable import escape
from .words import Broken

DNSPYTHON_MISSING: str | None = None
try:
    import dns.exception
    import dns.name
    import dns.resolver
except ImportError:
    DNSPYTHON_MISSING = traceback.format_exc()

# RFC 5321 section 5.1 lets a client give up after some; no domain that means well has as many.
MAX_EXCHANGERS = 50


class Exchanger(t.NamedTuple):
    """One mail exchanger; of two, the one with the lower preference is asked first."""

    host: str
    preference: int


def exchangers(domain: str, seconds: float) -> list[Exchanger]:
    """Give the mail exchangers of a domain in the order of their preference.

    A domain without any is its own, with preference 0 (RFC 5321 section 5.1). Raises Broken, kind
    `resolve`: no such domain, one that takes no mail (RFC 7505), or no answer.
    """
    try:
        name = dns.name.from_text(domain)
        answer = dns.resolver.get_default_resolver().resolve(
            name, "MX", raise_on_no_answer=False, lifetime=seconds, search=False
        )
    except dns.resolver.NXDOMAIN:
        raise Broken("resolve", f"there is no domain {escape(domain)}") from None
    except (dns.exception.DNSException, OSError, UnicodeError) as error:
        text = f"the mail exchangers of {escape(domain)} cannot be looked up: {escape(str(error))}"
        raise Broken("resolve", text) from error
    found = [
        Exchanger(record.exchange.to_text(omit_final_dot=True), record.preference)
        for record in answer.rrset or ()
    ]
    if [one.host for one in found] in ([""], ["."]):
        raise Broken("resolve", f"{escape(domain)} takes no mail: it has a null MX (RFC 7505)")
    found.sort(key=lambda one: one.preference)
    return found[:MAX_EXCHANGERS] or [Exchanger(domain, 0)]

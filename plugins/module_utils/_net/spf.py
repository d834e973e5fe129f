# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What SPF says of an address that sends for a domain (RFC 7208). No I/O of its own.

It evaluates what decides almost every record: ip4, ip6, a, mx, include, redirect and all. A record
with macros, or with `exists` or `ptr` before the mechanism that matches, is not evaluated.
"""

from __future__ import annotations

import ipaddress
import typing as t

# The limits on look-ups and on mail exchangers (RFC 7208 section 4.6.4).
MAX_LOOKUPS = 10
MAX_EXCHANGERS = 10

_QUALIFIERS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_VERSION = "v=spf1"


class NotEvaluated(Exception):
    """The record cannot be evaluated here. The text says why."""


class TooManyLookups(NotEvaluated):
    """The record needs more look-ups than are allowed, which is a "permerror"."""


if t.TYPE_CHECKING:

    class SpfDns(t.Protocol):
        """The DNS, as SPF needs it. A name without records has an empty list."""

        def texts(self, name: str) -> list[str]:
            """Return the TXT records of a name."""

        def addresses(self, name: str) -> list[str]:
            """Return the A and AAAA records of a name."""

        def exchangers(self, name: str) -> list[str]:
            """Return the mail exchangers of a name."""


class Spf:
    """The evaluation of one address."""

    def __init__(self, ip: str, dns: SpfDns) -> None:
        self._ip = ipaddress.ip_address(ip)
        self._dns = dns
        self._lookups = 0

    def result(self, domain: str) -> str:
        """Return "pass", "fail", "softfail", "neutral", "none" or "permerror" (section 2.6).

        Raise NotEvaluated.
        """
        records = [one for one in self._dns.texts(domain) if _is_spf(one)]
        if not records:
            return "none"
        if len(records) > 1:
            return "permerror"  # section 4.5
        terms = records[0].split()[1:]
        for term in terms:
            qualifier, mechanism = _split(term)
            if "=" not in mechanism.partition(":")[0] and self._matches(mechanism, domain):
                return _QUALIFIERS[qualifier]
        redirect = [term[9:] for term in terms if term.lower().startswith("redirect=")]
        if redirect:
            self._count()
            return self.result(_without_macro(redirect[0]))
        return "neutral"

    def _matches(self, mechanism: str, domain: str) -> bool:
        name, _colon, value = mechanism.partition(":")
        kind = name.partition("/")[0].lower()
        if kind == "all":
            return True
        if kind in ("ip4", "ip6"):
            return self._is_in(value)
        target, _slash, lengths = (value or name[len(kind) :]).partition("/")
        self._count()
        if kind == "include":
            return self.result(_without_macro(value)) == "pass"
        if kind == "a":
            return self._is_one_of(self._dns.addresses(_without_macro(target or domain)), lengths)
        if kind == "mx":
            hosts = self._dns.exchangers(_without_macro(target or domain))[:MAX_EXCHANGERS]
            return any(self._is_one_of(self._dns.addresses(host), lengths) for host in hosts)
        raise NotEvaluated(f"the mechanism {kind} is not evaluated here")

    def _is_one_of(self, addresses: t.Iterable[str], lengths: str) -> bool:
        """Return whether the address is in the network of one of some addresses.

        `lengths` is such as "24", "/64" or "24//64" (section 5.6).
        """
        of_ipv4, _slashes, of_ipv6 = lengths.partition("//")
        if lengths.startswith("/"):
            of_ipv4, of_ipv6 = "", lengths[1:]
        length = of_ipv4 if self._ip.version == 4 else of_ipv6
        same_family = (one for one in addresses if (":" in one) == (self._ip.version == 6))
        return any(self._is_in(f"{one}/{length}" if length else one) for one in same_family)

    def _is_in(self, network: str) -> bool:
        try:
            return self._ip in ipaddress.ip_network(network, strict=False)
        except ValueError:
            raise NotEvaluated(f"{network} is not a network") from None

    def _count(self) -> None:
        self._lookups += 1
        if self._lookups > MAX_LOOKUPS:
            raise TooManyLookups(f"the record needs more than {MAX_LOOKUPS} look-ups")


def _is_spf(text: str) -> bool:
    return text.lower() == _VERSION or text.lower().startswith(f"{_VERSION} ")


def _split(term: str) -> tuple[str, str]:
    return (term[0], term[1:]) if term[0] in _QUALIFIERS else ("+", term)


def _without_macro(name: str) -> str:
    if "%" in name:
        raise NotEvaluated("the record has macros, which are not evaluated here")
    return name

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Queries to the DNS through this host's resolver. The one file that uses dnspython.

Only the resolver says whether DNSSEC vouches for an answer (the AD flag). That can be trusted as
far as the path to the resolver: a validating resolver should run on the host itself (RFC 7672
section 2.1, RFC 6698 appendix A.3).
"""

from __future__ import annotations

import copy
import traceback
import typing as t

from .text import escape

MISSING: str | None = None
try:
    import dns.exception
    import dns.flags
    import dns.name
    import dns.resolver
except ImportError:
    MISSING = traceback.format_exc()

# The largest UDP answer to ask for: it fits into one packet on every path (RFC 9715).
_PAYLOAD_BYTES = 1232


class NoSuchName(Exception):
    """The DNS does not have the name."""


class NoAnswer(Exception):
    """The DNS gave no answer, or the name cannot be queried. The text says why."""


class DnsAnswer(t.NamedTuple):
    """The records of one type, which may be empty.

    `name` is the name that has the records, at the end of all aliases and without a final dot.
    `secure` is whether the resolver says that DNSSEC vouches for the answer.
    """

    name: str
    records: tuple[t.Any, ...]
    secure: bool


def query(
    name: str, kind: str, seconds: float, server: str | None = None, checked: bool = True
) -> DnsAnswer:
    """Return the records of a type, such as `MX`, of a name. Raises NoSuchName or NoAnswer.

    `server` is the address of the one name server to ask, instead of those of this host. If
    `checked` is false, a resolver is asked not to check DNSSEC (RFC 4035 section 3.2.2).
    """
    try:
        resolver = dns.resolver.get_default_resolver()
        if not checked:
            resolver = copy.copy(resolver)
            resolver.flags = dns.flags.RD | dns.flags.CD
        if server is not None:
            port, resolver = resolver.port, dns.resolver.Resolver(configure=False)
            resolver.port, resolver.nameservers = port, [server]
        resolver.use_edns(0, dns.flags.DO, _PAYLOAD_BYTES)
        answer = resolver.resolve(
            dns.name.from_text(name),
            kind,
            raise_on_no_answer=False,
            lifetime=max(seconds, 0.01),
            search=False,
        )
    except dns.resolver.NXDOMAIN:
        raise NoSuchName(name) from None
    except (dns.exception.DNSException, OSError, UnicodeError) as error:
        raise NoAnswer(escape(str(error))) from error
    return DnsAnswer(
        answer.canonical_name.to_text(omit_final_dot=True),
        tuple(answer.rrset or ()),
        bool(answer.response.flags & dns.flags.AD),
    )

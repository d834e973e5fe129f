# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Questions to the DNS, as this host's resolver answers them: all that is used of dnspython.

That DNSSEC vouches for an answer is what the resolver says (the AD flag), which is worth as much as
the way to it: a validating resolver belongs on the host itself (RFC 7672 section 2.1, RFC 6698
appendix A.3).
"""

from __future__ import annotations

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

# For an answer that fits a packet on every path (RFC 9715).
_PAYLOAD_BYTES = 1232


class NoSuchName(Exception):
    """The DNS does not have the name."""


class NoAnswer(Exception):
    """The DNS gave no answer, or the name is none that can be asked for; says why."""


class DnsAnswer(t.NamedTuple):
    """Records of one kind, none where the name has none of that kind.

    `name` is where they were found, at the end of all aliases, without the dot at its end. `secure`
    is whether the resolver says that DNSSEC vouches for all that.
    """

    name: str
    records: tuple[t.Any, ...]
    secure: bool


def query(name: str, kind: str, seconds: float) -> DnsAnswer:
    """Ask for the records of a kind, such as `MX`. Raises NoSuchName or NoAnswer."""
    try:
        resolver = dns.resolver.get_default_resolver()
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

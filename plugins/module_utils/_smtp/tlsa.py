# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look TLSA records up, as this host's resolver sees them. Needs dnspython.

That DNSSEC vouches for an answer is what the resolver says (the AD flag), which is worth as much as
the way to it: a validating resolver belongs on the host itself (RFC 7672 section 2.1, RFC 6698
appendix A.3).
"""

from __future__ import annotations

import time
import traceback

from .dane import Answer, Tlsa
from .printable import escape

DNSPYTHON_MISSING: str | None = None
try:
    import dns.exception
    import dns.flags
    import dns.name
    import dns.resolver
except ImportError:
    DNSPYTHON_MISSING = traceback.format_exc()

# Of so many records, one should do.
MAX_RECORDS = 50

# Asks for the signatures to be looked at, and for an answer that fits a packet (RFC 9715).
_PAYLOAD_BYTES = 1232


def look_up(host: str, port: int, seconds: float) -> Answer:
    """Look up the TLSA records of a server.

    Where its name is an alias and DNSSEC vouches for that, they are looked for at the target of the
    alias first (RFC 7672 section 2.2.2). What goes wrong is the answer's error.
    """
    end = time.monotonic() + seconds
    try:
        name = dns.name.from_text(host)
        target = _target(name, end)
        answer = _records(target, port, end)
        if target != name and not answer.records:
            answer = _records(name, port, end)
    except (dns.exception.DNSException, OSError, UnicodeError) as error:
        return Answer(host, port, error=escape(str(error)))
    return answer


def _target(name: dns.name.Name, end: float) -> dns.name.Name:
    """Give the name that a name is an alias of; itself where it is none that can be trusted."""
    try:
        answer = _ask(name, "A", end)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoNameservers):  # the records may stand there yet
        return name
    return answer.canonical_name if _is_secure(answer) else name


def _records(name: dns.name.Name, port: int, end: float) -> Answer:
    host = name.to_text(omit_final_dot=True)
    try:
        answer = _ask(dns.name.from_text(f"_{port}._tcp", None) + name, "TLSA", end)
    except dns.resolver.NXDOMAIN:
        return Answer(host, port)
    records = [
        Tlsa(record.usage, record.selector, record.mtype, record.cert)
        for record in answer.rrset or ()
    ]
    return Answer(host, port, _is_secure(answer), tuple(records[:MAX_RECORDS]))


def _ask(name: dns.name.Name, kind: str, end: float) -> dns.resolver.Answer:
    resolver = dns.resolver.get_default_resolver()
    resolver.use_edns(0, dns.flags.DO, _PAYLOAD_BYTES)
    lifetime = max(end - time.monotonic(), 0.01)
    return resolver.resolve(name, kind, raise_on_no_answer=False, lifetime=lifetime, search=False)


def _is_secure(answer: dns.resolver.Answer) -> bool:
    return bool(answer.response.flags & dns.flags.AD)

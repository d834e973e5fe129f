# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What SPF says of the addresses that the server sends from, for the own domain. No I/O but `ask`.

The record is evaluated as a receiver would (RFC 7208).
"""

from __future__ import annotations

import typing as t

from ...._net.spf import NotEvaluated, Spf, TooManyLookups
from ..model import Verdict
from .subject import no_senders

if t.TYPE_CHECKING:
    from .asker import Asker
    from .subject import Subject

# An address of a reserved network, which nobody has (RFC 1112 section 4).
_NOBODY = "240.0.0.1"

_PASS = "pass"


def ask(asker: Asker, subject: Subject) -> Verdict:
    """Evaluate the record of the own domain for each address, and for one that nobody has."""
    if subject.profile == "mx" and not subject.sends_from:
        text = "a server that takes mail need not send any; name what it sends from in sends_from"
        return Verdict("not_applicable", text)
    lacks = no_senders(subject)
    if lacks is not None:
        return lacks
    domain = subject.own_domain
    results = {ip: _result(asker, ip, domain) for ip in (*subject.senders, _NOBODY)}
    return judge(domain, subject.senders, results)


def _result(asker: Asker, ip: str, domain: str) -> str:
    """Return the result, or why there is none."""
    try:
        return Spf(ip, asker).result(domain)
    except TooManyLookups as error:
        return f"permerror: {error}"  # section 4.6.4
    except NotEvaluated as error:
        return f"not evaluated: {error}"


def judge(domain: str, senders: t.Sequence[str], results: t.Mapping[str, str]) -> Verdict:
    """Judge the results of all addresses."""
    for ip in senders:
        result = results[ip]
        text = f"SPF of {domain} for {ip}: {result}"
        if result.startswith("not evaluated"):
            return Verdict("undecided", text)
        if result != _PASS:
            return Verdict("finding", text)
    if results[_NOBODY] == _PASS:
        return Verdict("finding", f"SPF of {domain} passes every address in the world")
    return Verdict("sound", f"SPF of {domain} passes {', '.join(senders)}")

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts of an audit by which the report compares hosts. They are printable and bounded. No I/O.

What a server offers to one host and not to another, and what the DNS tells one host and not
another, no host alone can see.
"""

from __future__ import annotations

import typing as t

from ..._net.text import escape

if t.TYPE_CHECKING:
    from .auditor import Report
    from .observed import Observed

_MAX_ADDRESSES = 8
_MAX_KEYWORDS = 60
_MAX_KEYWORD = 40
_MAX_CHARACTERS = 200
_MAX_ANSWERS = 12
_MAX_RECORDS = 10


def facts_of(
    report: Report, dns_view: str, answers: t.Mapping[str, t.Sequence[str]]
) -> dict[str, t.Any]:
    """Return the facts. `answers` are those of the DNS, by question."""
    addresses = list(report.observed.items())[:_MAX_ADDRESSES]
    return {
        "addresses": [_address(ip, observed) for ip, observed in addresses],
        "dns_view": _shown(dns_view),
        "dns": {
            _shown(question): [_shown(one) for one in records[:_MAX_RECORDS]]
            for question, records in list(answers.items())[:_MAX_ANSWERS]
        },
    }


def _address(ip: str, observed: Observed) -> dict[str, t.Any]:
    keywords = observed.keywords
    return {
        "ip": _shown(ip),
        "greeting": _shown(observed.greeting),
        "keywords": None
        if keywords is None
        else [_shown(one)[:_MAX_KEYWORD] for one in keywords[:_MAX_KEYWORDS]],
        "seen_as": observed.seen_as,
    }


def _shown(text: str) -> str:
    return escape(text)[:_MAX_CHARACTERS]

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the facts that a probing host has returned, by which hosts are compared. No I/O.

A probing host may be compromised. So each value is read as the type that is documented for it, and
is bounded.
"""

from __future__ import annotations

import typing as t

from .._report.untrusted import mapping, sequence, text

_MAX_CHARACTERS = 200
_MAX_ADDRESSES = 8
_MAX_WORDS = 60
_MAX_ANSWERS = 12
_MAX_VIEW = 60


def facts_in(returned: t.Any) -> dict[str, t.Any]:
    """Return the documented facts. What is missing or of another type is empty."""
    facts = mapping(returned)
    addresses = sequence(facts.get("addresses"))[:_MAX_ADDRESSES]
    answers = list(mapping(facts.get("dns")).items())[:_MAX_ANSWERS]
    return {
        "addresses": [_address(mapping(one)) for one in addresses],
        "dns_view": text(facts.get("dns_view"), _MAX_VIEW) or "",
        "dns": {text(name, _MAX_CHARACTERS) or "": _words(records) for name, records in answers},
    }


def _address(one: t.Any) -> dict[str, t.Any]:
    keywords = one.get("keywords")
    return {
        "ip": text(one.get("ip"), _MAX_CHARACTERS) or "",
        "greeting": text(one.get("greeting"), _MAX_CHARACTERS) or "",
        "keywords": None if keywords is None else _words(keywords),
        "seen_as": text(one.get("seen_as"), _MAX_CHARACTERS),
    }


def _words(returned: t.Any) -> list[str]:
    words = (text(one, _MAX_CHARACTERS) for one in sequence(returned)[:_MAX_WORDS])
    return [word for word in words if word is not None]

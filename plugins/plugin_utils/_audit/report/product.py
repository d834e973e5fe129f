# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which product a server seems to be, by its greeting in a transcript. No I/O.

A greeting may name another product, or none. So this chooses what the terminal shows first, and
decides nothing else.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.conditions import holds
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Facts

from .wording import PRODUCTS

if t.TYPE_CHECKING:
    from .model import Finding

# A line of a transcript with a greeting. It may have several lines.
_GREETING = re.compile(r"\[[\d.]{1,20}\] S: 220[ -](.*)")

# Limit on the transcripts that are searched.
_MAX_TRANSCRIPTS = 20


def product_of(finding: Finding) -> str | None:
    """Return a key of PRODUCTS, or None if no greeting of the server names a product."""
    for one in finding.seen[:_MAX_TRANSCRIPTS]:
        found = map(_GREETING.match, one.outcome.transcript)
        greeting = " ".join(match.group(1) for match in found if match)
        facts = Facts("greeting", "permanent", greeting=greeting)
        product = next((name for name in PRODUCTS if holds(f"greeting:{name}", facts)), None)
        if product is not None:
            return product
    return None

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it this address of the server? Its other addresses may be other servers."""

from __future__ import annotations

import typing as t

from ..model import Evidence, Finding
from ._change import gets_further
from ._outcome import outcome_of

if t.TYPE_CHECKING:
    from ..investigation import Investigation

# No more than this, since a diagnosis makes few connections.
_MOST = 2


def other_addresses(investigation: Investigation) -> t.Iterator[Finding]:
    """Hold the dialogue with other addresses of the server."""
    if not investigation.reproduced:
        return
    asked = investigation.address
    others = [one for one in investigation.addresses if one != asked][:_MOST]
    for address in others:
        record = investigation.hold(
            f"at {address.ip}", investigation.plan, investigation.lookup.at(address)
        )
        if gets_further(investigation, record):
            says = f"{asked.ip} is another server, or set otherwise: only it refuses"
        else:
            says = f"no different from {asked.ip}"
        yield Finding(Evidence(f"at {address.ip}", outcome_of(record), says))

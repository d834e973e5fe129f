# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it the name in EHLO? A server may look it up, or want a certain form (RFC 5321 4.1.1.1)."""

from __future__ import annotations

import typing as t

from ...._net.addresses import address_literal
from ._change import Change, try_change
from ._names import name_of

if t.TYPE_CHECKING:
    from ..investigation import Investigation
    from ..model import Finding

CAUSES = ("helo-name",)


def another_name(investigation: Investigation) -> t.Iterator[Finding]:
    """Hold the dialogue with the name that the DNS has for this host, or with its address."""
    local = investigation.control.local[0]
    if not local:
        return  # a UNIX socket
    name = name_of(local, investigation.budget) or address_literal(local)
    plan = investigation.plan
    if name == investigation.control.helo:
        return
    yield from try_change(
        investigation,
        Change(
            f"EHLO {name} instead of {investigation.control.helo}",
            plan._replace(client=plan.client._replace(helo=name)),
            CAUSES,
            cured="another name is accepted, so it is the name that is refused",
            same="the same reply, so it is not because of the name",
        ),
    )

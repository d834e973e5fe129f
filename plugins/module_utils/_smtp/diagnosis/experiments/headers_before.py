# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it the PROXY header, or XCLIENT? Hold the dialogue without it."""

from __future__ import annotations

import typing as t

from ._change import Change, try_change

if t.TYPE_CHECKING:
    from ..investigation import Investigation
    from ..model import Finding

OF_PROXY = ("proxy-header-unwanted",)
OF_XCLIENT = ("client-denied", "xclient-hosts", "relay-for-address")


def without_proxy_header(investigation: Investigation) -> t.Iterator[Finding]:
    """Hold a dialogue that began with a PROXY header without it."""
    plan = investigation.plan
    if plan.client.proxy is None:
        return
    yield from try_change(
        investigation,
        Change(
            "without the PROXY header",
            plan._replace(client=plan.client._replace(proxy=None)),
            OF_PROXY,
            cured="the listener takes no PROXY header from this host",
            same="the same failure, so it is not because of the header",
        ),
    )


def without_xclient(investigation: Investigation) -> t.Iterator[Finding]:
    """Hold a dialogue with XCLIENT as this host itself, if the server takes XCLIENT at all."""
    plan = investigation.plan
    if not plan.client.xclient or investigation.failure.kind == "unsupported":
        return
    yield from try_change(
        investigation,
        Change(
            "without XCLIENT",
            plan._replace(client=plan.client._replace(xclient={})),
            OF_XCLIENT,
            cured="this host itself is accepted, and the client that XCLIENT names is not",
            same="the same reply, so it is not because of XCLIENT",
        ),
    )

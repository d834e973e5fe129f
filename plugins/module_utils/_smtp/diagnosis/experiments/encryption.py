# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it TLS, or the lack of it? Hold the dialogue the other way."""

from __future__ import annotations

import typing as t

from ._change import Change, try_change

if t.TYPE_CHECKING:
    from ..investigation import Investigation
    from ..model import Finding

# The causes that are about a dialogue in plain text, and those that are about STARTTLS.
OF_PLAIN_TEXT = ("use-tls", "starttls-on")
OF_STARTTLS = (
    "starttls-refused",
    "starttls-not-now",
    "hang-up-in-handshake",
    "plain-text-after-starttls",
    "log-of-handshake",
    "client-certificate",
)


def with_tls(investigation: Investigation) -> t.Iterator[Finding]:
    """Hold a dialogue that was in plain text with STARTTLS, if the server offers it."""
    plan = investigation.plan
    if plan.tls.tls != "never" or not investigation.control.capabilities.offers("STARTTLS"):
        return
    yield from try_change(
        investigation,
        Change(
            "with STARTTLS",
            plan._replace(tls=plan.tls._replace(tls="opportunistic")),
            OF_PLAIN_TEXT,
            cured="the server accepts it over TLS only",
            same="the same reply, so it is not for lack of TLS",
        ),
    )


def without_tls(investigation: Investigation) -> t.Iterator[Finding]:
    """Hold a dialogue in which STARTTLS failed in plain text."""
    plan = investigation.plan
    if plan.tls.tls not in ("opportunistic", "required"):
        return
    yield from try_change(
        investigation,
        Change(
            "without STARTTLS",
            plan._replace(tls=plan.tls._replace(tls="never", dane=False)),
            OF_STARTTLS,
            cured="the server works in plain text, so it is its STARTTLS that fails",
            same="the same reply, so it is not because of STARTTLS",
        ),
    )

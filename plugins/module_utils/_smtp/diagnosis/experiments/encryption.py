# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it TLS, or the lack of it? Hold the dialogue the other way."""

from __future__ import annotations

import typing as t

from ..model import Conclusion, Evidence, Finding
from ._change import Change, try_change
from ._outcome import outcome_of

if t.TYPE_CHECKING:
    from ..investigation import Investigation

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
    """Hold a dialogue in which STARTTLS failed in plain text.

    That it gets further without STARTTLS says no more than that STARTTLS failed. If it then fails
    temporarily as well, both failures may have one cause.
    """
    plan, failure = investigation.plan, investigation.failure
    if plan.tls.tls not in ("opportunistic", "required") or not investigation.reproduced:
        return
    plain = plan._replace(tls=plan.tls._replace(tls="never", dane=False))
    record = investigation.hold("without STARTTLS", plain)
    excludes: tuple[str, ...] = ()
    if record.failure is None:
        says = "the server works in plain text, so it is TLS alone that fails"
    elif record.failure.kind == failure.kind == "transient":
        says, excludes = "it fails in plain text as well, so it is not STARTTLS alone", OF_STARTTLS
    else:
        says = "it fails in another way"
    yield Finding(Evidence("without STARTTLS", outcome_of(record), says), None, excludes)


def login_over_tls(investigation: Investigation) -> t.Iterator[Finding]:
    """Compare the mechanisms of AUTH that are offered in plain text and over TLS."""
    plan, offered = investigation.plan, investigation.control.capabilities
    if plan.tls.tls != "never" or not offered.offers("STARTTLS"):
        return
    fact = "AUTH with STARTTLS"
    over_tls = plan._replace(tls=plan.tls._replace(tls="opportunistic"))
    found = investigation.hold(fact, over_tls).capabilities.get("AUTH", [])
    if set(found) - set(offered.get("AUTH", [])):
        says, conclusion = "more than without TLS", Conclusion("log-in-over-tls", "consistent")
        yield Finding(Evidence(fact, " ".join(found), says), conclusion)
    else:
        says = "no more than without TLS"
        yield Finding(
            Evidence(fact, " ".join(found) or "not offered", says), None, ("log-in-over-tls",)
        )

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is the clock of this host right? Compare it with the server's, and with the certificate."""

from __future__ import annotations

import time
import typing as t

from ...._net.path.clock import TOLERANCE_SECONDS, Validity, date_in, seconds_of, shown
from ..model import Conclusion, Evidence, Finding
from ._certificates import tls_of_control

if t.TYPE_CHECKING:
    from ...._net.tls.handshake import TlsSession
    from ...session.record import Record
    from ..investigation import Investigation


def clock_of_this_host(investigation: Investigation) -> t.Iterator[Finding]:
    """Compare the clocks, if the greeting of the server has a date."""
    greeted = date_of_greeting(investigation.control)
    validity = validity_of(tls_of_control(investigation))
    yield from findings_from(time.time(), greeted, validity)


def date_of_greeting(record: Record) -> float | None:
    """Return the date in the greeting, in seconds since the epoch, or None."""
    for recorded in record.replies:
        if recorded.stage == "greeting":
            return date_in(recorded.judged.text)
    return None


def validity_of(tls: TlsSession | None) -> Validity | None:
    """Return the times of the server's certificate, or None if none came."""
    certificate = tls.certificate if tls is not None else None
    if certificate is None:
        return None
    begin, end = seconds_of(certificate.not_before), seconds_of(certificate.not_after)
    return None if begin is None or end is None else Validity(begin, end)


def findings_from(
    now: float, server: float | None, validity: Validity | None
) -> t.Iterator[Finding]:
    """Yield what the times come to: of this host, of the server, and of its certificate. No I/O."""
    own = validity.at(now) if validity is not None else "valid"
    apart = server is not None and abs(now - server) > TOLERANCE_SECONDS
    if server is not None:
        yield _finding_of_clocks(now, server, apart)
    if validity is None or own == "valid":
        return
    times = f"{shown(validity.not_before)} to {shown(validity.not_after)}"
    fact = "the certificate is valid"
    if server is None:
        says = f"it is {own} by the clock of this host, {shown(now)}"
        causes = {"expired": "renew-certificate", "not yet valid": "compare-clocks"}
        yield Finding(Evidence(fact, times, says), Conclusion(causes[own], "consistent"))
    elif validity.at(server) == "valid" and apart:
        says = f"it is {own} by the clock of this host, and valid by that of the server"
        cause = "clock-ahead" if own == "expired" else "clock-behind"
        yield Finding(Evidence(fact, times, says), Conclusion(cause, "consistent"))
    else:
        says = f"it is {own} by the clock of the server, too"
        cause = "renew-certificate" if own == "expired" else "compare-clocks"
        yield Finding(
            Evidence(fact, times, says),
            Conclusion(cause, "consistent"),
            () if apart else ("clock-ahead", "clock-behind"),
        )


def _finding_of_clocks(now: float, server: float, apart: bool) -> Finding:
    value = f"{shown(server)}; this host: {shown(now)}"
    fact = "the date in the greeting"
    if not apart:
        says = "the clocks of this host and of the server agree"
        return Finding(Evidence(fact, value, says), excludes=("clock-ahead", "clock-behind"))
    way = "ahead of" if now > server else "behind"
    says = f"the clock of this host is {abs(now - server):.0f} s {way} that of the server"
    return Finding(Evidence(fact, value, says))

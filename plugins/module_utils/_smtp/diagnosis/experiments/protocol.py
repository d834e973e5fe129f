# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it another protocol? An LMTP server refuses EHLO, and an SMTP server LHLO (RFC 2033)."""

from __future__ import annotations

import typing as t

from ._change import Change, try_change

if t.TYPE_CHECKING:
    from ..investigation import Investigation
    from ..model import Finding

SMTP_SPOKEN, LMTP_SPOKEN = ("lmtp-unwanted",), ("lmtp-wanted",)


def another_protocol(investigation: Investigation) -> t.Iterator[Finding]:
    """Say hello in the other protocol."""
    plan = investigation.plan
    other = "esmtp" if plan.steps.protocol == "lmtp" else "lmtp"
    spoken, hello = ("LMTP", "LHLO") if other == "lmtp" else ("SMTP", "EHLO")
    yield from try_change(
        investigation,
        Change(
            f"{hello} instead",
            plan._replace(steps=plan.steps._replace(protocol=other)),
            LMTP_SPOKEN if other == "lmtp" else SMTP_SPOKEN,
            cured=f"the server speaks {spoken}",
            same=f"the server does not speak {spoken} either",
        ),
    )

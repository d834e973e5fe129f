# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a failure is about the connection itself."""

from __future__ import annotations

import typing as t

from .control import passes_now

if t.TYPE_CHECKING:
    from ...._net.addresses import Address
    from ..investigation import Investigation

# What a connection that was made says of a handshake that got no answer.
_IN_HANDSHAKE = "TLS handshake"


def fails_to_connect(investigation: Investigation) -> bool:
    """Return whether the dialogue fails for lack of a TCP connection, as far as is known.

    At the stage `connect`, implicit TLS may fail on a connection that was made.
    """
    failure = investigation.failure
    is_path = investigation.plan.endpoint.socket is not None
    in_handshake = failure.kind == "tls" or _IN_HANDSHAKE in failure.text
    return not is_path and not in_handshake and not passes_now(investigation)


def failed_address(investigation: Investigation) -> Address:
    """Return the address that the failure names, or the first one. Raise OutOfBudget without any.

    A dialogue with each address of a name is asked about by the name.
    """
    return next(
        (one for one in investigation.addresses if str(one) in investigation.failure.text),
        investigation.address,
    )

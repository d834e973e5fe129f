# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states of several ports and addresses, tried side by side."""

from __future__ import annotations

import time
import typing as t

from .attempts import Attempts, Outcome

if t.TYPE_CHECKING:
    from ..addresses import Address

# Until after the kernel has repeated each attempt once.
SECONDS = 1.6


def at_port(address: Address, port: int) -> Address:
    """Return the same IP address with another port."""
    ip, _port, *rest = address.sockaddr
    return address._replace(sockaddr=(ip, port, *rest))


def try_ports(
    addresses: t.Sequence[Address], seconds: float = SECONDS, source_address: str | None = None
) -> list[Outcome]:
    """Connect to each address and close at once. Return the outcomes in order.

    They take at most `seconds`.
    """
    until = time.monotonic() + seconds
    with Attempts(source_address) as attempts:
        numbers = [attempts.begin(address) for address in addresses]
        attempts.wait(until, lambda: False)
        return [attempts.outcome(number) for number in numbers]

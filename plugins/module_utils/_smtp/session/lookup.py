# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of the look-ups that precede a dialogue."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ..._net.addresses import Address
    from ..._net.errors import ProbeError
    from ..._net.resolver import BackgroundCall
    from ..._net.tls.dane import TlsaAnswer

    OwnName = BackgroundCall[t.Optional[str]]

# How long a dialogue waits for the name of this host.
OWN_NAME_SECONDS = 2.0


class ServerLookup(t.NamedTuple):
    """The addresses of the server, or the error of their look-up, and its duration in seconds.

    `tlsa` is the answer of the DNS for the TLSA records of the server, or None without DANE.
    `own_name` is the look-up of the name of this host, which may not be complete. `warning` is a
    sentence about the server for the user, such as an MX record that is against a standard.
    """

    addresses: tuple[Address, ...] = ()
    error: ProbeError | None = None
    seconds: float | None = None
    tlsa: TlsaAnswer | None = None
    own_name: OwnName | None = None
    warning: str | None = None

    def at(self, address: Address) -> ServerLookup:
        """Return the look-up with only one of the addresses."""
        return self._replace(addresses=(address,))

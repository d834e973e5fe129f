# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a dialogue is told before it begins: where the server is."""

from __future__ import annotations

import typing as t

from ..._net.resolver import BackgroundCall

if t.TYPE_CHECKING:
    from ..._net.addresses import Address
    from ..._net.errors import ProbeError
    from ..._net.tls.dane import TlsaAnswer

OwnName = BackgroundCall[t.Optional[str]]


class ServerLookup(t.NamedTuple):
    """Where the server is; `error` is why that is not known. `seconds` is how long it took.

    `tlsa` is what the DNS says of the server's certificate, where that is asked for. `own_name` is
    the look-up of this host's name, which may still be under way. `warning` is what the user should
    know of the way to the server, though the dialogue can be held.
    """

    addresses: tuple[Address, ...] = ()
    error: ProbeError | None = None
    seconds: float | None = None
    tlsa: TlsaAnswer | None = None
    own_name: OwnName | None = None
    warning: str | None = None

    def at(self, address: Address) -> ServerLookup:
        """Return the surroundings of a dialogue with one of the addresses."""
        return self._replace(addresses=(address,))

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the checks of the DNS are about: the server, its domain, and what it sends from. No I/O."""

from __future__ import annotations

import ipaddress
import typing as t

from ..model import Verdict

if t.TYPE_CHECKING:
    from ..observed import Observed

# Limits on the questions that one server can cause.
MAX_ADDRESSES = 6

# The networks of private use, which the rest of the world does not see (RFC 1918, 4193, 6598), and
# those of one host or one link.
_PRIVATE = tuple(
    map(
        ipaddress.ip_network,
        (
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "fc00::/7",
            "fe80::/10",
            "::1/128",
        ),
    )
)


class Subject(t.NamedTuple):
    """The server that is audited, and what the user says of it.

    `host` is its name, or empty if the user has named an address, and `tls_name` the name that its
    certificate is for, or empty. `sends_from` are the addresses that it sends mail from, if the
    user names them. `blocklists` are the zones to ask. `observed` is what the server has shown at
    each address. `trust` is a file or folder of authorities for HTTPS, beside those of the system.
    """

    host: str
    port: int
    addresses: tuple[str, ...]
    own_domain: str
    tls_name: str = ""
    profile: str = "relay"
    sends_from: tuple[str, ...] = ()
    blocklists: tuple[str, ...] = ()
    observed: t.Mapping[str, Observed] = {}
    trust: str | None = None

    @property
    def senders(self) -> tuple[str, ...]:
        """The addresses that the server sends from: those of the user, or its own public ones."""
        own = (one for one in self.addresses if not is_private(one))
        return tuple(self.sends_from or own)[:MAX_ADDRESSES]

    @property
    def server_name(self) -> str:
        """The name that the server has for itself, or empty if it says none."""
        names = (one.server_name for one in self.observed.values() if one.server_name)
        return next(names, "").rstrip(".").lower()


def no_senders(subject: Subject) -> Verdict | None:
    """Return the verdict if it is not known what the server sends from, or None if it is."""
    if subject.senders:
        return None
    text = "no public address of the server is known; name what it sends from in sends_from"
    return Verdict("not_applicable", text)


def is_private(ip: str) -> bool:
    """Return whether an address is of private use, or of this host."""
    try:
        address = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:  # the path of a UNIX socket
        return True
    return any(address.version == one.version and address in one for one in _PRIVATE)

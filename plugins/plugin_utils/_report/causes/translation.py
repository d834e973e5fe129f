# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that a server sees by another address than their own: address translation. No I/O.

A server judges the address that it sees. A host whose own address is allowed is refused if a router
or a proxy puts another address in its place.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping

from ..model.cells import Cell, CellKey
from ..model.dialogues import Dialogue
from ..untrusted import mapping, text
from .explain import Explanation
from .grid import Grid, indices
from .model import Evidence
from .symptoms import Symptom

# The kinds of failure that are a refusal by the server.
_REFUSALS = ("transient", "permanent")

# In these stages the client presents another address than its own.
_PRESENTING = ("proxy", "xclient")

_MAX_CHARACTERS = 60


def address_translation(
    explanation: Explanation, grid: Grid, cells: Mapping[CellKey, Cell]
) -> Iterator[Evidence]:
    """Name the first refused host that its server sees by another address."""
    if not isinstance(explanation.symptom, Symptom) or explanation.symptom.kind not in _REFUSALS:
        return
    for at in indices(explanation.servers.bits):
        for host in indices(explanation.cells.get(at, 0)):
            key = grid.hosts[host], grid.servers[at]
            found = _addresses(cells[key].dialogues[0]) if cells[key].dialogues else None
            if found is not None:
                seen, own = found
                yield Evidence(
                    "address of the client",
                    f"{key[1]} sees {seen}, {key[0]} has {own}",
                    f"address translation (NAT, a proxy): the server judges {seen}",
                )
                return


def _addresses(dialogue: Dialogue) -> tuple[str, str] | None:
    """Return the address that the server sees and that of the host; None if they do not differ."""
    if any(stage in mapping(dialogue.result.get("seconds")) for stage in _PRESENTING):
        return None
    client = dialogue.part("client")
    seen, own = _address(client.get("seen_as")), _address(client.get("address"))
    return (str(seen), str(own)) if seen and own and seen != own else None


def _address(value: object) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an address that a probing host has returned, or None if it is not an address."""
    try:
        return ipaddress.ip_address(text(value, _MAX_CHARACTERS) or "")
    except ValueError:
        return None

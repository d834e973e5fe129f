# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the DNS says of this client: its name, and whether the name leads back to the address."""

from __future__ import annotations

import typing as t

from ...._net.text import escape
from ..model import Conclusion, Evidence, Finding
from ._change import is_first
from ._names import addresses_of, name_of
from ._seen import address_of_client

if t.TYPE_CHECKING:
    from ..investigation import Investigation

CAUSES = ("reverse-dns",)

# The advice if the reply does not say why. Then a name that is missing is likely to be the reason.
_UNSAID = ("log-of-server",)


def names_of_client(investigation: Investigation) -> t.Iterator[Finding]:
    """Look up the name of the client's address, and the addresses of that name.

    The server asks its own DNS, which may have other answers. So this proves nothing.
    """
    ip = address_of_client(investigation.control)
    if not ip:
        return
    fits = (
        Conclusion(CAUSES[0], "consistent") if is_first(investigation, CAUSES + _UNSAID) else None
    )
    name = name_of(ip, investigation.budget)
    fact = f"the name of {ip} in the DNS"
    if name is None:
        yield Finding(Evidence(fact, "none", "this host's resolver has no PTR record for it"), fits)
        return
    back = addresses_of(name, investigation.budget)
    if ip in back:
        yield Finding(Evidence(fact, name, "the name leads back to the address"))
    else:
        shown = escape(", ".join(back)) or "nothing"
        says = f"the name leads to {shown}, and not back to the address"
        yield Finding(Evidence(fact, name, says), fits)

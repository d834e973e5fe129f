# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Causes that are planted in Haraka, whose plugins refuse in words of their own."""

from __future__ import annotations

import contextlib
import re
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop import haraka, own_host
from ansible_collections.mailops.smtp.tests.interop.certificates import Certificates
from ansible_collections.mailops.smtp.tests.interop.planted import Place, Planted, lines_with
from ansible_collections.mailops.smtp.tests.interop.planted_postfix import ELSEWHERE
from ansible_collections.mailops.smtp.tests.interop.server import Server, await_listeners

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.tests.interop.planted import Options

# The address with nothing wrong.
HEALTHY = 5

LOGIN: Options = {
    "login_user": haraka.USER,
    "login_password": haraka.PASSWORD,
    "mail_from": haraka.USER,
}

# fmt: off
HARAKA: tuple[Planted, ...] = (  # noqa: E128 - a table
    Planted("Haraka relay: it relays for nobody", "rcpt_to 550", "relay-for-address",
        "I cannot deliver mail for", {}, {}, ELSEWHERE),
    Planted("Haraka relay: the recipient's domain is not in host_list", "rcpt_to 550",
        "local-domains", "I cannot deliver mail for", {}, {},
        {"rcpt_to": ["bob@forgotten{number}.test"]}),
    Planted("Haraka login: the password is wrong", "auth 535", "user-and-password",
        "Authentication failed", {}, LOGIN,
        {"login_password": "wrong"}),
    Planted("Haraka PROXY: a header that nobody expects", "helo 421", "proxy-header-unwanted",
        "PROXY not allowed", {}, {}, {"proxy": {"version": 1, "source": "192.0.2.250"}}),
    Planted("Haraka limit: the size that MAIL declares", "mail_from 550", "message-size",
        "Message too big",
        {}, {}, {"mail_parameters": [f"SIZE={haraka.SIZE_LIMIT + 1}"]}),
)
# fmt: on


@contextlib.contextmanager
def start(folder: Path, certificates: Certificates, places: t.Sequence[Place]) -> t.Iterator[None]:
    """Run Haraka with all its files in the folder."""
    addresses = [f"{own_host.SERVERS}.{HEALTHY}", *(place.address for place in places)]
    with haraka.running(folder, certificates, [f"{one}:25" for one in addresses]):
        await_listeners(Server("Haraka", folder, {"smtp": 25}), addresses[-1])
        yield


def log(folder: Path) -> t.Callable[[Place], str]:
    """Return a function that returns what Haraka has logged of a planted cause."""

    def log_of(place: Place) -> str:
        own = lines_with(folder / "output.txt", place.client)
        connections = re.findall(r"\[([0-9A-F-]{36})\]", own)
        return "\n".join([own, *(lines_with(folder / "output.txt", one) for one in connections)])

    return log_of

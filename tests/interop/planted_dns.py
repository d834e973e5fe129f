# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The DNS of the planted causes: Unbound, which knows every name that there is."""

from __future__ import annotations

import contextlib
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop import own_host, unbound
from ansible_collections.mailops.smtp.tests.interop.server import Server, await_listeners

OPTIONS = """
  module-config: "iterator"
  local-zone: "." static
  local-zone: "refusing.test." redirect
  local-zone: "broken.example." refuse
"""

RECORDS = (
    "example.org. MX 10 mail.example.org.",
    "mail.example.org. A 192.0.2.2",
    f"{own_host.STALE}. A {own_host.SERVERS}.2",
    f"{own_host.TRANSLATED_NAME}. A {own_host.TRANSLATED}",
    f"250.113.0.203.in-addr.arpa. PTR {own_host.TRANSLATED_NAME}.",
    "example.net. MX 10 mx.example.net.",
    f"mx.example.net. A {own_host.OUTSIDE}.2",
    "example.test. MX 10 mx.example.test.",
    "relayed.test. MX 10 mx.example.test.",
    "local.test. MX 10 mx.example.test.",
    "down.test. MX 10 mx.example.test.",
    "verified.test. MX 10 mx.example.test.",
    "deferred.test. MX 10 mx.example.test.",
    "null.test. MX 0 .",
    "listed.test. MX 10 mail.example.org.",
    "listed.test.dbl.test. A 127.0.1.2",
    'listed.test.dbl.test. TXT "listed for a test"',
    "spf.test. MX 10 mail.example.org.",
    f'spf.test. TXT "v=spf1 ip4:{own_host.TRUSTED}.0/24 -all"',
    # The entries of every blocklist (RFC 5782 section 5), and a list that refuses the resolver.
    "2.0.0.127.bl.test. A 127.0.0.2",
    "refusing.test. A 127.255.255.254",
    'refusing.test. TXT "Error: open resolver"',
)


def records(servers: t.Iterable[int], listed: t.Iterable[int]) -> t.Iterator[str]:
    """Yield all records, for servers with these numbers; the clients of some are listed."""
    yield from RECORDS
    for number in servers:
        server, client = f"{own_host.SERVERS}.{number}", f"{own_host.TRUSTED}.{number}"
        yield f"mx{number}.example.test. A {server}"
        yield f"mx.example.test. A {server}"
        for domain in (f"forgotten{number}.test.", f"sub{number}.example.test."):
            yield f"{domain} MX 10 mx{number}.example.test."
        yield f"client{number}.example.org. A {client}"
        yield f"{_reverse(client)}.in-addr.arpa. PTR client{number}.example.org."
    for number in listed:
        for network in (own_host.TRUSTED, own_host.OUTSIDE):
            entry = f"{_reverse(f'{network}.{number}')}.bl.test."
            yield f"{entry} A 127.0.0.2"
            yield f'{entry} TXT "listed for a test"'


def names_outside(numbers: t.Iterable[int], crooked: t.Collection[int]) -> t.Iterator[str]:
    """Yield the names of clients outside; those of the crooked ones do not lead back."""
    for number in numbers:
        client = f"{own_host.OUTSIDE}.{number}"
        name = f"outside{number}.example.org."
        yield f"{_reverse(client)}.in-addr.arpa. PTR {name}"
        yield f"{name} A {own_host.OUTSIDE + '.1' if number in crooked else client}"


@contextlib.contextmanager
def start(folder: Path, known: t.Iterable[str]) -> t.Iterator[Server]:
    """Run Unbound with these records."""
    folder.mkdir(exist_ok=True)
    data = (f"  local-data: '{record}'" for record in known)
    unbound.configure(folder, f"{own_host.RESOLVER}@53", [OPTIONS, *data])
    server = Server("Unbound", folder, {"dns": 53})
    with unbound.ROOM.running(folder, "unbound", "-d", "-c", str(folder / "unbound.conf")):
        await_listeners(server)
        yield server


def _reverse(address: str) -> str:
    return ".".join(reversed(address.split(".")))

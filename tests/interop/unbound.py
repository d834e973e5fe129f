# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unbound, a resolver that validates, and a signed zone for it to look into."""

from __future__ import annotations

import contextlib
import typing as t
from pathlib import Path

import dns.resolver
from ansible_collections.mailops.smtp.tests.interop.room import Room
from ansible_collections.mailops.smtp.tests.interop.server import (
    LOOPBACK,
    Server,
    await_listeners,
    free_ports,
)

ROOM = Room("unbound", ["unbound", "ldnsutils"])

# Three zones with the same records: DNSSEC vouches for one, not for the next, and the last is
# signed with a key that is not the one to trust.
SIGNED = "example.test"
UNSIGNED = "unsigned.test"
BOGUS = "bogus.test"

SIGN = """
cd "$1"
shift
for zone; do
  key=$(ldns-keygen -a ECDSAP256SHA256 -k "$zone")
  ldns-signzone -f "$zone.signed" "$zone" "$key"
  cp "$key.key" "$zone.anchor"
done
ldns-keygen -a ECDSAP256SHA256 -k bogus.test >other-key
cp "$(cat other-key).key" bogus.test.anchor
cp unsigned.test unsigned.test.signed
exec unbound -d -c unbound.conf
"""

_SERVER = """
server:
  interface: {listener}
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: ""
  use-syslog: no
  logfile: ""
  do-not-query-localhost: no
"""

# Options with which it validates what the two keys sign.
VALIDATES = f"""
  module-config: "validator iterator"
  trust-anchor-file: "{SIGNED}.anchor"
  trust-anchor-file: "{BOGUS}.anchor"
"""

_OPTIONS = """
  verbosity: 1
  val-log-level: 2
  # Unbound answers for the zones of RFC 6761 itself unless it is told otherwise.
  local-zone: "test." nodefault
"""

_SIGNED_ZONE = """
auth-zone:
  name: "{zone}"
  zonefile: "{zone}.signed"
  for-downstream: no
  for-upstream: yes
  fallback-enabled: no
"""

HEAD = """
@ 3600 IN SOA ns postmaster 1 3600 900 604800 300
@ 3600 IN NS ns
ns 3600 IN A 127.0.0.1
mx 3600 IN A 127.0.0.1
alias 3600 IN CNAME mx
"""


def configure(
    folder: Path, listener: str, options: t.Iterable[str], zones: t.Iterable[str] = ()
) -> None:
    """Write a configuration. `options` are of the section `server`, and `zones` get signed."""
    parts = [
        _SERVER.format(listener=listener, folder=folder),
        *options,
        *(_SIGNED_ZONE.format(zone=zone) for zone in zones),
    ]
    (folder / "unbound.conf").write_text("\n".join(parts))


@contextlib.contextmanager
def start(folder: Path, records: t.Iterable[str]) -> t.Iterator[Server]:
    """Start Unbound, with these records in each zone, their names relative to it."""
    ROOM.furnish()
    ports = free_ports("dns")
    zones = (SIGNED, UNSIGNED, BOGUS)
    configure(folder, f"{LOOPBACK}@{ports['dns']}", [VALIDATES, _OPTIONS], zones)
    for zone in zones:
        text = "\n".join([f"$ORIGIN {zone}.", HEAD, *records, ""])
        (folder / zone).write_text(text)
    server = Server(f"Unbound {ROOM.version('unbound')}", folder, ports)
    with ROOM.running(folder, "sh", "-euc", SIGN, "sh", str(folder), SIGNED, BOGUS):
        await_listeners(server)
        yield server


@contextlib.contextmanager
def asked(folder: Path, records: t.Iterable[str]) -> t.Iterator[dns.resolver.Resolver]:
    """Have this process ask an Unbound that knows these records, and no other resolver."""
    folder.mkdir()
    with start(folder, records) as server:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = [LOOPBACK]
        resolver.port = server.ports["dns"]
        dns.resolver.default_resolver = resolver
        try:
            yield resolver
        finally:
            dns.resolver.default_resolver = None

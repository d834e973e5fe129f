# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host of its own for a part of the tests: its network, its addresses, and its resolver.

Some tests need more than loopback and the machine's resolver: a client for each of many causes, a
server for each on port 25, and a DNS that knows them all. So they run in a thread that has a
network namespace and a mount namespace of its own. The processes and threads that it starts are in
the same ones. Nothing is left on the machine when the thread ends.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import ctypes
import os
import subprocess
import typing as t
from pathlib import Path

import dns.resolver

# Addresses for documentation (RFC 5737): of the servers, of clients that they trust, of others.
SERVERS = "198.51.100"
# More servers, in a network for tests of performance (RFC 2544).
MORE_SERVERS = "198.18.0"
TRUSTED = "192.0.2"
OUTSIDE = "203.0.113"

# The address of a server with IPv6, for documentation, too (RFC 3849).
SERVER_IPV6 = "2001:db8::25"

# Where the resolver of this host listens.
RESOLVER = "127.0.0.53"

# The address to which a router changes that of some clients, and its name.
TRANSLATED, TRANSLATED_NAME = f"{OUTSIDE}.250", "nat.example.org"

# A name that this host's file of names has with another address than the DNS.
STALE = "stale.example.test"

_CLONE_NEWNET, _CLONE_NEWNS = 0x40000000, 0x00020000
_LIBC = ctypes.CDLL(None, use_errno=True)

_SET_UP = f"""
mount --make-rprivate /
mount --bind "$1/resolv.conf" /etc/resolv.conf
mount --bind "$1/hosts" /etc/hosts
ip link set lo up
for network in {SERVERS} {MORE_SERVERS} {TRUSTED} {OUTSIDE}; do
  ip route add local $network.0/24 dev lo
done
test ! -e /proc/net/if_inet6 || ip -6 addr add {SERVER_IPV6}/128 dev lo nodad
"""

T = t.TypeVar("T")


def run_on(folder: Path, work: t.Callable[[], T]) -> T:
    """Run a function on a host of its own, and return what it returns.

    The folder must have the files `resolv.conf` and `hosts` of that host.
    """

    def enter_and_work() -> T:
        _enter()
        subprocess.run(["sh", "-euc", _SET_UP, "sh", str(folder)], check=True)
        with _fresh_resolver():
            return work()

    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        return thread.submit(enter_and_work).result()


def write_files(folder: Path) -> None:
    """Write the files that the host needs: who its resolver is, and the few names that it knows."""
    (folder / "resolv.conf").write_text(f"nameserver {RESOLVER}\noptions timeout:1 attempts:2\n")
    (folder / "hosts").write_text(f"127.0.0.1 localhost\n{SERVERS}.9 {STALE}\n")


def _enter() -> None:
    if _LIBC.unshare(_CLONE_NEWNET | _CLONE_NEWNS):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


@contextlib.contextmanager
def _fresh_resolver() -> t.Iterator[None]:
    """Have dnspython read this host's resolv.conf, and forget it afterwards."""
    before = dns.resolver.default_resolver
    dns.resolver.default_resolver = dns.resolver.Resolver()
    try:
        yield
    finally:
        dns.resolver.default_resolver = before

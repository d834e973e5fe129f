# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each name server of this host says of a name, and what /etc/hosts says."""

from __future__ import annotations

import typing as t

from ..addresses import family_of
from ..resolver import map_concurrently

_RESOLV_CONF = "/etc/resolv.conf"
_HOSTS = "/etc/hosts"

# The C library uses no more (MAXNS of resolv.conf(5)).
_MOST_SERVERS = 3
_MOST_ADDRESSES = 10

# Limit on the lines that are read of a file of this host.
_MOST_LINES = 10000


class NameServerAnswer(t.NamedTuple):
    """What one name server says of a name.

    `state` is "found", "no such name" (also if the name has no address), or "no answer". `problem`
    says why there is no answer.
    """

    server: str
    state: str
    addresses: tuple[str, ...] = ()
    problem: str = ""


def name_servers(path: str = _RESOLV_CONF) -> list[str]:
    """Return the addresses of the name servers of this host, which may be none."""
    found = [words[1] for words in _lines_of(path) if len(words) > 1 and words[0] == "nameserver"]
    return found[:_MOST_SERVERS]


def hosts_addresses(name: str, path: str = _HOSTS) -> list[str]:
    """Return the addresses that the hosts file has for a name."""
    wanted = name.rstrip(".").lower()
    found = [
        words[0]
        for words in _lines_of(path)
        if wanted in (word.lower() for word in words[1:]) and _is_address(words[0])
    ]
    return found[:_MOST_ADDRESSES]


def ask_each(name: str, servers: t.Sequence[str], seconds: float) -> list[NameServerAnswer] | None:
    """Ask each name server by itself for the addresses of a name, side by side.

    Return None if dnspython is not installed on this host.
    """
    from .. import dns

    if dns.MISSING is not None:
        return None
    if not servers:
        return []
    return list(map_concurrently(lambda server: _ask(name, server, seconds), servers, len(servers)))


def _ask(name: str, server: str, seconds: float) -> NameServerAnswer:
    from .. import dns

    found: list[str] = []
    try:
        for kind in ("A", "AAAA"):
            answer = dns.query(name, kind, seconds / 2, server)
            found += [record.to_text() for record in answer.records]
    except dns.NoSuchName:
        return NameServerAnswer(server, "no such name")
    except dns.NoAnswer as error:
        if not found:
            return NameServerAnswer(server, "no answer", problem=str(error))
    state = "found" if found else "no such name"
    return NameServerAnswer(server, state, tuple(sorted(found)[:_MOST_ADDRESSES]))


def _lines_of(path: str) -> t.Iterator[list[str]]:
    """Yield the words of each line of a file, without comments."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file):
                if number >= _MOST_LINES:
                    return
                words = line.partition("#")[0].partition(";")[0].split()
                if words:
                    yield words
    except OSError:
        return


def _is_address(text: str) -> bool:
    try:
        family_of(text.partition("%")[0])
    except ValueError:
        return False
    return True

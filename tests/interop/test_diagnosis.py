# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planted causes: does the first advice name them, and does the diagnosis?

All dialogues are held side by side, on a host of their own. Each test tells of one of them.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.tests.interop import (
    haraka,
    outputs,
    own_host,
    planted,
    planted_dns,
    planted_exim,
    planted_haraka,
    planted_servers,
    planted_services,
    room,
    unbound,
)
from ansible_collections.mailops.smtp.tests.interop.planted_dovecot import DOVECOT
from ansible_collections.mailops.smtp.tests.interop.planted_exim import EXIM
from ansible_collections.mailops.smtp.tests.interop.planted_haraka import HARAKA
from ansible_collections.mailops.smtp.tests.interop.planted_postfix import NAT, POSTFIX
from ansible_collections.mailops.smtp.tests.interop.postfix import ROOM
from ansible_collections.mailops.smtp.tests.interop.room import Room
from ansible_collections.mailops.smtp.tests.interop.server import free_ports

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.tests.interop.certificates import Certificates
    from ansible_collections.mailops.smtp.tests.interop.score import Trial

AT_ONCE = 8

NAT_ROOM = Room("routers", ["nftables", "iproute2"])

# The first number of a server and its client. Those below are for what is with nothing wrong.
FIRST = 10

ALL = (*POSTFIX, *DOVECOT, *EXIM, *HARAKA)
NUMBERS = {one.name: number for number, one in enumerate(ALL, FIRST)}

# What a router does to the packets of some clients.
TRANSLATION = """
table ip translation {{
  chain rules {{
    type nat hook postrouting priority 100;
    ip saddr {{ {clients} }} snat to {address}
  }}
}}
"""


@pytest.fixture(scope="module")
def results(folder: Path, certificates: Certificates) -> dict[str, planted.Result]:
    """Hold all dialogues, and return what came of each planted cause."""
    lack = room.missing() or haraka.missing()
    if lack is not None:
        pytest.skip(lack)
    own = folder / "planted"
    for name in ("", "dns", "nat", "postfix", "exim", "haraka"):
        (own / name).mkdir()
    # While packages can still be fetched.
    for one in (unbound.ROOM, NAT_ROOM, ROOM, planted_exim.ROOM):
        one.furnish()
    haraka.install(own / "haraka")
    for name in ("", "postfix", "exim"):
        own_host.write_files(own / name)
    return own_host.run_on(own, lambda: _hold_all(own, certificates))


def _hold_all(folder: Path, certificates: Certificates) -> dict[str, planted.Result]:
    ports = free_ports(*planted_services.POLICIES, "milter", "next_hop", "closed")

    def places_of(
        rows: t.Sequence[planted.Planted], healthy: int, log: t.Callable[[planted.Place], str]
    ) -> list[planted.Place]:
        address = f"{own_host.SERVERS}.{healthy}"
        return [planted.Place(one, NUMBERS[one.name], certificates, address, log) for one in rows]

    log = planted_servers.postfix_log(folder / "postfix")
    postfix = places_of(POSTFIX, planted_servers.HEALTHY, log)
    log = planted_servers.dovecot_log(folder / "postfix")
    dovecot = places_of(DOVECOT, planted_servers.HEALTHY_DOVECOT, log)
    exim = places_of(EXIM, planted_exim.HEALTHY, planted_exim.log(folder / "exim"))
    in_haraka = places_of(HARAKA, planted_haraka.HEALTHY, planted_haraka.log(folder / "haraka"))
    places = [*postfix, *dovecot, *exim, *in_haraka]
    middlebox = next(one.address for one in places if one.planted.service == "middlebox")
    behind = f"{own_host.SERVERS}.{planted_servers.HEALTHY}"
    with contextlib.ExitStack() as running:
        for starting in (
            planted_dns.start(folder / "dns", _records(places)),
            planted_services.running(ports, (middlebox, 25), (behind, 25)),
            planted_servers.start(folder / "postfix", certificates, ports, postfix, dovecot),
            planted_exim.start(folder / "exim", certificates, ports, exim),
            planted_haraka.start(folder / "haraka", certificates, in_haraka),
        ):
            running.enter_context(starting)
        _translate(folder / "nat", places)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as workers:
            done = list(workers.map(planted.try_out, places))
    return {place.planted.name: result for place, result in zip(places, done)}


def _translate(folder: Path, places: t.Sequence[planted.Place]) -> None:
    """Have this host change the addresses of some clients, as a router on the way does."""
    clients = ", ".join(one.client for one in places if one.planted.client == "translated")
    rules = folder / "rules.nft"
    rules.write_text(TRANSLATION.format(clients=clients, address=own_host.TRANSLATED))
    with NAT_ROOM.running(folder, "nft", "-f", str(rules)) as loading:
        assert loading.wait() == 0, (folder / "output.txt").read_text()


def _records(places: t.Sequence[planted.Place]) -> t.Iterator[str]:
    numbers = [place.number for place in places]
    listed = [place.number for place in places if "bl.test" in str(place.planted.settings)]
    yield from planted_dns.records(numbers, listed)
    outside = [place for place in places if place.planted.client in ("outside", "crooked")]
    crooked = [place.number for place in outside if place.planted.client == "crooked"]
    yield from planted_dns.names_outside([place.number for place in outside], crooked)


@pytest.mark.parametrize("name", [one.name for one in ALL])
def test_the_dialogue_fails_for_the_planted_cause(
    name: str, results: dict[str, planted.Result], trials: list[Trial]
) -> None:
    result = results[name]
    assert not result.error, result
    assert result.trial is not None
    trials.append(result.trial)


def test_the_documentation_shows_what_is_found_of_a_translated_address(
    results: dict[str, planted.Result],
) -> None:
    outputs.check("nat-not-in-mynetworks", results[NAT].diagnosis)

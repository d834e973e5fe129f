# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Causes that are planted in a network of three routers are found, and never proven wrongly.

In each row exactly one thing is wrong. First the dialogue of a user fails, and then it is
diagnosed. The rows are diagnosed side by side.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import email.utils
import functools
import socket
import ssl
import tempfile
import time
import typing as t
import warnings
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address, family_of
from ansible_collections.mailops.smtp.plugins.module_utils._net.resolver import BackgroundCall
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.engine import advise
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.budget import (
    CONNECTIONS,
    SECONDS,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.diagnose import diagnose
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.investigation import (
    Investigation,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.model import Diagnosis
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.result import result_of
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.dialogue import hold
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.facts import facts_of
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.lookup import resolve_server
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.lookup import ServerLookup
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.transcript import (
    Transcript,
)
from ansible_collections.mailops.smtp.tests.interop import outputs, room, routers
from ansible_collections.mailops.smtp.tests.interop.certificates import (
    SERVER_NAME,
    Certificates,
    Pem,
)
from ansible_collections.mailops.smtp.tests.interop.score import Trial
from ansible_collections.mailops.smtp.tests.unit import dns_server
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS

SERVER, SERVER6 = routers.SERVER, routers.SERVER6
GOOD_PORT = 25

RULES = {
    "r1": routers.drop(2401)
    + routers.reject("with icmpx admin-prohibited", 2411)
    + routers.reject("with tcp reset", 2421),
    "r2": routers.drop(2402)
    + routers.rules("forward", "ip daddr 10.0.5.66 drop")
    + "table ip one_port { chain rules { type filter hook prerouting priority -150;\n"
    "ip daddr 10.0.5.25 tcp dport 25 drop\n}\n}\n"
    + routers.reject("with icmpx admin-prohibited", 2412)
    + routers.reject("with tcp reset", 2422)
    + routers.reject("with icmpx port-unreachable", 2432)
    # The report that a packet is too large gets lost, as at many firewalls (RFC 2923).
    + routers.rules("output", "icmp type destination-unreachable icmp code frag-needed drop"),
    "r3": routers.rules("output", "icmp type destination-unreachable icmp code frag-needed drop")
    + routers.drop(2403)
    + routers.reject("with icmpx admin-prohibited", 2413),
    "server": routers.drop(2404, chain="input")
    + routers.rules("input", "ip daddr 10.0.5.31 tcp dport 25 drop", "ip6 daddr fd00:5::41 drop")
    + routers.reject("with icmpx admin-prohibited", 2414, chain="input"),
    "client": routers.rules(
        "output",
        "tcp dport 2405 drop",
        "tcp dport 2415 reject with icmpx admin-prohibited",
        "tcp dport 2425 reject with tcp reset",
    ),
}
COMMANDS = """
ip -n client route add prohibit 10.0.6.1
ip -n client route add unreachable 10.0.6.2
ip -n r3 route add 10.0.6.3 via 10.0.3.1
ip -n r2 route add 10.0.5.20 via 10.0.3.2 mtu lock 1000
ip -n r3 rule add from 10.0.5.21 lookup 21
ip -n r3 route add default via 10.0.3.1 mtu lock 1000 table 21
"""


class Row(t.NamedTuple):
    """A planted cause, the dialogue that it breaks, and what is to be found.

    `addresses` are those of the server, the first one that of the dialogue. `says` is a part of the
    evidence. `truth` is the cause that is planted, if another one is found. With `files`, which the
    client then has, the dialogue is with RELAY, whose address is looked up.
    """

    planted: str
    port: int
    cause: str
    certainty: str
    says: str = ""
    addresses: tuple[str, ...] = (SERVER,)
    options: t.Mapping[str, t.Any] = {}
    truth: str = ""
    files: t.Mapping[str, str] = {}

    def __str__(self) -> str:
        return self.planted


PATH = [
    Row("nobody listens", 2400, "service-listens", "consistent", "refuses connections"),
    Row("dropped at router 1", 2401, "firewall-drops", "proven", "the first router drops them"),
    Row("dropped at router 2", 2402, "firewall-drops", "proven", "10.0.1.1 (hop 1) or the next"),
    Row("dropped at router 3", 2403, "firewall-drops", "proven", "10.0.2.2 (hop 2) or the next"),
    Row(
        "dropped at the server",
        2404,
        "firewall-drops",
        "consistent",
        "10.0.3.2 (hop 3) or the server itself",
    ),
    Row("prohibited at router 1", 2411, "firewall-prohibits", "proven", "10.0.1.1 (hop 1)"),
    Row("prohibited at router 2", 2412, "firewall-prohibits", "proven", "10.0.2.2 (hop 2)"),
    Row("prohibited at router 3", 2413, "firewall-prohibits", "proven", "10.0.3.2 (hop 3)"),
    Row("prohibited at the server", 2414, "firewall-prohibits", "proven", "10.0.4.2 (hop 4)"),
    Row("reset by router 1", 2421, "firewall-resets", "proven", "behind 1 router"),
    Row("reset by router 2", 2422, "firewall-resets", "proven", "behind 2 routers"),
    Row("no port at router 2", 2432, "firewall-resets", "proven", "10.0.2.2 (hop 2)"),
    Row("prohibited here", 2415, "forbidden-here", "proven", "this host itself rejects"),
    Row("dropped here", 2405, "forbidden-here", "proven", "one of its own rules drops them"),
    Row(
        "dropped here over IPv6",
        2405,
        "forbidden-here",
        "proven",
        "one of its own rules drops them",
        (SERVER6,),
    ),
    Row("reset here", 2425, "forbidden-here", "consistent", "before the first router does"),
    Row(
        "prohibited at router 2 over IPv6",
        2412,
        "firewall-prohibits-ipv6",
        "proven",
        "fd00:2::2 (hop 2)",
        (SERVER6,),
    ),
    Row(
        "dropped at router 2 over IPv6",
        2402,
        "firewall-drops",
        "proven",
        "fd00:1::1 (hop 1) or the next",
        (SERVER6,),
    ),
    Row("host down over IPv6", 25, "stale-address", "consistent", "no answer", ("fd00:4::77",)),
    Row("host down", 25, "stale-address", "consistent", "gets no answer", ("10.0.4.77",)),
    Row("neighbour down", 25, "stale-address", "consistent", "no answer", ("10.0.1.77",)),
    Row("route prohibited here", 25, "forbidden-here", "consistent", "", ("10.0.6.1",)),
    Row("no route here", 25, "route-from-here", "consistent", "sends nothing", ("10.0.6.2",)),
    Row("a circle of routers", 25, "routing-loop", "consistent", "in a circle", ("10.0.6.3",)),
    Row("all dropped at router 2", 25, "path-ends", "consistent", "whatever", ("10.0.5.66",)),
]

FILTERED = Row(
    "port 25 filtered at hop 2",
    25,
    "firewall-drops",
    "proven",
    "(hop 1) or the next",
    ("10.0.5.25",),
)

NAMES = [
    Row(
        "dead first address",
        GOOD_PORT,
        "dead-address",
        "proven",
        "10.0.5.30 does",
        ("10.0.5.31", "10.0.5.30"),
        {"max_seconds": 0.5},
    ),
    Row(
        "dead IPv6 beside good IPv4",
        GOOD_PORT,
        "ipv4-without-ipv6",
        "proven",
        "10.0.5.40 does",
        ("fd00:5::41", "10.0.5.40"),
        {"max_seconds": 0.5},
    ),
]

LISTENERS = [
    Row("PROXY listener", 2501, "proxy-header-wanted", "proven", "greets after the header"),
    Row("TLS port", 2502, "tls-port", "proven", "TLS from the first byte"),
    Row("tarpit", 2503, "slow-greeting", "proven", "the greeting takes"),
    Row("HTTP", 2504, "other-protocol", "proven", "speaks HTTP"),
    Row("closes at once", 2505, "what-listens", "consistent", "whatever is sent"),
    Row("service hangs", 2506, "accept-queue-full", "consistent", "no service answers"),
    Row("greeting without an end", 2508, "slow-greeting", "consistent", "has no end"),
    Row(
        "accept queue full",
        2507,
        "firewall-drops",
        "consistent",
        "no new connections",
        truth="accept-queue-full",
    ),
]

MESSAGES = [
    Row(
        "large packets lost",
        GOOD_PORT,
        "large-packets",
        "proven",
        "small packets get through",
        ("10.0.5.20",),
        {
            "mail_from": "ann@example.com",
            "rcpt_to": ["bob@example.org"],
            "message": {"subject": "test", "size": 6000},
        },
    ),
    Row(
        "slow filter",
        2511,
        "slow-scanner",
        "open",
        "large packets get through",
        (SERVER,),
        {
            "mail_from": "ann@example.com",
            "rcpt_to": ["bob@example.org"],
            "message": {"subject": "test", "size": 6000},
        },
    ),
]

RELAY = "relay.example.test"
KNOWS, KNOWS_NOT, MUTE = "10.0.5.53", "10.0.5.54", "10.0.5.66"


def name_servers(*servers: str) -> dict[str, str]:
    """Return a resolv.conf with these name servers."""
    lines = [*(f"nameserver {one}" for one in servers), "options timeout:1 attempts:1", ""]
    return {"/etc/resolv.conf": "\n".join(lines)}


LOOKUPS = [
    Row(
        "split horizon",
        GOOD_PORT,
        "split-horizon",
        "proven",
        "only some of them know the name",
        files=name_servers(KNOWS_NOT, KNOWS),
    ),
    Row(
        "no name server answers",
        GOOD_PORT,
        "resolver-answers",
        "consistent",
        "no name server of this host answers",
        files=name_servers(MUTE),
    ),
    Row(
        "old entry in the hosts file",
        GOOD_PORT,
        "hosts-file-entry",
        "proven",
        "this address accepts connections",
        files={**name_servers(KNOWS), "/etc/hosts": f"10.0.5.31 {RELAY}\n"},
    ),
]

IMPLICIT = {"tls": "implicit"}
CERTIFICATES = [
    Row(
        "certificate lost",
        2521,
        "large-packets",
        "proven",
        "the dialogue gets further",
        ("10.0.5.21",),
        IMPLICIT,
    ),
    Row(
        "expired on one address",
        2522,
        "certificate-of-one-address",
        "proven",
        "another certificate, which is valid",
        ("10.0.5.50", "10.0.5.51"),
        IMPLICIT,
    ),
    Row(
        "expired",
        2522,
        "renew-certificate",
        "consistent",
        "expired by the clock of this host",
        ("10.0.5.50",),
        IMPLICIT,
    ),
    Row(
        "a server of TLS 1.1",
        2524,
        "old-tls",
        "proven",
        "too old for this host",
        options=IMPLICIT,
    ),
    Row(
        "a server of TLS 1.2",
        2525,
        "tls-versions",
        "proven",
        "speaks no TLSv1.3",
        options={**IMPLICIT, "tls_min_version": "TLSv1.3"},
    ),
    # The clock of the server is right here, and that of this host two years ahead.
    Row(
        "clock ahead",
        2523,
        "clock-ahead",
        "consistent",
        "valid by that of the server",
        (SERVER,),
        {"tls": "required"},
    ),
]

LARGE_PACKETS = MESSAGES[0]
ROWS = [FILTERED, *LOOKUPS, *CERTIFICATES, *PATH, *NAMES, *LISTENERS, *MESSAGES]


class Found(t.NamedTuple):
    """The diagnosis of a row, and what it took."""

    diagnosis: Diagnosis
    connections: int
    seconds: float
    advised: str
    result: dict[str, t.Any]


def address_of(ip: str, port: int) -> Address:
    """Return an address to connect to."""
    family = family_of(ip)
    rest = (0, 0) if family == socket.AF_INET6 else ()
    return Address(family, (ip, port, *rest))


def diagnose_row(network: routers.Routers, authority: Path, row: Row) -> Found:
    """Diagnose the failure of a row, in a thread of its own if it has files of its own."""
    if not row.files:
        return diagnose_here(network, authority, row)

    def with_files() -> Found:
        with tempfile.TemporaryDirectory() as folder:
            routers.see(row.files, Path(folder))
            return diagnose_here(network, authority, row)

    return BackgroundCall(with_files).wait()


def diagnose_here(network: routers.Routers, authority: Path, row: Row) -> Found:
    """Hold the dialogue of a row, which must fail, and diagnose its failure."""
    options = {
        **DEFAULTS,
        "host": RELAY if row.files else row.addresses[0],
        "port": row.port,
        "helo": "client.example.test",
        "ca_path": str(authority),
        "tls_server_name": SERVER_NAME,
        "connect_timeout": 1.0,
        "timeout": 1.5,
        **row.options,
    }
    plan = plan_from(options)
    lookup = ServerLookup(tuple(address_of(ip, row.port) for ip in row.addresses))
    with network.inside("client"):
        if row.files:
            lookup = resolve_server(plan)
        record = hold(plan, lookup, Transcript())
        failure = record.failure
        assert failure is not None, row
        investigation = Investigation(plan, failure, lookup)
        diagnosis = diagnose(investigation)
    budget = investigation.budget
    return Found(
        diagnosis,
        budget.connections,
        budget.seconds,
        advise(facts_of(record, failure))[0].id,
        result_of(diagnosis, investigation),
    )


# What listens on the server


def speak_smtp(sock: socket.socket, first: bytes = b"220 mx.example.org ESMTP\r\n") -> None:
    """Accept everything but the end of a message, whose filter never answers."""
    lines = sock.makefile("rb")
    sock.sendall(first)
    in_message = False
    for line in lines:
        verb = line[:4].upper()
        if in_message:
            continue
        if verb == b"EHLO":
            sock.sendall(b"250-mx.example.org\r\n250 PIPELINING\r\n")
        elif verb == b"DATA":
            sock.sendall(b"354 Go on\r\n")
            in_message = True
        elif verb == b"QUIT":
            sock.sendall(b"221 Bye\r\n")
            return
        else:
            sock.sendall(b"250 OK\r\n")


def want_proxy_header(sock: socket.socket) -> None:
    """Greet after a PROXY header of version 1, and hang up after any other line."""
    if sock.makefile("rb").readline().startswith(b"PROXY TCP4 "):
        speak_smtp(sock)


def want_tls(context: ssl.SSLContext, sock: socket.socket) -> None:
    """Speak TLS from the first byte."""
    with context.wrap_socket(sock, server_side=True) as wrapped:
        speak_smtp(wrapped)


def wait_before_greeting(sock: socket.socket) -> None:
    """Greet late, as a tarpit does."""
    time.sleep(2.5)
    speak_smtp(sock)


def speak_http(sock: socket.socket) -> None:
    """Refuse what is no request."""
    sock.makefile("rb").readline()
    sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def begin_greeting(sock: socket.socket) -> None:
    """Send the first line of a greeting alone, as postscreen does to find out who speaks early."""
    sock.sendall(b"220-mx.example.org ESMTP\r\n")
    sock.makefile("rb").readline()


def speak_of_old_date(context: ssl.SSLContext, sock: socket.socket) -> None:
    """Greet with the date of two years ago, as Exim does, and offer STARTTLS."""
    date = email.utils.formatdate(time.time() - 2 * 365 * 86400)
    sock.sendall(f"220 mx.example.org ESMTP Exim 4.96 {date}\r\n".encode())
    sock.makefile("rb").readline()
    sock.sendall(b"250-mx.example.org\r\n250 STARTTLS\r\n")
    sock.makefile("rb").readline()
    sock.sendall(b"220 Go ahead\r\n")
    want_tls(context, sock)


def hang_up(_sock: socket.socket) -> None:
    """Say nothing."""


def old_context(pem: Pem, version: str) -> ssl.SSLContext:
    """Return the context of a server that knows no later version of TLS."""
    context = pem.context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion[version]
    return context


@contextlib.contextmanager
def listeners(network: routers.Routers, certificates: Certificates) -> t.Iterator[None]:
    """Start what listens on the server."""
    speak_tls = functools.partial(want_tls, certificates.with_intermediate.context())
    expired = certificates.expired.context()
    handlers: dict[int | tuple[int, str], routers.Handler] = {
        GOOD_PORT: speak_smtp,
        2501: want_proxy_header,
        2502: speak_tls,
        2503: wait_before_greeting,
        2504: speak_http,
        2505: hang_up,
        2508: begin_greeting,
        2521: speak_tls,
        (2522, "10.0.5.50"): functools.partial(want_tls, expired),
        (2522, "10.0.5.51"): speak_tls,
        2524: functools.partial(want_tls, old_context(certificates.good, "TLSv1_1")),
        2525: functools.partial(want_tls, old_context(certificates.good, "TLSv1_2")),
        2523: functools.partial(speak_of_old_date, expired),
        2511: speak_smtp,
    }
    with contextlib.ExitStack() as stack:
        with network.inside("server"):
            sockets = {
                at: stack.enter_context(routers.listen(*(at if isinstance(at, tuple) else (at,))))
                for at in handlers
            }
            stack.enter_context(routers.listen(2506))
            for ip, records in ((KNOWS, {RELAY: ["A 10.0.5.30"]}), (KNOWS_NOT, {})):
                stack.callback(dns_server.DnsServer(records, address=(ip, 53)).close)
            full = stack.enter_context(routers.listen(2507, backlog=0))
            stack.enter_context(socket.create_connection(full.getsockname()))
        for at, listener in sockets.items():
            routers.serve(listener, handlers[at])
        try:
            yield
        finally:
            for listener in sockets.values():
                listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def found(folder: Path, certificates: Certificates) -> t.Iterator[t.Callable[[Row], Found]]:
    """Return a function that returns the diagnosis of a row. All are made side by side."""
    lack = room.missing()
    if lack is not None:
        pytest.skip(lack)
    with contextlib.ExitStack() as stack:
        network = stack.enter_context(routers.start(folder / "routers", RULES, COMMANDS))
        stack.enter_context(listeners(network, certificates))
        # Each router looks for its neighbours, which takes a second over IPv6.
        with network.inside("client"), contextlib.suppress(ConnectionRefusedError):
            socket.create_connection((SERVER6, GOOD_PORT))
        found_by = functools.partial(diagnose_row, network, certificates.ca)
        with concurrent.futures.ThreadPoolExecutor(len(ROWS)) as pool:
            results = dict(zip(map(str, ROWS), pool.map(found_by, ROWS)))
        yield lambda row: results[str(row)]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_planted_cause_is_found(
    row: Row, found: t.Callable[[Row], Found], trials: list[Trial]
) -> None:
    result = found(row)
    cause, certainty = result.diagnosis.cause.id, result.diagnosis.certainty
    planted = (row.truth or row.cause,)
    trials.append(Trial(f"network: {row}", planted, result.advised, cause, certainty))
    shown = "\n".join([*map(str, result.diagnosis.evidence), *result.diagnosis.unasked])
    assert (cause, certainty) == (row.cause, row.certainty), shown
    assert row.says in shown


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_diagnosis_keeps_within_its_budget(row: Row, found: t.Callable[[Row], Found]) -> None:
    result = found(row)
    assert result.connections <= CONNECTIONS
    assert result.seconds < SECONDS + 1, "\n".join(result.result["transcript"])


@pytest.mark.parametrize(
    ("name", "row"),
    [("filtered-at-hop-2", FILTERED), ("large-packets-lost", LARGE_PACKETS)],
)
def test_the_documentation_shows_the_output(
    name: str, row: Row, found: t.Callable[[Row], Found]
) -> None:
    outputs.check(name, found(row).result)

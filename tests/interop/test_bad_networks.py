# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Over bad networks, a task of the module ends in time, says what it saw, and leaves nothing open.

Each row is a target with one real fault on its way. All of them are targets of the same task, as
are servers without a fault, so they also show that no fault harms another target. The last server
answers only when the module has no other connection left.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import typing as t
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.resolver import BackgroundCall
from ansible_collections.mailops.smtp.plugins.modules import smtp_handshake
from ansible_collections.mailops.smtp.tests.interop import room, routers, slow_link
from ansible_collections.mailops.smtp.tests.interop.certificates import (
    SERVER_NAME,
    Certificates,
)

CONNECT, REPLY, DEADLINE = 2.0, 2.5, 5.0

# How much later a dialogue may end than its limits say, on a machine with much else to do.
MARGIN = 5.0

PATIENCE = 60.0

# All of 10.0.5.0/24 is the server's. Two more addresses vanish while a dialogue waits.
SERVER = "10.0.5.1"
LOSSY = [f"10.0.5.{number}" for number in range(96, 106)]
VANISHING_SERVER, VANISHING_CLIENT = "10.0.8.1", "10.0.1.9"
NAME_SERVER = "10.0.5.53"

TOO_LARGE = "icmp type destination-unreachable icmp code frag-needed drop"
LOSS = [f"ip {end} 10.0.5.96/27 numgen random mod 100 < 5 drop" for end in ("saddr", "daddr")]
RULES = {
    "r1": routers.rules(
        "forward",
        "tcp sport 2610 tcp flags & syn == 0 drop",
        "tcp dport 2611 @th,256,32 0x4d41494c reject with tcp reset",  # a packet with MAIL
    ),
    "r2": routers.rules("output", TOO_LARGE) + routers.rules("forward", *LOSS),
    "r3": routers.rules("output", TOO_LARGE),
    "server": routers.rules("input", "ip daddr 10.0.5.31 drop"),
}
COMMANDS = f"""
ip -n r2 route add 10.0.5.20 via 10.0.3.2 mtu lock 1000
ip -n r3 rule add from 10.0.5.21 lookup 21
ip -n r3 route add default via 10.0.3.1 mtu lock 1000 table 21
ip -n r2 route add 10.0.8.0/24 via 10.0.3.2
ip -n r3 route add 10.0.8.0/24 via 10.0.4.2
ip -n server address add {VANISHING_SERVER}/32 dev lo
ip -n client address add {VANISHING_CLIENT}/24 dev to-r1
"""

TIMEOUT = "timeout"
PASSES = ("", "")
ENVELOPE = {"mail_from": "ann@example.com", "rcpt_to": ["bob@example.org"]}
MESSAGE = {**ENVELOPE, "message": {"subject": "test", "size": 6000}}
LARGE_MESSAGE = {**ENVELOPE, "message": {"subject": "test", "size": 20_000_000}}
IMPLICIT = {"tls": "implicit"}
PATIENT = {"connect_timeout": 15, "timeout": 15, "deadline": 30}


class Row(t.NamedTuple):
    """A target with a fault on its way, and what the module says of it, and within which seconds.

    `failure` is the stage and the kind of the failure, or PASSES. `text` is a part of the text of
    the failure, or of the transcript of a dialogue that passes.
    """

    fault: str
    host: str
    port: int
    failure: tuple[str, str]
    within: float
    text: str = ""
    options: t.Mapping[str, t.Any] = {}

    def __str__(self) -> str:
        return self.fault


def named(fault: str, label: str, failure: tuple[str, str], within: float, text: str = "") -> Row:
    """Return the row of a server whose name the name server answers as its first label says."""
    return Row(fault, f"{label}.example.test", 25, failure, within, text)


WORKING = [
    Row("no fault", SERVER, 25, PASSES, 1),
    Row("no fault over TLS", SERVER, 2607, PASSES, 1, "", IMPLICIT),
    Row("500 ms each way", "10.0.7.2", 25, PASSES, 20, "", PATIENT),
    *(Row(f"5 % loss, {ip}", ip, 25, PASSES, 20, "", {**MESSAGE, **PATIENT}) for ip in LOSSY),
]
STALLS = [
    Row("silent from the start", SERVER, 2601, ("greeting", TIMEOUT), REPLY),
    Row("stall in the greeting", SERVER, 2602, ("greeting", TIMEOUT), REPLY, "no complete answer"),
    Row("stall in a reply", SERVER, 2603, ("helo", TIMEOUT), REPLY, "no complete answer"),
    Row("a byte at a time", SERVER, 2604, ("helo", TIMEOUT), REPLY, "no complete answer"),
    Row("slow replies", SERVER, 2608, ("mail_from", TIMEOUT), DEADLINE, "deadline", ENVELOPE),
    Row(
        "stall in the message",
        SERVER,
        2605,
        ("message", TIMEOUT),
        REPLY,
        "the server did not take what was sent",
        LARGE_MESSAGE,
    ),
    Row("stall in TLS", SERVER, 2601, ("connect", TIMEOUT), REPLY, "", IMPLICIT),
    Row("stall after STARTTLS", SERVER, 2606, ("starttls", TIMEOUT), REPLY),
]
LOST = [
    Row("large packets, message", "10.0.5.20", 25, ("message", TIMEOUT), REPLY, "", MESSAGE),
    Row("large packets, TLS", "10.0.5.21", 2607, ("connect", TIMEOUT), REPLY, "", IMPLICIT),
    Row("all after the handshake", SERVER, 2610, ("greeting", TIMEOUT), REPLY),
    Row("reset", SERVER, 2611, ("mail_from", "disconnect"), REPLY, "reset by peer", ENVELOPE),
    named("first address dead", "two", PASSES, CONNECT, "10.0.5.31 port 25: no answer"),
    Row("accept queue full", SERVER, 2612, ("connect", TIMEOUT), CONNECT),
]
NAME_SERVERS = [
    named("silent name server", "silent", ("connect", "resolve"), 10),
    named("name server fails", "servfail", ("connect", "resolve"), 1),
    named("no such name", "absent", ("connect", "resolve"), 1),
    named("wrong address", "wrong", ("connect", TIMEOUT), CONNECT),
    named("no such name, for IPv6 alone", "ipv4", PASSES, 1),
    named("truncated", "truncated", PASSES, 1),
]
VANISHING = [
    Row("address of the server", VANISHING_SERVER, 2613, ("helo", TIMEOUT), REPLY),
    Row(
        "address of this host",
        SERVER,
        2614,
        ("helo", TIMEOUT),
        REPLY,
        "",
        {"source_address": VANISHING_CLIENT},
    ),
]
ROWS = [*WORKING, *STALLS, *LOST, *NAME_SERVERS, *VANISHING]

LAST = Row("last", SERVER, 2699, PASSES, 0, "", {"timeout": PATIENCE, "deadline": PATIENCE})


# What listens on the server


def speak_smtp(sock: socket.socket) -> None:
    """Accept everything."""
    sock.sendall(b"220 mx.example.org ESMTP\r\n")
    in_message = False
    with sock.makefile("rb") as lines:
        for line in lines:
            verb = line[:4].upper()
            if in_message:
                in_message = line != b".\r\n"
                answer = b"" if in_message else b"250 OK\r\n"
            elif verb == b"DATA":
                in_message, answer = True, b"354 Go on\r\n"
            else:
                answer = b"221 Bye\r\n" if verb == b"QUIT" else b"250 mx.example.org\r\n"
            sock.sendall(answer)


def say(*replies: bytes) -> routers.Handler:
    """Return a handler that sends these, each after a line from the client but the first."""

    def handle(sock: socket.socket) -> None:
        with sock.makefile("rb") as lines:
            for reply in replies:
                sock.sendall(reply)
                lines.readline()
            threading.Event().wait(PATIENCE)

    return handle


def drip(sock: socket.socket) -> None:
    """Send a byte at a time, and never the end of the reply."""
    sock.sendall(b"220 mx.example.org\r\n")
    sock.makefile("rb").readline()
    for byte in b"250-" + b"x" * 1000:
        sock.sendall(bytes([byte]))
        time.sleep(0.2)


def speak_slowly(sock: socket.socket) -> None:
    """Send each reply late, but in time."""
    with sock.makefile("rb") as lines:
        for code in (220, 250, 250):
            time.sleep(0.7 * REPLY)
            sock.sendall(b"%d mx.example.org\r\n" % code)
            lines.readline()


def want_tls(context: ssl.SSLContext, sock: socket.socket) -> None:
    """Speak TLS from the first byte."""
    with context.wrap_socket(sock, server_side=True) as wrapped:
        speak_smtp(wrapped)


def run_first(network: routers.Routers, node: str, command: str, sock: socket.socket) -> None:
    """Run a command on a node when EHLO has come, and answer then."""
    sock.sendall(b"220 mx.example.org\r\n")
    sock.makefile("rb").readline()
    with network.inside(node):
        subprocess.run(command.split(), check=True)
    sock.sendall(b"250 mx.example.org\r\n")
    threading.Event().wait(PATIENCE)


# The name server


def answer_to(query: dns.message.Message, over_tcp: bool) -> dns.message.Message | None:
    """Answer as the first label of the name says, or not at all."""
    (question,) = query.question
    response = dns.message.make_response(query, recursion_available=True)
    label = question.name.to_text().partition(".")[0]
    addresses = {
        "two": ("10.0.5.31", "10.0.5.30"),
        "wrong": ("10.0.5.31",),
        "ipv4": (SERVER,),
        "truncated": (SERVER,) if over_tcp else (),
    }
    if label == "silent":
        return None
    if label == "servfail":
        response.set_rcode(dns.rcode.SERVFAIL)
    elif label not in addresses or (label == "ipv4" and question.rdtype != dns.rdatatype.A):
        response.set_rcode(dns.rcode.NXDOMAIN)
    elif question.rdtype == dns.rdatatype.A and addresses[label]:
        response.answer = [dns.rrset.from_text(question.name, 60, "IN", "A", *addresses[label])]
    if label == "truncated" and not over_tcp:
        response.flags |= dns.flags.TC
    return response


def answer_over_udp(sock: socket.socket) -> None:
    """Answer datagrams, until an empty one."""
    while True:
        wire, client = sock.recvfrom(4096)
        if not wire:
            return
        response = answer_to(dns.message.from_wire(wire), over_tcp=False)
        if response is not None:
            # The addresses keep their order, which dnspython would change.
            sock.sendto(response.to_wire(want_shuffle=False), client)


def answer_over_tcp(sock: socket.socket) -> None:
    """Answer the queries of a connection (RFC 1035 section 4.2.2)."""
    with sock.makefile("rb") as stream:
        while True:
            length = int.from_bytes(stream.read(2), "big")
            if not length:
                return
            response = answer_to(dns.message.from_wire(stream.read(length)), over_tcp=True)
            assert response is not None
            wire = response.to_wire()
            sock.sendall(len(wire).to_bytes(2, "big") + wire)


# The task


class Task:
    """The module with all targets, as it runs on the client."""

    def __init__(self, network: routers.Routers, certificates: Certificates, folder: Path) -> None:
        self._network = network
        self._certificates = certificates
        self._folder = folder
        self._last = threading.Event()
        self._alone = threading.Event()
        self.left_open: list[str] = []
        self.results: list[dict[str, t.Any]] = []

    def run(self) -> None:
        """Run it, in a thread of its own."""
        resolv_conf = f"nameserver {NAME_SERVER}\noptions timeout:1 attempts:1\n"
        targets = [{"host": row.host, "port": row.port, **row.options} for row in [*ROWS, LAST]]
        options = {
            "targets": targets,
            "concurrency": len(targets),
            "per_server": len(targets),
            "helo": "client.example.test",
            "ca_path": str(self._certificates.ca),
            "tls_server_name": SERVER_NAME,
            "connect_timeout": CONNECT,
            "timeout": REPLY,
            "deadline": DEADLINE,
        }
        with self._network.inside("client"):
            routers.see({"/etc/resolv.conf": resolv_conf}, self._folder)
            process = subprocess.Popen(
                [sys.executable, "-m", smtp_handshake.__name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        with process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode())
            process.stdin.close()
            self._last.wait(PATIENCE)
            until = time.monotonic() + PATIENCE / 2
            while len(sockets_of(process.pid)) > 1 and time.monotonic() < until:
                time.sleep(0.05)
            self.left_open = sockets_of(process.pid)
            self._alone.set()
            result = json.loads(process.stdout.read().decode())
        self.results = result["results"]

    def answer_last(self, sock: socket.socket) -> None:
        """Answer when no other connection is open."""
        self._last.set()
        self._alone.wait(PATIENCE)
        speak_smtp(sock)


def sockets_of(pid: int) -> list[str]:
    """Return the sockets that a process has open."""
    links = []
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            links.append(os.readlink(str(path)))
    return [link for link in links if link.startswith("socket:")]


@contextlib.contextmanager
def servers(network: routers.Routers, certificates: Certificates, task: Task) -> t.Iterator[None]:
    """Start what listens on the server, and the name server."""
    context = certificates.with_intermediate.context()
    greeting, hello = b"220 mx.example.org\r\n", b"250-mx.example.org\r\n"
    handlers: dict[int, routers.Handler] = {
        25: speak_smtp,
        53: answer_over_tcp,
        2601: say(),
        2602: say(b"220-mx.exam"),
        2603: say(greeting, hello + b"250-SI"),
        2604: drip,
        2605: say(
            greeting, hello + b"250 SIZE\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 Go on\r\n"
        ),
        2606: say(greeting, hello + b"250 STARTTLS\r\n", b"220 Go ahead\r\n"),
        2607: functools.partial(want_tls, context),
        2608: speak_slowly,
        2610: speak_smtp,
        2611: speak_smtp,
        2613: functools.partial(
            run_first, network, "server", f"ip address del {VANISHING_SERVER}/32 dev lo"
        ),
        2614: functools.partial(
            run_first, network, "client", f"ip address del {VANISHING_CLIENT}/24 dev to-r1"
        ),
        LAST.port: task.answer_last,
    }
    with contextlib.ExitStack() as stack, network.inside("server"):
        full = stack.enter_context(routers.listen(2612, backlog=0))
        stack.enter_context(socket.create_connection(full.getsockname()))
        questions = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        questions.bind((NAME_SERVER, 53))
        threading.Thread(target=answer_over_udp, args=(questions,), daemon=True).start()
        stack.callback(questions.sendto, b"", (NAME_SERVER, 53))
        for port, handle in handlers.items():
            listener = stack.enter_context(routers.listen(port))
            routers.serve(listener, handle)
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
        yield


@pytest.fixture(scope="module")
def task(folder: Path, certificates: Certificates) -> Task:
    """Run the task, and return it when it has ended."""
    lack = room.missing()
    if lack is None and not slow_link.DEVICES.exists():
        lack = f"this machine has no {slow_link.DEVICES}"
    if lack is not None:
        pytest.skip(lack)
    own = folder / "bad_networks"
    own.mkdir()
    with routers.start(own / "routers", RULES, COMMANDS) as network:
        made = Task(network, certificates, own)
        ends = {"client": "10.0.7.1/24", "server": "10.0.7.2/24"}
        with slow_link.slow_link(network, ends, 0.5), servers(network, certificates, made):
            BackgroundCall(made.run).wait()
    return made


@pytest.mark.parametrize(("number", "row"), list(enumerate(ROWS)), ids=list(map(str, ROWS)))
def test_the_module_says_what_it_saw_and_ends_in_time(task: Task, number: int, row: Row) -> None:
    result = task.results[number]
    transcript = "\n".join(result["transcript"])
    failure = result["failure"] or {"stage": "", "kind": "", "text": transcript}
    assert (failure["stage"], failure["kind"]) == row.failure, transcript
    assert row.text in failure["text"], transcript
    seconds = result["seconds"]
    assert seconds["total"] + seconds["resolve"] < row.within + MARGIN, transcript


def test_no_connection_stays_open(task: Task) -> None:
    """The module holds the last dialogue, and nothing else. Then that one passes, too."""
    assert len(task.left_open) == 1
    assert task.results[-1]["passed"]

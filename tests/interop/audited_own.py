# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small mail server of our own, for the faults that no real one of today has any more.

`settings` has the words of FAULTS; a server without them is sound. See `audited.Fault`.
"""

from __future__ import annotations

import base64
import contextlib
import re
import socket
import ssl
import threading
import time
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop import own_host
from ansible_collections.mailops.smtp.tests.interop.audited import (
    OTHER_DOMAIN,
    OWN_DOMAIN,
    PASSWORD,
    UNSENT_DOMAIN,
    USER,
    Fault,
    Place,
)
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME, Certificates
from ansible_collections.mailops.smtp.tests.unit.tls_answers import (
    DONE,
    TLS10,
    flight,
    server_hello,
)

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import Profile

ROOM = None
PROFILES: tuple[Profile, ...] = ("mx", "relay", "submission")

MAILBOXES = ("alice", "erin", "postmaster", "abuse")
MOST_BYTES = 100_000
SECONDS = 20.0
GUESS_SECONDS = 1.0
MOST_ERRORS = 20

# The bytes that end a message, and what faulty servers take for them.
END = rb"\r\n\.\r\n"
ENDINGS = {
    "lf dot cr": rb"\n\.\r(?!\n)",
    "cr dot lf": rb"\r\.\n",
    "cr dot cr": rb"\r\.\r(?!\n)",
    "cr dot crlf": rb"\r\.\r\n",
    "crlf dot cr": rb"\r\n\.\r(?!\n)",
    "nul dot": rb"\r\n\0\.\r\n",
    "dot nul": rb"\r\n\.\0\r\n",
    "cr crlf": rb"\r\r\n\.\r\r\n",
    "two dots": rb"\r\n\.\.\r\n",
}

# How a recipient can be written so that it leads to a domain beyond the server.
_ELSE = re.escape(OTHER_DOMAIN)
ROUTES = {
    "percent": rf"[^\"]*%{_ELSE}@\[.*\]",
    "quoted": rf'"[^"]*@{_ELSE}"',
    "quoted percent": rf'"[^"]*%{_ELSE}"',
    "two at signs": rf"[^@\"]*@{_ELSE}@.*\]",
    "two at signs, name": rf"[^@\"]*@{_ELSE}@mx.*",
    "source route": rf"@\[.*\]:.*@{_ELSE}",
    "source route, name": rf"@{re.escape(SERVER_NAME)}:.*@{_ELSE}",
    "source route, domain": rf"@{re.escape(OWN_DOMAIN)}.*:.*@{_ELSE}",
    "bang": rf"{_ELSE}![^@]*",
    "trailing dot": rf".*@{_ELSE}\.",
}


# What servers of old choose of TLS.
ANSWERS = {
    "ssl3": flight(server_hello(0x0300, 0x002F), DONE),
    "export": flight(server_hello(TLS10, 0x0008), DONE),
    "compression": flight(server_hello(compression=1), DONE),
    "insecure": flight(server_hello(extensions=b""), DONE),
}


def _with(*faults: str) -> dict[str, str]:
    return dict.fromkeys(faults, "")


# fmt: off
FAULTS: tuple[Fault, ...] = (  # noqa: E128 - a table
    Fault("own: the percent hack relays", "relay-05", _with("percent")),
    Fault("own: a recipient in quotes relays", "relay-07", _with("quoted")),
    Fault("own: the percent hack relays in quotes", "relay-08", _with("quoted percent")),
    Fault("own: two at signs relay, at an address literal", "relay-09", _with("two at signs")),
    Fault("own: two at signs relay, at the server's name", "relay-11",
        _with("two at signs, name")),
    Fault("own: a source route relays, by an address literal", "relay-12", _with("source route")),
    Fault("own: a source route relays, by the server's name", "relay-13",
        _with("source route, name")),
    Fault("own: a source route relays, by the own domain", "relay-20",
        _with("source route, domain")),
    Fault("own: a bang path relays", "relay-14", _with("bang")),
    Fault("own: a trailing dot relays", "relay-28", _with("trailing dot")),
    Fault("own: a failed login gives relay rights", "relay-26", _with("failed login"),
        options={"tls": "never"}),
    Fault("own: commands in the clear are answered within TLS", "tls-inject", _with("inject")),
    Fault("own: STARTTLS forgets nothing", "tls-forget", _with("remember")),
    Fault("own: it answers in the clear behind STARTTLS", "tls-pipelined", _with("pipelined")),
    Fault("own: it goes on in the clear without TLS", "tls-fail-closed", _with("fail open")),
    Fault("own: SSL 3.0", "tls-floor", _with("ssl3")),
    Fault("own: 40 bits for export", "tls-ciphers", _with("export")),
    Fault("own: compression within TLS", "tls-compress", _with("compression")),
    Fault("own: no secure renegotiation", "tls-reneg", _with("insecure")),
    Fault("own: it takes a login in the clear", "tls-auth-hidden", _with("hidden auth")),
    Fault("own: LF, dot, CR ends a message", "sm-04", _with("lf dot cr")),
    Fault("own: CR, dot, LF ends a message", "sm-05", _with("cr dot lf")),
    Fault("own: CR, dot, CR ends a message", "sm-06", _with("cr dot cr")),
    Fault("own: CR, dot, CRLF ends a message", "sm-07", _with("cr dot crlf")),
    Fault("own: CRLF, dot, CR ends a message", "sm-08", _with("crlf dot cr")),
    Fault("own: a dot behind a zero byte ends a message", "sm-09", _with("nul dot")),
    Fault("own: a dot before a zero byte ends a message", "sm-10", _with("dot nul")),
    Fault("own: doubled CRs end a message", "sm-11", _with("cr crlf")),
    Fault("own: two dots end a message", "sm-13", _with("two dots")),
    Fault("own: a CR ends a command", "sy-cr", _with("cr ends")),
    Fault("own: a zero byte ends a command", "sy-nul", _with("nul ends")),
    Fault("own: a LF ends a command, and is one", "sy-lf-cmd", _with("lf twice")),
    Fault("own: a CR ends a command, and another follows", "sy-cr-cmd", _with("cr ends")),
    Fault("own: a wrong password is answered at once", "auth-fails", _with("hasty logins"),
        "submission"),
    Fault("own: an unknown user is answered in another way", "enum-auth", _with("knows users"),
        "submission"),
    Fault("own: the size of a message is not counted", "li-size-lie", _with("lie")),
    Fault("own: text that is not ASCII", "li-8bit", _with("7bit")),
    Fault("own: a long command is cut", "sy-long", _with("cut")),
    Fault("own: a message that comes with DATA", "sy-data", _with("hasty")),
    Fault("own: commands that follow a message are refused", "sy-dot", _with("no group")),
    Fault("own: a login cannot be cancelled", "auth-cancel", _with("no cancel"), "submission"),
    Fault("own: a login without a name", "auth-empty", _with("anonymous"), "submission"),
    Fault("own: a second login", "auth-again", _with("again"), "submission", "authed"),
    Fault("own: an obsolete mechanism", "auth-mechs", _with("digest"), "submission"),
    Fault("own: no limit on the size", "li-size", _with("no size")),
    Fault("own: TURN", "cmd-turn", _with("turn")),
    Fault("own: the version in HELP", "cmd-help", _with("help")),
    Fault("own: no RSET", "cmd-noop-rset", _with("no rset")),
    Fault("own: an address literal is refused in EHLO", "helo-06", _with("no literal")),
    Fault("own: HELO is refused", "helo-08", _with("no helo")),
    Fault("own: EHLO without a name", "helo-09", _with("no name")),
    Fault("own: a firewall writes over the greeting", "ban-middlebox", _with("asterisks")),
    Fault("own: no postmaster without a domain", "enum-postmaster-bare", _with("no bare")),
    Fault("own: senders without a domain", "sp-unqualified", _with("bare sender")),
    Fault("own: senders of domains without mail", "sp-nullmx", _with("null mx")),
    Fault("own: senders that SPF rules out", "sp-spf", _with("no spf")),
    Fault("own: the parameter AUTH gives relay rights", "auth-param", _with("auth parameter"),
        "submission"),
    Fault("own: the parameter AUTH gives the name of another", "auth-param-user",
        _with("auth parameter"), "submission", "authed"),
    Fault("own: users write in the name of others", "auth-mismatch-from", _with("any author"),
        "submission", "authed"),
)
# fmt: on


@contextlib.contextmanager
def next_hop(
    port: int, certificates: Certificates, settings: t.Mapping[str, str]
) -> t.Iterator[None]:
    """Listen on loopback for mail that another server passes on."""
    place = Place(0, "relay", {"next hop": "", **settings})
    with _listening([(("127.0.0.1", port), place)], certificates):
        yield


@contextlib.contextmanager
def start(folder: Path, certificates: Certificates, places: t.Sequence[Place]) -> t.Iterator[None]:
    """Listen in threads, which have the network of the thread that starts them."""
    with _listening([((one.address, one.port), one) for one in places], certificates):
        yield


@contextlib.contextmanager
def _listening(
    places: t.Sequence[tuple[tuple[str, int], Place]], certificates: Certificates
) -> t.Iterator[None]:
    context = certificates.good.context()
    listeners = []
    for address, place in places:
        listener = socket.create_server(address)
        listeners.append(listener)
        threading.Thread(target=_accept, args=(listener, place, context), daemon=True).start()
    try:
        yield
    finally:
        for listener in listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def _accept(listener: socket.socket, place: Place, context: ssl.SSLContext) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, (client, _port) = listener.accept()
            connection.settimeout(SECONDS)
            session = _Session(connection, place, context, client)
            threading.Thread(target=session.run, daemon=True).start()


class _Closed(Exception):
    """The connection has ended."""


class _Session:
    """One connection to the server."""

    def __init__(
        self, connection: socket.socket, place: Place, context: ssl.SSLContext, client: str
    ) -> None:
        self._connection = connection
        self._profile = place.profile
        self._faults = place.settings
        self._context = context
        trusted = client.startswith(own_host.TRUSTED) or "next hop" in place.settings
        self._may_relay = place.profile != "submission" and trusted
        self._buffer = b""
        self._in_tls = self._logged_in = False
        self._helo = self._sender = ""
        self._has_sender = False
        self._recipients = self._errors = 0
        self._is_esmtp = self._too_early = self._refuses = self._believes = False

    def run(self) -> None:
        """Answer commands until the client goes."""
        greeting = "*" * 40 if "asterisks" in self._faults else f"{SERVER_NAME} ESMTP"
        with contextlib.suppress(OSError, _Closed, ValueError):
            self._say(f"220 {greeting}")
            while True:
                line = self._line()
                word, _space, rest = line.partition(" ")
                answer = getattr(self, f"_on_{word.lower()}", None)
                self._too_early = self._too_early or bool(self._buffer and not self._is_esmtp)
                said = "500 5.5.1 What?" if answer is None else answer(rest.strip())
                self._say(said)
                self._errors += said.startswith("5")
                if self._errors == MOST_ERRORS and "patient" not in self._faults:
                    self._say("421 4.7.0 Too many errors")
                    break
                if word.upper() == "QUIT":
                    break
        self._connection.close()

    # The wire

    def _say(self, answer: str) -> None:
        if answer:
            self._connection.sendall(f"{answer}\r\n".encode())

    def _receive(self) -> None:
        data = self._connection.recv(65536)
        if not data:
            raise _Closed
        self._buffer += data

    def _line(self) -> str:
        ends = [b"\r\n"]
        ends += [b"\r"] if "cr ends" in self._faults else []
        ends += [b"\0"] if "nul ends" in self._faults else []
        while True:
            if "lf twice" in self._faults and self._buffer == b"NOOP\n":
                self._buffer = b"\r\n"
                return "NOOP"
            if "cut" in self._faults and len(self._buffer) > 1000:
                cut, self._buffer = self._buffer[:1000], self._buffer[1000:]
                return cut.decode("latin-1")
            found = [(self._buffer.find(end), end) for end in ends if end in self._buffer]
            if found:
                where, end = min(found, key=lambda one: (one[0], -len(one[1])))
                line, self._buffer = self._buffer[:where], self._buffer[where + len(end) :]
                return line.decode("latin-1")
            self._receive()

    # The commands

    def _on_ehlo(self, name: str) -> str:
        refusal = self._refused_name(name)
        if refusal:
            return refusal
        self._helo, self._is_esmtp = name, True
        offered = [
            SERVER_NAME,
            "PIPELINING",
            "8BITMIME",
            "SIZE" if "no size" in self._faults else f"SIZE {MOST_BYTES}",
        ]
        offered += [] if self._in_tls else ["STARTTLS"]
        if self._profile == "submission" and self._in_tls:
            weak = " DIGEST-MD5" if "digest" in self._faults else ""
            offered.append(f"AUTH PLAIN LOGIN{weak}")
        lines = [f"250-{one}" for one in offered]
        return "\r\n".join([*lines[:-1], f"250 {offered[-1]}"])

    def _on_helo(self, name: str) -> str:
        if "no helo" in self._faults:
            return "500 5.5.1 Say EHLO"
        refusal = self._refused_name(name)
        self._helo = "" if refusal else name
        return refusal or f"250 {SERVER_NAME}"

    def _refused_name(self, name: str) -> str:
        if not name and "no name" not in self._faults:
            return "501 5.5.4 Say a name"
        if name.startswith("[") and "no literal" in self._faults:
            return "501 5.5.4 Say a name"
        known = self._may_relay or self._profile != "mx"
        odd = "." not in name or name.startswith("localhost") or name == SERVER_NAME
        if name and not known and (odd or re.fullmatch(r"[0-9.]+", name)):
            return "550 5.7.1 That is no name of yours"
        return ""

    def _on_noop(self, _rest: str) -> str:
        return "250 2.0.0 Ok"

    def _on_quit(self, _rest: str) -> str:
        return "221 2.0.0 Bye"

    def _on_rset(self, _rest: str) -> str:
        if "no rset" in self._faults:
            return "502 5.5.1 No"
        self._has_sender, self._recipients = False, 0
        return "250 2.0.0 Ok"

    def _on_vrfy(self, _rest: str) -> str:
        return "252 2.0.0 Send some mail"

    def _on_help(self, _rest: str) -> str:
        return "214 Postfix 2.3.1" if "help" in self._faults else "214 2.0.0 RFC 5321"

    def _on_turn(self, _rest: str) -> str:
        return "250 Ok" if "turn" in self._faults else "502 5.5.1 No"

    def _on_post(self, _rest: str) -> str:
        self._say("521 5.7.0 No browsers")
        raise _Closed

    def _on_starttls(self, _rest: str) -> str:
        if self._in_tls:
            return "503 5.5.1 TLS is there"
        if self._buffer and "pipelined" not in self._faults and "inject" not in self._faults:
            return "554 5.5.0 Too early"
        self._say("220 2.0.0 Ready")
        if "pipelined" in self._faults and self._buffer:
            return ""
        if "fail open" in self._faults:
            hello = self._connection.recv(4096, socket.MSG_PEEK)
            if hello[5:9] == b"\x01\0\0\0":  # of no bytes
                self._connection.recv(len(hello))
                return ""
        self._answer_by_hand()
        self._connection = self._context.wrap_socket(self._connection, server_side=True)
        self._in_tls = True
        if "inject" not in self._faults:
            self._buffer = b""
        if "remember" not in self._faults:
            self._helo, self._has_sender, self._recipients = "", False, 0
        return ""

    def _answer_by_hand(self) -> None:
        """Answer as servers of old to a ClientHello without TLS 1.3, if that is the fault."""
        for fault in ANSWERS.keys() & self._faults.keys():
            hello = self._connection.recv(4096, socket.MSG_PEEK)
            if b"\x02\x03\x04" not in hello:
                self._connection.recv(len(hello))
                self._connection.sendall(ANSWERS[fault])
                raise _Closed

    def _on_auth(self, rest: str) -> str:
        if self._logged_in and "again" not in self._faults:
            return "503 5.5.1 Once is enough"
        if not self._in_tls or self._profile != "submission":
            if "hidden auth" in self._faults:
                return "535 5.7.8 Wrong password"
            if "failed login" in self._faults:
                self._may_relay = True
                return "535 5.7.8 Wrong password"
            return "538 5.7.11 Not in the clear"
        mechanism, _space, first = rest.partition(" ")
        if mechanism == "LOGIN":
            return self._login_login()
        if mechanism == "ANONYMOUS":
            return "235 2.7.0 Welcome" if "anonymous" in self._faults else "504 5.5.4 No"
        if mechanism != "PLAIN":
            return "504 5.5.4 No"
        if not first:
            self._say("334 ")
            first = self._line()
        parts = base64.b64decode(first if first != "=" else "").decode().split("\0")
        if "knows users" in self._faults and parts[1:2] not in ([], [""], [USER]):
            return "535 5.7.8 Unknown user"
        right = parts[1:] == [USER, PASSWORD]
        return self._logs_in(right or ("anonymous" in self._faults and not any(parts)))

    def _login_login(self) -> str:
        given = []
        for challenge in ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"):
            self._say(f"334 {challenge}")
            line = self._line()
            if line == "*" and "no cancel" not in self._faults:
                return "501 5.7.0 Cancelled"
            given.append(line)
            if line == "*":
                continue
        right = given == [base64.b64encode(one.encode()).decode() for one in (USER, PASSWORD)]
        return self._logs_in(right)

    def _logs_in(self, right: bool) -> str:
        self._logged_in = self._logged_in or right
        if not right and "hasty logins" not in self._faults:
            time.sleep(GUESS_SECONDS)
        return "235 2.7.0 Welcome" if right else "535 5.7.8 Wrong password"

    # The envelope and the message

    def _on_mail(self, rest: str) -> str:
        match = re.match(r"FROM:<([^>]*)>(.*)", rest, re.IGNORECASE)
        if match is None:
            return "501 5.5.4 Syntax"
        if not self._helo or self._refuses:
            return "503 5.5.1 Not now"
        if self._has_sender:
            return "503 5.5.1 One sender is enough"
        size = re.search(r"SIZE=(\d+)", match.group(2))
        self._believes = "auth parameter" in self._faults and " AUTH=" in match.group(2)
        self._logged_in = self._logged_in or self._believes
        if size and int(size.group(1)) > MOST_BYTES and "no size" not in self._faults:
            return "552 5.3.4 Too big"
        refusal = self._refused_sender(match.group(1))
        if not refusal:
            self._sender, self._has_sender = match.group(1), True
        return refusal or "250 2.1.0 Ok"

    def _refused_sender(self, sender: str) -> str:
        if self._profile == "submission":
            if not self._in_tls:
                return "530 5.7.0 STARTTLS first"
            if not self._logged_in:
                return "530 5.7.0 Log in first"
            return "" if sender == USER or self._believes else "553 5.7.1 Not yours"
        if "owner" in self._faults and sender != USER:
            return "553 5.7.1 Not yours"
        if self._profile == "relay" or self._may_relay or not sender:
            return ""
        local, _at, domain = sender.rpartition("@")
        if not local:
            return "" if "bare sender" in self._faults else "553 5.5.4 No domain"
        if not sender.isascii():
            return "553 5.6.7 Not ASCII"
        return self._refused_domain(domain)

    def _refused_domain(self, domain: str) -> str:
        if domain == OWN_DOMAIN:
            return "550 5.7.1 Not you"
        if domain == "example.com" and "null mx" not in self._faults:
            return "550 5.7.27 It takes no mail"
        if domain == UNSENT_DOMAIN and "no spf" not in self._faults:
            return "550 5.7.23 It sends no mail"
        return "550 5.1.8 No such domain" if domain.endswith(".invalid") else ""

    def _on_rcpt(self, rest: str) -> str:
        match = re.match(r"TO:<(.*)>", rest, re.IGNORECASE)
        if match is None:
            return "501 5.5.4 Syntax"
        if not self._has_sender:
            return "503 5.5.1 MAIL first"
        recipient = match.group(1)
        beyond = any(
            re.fullmatch(pattern, recipient)
            for name, pattern in ROUTES.items()
            if name in self._faults
        )
        local, _at, domain = recipient.lower().rpartition("@")
        known = domain == OWN_DOMAIN and local in MAILBOXES
        bare = not local and domain == "postmaster" and "no bare" not in self._faults
        if not (known or bare or beyond or self._may_relay or self._logged_in):
            own = domain == OWN_DOMAIN
            return "550 5.1.1 No such user" if own else "550 5.7.1 Relaying denied"
        self._recipients += 1
        return "250 2.1.5 Ok"

    def _on_data(self, _rest: str) -> str:
        if not self._recipients:
            return "503 5.5.1 RCPT first"
        if (self._buffer or self._too_early) and "hasty" not in self._faults:
            self._say("554 5.5.0 Too early")
            raise _Closed
        self._say("354 Go on")
        endings: list[bytes] = [
            END,
            *(one for name, one in ENDINGS.items() if name in self._faults),
        ]
        pattern = re.compile(b"|".join(reversed(endings)))  # the longer ones first
        while True:
            match = pattern.search(b"\r\n" + self._buffer)
            if match is not None:
                break
            self._receive()
        end = match.end() - 2
        message, self._buffer = self._buffer[:end], self._buffer[end:]
        self._refuses = bool(self._buffer) and "no group" in self._faults
        self._has_sender, self._recipients = False, 0
        return self._refused_message(message) or "250 2.0.0 Ok: queued"

    def _refused_message(self, message: bytes) -> str:
        if len(message) > MOST_BYTES and "lie" not in self._faults:
            return "552 5.3.4 Too big"
        if "7bit" in self._faults and not message.isascii():
            return "554 5.6.1 ASCII only"
        head = message.partition(b"\r\n\r\n")[0].decode("latin-1")
        authors = re.findall(r"(?im)^From:(.*)$", head)
        if len(re.findall(r"(?im)^Received:", head)) > 50:
            return "554 5.4.6 Too many hops"
        if self._profile == "mx" and (len(authors) > 1 or "@example.com" in "".join(authors)):
            return "550 5.7.1 A forged author"
        owned = self._profile == "submission" or "owner" in self._faults
        if owned and authors and USER not in authors[0] and "any author" not in self._faults:
            return "550 5.7.1 Not your address"
        return ""

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A DNS server that answers from a table, and that this process asks in place of its resolver."""

from __future__ import annotations

import contextlib
import socket
import threading
import typing as t

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

TTL = 60
MAX_BYTES = 65507  # on loopback a datagram can be that large, so there is no TCP here

# The records of a name in the order of the answer, each as "TYPE data"; or an error of the server.
Answers = t.Mapping[str, t.Union[t.Sequence[str], dns.rcode.Rcode]]


class DnsServer:
    """Answers over UDP, by default on loopback. A name that is not in the table does not exist.

    `secure` are the names that a validating resolver would vouch for, and `bogus` those whose
    signatures it would find to be wrong. `asked` is what was asked.
    """

    def __init__(
        self,
        answers: Answers,
        secure: t.Collection[str] = (),
        address: tuple[str, int] = ("127.0.0.1", 0),
        bogus: t.Collection[str] = (),
    ) -> None:
        self.asked: list[str] = []
        self._answers = answers
        self._secure = secure
        self._bogus = bogus
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        """Stop: an empty datagram is the last."""
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, client = self._socket.recvfrom(4096)
            if not wire:
                return
            response = self._response(dns.message.from_wire(wire))
            self._socket.sendto(response.to_wire(max_size=MAX_BYTES), client)

    def _response(self, query: dns.message.Message) -> dns.message.Message:
        (question,) = query.question
        name = question.name.to_text(omit_final_dot=True)
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        response = dns.message.make_response(query, recursion_available=True)
        answers = self._answers.get(name, dns.rcode.NXDOMAIN)
        if name in self._bogus and not query.flags & dns.flags.CD:
            answers = dns.rcode.SERVFAIL
        if isinstance(answers, dns.rcode.Rcode):
            response.set_rcode(answers)
            return response
        owner = name
        for record in answers:
            record_kind, data = record.split(" ", 1)
            if record_kind in (kind, "CNAME"):
                rrset = dns.rrset.from_text(f"{owner}.", TTL, "IN", record_kind, data)
                response.find_rrset(
                    response.answer, rrset.name, rrset.rdclass, rrset.rdtype, create=True
                ).update(rrset)
            if record_kind == "CNAME":
                owner = data.rstrip(".")
        if name in self._secure:
            response.flags |= dns.flags.AD
        return response


@contextlib.contextmanager
def asked(
    answers: Answers, secure: t.Collection[str] = (), bogus: t.Collection[str] = ()
) -> t.Iterator[DnsServer]:
    """Have this process ask a server that answers from a table."""
    server = DnsServer(answers, secure, bogus=bogus)
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = server.port
    before = dns.resolver.default_resolver
    dns.resolver.default_resolver = resolver
    try:
        yield server
    finally:
        dns.resolver.default_resolver = before
        server.close()

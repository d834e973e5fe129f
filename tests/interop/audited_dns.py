# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that are planted in the DNS: each has a domain of its own, in which all else is sound.

The domains are in a zone that Unbound validates. A second zone is not signed, and the signatures of
a third are wrong. The policies of MTA-STS come from a server in Python.
"""

from __future__ import annotations

import contextlib
import http.server
import ssl
import threading
import types
import typing as t
from pathlib import Path

import trustme
from ansible_collections.mailops.smtp.tests.interop import own_host, unbound
from ansible_collections.mailops.smtp.tests.interop.server import Server, await_listeners

# Where the policies of MTA-STS are, and where they are shown with the certificate of another host.
POLICIES, WRONG_POLICIES = f"{own_host.SERVERS}.250", f"{own_host.SERVERS}.251"

BLOCKLIST, REFUSING, EMPTY = "bl.test", "refusing.test", "empty.test"

NOTHING: t.Mapping[str, t.Any] = types.MappingProxyType({})


class Reply(t.NamedTuple):
    """What the host of a policy answers. {host} is the mail exchanger."""

    status: int = 200
    body: str = "version: STSv1\nmode: enforce\nmx: {host}\nmax_age: 604800\n"
    media_type: str = "text/plain"
    location: str = ""


class Fault(t.NamedTuple):
    """A planted fault.

    `records` are those of names in the domain that are not sound; an empty name is the domain
    itself, and a name without records does not exist. {domain}, {ip} and {tlsa} are filled in.
    `reverse` is the name of the server's address. `options` are those of the audit, and `settings`
    those of the server. `also` are checks that find the same fault.
    """

    name: str
    check: str
    records: t.Mapping[str, t.Sequence[str]] = NOTHING
    reverse: str = "mx.{domain}"
    reply: Reply = Reply()
    options: t.Mapping[str, t.Any] = NOTHING
    settings: t.Mapping[str, str] = NOTHING
    also: t.Sequence[str] = ()


SOUND: t.Mapping[str, t.Sequence[str]] = {
    "": ["MX 10 mx.{domain}.", 'TXT "v=spf1 ip4:{ip} -all"', 'TXT "another=1"'],
    "mx": ["A {ip}"],
    "_25._tcp.mx": ["TLSA {tlsa}"],
    "_dmarc": ['TXT "v=DMARC1; p=reject; rua=mailto:dmarc@{domain}"'],
    "_mta-sts": ['TXT "v=STSv1; id=1;"'],
    "mta-sts": [f"A {POLICIES}"],
    "_smtp._tls": ['TXT "v=TLSRPTv1; rua=mailto:tls@{domain}"'],
}


def _mx(*records: str) -> dict[str, t.Sequence[str]]:
    return {"": [*records, 'TXT "v=spf1 ip4:{ip} -all"']}


def _spf(*texts: str) -> dict[str, t.Sequence[str]]:
    return {"": ["MX 10 mx.{domain}.", *(f'TXT "{text}"' for text in texts)]}


def _eleven() -> str:
    return " ".join(f"a:h{number}.test" for number in range(11))


FAULTS = (
    Fault("no name of the address", "dn-ptr", reverse=""),
    Fault("a name that leads elsewhere", "dn-ptr", reverse="ns.example.test"),
    Fault("a server with another name", "dn-ptr", settings={"myhostname": "ns.example.test"}),
    Fault(
        "an MX that is an alias",
        "dn-mx",
        {"mx": ["A {ip}"], **_mx("MX 10 alias.example.test.")},
        also=["dn-sts"],
    ),
    Fault("an MX without an address", "dn-mx", _mx("MX 10 gone.{domain}."), also=["dn-sts"]),
    Fault("an MX that is an address", "dn-mx", _mx("MX 10 198.51.100.9."), also=["dn-sts"]),
    Fault("a null MX beside another", "dn-mx", _mx("MX 0 .", "MX 10 mx.{domain}.")),
    Fault("a null MX", "dn-mx", _mx("MX 0 .")),
    Fault(
        "a domain that is gone",
        "dn-mx",
        options={"own_domain": "gone.example.test"},
        also=["dn-spf", "dn-dmarc"],
    ),
    Fault(
        "two records of MTA-STS",
        "dn-sts",
        {"_mta-sts": ['TXT "v=STSv1; id=1;"', 'TXT "v=STSv1; id=2;"']},
    ),
    Fault("no policy", "dn-sts", reply=Reply(404, "Not found")),
    Fault(
        "a policy that has moved", "dn-sts", reply=Reply(301, "", location="https://example.test/")
    ),
    Fault("a policy as a page", "dn-sts", reply=Reply(media_type="text/html")),
    Fault(
        "a policy of another server",
        "dn-sts",
        reply=Reply(body=Reply().body.replace("{host}", "old.{host}")),
    ),
    Fault("a policy that is none", "dn-sts", reply=Reply(body="<html>Hello</html>")),
    Fault("a policy that is too large", "dn-sts", reply=Reply(body="#" * 100_000)),
    Fault("a policy with a wrong certificate", "dn-sts", {"mta-sts": [f"A {WRONG_POLICIES}"]}),
    Fault("a policy host that is gone", "dn-sts", {"mta-sts": []}),
    Fault("no place to report to", "dn-tlsrpt", {"_smtp._tls": []}),
    Fault(
        "a report to nowhere", "dn-tlsrpt", {"_smtp._tls": ['TXT "v=TLSRPTv1; rua=tls@{domain}"']}
    ),
    Fault("no SPF", "dn-spf", _spf()),
    Fault("SPF of another address", "dn-spf", _spf("v=spf1 ip4:192.0.2.1 -all")),
    Fault("SPF without an end", "dn-spf", _spf("v=spf1 include:spf.{domain}")),
    Fault("SPF of the whole world", "dn-spf", _spf("v=spf1 +all")),
    Fault("two SPF records", "dn-spf", _spf("v=spf1 ip4:{ip} -all", "v=spf1 mx -all")),
    Fault("SPF with too many look-ups", "dn-spf", _spf(f"v=spf1 {_eleven()} mx -all")),
    Fault("no DMARC", "dn-dmarc", {"_dmarc": []}),
    Fault("DMARC that asks for nothing", "dn-dmarc", {"_dmarc": ['TXT "v=DMARC1; p=none"']}),
    Fault(
        "DMARC reports to a stranger",
        "dn-dmarc",
        {"_dmarc": ['TXT "v=DMARC1; p=reject; rua=mailto:a@unsigned.test"']},
    ),
    Fault(
        "an MX in a zone that is not signed",
        "dn-dnssec",
        _mx("MX 10 mx.unsigned.test."),
        also=["dn-sts"],
    ),
    Fault("signatures that are wrong", "dn-dnssec", options={"own_domain": unbound.BOGUS}),
    Fault("a TLSA record of an old key", "dn-tlsa", {"_25._tcp.mx": [f"TLSA 3 1 1 {'00' * 32}"]}),
    Fault(
        "a TLSA record that is not for mail",
        "dn-tlsa",
        {"_25._tcp.mx": [f"TLSA 1 1 1 {'00' * 32}"]},
    ),
    Fault(
        "a TLSA record that is not signed",
        "dn-tlsa",
        options={"tls_server_name": "mx.unsigned.test"},
    ),
    Fault("an address in a blocklist", "dn-bl"),
)


class Planted(t.NamedTuple):
    """A fault, or None for the sound form, in a domain and at an address of its own."""

    number: int
    fault: Fault | None

    @property
    def domain(self) -> str:
        """The domain."""
        return f"d{self.number}.{unbound.SIGNED}"

    @property
    def ip(self) -> str:
        """The address of the server."""
        return f"{own_host.SERVERS}.{self.number}"

    @property
    def host(self) -> str:
        """The name of the server."""
        return f"mx.{self.domain}"

    @property
    def reply(self) -> Reply:
        """What the host of its policy answers."""
        reply = self.fault.reply if self.fault is not None else Reply()
        return reply._replace(body=reply.body.replace("{host}", self.host))

    def records(self, tlsa: str) -> t.Iterator[str]:
        """Yield the records of the domain, relative to the zone."""
        changes = self.fault.records if self.fault is not None else NOTHING
        for name, records in {**SOUND, **changes}.items():
            owner = ".".join(filter(None, [name, f"d{self.number}"]))
            for record in records:
                filled = record.format(domain=self.domain, ip=self.ip, tlsa=tlsa)
                yield f"{owner} IN {filled}"

    def reverse(self) -> t.Iterator[str]:
        """Yield the records of the address: its name, and what blocklists say of it."""
        octets = ".".join(reversed(self.ip.split(".")))
        name = "mx.{domain}" if self.fault is None else self.fault.reverse
        if name:
            yield f"{octets}.in-addr.arpa. PTR {name.format(domain=self.domain)}."
        if self.fault is not None and self.fault.check == "dn-bl":
            yield f"{octets}.{BLOCKLIST}. A 127.0.0.4"


OPTIONS = f"""
  local-zone: "." static
  local-zone: "{REFUSING}." redirect
  local-data: "{REFUSING}. A 127.255.255.254"
  local-data: "2.0.0.127.{BLOCKLIST}. A 127.0.0.2"
"""


@contextlib.contextmanager
def start(folder: Path, planted: t.Sequence[Planted], tlsa: str) -> t.Iterator[None]:
    """Run Unbound with all domains. `tlsa` is the record of the certificate of all servers."""
    folder.mkdir(exist_ok=True)
    zones = {
        unbound.SIGNED: [record for one in planted for record in one.records(tlsa)],
        unbound.UNSIGNED: [f"_25._tcp.mx IN TLSA {tlsa}"],
        unbound.BOGUS: ["@ IN MX 10 mx"],
    }
    for zone, records in zones.items():
        (folder / zone).write_text("\n".join([f"$ORIGIN {zone}.", unbound.HEAD, *records, ""]))
    options = [
        unbound.VALIDATES,
        OPTIONS,
        *(f'  local-zone: "{zone}." transparent' for zone in zones),
        *(f"  local-data: '{record}'" for one in planted for record in one.reverse()),
    ]
    unbound.configure(folder, f"{own_host.RESOLVER}@53", options, zones)
    server = Server("Unbound", folder, {"dns": 53})
    command = ["sh", "-euc", unbound.SIGN, "sh", str(folder), unbound.SIGNED, unbound.BOGUS]
    with unbound.ROOM.running(folder, *command):
        await_listeners(server, own_host.RESOLVER)
        yield


@contextlib.contextmanager
def policies(authority: trustme.CA, planted: t.Sequence[Planted]) -> t.Iterator[None]:
    """Serve the policies over HTTPS, as the host of each domain."""
    replies = {f"mta-sts.{one.domain}": one.reply for one in planted}

    class Handler(http.server.BaseHTTPRequestHandler):
        """Answers with the policy of the host that is asked for."""

        def do_GET(self) -> None:
            """Answer."""
            reply = replies[self.headers["Host"]]
            body = reply.body.encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.media_type)
            self.send_header("Content-Length", str(len(body)))
            if reply.location:
                self.send_header("Location", reply.location)
            self.end_headers()
            with contextlib.suppress(OSError):  # the client leaves when it is too much
                self.wfile.write(body)

        def log_message(self, *_arguments: t.Any) -> None:
            """Say nothing."""

    with contextlib.ExitStack() as running:
        for address, names in ((POLICIES, list(replies)), (WRONG_POLICIES, ["www.example.test"])):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert(*names).configure_cert(context)
            server = _Server((address, 443), Handler, context)
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            running.callback(server.server_close)
            running.callback(thread.join)
            running.callback(server.shutdown)
        yield


class _Server(http.server.ThreadingHTTPServer):
    """A server that shakes hands in the thread of each client."""

    def __init__(self, address: tuple[str, int], handler: t.Any, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(address, handler)

    def finish_request(self, request: t.Any, client_address: t.Any) -> None:
        """Shake hands, and answer."""
        with contextlib.suppress(OSError):  # a client that does not trust the certificate
            self._shake_hands(request, client_address)

    def _shake_hands(self, request: t.Any, client_address: t.Any) -> None:
        with self._context.wrap_socket(request, server_side=True) as tls:
            super().finish_request(tls, client_address)

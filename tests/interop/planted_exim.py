# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Causes that are planted in Exim, each at an address of its own. See `planted.Planted`.

Of `settings`, "rcpt" and so on are what stands first in the ACL of that name. All others are
options, whose value holds for the address.
"""

from __future__ import annotations

import contextlib
import shutil
import string
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop import own_host
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME, Certificates
from ansible_collections.mailops.smtp.tests.interop.planted import Place, Planted, lines_with
from ansible_collections.mailops.smtp.tests.interop.planted_postfix import (
    ELSEWHERE,
    IN_CLEAR,
    LOGIN,
    PASSWORD,
    USER,
)
from ansible_collections.mailops.smtp.tests.interop.room import Room
from ansible_collections.mailops.smtp.tests.interop.server import Server, await_listeners

HERE = Path(__file__).resolve().parent

ROOM = Room("exim", ["exim4-daemon-heavy", "libsasl2-modules", "libsasl2-modules-db", "sasl2-bin"])

# The address with nothing wrong.
HEALTHY = 4

# What Exim must not be: a child of process 1. And its configuration has to be where it looks.
START = """
mount --bind "$1/resolv.conf" /etc/resolv.conf
touch /etc/exim4/exim4.conf
mount --bind "$1/exim.conf" /etc/exim4/exim4.conf
chown -R Debian-exim: "$1/spool" "$1/log" "$1/tls"
exim4 -bdf
exit 1
"""

ACLS = ("connect", "helo", "mail", "rcpt", "data")

# The options that a planted cause may set, and what they are otherwise.
OPTIONS = {
    "host_reject_connection": "",
    "hosts_proxy": "",
    "smtp_accept_max_per_host": "0",
    "message_size_limit": "100000",
    "tls_advertise_hosts": "*",
    "tls_certificate": "$folder/tls/good.pem",
    "tls_privatekey": "$folder/tls/good.key",
    "tls_verify_hosts": "",
    "smtputf8_advertise_hosts": "*",
    "dsn_advertise_hosts": "*",
}

# What every ACL ends with.
CHECK_RCPT = """
  accept authenticated = *
  accept hosts = +relay_from_hosts
         verify = recipient
  require message = relay not permitted
          domains = +local_domains
  require verify = recipient
  accept
"""

# fmt: off
EXIM: tuple[Planted, ...] = (  # noqa: E128 - a table
    Planted("Exim relay: the client is not in relay_from_hosts", "rcpt_to 550",
        "relay-for-address", "relay not permitted",
        {"rcpt": "deny message = relay not permitted\n !domains = +local_domains"}, ELSEWHERE),
    Planted("Exim relay: a router translates the client's address", "rcpt_to 550",
        "address-translated", "203.0.113.250.*relay not permitted", {}, ELSEWHERE,
        client="translated"),
    Planted("Exim relay: the recipient's domain is not in local_domains", "rcpt_to 550",
        "local-domains", "relay not permitted", {}, {}, {"rcpt_to": ["bob@forgotten{number}.test"]},
        client="outside"),
    Planted("Exim recipient: no such user", "rcpt_to 550", "recipient-known",
        "Unrouteable address|rejected RCPT", {}, {}, {"rcpt_to": ["nobody@example.test"]}),
    Planted("Exim recipient: the next hop of a callout is down", "rcpt_to 451",
        "verification-target way-onwards", "Could not complete recipient verify callout",
        {"rcpt": "require verify = recipient/callout=3s"}, {}, {"rcpt_to": ["bob@down.test"]}),
    Planted("Exim recipient: a table of the router is missing", "rcpt_to 451",
        "server-look-ups server-configuration", "failed to open|No such file", {}, {},
        {"rcpt_to": ["bob@deferred.test"]}),
    Planted("Exim recipient: more of them than a message may have", "rcpt_to 452",
        "fewer-recipients", "too many recipients", {}, {},
        {"rcpt_to": [f"{name}@example.test" for name in ("alice", "bob", "alice", "bob")]}),
    Planted("Exim sender: a rule refuses it", "mail_from 550",
        "sender-denied sender-rights", "rejected MAIL",
        {"mail": "deny senders = bob@example.org"}),
    Planted("Exim sender: the domain does not exist", "rcpt_to 550", "sender-domain",
        "[Ss]ender verify fail", {"rcpt": "require verify = sender"}, {},
        {"mail_from": "bob@nowhere.test"}),
    Planted("Exim sender: its own server does not know it", "rcpt_to 550", "sender-callout",
        "[Ss]ender verify fail", {"rcpt": "require verify = sender/callout=3s"}, {},
        {"mail_from": "nobody@verified.test"}),
    Planted("Exim sender: its own server is down", "rcpt_to 451", "sender-callout",
        "Could not complete sender verify callout",
        {"rcpt": "require verify = sender/callout=3s"}, {}, {"mail_from": "bob@down.test"}),
    Planted("Exim sender: SPF does not allow the client", "rcpt_to 550", "address-in-spf",
        "rejected RCPT",
        {"rcpt": "deny message = $$sender_host_address is not allowed to send mail from"
            " $$sender_address_domain\n spf = fail"}, {"mail_from": "bob@spf.test"},
        client="outside"),
    Planted("Exim client: a rule drops the connection", "greeting 550", "client-denied",
        "rejected connection", {"connect": "drop hosts = 192.0.2.0/24"}),
    Planted("Exim client: it is in host_reject_connection", "greeting 554", "client-denied",
        "refused connection", {"host_reject_connection": "192.0.2.0/24"}),
    Planted("Exim client: no PTR record", "rcpt_to 550", "reverse-dns", "rejected RCPT",
        {"rcpt": "deny !verify = reverse_host_lookup"}, client="nameless"),
    Planted("Exim client: on a blocklist", "rcpt_to 550", "address-in-blocklist",
        "black list at bl.test",
        {"rcpt": "deny message = $$sender_host_address is in a black list at $$dnslist_domain\n"
            " dnslists = bl.test"}),
    Planted("Exim HELO: a name that does not resolve", "helo 550", "helo-name", "rejected EHLO",
        {"helo": "deny !verify = helo"}, {}, {"helo": "nowhere.example.org"}),
    Planted("Exim HELO: an invalid name", "helo 501", "helo-name", "syntactically invalid",
        {}, {}, {"helo": "client_7.example.org"}),
    Planted("Exim rate: connections at once", "greeting 421",
        "fleet-behind-one-address limits-for-one-client", "too many connections from that IP",
        {"smtp_accept_max_per_host": "1"}, occupied=True),
    Planted("Exim rate: connections in an hour", "rcpt_to 550",
        "fleet-behind-one-address limits-for-one-client", "Sender rate",
        {"rcpt": "deny message = Sender rate $$sender_rate / $$sender_rate_period\n"
            " ratelimit = 1.5 / 1h / strict / per_cmd"}, before=1),
    Planted("Exim limit: the size that MAIL declares", "mail_from 552", "message-size",
        "exceeds|too big|size", {"message_size_limit": "1000"},
        {"mail_parameters": ["SIZE=50000"]}),
    Planted("Exim PROXY: a header that nobody expects", "greeting 554|helo protocol",
        "proxy-header-unwanted", "synchronization error|unrecognized command|syntax", {}, {},
        {"proxy": {"version": 1, "source": "192.0.2.250"}}),
    Planted("Exim PROXY: a header is wanted", "greeting timeout", "proxy-header-wanted", "",
        {"hosts_proxy": "192.0.2.0/24"}, {"timeout": 2.0}),
    Planted("Exim TLS: the certificate's file is missing", "starttls 454", "starttls-not-now",
        "No such file|Error while reading", {"tls_certificate": "$folder/tls/missing.pem"}),
    Planted("Exim TLS: the certificate has expired", "starttls tls", "renew-certificate", "",
        {"tls_certificate": "$folder/tls/expired.pem", "tls_privatekey": "$folder/tls/expired.key"},
        {"tls": "required"}),
    Planted("Exim TLS: a client certificate is wanted", "helo tls|helo disconnect",
        "client-certificate", "TLS error", {"tls_verify_hosts": "192.0.2.0/24"},
        {"tls": "required"}),
    Planted("Exim TLS: STARTTLS is switched off", "starttls unsupported", "starttls-on", "",
        {"tls_advertise_hosts": ""}, {"tls": "required"}),
    Planted("Exim login: the password is wrong", "auth 535", "user-and-password",
        "535 Incorrect authentication data", {}, LOGIN, {"login_password": "wrong"}, port=587),
    Planted("Exim login: its table is missing", "auth 435", "authentication-service",
        "435 Unable to authenticate", {}, LOGIN, {"login_user": "stranded"}, port=587),
    Planted("Exim login: only over TLS", "auth unsupported", "log-in-over-tls", "",
        {}, {**LOGIN, "allow_plaintext_auth": True}, IN_CLEAR, port=587),
    Planted("Exim login: none, where one is wanted", "rcpt_to 550", "log-in",
        "Authentication required",
        {"rcpt": "deny message = Authentication required\n !authenticated = *"}, LOGIN,
        {"login_user": None, "login_password": None}, port=587),
    Planted("Exim extension: SMTPUTF8", "mail_from unsupported", "smtputf8-on", "",
        {"smtputf8_advertise_hosts": ""}, {"mail_from": "zoë@example.org"}),
    Planted("Exim extension: DSN", "mail_from unsupported", "extension-on", "",
        {"dsn_advertise_hosts": ""}, {"mail_parameters": ["RET=HDRS"]}),
    Planted("Exim content: a filter refuses the message", "message 550", "content-filter",
        "rejected after DATA", {"data": "deny message = This message was classified as spam"},
        {"message": {}}),
)
# fmt: on


@contextlib.contextmanager
def start(
    folder: Path,
    certificates: Certificates,
    ports: t.Mapping[str, int],
    places: t.Sequence[Place],
) -> t.Iterator[None]:
    """Run Exim with all its files in the folder."""
    for name in ("spool", "log", "tls"):
        (folder / name).mkdir()
    shutil.copy(str(certificates.ca), str(folder / "tls" / "ca.pem"))
    for name in ("good", "expired"):
        pem = getattr(certificates, name)
        shutil.copy(str(pem.chain), str(folder / "tls" / f"{name}.pem"))
        shutil.copy(str(pem.key), str(folder / "tls" / f"{name}.key"))
    text = (HERE / "planted_exim.conf").read_text()
    text = text.replace("$options\n", "\n".join([*_options(places), ""]))
    text = text.replace("$acls\n", "\n".join([*_acls(places), ""]))
    values = {
        **ports,
        "folder": folder,
        "host_name": SERVER_NAME,
        "trusted": own_host.TRUSTED,
        "user": USER,
        "password": PASSWORD,
        "interfaces": " : ".join(
            [f"{own_host.SERVERS}.{HEALTHY}", *(one.address for one in places)]
        ),
    }
    (folder / "exim.conf").write_text(string.Template(text).substitute(values))
    with ROOM.running(folder, "sh", "-euc", START, "sh", str(folder)):
        await_listeners(Server("Exim", folder, {"smtp": 25}), places[-1].address)
        yield


def log(folder: Path) -> t.Callable[[Place], str]:
    """Return a function that returns what Exim has logged of a planted cause."""

    def log_of(place: Place) -> str:
        path = folder / "log" / "mainlog"
        return "\n".join(lines_with(path, f"[{one}]") for one in (place.client, place.address))

    return log_of


def _options(places: t.Sequence[Place]) -> t.Iterator[str]:
    for option, usual in OPTIONS.items():
        yield f"{option} = {_by_address(places, option, usual)}"
    for acl in ACLS:
        names = {
            place.address: f"{acl}_{place.number}"
            for place in places
            if acl in place.planted.settings
        }
        words = " ".join(f"at_{address}={name}" for address, name in names.items())
        yield f"acl_smtp_{acl} = {_extract(words, f'check_{acl}')}"


def _acls(places: t.Sequence[Place]) -> t.Iterator[str]:
    for acl in ACLS:
        end = CHECK_RCPT if acl == "rcpt" else "  accept\n"
        yield f"check_{acl}:\n{end}"
        for place in places:
            if acl in place.planted.settings:
                yield f"{acl}_{place.number}:\n  {place.planted.settings[acl]}\n{end}"


def _by_address(places: t.Sequence[Place], option: str, usual: str) -> str:
    words = " ".join(
        f'at_{place.address}="{place.planted.settings[option]}"'
        for place in places
        if option in place.planted.settings
    )
    return _extract(words, usual)


def _extract(words: str, usual: str) -> str:
    return f"$${{extract{{at_$$received_ip_address}}{{{words}}}{{$$value}}{{{usual}}}}}"

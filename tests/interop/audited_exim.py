# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that are planted in Exim, and its sound form. See `audited.Fault`.

Of `settings`, the names of ACLS are what stands first in the ACL of that name, and "without rcpt"
and so on what is taken out of it. The others are options.
"""

from __future__ import annotations

import contextlib
import string
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop import own_host, planted_exim
from ansible_collections.mailops.smtp.tests.interop.audited import (
    PASSWORD,
    USER,
    Fault,
    address_of,
)
from ansible_collections.mailops.smtp.tests.interop.audited_postfix import copy_certificates
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME, Certificates
from ansible_collections.mailops.smtp.tests.interop.server import Server, await_listeners

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.tests.interop.audited import Place

HERE = Path(__file__).resolve().parent

ROOM = planted_exim.ROOM

# The options that a planted fault may set, and what they are otherwise.
OPTIONS = {
    "smtp_banner": "$$smtp_active_hostname ESMTP",
    "message_size_limit": "100000",
    "hosts_proxy": "",
    "hosts_require_helo": "*",
    "tls_advertise_hosts": "*",
    "auth_advertise_hosts": "*",
    "tls_certificate": "$folder/tls/good.pem",
    "tls_privatekey": "$folder/tls/good.key",
    "tls_require_ciphers": "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2",
}

TLS12 = "NORMAL:-VERS-ALL:+VERS-TLS1.2"

# An option of the authenticator.
ADVERTISE = "advertise"
IN_TLS = "$${if def:tls_in_cipher}"

ACLS = ("connect", "helo", "mail", "rcpt", "predata", "data", "vrfy", "expn", "etrn", "mailauth")

BARE_NAME = "deny condition = $${if !match{$$sender_helo_name}{[.:]}}"
OWN_NAME = "deny condition = $${if eqi{$$sender_helo_name}{$$primary_hostname}}"
LOCALHOST = "deny condition = $${if match{$$sender_helo_name}{^localhost}}"
ADDRESS = "deny condition = $${if isip{$$sender_helo_name}}"
NOT_ASCII = "deny condition = $${if match{$$sender_address}{[\\x80-\\xff]}}"
OWN_DOMAIN = "deny sender_domains = +local_domains"
NO_DOMAIN = "deny !verify = sender"
NO_LOGIN = "deny message = 5.7.0 Authentication required\n  !authenticated = *"
OWNER = "deny authenticated = *\n  condition = $${if !eqi{$$authenticated_id}{$$sender_address}}"
AUTHOR = (
    "deny authenticated = *\n  condition = $${if !eqi{$$authenticated_id}{$${address:$$h_From:}}}"
)
TRUSTED = "accept hosts = +relay_from_hosts"
LOGGED_IN = "accept authenticated = *"
ODD = "deny local_parts = ^.*[@%!/|]"
HARVEST = "drop condition = $${if >{$$rcpt_fail_count}{20}}"
LOCAL_ONLY = "require message = relay not permitted\n  domains = +local_domains"
KNOWN_ONLY = "require verify = recipient"
LOOP = "deny condition = $${if >{$$received_count}{100}}"
FORGED = (
    "deny condition = $${if match{$$h_From:}{@example.com}}",
    "deny condition = $${if match{$$rh_From:}{\\\\n.+@}}",
)

# What each ACL has in the sound forms.
SOUND: dict[str, dict[str, tuple[str, ...]]] = {
    "mx": {
        "helo": (TRUSTED, BARE_NAME, OWN_NAME, LOCALHOST, ADDRESS),
        "mail": (TRUSTED, NOT_ASCII, OWN_DOMAIN, NO_DOMAIN),
        "rcpt": (TRUSTED, HARVEST, ODD, LOCAL_ONLY, KNOWN_ONLY),
        "data": (*FORGED, LOOP),
    },
    "relay": {"rcpt": (TRUSTED, ODD, LOCAL_ONLY, KNOWN_ONLY)},
    "submission": {"mail": (NO_LOGIN, OWNER), "rcpt": (LOGGED_IN, "deny"), "data": (AUTHOR,)},
}
NOT_SET = ("vrfy", "expn", "etrn", "mailauth")


# fmt: off
FAULTS: tuple[Fault, ...] = (  # noqa: E128 - a table
    Fault("Exim: everybody is in relay_from_hosts", "relay-02", {"rcpt": "accept hosts = *"},
        "relay"),
    Fault("Exim: bounces may be relayed", "relay-01", {"rcpt": "accept senders = :"}, "relay"),
    Fault("Exim: senders of the own domain may relay", "relay-17",
        {"rcpt": "accept sender_domains = +local_domains"}, "relay"),
    Fault("Exim: who says localhost may relay", "relay-22",
        {"rcpt": "accept condition = $${if eq{$$sender_helo_name}{localhost}}"}, "relay"),
    Fault("Exim: who says the own domain may relay", "relay-22",
        {"rcpt": "accept condition = $${if eq{$$sender_helo_name}{example.test}}"}, "relay"),
    Fault("Exim: the second recipient may be relayed", "relay-25",
        {"rcpt": "accept condition = $${if >{$$rcpt_count}{1}}"}, "relay"),
    Fault("Exim: the percent hack relays, at the server's name", "relay-06",
        {"rcpt": "accept local_parts = ^.*%"}, "relay"),
    Fault("Exim: a bang path relays, at an address literal", "relay-15",
        {"rcpt": "accept local_parts = ^.*!\n  domains = \\N^\\[\\N"}, "relay"),
    Fault("Exim: TLS gives relay rights", "relay-26", {"rcpt": "accept encrypted = *"}, "relay",
        options={"tls": "never"}),
    Fault("Exim: it takes mail for unknown recipients", "relay-30",
        {"rcpt": "accept domains = +local_domains"}),
    Fault("Exim: VRFY tells who has a mailbox", "cmd-vrfy", {"vrfy": ""}),
    Fault("Exim: EXPN tells who is on a list", "cmd-expn", {"expn": ""}),
    Fault("Exim: ETRN for everybody", "cmd-etrn", {"etrn": ""}),
    Fault("Exim: mail without HELO", "helo-01", {"hosts_require_helo": ""}),
    Fault("Exim: bare names in HELO", "helo-02", {"without helo": BARE_NAME}),
    Fault("Exim: its own name in HELO", "helo-03", {"without helo": OWN_NAME}),
    Fault("Exim: localhost in HELO", "helo-04", {"without helo": LOCALHOST}),
    Fault("Exim: an address without brackets in HELO", "helo-05", {"without helo": ADDRESS}),
    Fault("Exim: an address in brackets is refused in HELO", "helo-06",
        {"helo": "deny condition = $${if match{$$sender_helo_name}{^\\\\[}}"}, "relay"),
    Fault("Exim: the version in the greeting", "ban-version",
        {"smtp_banner": "$$smtp_active_hostname ESMTP Exim $$version_number $$tod_full"}),
    Fault("Exim: no postmaster", "enum-postmaster", {"rcpt": "deny local_parts = postmaster"}),
    Fault("Exim: no postmaster without a domain", "enum-postmaster-bare",
        {"rcpt": "deny local_parts = ^(?-i)Postmaster"}),
    Fault("Exim: the own domain from outside", "sp-own", {"without mail": OWN_DOMAIN}),
    Fault("Exim: senders of domains that do not exist", "sp-nodomain",
        {"without mail": NO_DOMAIN}),
    Fault("Exim: addresses that are not ASCII", "li-utf8", {"without mail": NOT_ASCII}),
    Fault("Exim: a message in a loop", "li-hops", {"without data": LOOP}),
    Fault("Exim: two authors", "sp-twofrom", {"without data": FORGED[1]}),
    Fault("Exim: a forged author", "sp-dmarc", {"without data": FORGED[0]}),
    Fault("Exim: clients that only send", "sy-nopipe",
        {"connect": "accept control = no_enforce_sync"}),
    Fault("Exim: clients that talk before the greeting", "sy-early",
        {"connect": "accept control = no_enforce_sync",
         "smtp_banner": "$$smtp_active_hostname ESMTP Exim"}),
    Fault("Exim: a message that comes with DATA", "sy-data",
        {"connect": "accept control = no_enforce_sync"}),
    Fault("Exim: no STARTTLS", "tls-offered", {"tls_advertise_hosts": ""}),
    Fault("Exim: an expired certificate", "tls-cert",
        {"tls_certificate": "$folder/tls/expired.pem",
         "tls_privatekey": "$folder/tls/expired.key"}, "submission"),
    Fault("Exim: a certificate for another name", "tls-cert",
        {"tls_certificate": "$folder/tls/wrong_name.pem",
         "tls_privatekey": "$folder/tls/wrong_name.key"}, "submission"),
    Fault("Exim: TLS 1.0", "tls-floor", {"tls_require_ciphers": "NORMAL:+VERS-TLS1.0"}),
    Fault("Exim: 3DES", "tls-ciphers",
        {"tls_require_ciphers": f"{TLS12}:+3DES-CBC"}),
    Fault("Exim: RC4", "tls-ciphers", {"tls_require_ciphers": f"{TLS12}:+ARCFOUR-128"}),
    Fault("Exim: a login in the clear", "tls-need-auth", {ADVERTISE: "yes"}, "submission"),
    Fault("Exim: a login where servers send", "auth-off-25", {ADVERTISE: IN_TLS}),
    Fault("Exim: users need no login", "auth-needed",
        {"without mail": NO_LOGIN, "rcpt": "accept"}, "submission"),
    Fault("Exim: users send in the name of others", "auth-mismatch", {"without mail": OWNER},
        "submission", "authed"),
    Fault("Exim: users write in the name of others", "auth-mismatch-from",
        {"without data": AUTHOR}, "submission", "authed"),
    Fault("Exim: the parameter AUTH gives relay rights", "auth-param",
        {"mailauth": "accept", "without mail": NO_LOGIN,
         "rcpt": "accept condition = $${if def:authenticated_sender}"}, "submission"),
    Fault("Exim: PROXY from everybody", "pr-proxy1", {"hosts_proxy": "*"}),
    # Of Exim itself, in this version.
    Fault("Exim: a wrong password is answered at once", "auth-fails", {}, "submission"),
    Fault("Exim: version 2 of PROXY from everybody", "pr-proxy2", {"hosts_proxy": "*"}),
    Fault("Exim: the tenth recipient is refused for good", "li-rcpt",
        {"rcpt": "deny condition = $${if >{$$rcpt_count}{10}}"}),
    Fault("Exim: all mailboxes can be found", "enum-harvest", {"without rcpt": HARVEST}),
)
# fmt: on


@contextlib.contextmanager
def start(folder: Path, certificates: Certificates, places: t.Sequence[Place]) -> t.Iterator[None]:
    """Run Exim with all its files in the folder."""
    for name in ("spool", "log", "tls"):
        (folder / name).mkdir()
    copy_certificates(folder / "tls", certificates)
    text = (HERE / "audited_exim.conf").read_text()
    text = text.replace("$options\n", "\n".join([*_options(places), ""]))
    text = text.replace("$acls\n", "\n".join([*_acls(places), ""]))
    text = text.replace("$advertise", _extract(dict(_advertised(places)), "no"))
    values = {
        "folder": folder,
        "host_name": SERVER_NAME,
        "trusted": own_host.TRUSTED,
        "user": USER,
        "password": PASSWORD,
        "interfaces": " : ".join(f"{one.address}.{one.port}" for one in places),
    }
    (folder / "exim.conf").write_text(string.Template(text).substitute(values))
    with ROOM.running(folder, "sh", "-euc", planted_exim.START, "sh", str(folder)):
        await_listeners(Server("Exim", folder, {"smtp": places[-1].port}), places[-1].address)
        yield


def _options(places: t.Sequence[Place]) -> t.Iterator[str]:
    for option, usual in OPTIONS.items():
        changed = {one.number: one.settings[option] for one in places if option in one.settings}
        yield f"{option} = {_extract(changed, usual)}"
    for acl in ACLS:
        names = {
            place.number: f"{acl}_{place.number}"
            for place in places
            if acl not in NOT_SET or acl in place.settings
        }
        yield f"acl_smtp_{acl} = {_extract(names, '')}"


def _advertised(places: t.Sequence[Place]) -> t.Iterator[tuple[int, str]]:
    for place in places:
        usual = IN_TLS if place.profile == "submission" else "no"
        yield place.number, place.settings.get(ADVERTISE, usual)


def _acls(places: t.Sequence[Place]) -> t.Iterator[str]:
    for place in places:
        for acl in ACLS:
            left_out = place.settings.get(f"without {acl}")
            first = place.settings.get(acl, "")
            lines = [one for one in SOUND[place.profile].get(acl, ()) if one != left_out]
            yield "\n  ".join([f"{acl}_{place.number}:", *([first] if first else []), *lines])
            yield "  accept"


def _extract(values: t.Mapping[int, str], usual: str) -> str:
    """Return an expansion whose value depends on the address of the listener."""
    words = " ".join(f'at_{address_of(number)}="{value}"' for number, value in values.items())
    return f"$${{extract{{at_$$received_ip_address}}{{{words}}}{{$$value}}{{{usual}}}}}"

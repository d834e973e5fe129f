# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that are planted in OpenSMTPD, and its sound form. See `audited.Fault`.

Of `settings`, "match" is a rule that stands before the others, and the rest are options of the
listener.
"""

from __future__ import annotations

import contextlib
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop import own_host
from ansible_collections.mailops.smtp.tests.interop.audited import Fault
from ansible_collections.mailops.smtp.tests.interop.audited_postfix import copy_certificates
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME, Certificates
from ansible_collections.mailops.smtp.tests.interop.room import Room
from ansible_collections.mailops.smtp.tests.interop.server import Server, await_listeners

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.tests.interop.audited import Place

ROOM = Room("opensmtpd", ["opensmtpd"])

# The password of the tests, as openssl passwd -6 has it.
HASH = (
    "$6$interop$SA27CQnjhyZ8nbkeBh/euiWGEMLWsdFLvleXeFG"
    "mLDMjRZeqT.Xq94dVMYxOAMHdmmJ/bmGpV9vxPlDRtRKP5."
)

START = """
mount --bind "$1/resolv.conf" /etc/resolv.conf
chmod 600 "$1"/tls/*.key
mkdir -p /var/spool/smtpd
chmod 711 /var/spool/smtpd
exec smtpd -d -f "$1/smtpd.conf"
"""

CONFIGURATION = """
table users {{ "alice@example.test" = "{hash}" }}
table senders {{ "alice@example.test" = "alice@example.test" }}
table trusted {{ {trusted}.0/24 }}
table recipients {{ "alice@example.test" = "nobody", "erin@example.test" = "nobody", \
"postmaster@example.test" = "nobody", "abuse@example.test" = "nobody" }}
table impolite {{ "alice@example.test" = "nobody" }}
table everybody {{ "@example.test" = "nobody" }}
table odd_names {{ "^[^.:]*$", "^mx\\.example\\.test$", "^localhost", "^[0-9.]*$" }}
table bare_names {{ "^[^.:]*$" }}
table forged {{ "@example\\.test$", "@example\\.com$", "\\.invalid$", "^[^@]+$" }}

{pki}

smtp max-message-size 100K

filter ehlo phase ehlo match helo regex <odd_names> reject "550 5.7.1 Not your name"
filter helo phase helo match helo regex <odd_names> reject "550 5.7.1 Not your name"
filter sender phase mail-from match mail-from regex <forged> reject "550 5.7.1 Not your address"
filter strangers chain {{ ehlo, helo, sender }}

{listeners}

action local mda "cat >/dev/null" virtual <recipients>
action impolite mda "cat >/dev/null" virtual <impolite>
action everybody mda "cat >/dev/null" virtual <everybody>
action onwards relay

{rules}
"""

PKI = ("good", "expired", "self_signed")

SOUND: dict[str, dict[str, str]] = {
    "mx": {"filter": "strangers", "tls": "tls", "action": "local"},
    "relay": {"tls": "tls", "action": "local"},
    "submission": {
        "tls": "tls-require", "auth": "auth <users>", "senders": "senders <senders>",
    },
}

# fmt: off
FAULTS: tuple[Fault, ...] = (
    Fault("OpenSMTPD: everybody may relay", "relay-02",
        {"match": "from any for any action onwards"}, "relay"),
    Fault("OpenSMTPD: senders of the own domain may relay", "relay-17",
        {"match": 'from any mail-from regex "@example.test$" for any action onwards'}, "relay"),
    Fault("OpenSMTPD: bounces may be relayed", "relay-01",
        {"match": 'from any mail-from "" for any action onwards'}, "relay"),
    Fault("OpenSMTPD: who says localhost may relay", "relay-22",
        {"match": 'from any helo "localhost" for any action onwards'}, "relay"),
    Fault("OpenSMTPD: the percent hack relays", "relay-06",
        {"match": 'from any for rcpt-to regex "%" action onwards'}, "relay"),
    Fault("OpenSMTPD: subdomains are relayed for", "relay-28",
        {"match": 'from any for domain "*.example.test" action onwards'}, "relay"),
    Fault("OpenSMTPD: it takes mail for unknown recipients", "relay-30",
        {"action": "everybody"}),
    Fault("OpenSMTPD: no postmaster", "enum-postmaster", {"action": "impolite"}),
    Fault("OpenSMTPD: bare names in HELO", "helo-02", {"filter": "sender"}),
    Fault("OpenSMTPD: the own domain from outside", "sp-own", {"filter": "ehlo"}),
    Fault("OpenSMTPD: a bare name in the greeting", "ban-name", {"hostname": "mail"}, "relay"),
    Fault("OpenSMTPD: an inner name in the greeting", "ban-inner",
        {"hostname": "mail.corp.local"}),
    Fault("OpenSMTPD: no STARTTLS", "tls-offered", {"tls": ""}, "relay"),
    Fault("OpenSMTPD: an expired certificate", "tls-cert", {"pki": "expired"}, "submission"),
    Fault("OpenSMTPD: a certificate that nobody has issued", "tls-cert", {"pki": "self_signed"},
        "submission"),
    Fault("OpenSMTPD: mail of users in the clear", "tls-need-mail",
        {"tls": "tls", "auth": "auth-optional <users>",
         "match": "from any for any action onwards"}, "submission"),
    Fault("OpenSMTPD: users need no login", "auth-needed",
        {"auth": "auth-optional <users>", "senders": "",
         "match": "from any for any action onwards"}, "submission"),
    Fault("OpenSMTPD: users send in the name of others", "auth-mismatch", {"senders": ""},
        "submission", "authed"),
    Fault("OpenSMTPD: a login where servers send", "auth-off-25",
        {"auth": "auth-optional <users>"}),
)
# fmt: on


@contextlib.contextmanager
def start(folder: Path, certificates: Certificates, places: t.Sequence[Place]) -> t.Iterator[None]:
    """Run OpenSMTPD with all its files in the folder."""
    (folder / "tls").mkdir()
    copy_certificates(folder / "tls", certificates)
    pki = [
        f'pki {name} {kind} "{folder}/tls/{name}.{end}"'
        for name in PKI
        for kind, end in (("cert", "pem"), ("key", "key"))
    ]
    text = CONFIGURATION.format(
        hash=HASH,
        trusted=own_host.TRUSTED,
        pki="\n".join(pki),
        listeners="\n".join(map(_listener, places)),
        rules="\n".join(rule for place in places for rule in _rules(place)),
    )
    (folder / "smtpd.conf").write_text(text)
    with ROOM.running(folder, "sh", "-euc", START, "sh", str(folder)):
        last = places[-1]
        await_listeners(Server("OpenSMTPD", folder, {"smtp": last.port}), last.address)
        yield


def _listener(place: Place) -> str:
    settings = {**SOUND[place.profile], **place.settings}
    words = [f"listen on {place.address} port {place.port} tag T{place.number}"]
    if settings["tls"]:
        words.append(f"{settings['tls']} pki {settings.get('pki', 'good')}")
    words += [settings[name] for name in ("auth", "senders") if settings.get(name)]
    if settings.get("filter"):
        words.append(f"filter {settings['filter']}")
    return " ".join([*words, f"hostname {settings.get('hostname', SERVER_NAME)}"])


def _rules(place: Place) -> t.Iterator[str]:
    settings = {**SOUND[place.profile], **place.settings}
    head = f"match tag T{place.number}"
    if "match" in settings:
        yield f"{head} {settings['match']}"
    if place.profile == "submission":
        yield f"{head} auth from any for any action onwards"
    else:
        yield f"{head} from src <trusted> for any action onwards"
        yield f'{head} from any for domain "example.test" action {settings["action"]}'

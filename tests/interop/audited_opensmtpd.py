# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that are planted in OpenSMTPD, and its sound form. See `audited.Fault`.

Of `settings`, "match" is a rule that stands before the others, and the rest are options of the
listener.
"""

from __future__ import annotations

import contextlib
import shutil
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop import own_host
from ansible_collections.mailops.smtp.tests.interop.audited import Fault
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME, Certificates
from ansible_collections.mailops.smtp.tests.interop.room import Room
from ansible_collections.mailops.smtp.tests.interop.server import (
    Server,
    await_listeners,
    listens,
)

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import Profile
    from ansible_collections.mailops.smtp.tests.interop.audited import Place

ROOM = Room("opensmtpd", ["opensmtpd"])

START = """
mount --bind "$1/resolv.conf" /etc/resolv.conf
chmod 600 "$1"/tls/*.key
mkdir -p /var/spool/smtpd
chmod 711 /var/spool/smtpd
exec smtpd -d -f "$1/smtpd.conf"
"""

CONFIGURATION = """
table trusted {{ {trusted}.0/24 }}
table recipients {{ "alice@example.test" = "nobody", "erin@example.test" = "nobody", \
"postmaster@example.test" = "nobody", "abuse@example.test" = "nobody", \
"postmaster@mx.example.test" = "nobody" }}
table domains {{ "example.test", "mx.example.test" }}
table impolite {{ "alice@example.test" = "nobody" }}
table everybody {{ "@example.test" = "nobody" }}
table odd_names {{ "^[^.:]*$", "^mx\\.example\\.test$", "^localhost", "^[0-9.]*$" }}
table bare_names {{ "^[^.:]*$" }}
table forged {{ "@example\\.test$", "@example\\.com$", "\\.invalid$", "^[^@]+$" }}

pki good cert "{folder}/tls/good.pem"
pki good key "{folder}/tls/good.key"

smtp max-message-size 100K

filter ehlo_name phase ehlo match helo regex <odd_names> reject "550 5.7.1 Not your name"
filter helo_name phase helo match helo regex <odd_names> reject "550 5.7.1 Not your name"
filter forged_sender phase mail-from match mail-from regex <forged> reject "550 5.7.1 Not yours"
filter strangers chain {{ ehlo_name, helo_name, forged_sender }}

{listeners}

action deliver mda "cat >/dev/null" virtual <recipients>
action impolite mda "cat >/dev/null" virtual <impolite>
action everybody mda "cat >/dev/null" virtual <everybody>
action onwards relay

{rules}
"""

# OpenSMTPD 6.8 cannot finish a TLS handshake with OpenSSL 3 (OpenSMTPD issue 1171), and takes no
# login without TLS. So it is audited in the clear, and not as a submission service.
PROFILES: tuple[Profile, ...] = ("mx", "relay")
OPTIONS = {"tls": "never"}

SOUND: dict[str, dict[str, str]] = {
    "mx": {"filter": "strangers", "tls": "tls", "action": "deliver"},
    "relay": {"tls": "tls", "action": "deliver"},
}

# fmt: off
FAULTS: tuple[Fault, ...] = (  # noqa: E128 - a table
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
    Fault("OpenSMTPD: bare names in HELO", "helo-02", {"filter": "forged_sender"}),
    Fault("OpenSMTPD: the own domain from outside", "sp-own", {"filter": "ehlo_name"}),
    Fault("OpenSMTPD: a bare name in the greeting", "ban-name", {"hostname": "mail"}, "relay"),
    Fault("OpenSMTPD: an inner name in the greeting", "ban-inner",
        {"hostname": "mail.corp.local"}),
    # Of OpenSMTPD itself, in this version.
    Fault("OpenSMTPD: bare LFs end a message", "sm-01", {}),
    Fault("OpenSMTPD: a bare LF ends a message", "sm-02", {}),
    Fault("OpenSMTPD: a bare LF after the dot ends a message", "sm-03", {}),
    Fault("OpenSMTPD: a zero byte ends a line", "sm-10", {}),
    Fault("OpenSMTPD: a bare LF ends a message, in pieces", "sm-12", {}),
    Fault("OpenSMTPD: any number of errors", "cmd-flood", {}),
    Fault("OpenSMTPD: all mailboxes can be found", "enum-harvest", {}),
    Fault("OpenSMTPD: two authors", "sp-twofrom", {}),
    Fault("OpenSMTPD: a forged author", "sp-dmarc", {}),
    Fault("OpenSMTPD: no STARTTLS", "tls-offered", {"tls": ""}, "relay"),
)
# fmt: on


@contextlib.contextmanager
def start(folder: Path, certificates: Certificates, places: t.Sequence[Place]) -> t.Iterator[None]:
    """Run OpenSMTPD with all its files in the folder."""
    (folder / "tls").mkdir()
    shutil.copy(str(certificates.good.chain), str(folder / "tls" / "good.pem"))
    shutil.copy(str(certificates.good.key), str(folder / "tls" / "good.key"))
    text = CONFIGURATION.format(
        trusted=own_host.TRUSTED,
        folder=folder,
        listeners="\n".join(map(_listener, places)),
        rules="\n".join(rule for place in places for rule in _rules(place)),
    )
    (folder / "smtpd.conf").write_text(text)
    with ROOM.running(folder, "sh", "-euc", START, "sh", str(folder)):
        last = places[-1]
        await_listeners(Server("OpenSMTPD", folder, {"smtp": last.port}), last.address)
        yield


def why_ended(folder: Path, places: t.Sequence[Place]) -> str:
    """Return the last words of an OpenSMTPD that has ended by itself, or an empty text.

    All its processes end when one of them does, which has happened on a machine with much to do.
    """
    if listens(places[-1].port, places[-1].address):
        return ""
    output = (folder / "output.txt").read_text(errors="replace")
    return f"OpenSMTPD has ended during the audits: {output[-300:]}"


def _listener(place: Place) -> str:
    settings = {**SOUND[place.profile], **place.settings}
    words = [f"listen on {place.address} port {place.port} tag T{place.number}"]
    if settings["tls"]:
        words.append("tls pki good")
    if settings.get("filter"):
        words.append(f"filter {settings['filter']}")
    return " ".join([*words, f"hostname {settings.get('hostname', SERVER_NAME)}"])


def _rules(place: Place) -> t.Iterator[str]:
    settings = {**SOUND[place.profile], **place.settings}
    head = f"match tag T{place.number}"
    if "match" in settings:
        yield f"{head} {settings['match']}"
    yield f"{head} from src <trusted> for any action onwards"
    yield f"{head} from any for domain <domains> action {settings['action']}"

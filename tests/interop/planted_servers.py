# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Postfix and Dovecot with a listener for each planted cause, and one with nothing wrong."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import string
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop import own_host
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME, Certificates
from ansible_collections.mailops.smtp.tests.interop.planted import Place, lines_with
from ansible_collections.mailops.smtp.tests.interop.planted_postfix import PASSWORD
from ansible_collections.mailops.smtp.tests.interop.postfix import ROOM
from ansible_collections.mailops.smtp.tests.interop.server import Server, await_listeners

HERE = Path(__file__).resolve().parent

# The listeners with nothing wrong.
HEALTHY = 2
HEALTHY_DOVECOT = 3

# The owner of the mailboxes needs a number only.
OWNER = 5000
USERS = {"alice": "", "full": "userdb_quota_rule=*:bytes=10"}

CERTIFICATES = (
    "good",
    "expired",
    "not_yet_valid",
    "wrong_name",
    "unknown_ca",
    "without_intermediate",
    "self_signed",
    "rsa",
    "expired_rsa",
)

START = """
mount --bind "$1/resolv.conf" /etc/resolv.conf
chown postfix: "$1/data"
dovecot -F -c "$1/dovecot/dovecot.conf" &
exec postfix -c "$1/etc" start-fg
"""

# The processes behind the listeners.
PROCESSES = """
smtpd     pass    -     -       n      -      -       smtpd
tlsproxy  unix    -     -       n      -      0       tlsproxy
dnsblog   unix    -     -       n      -      0       dnsblog
cleanup   unix    n     -       n      -      0       cleanup
strict_cleanup unix n   -       n      -      0       cleanup
  -o { header_checks = regexp:{ { /^Subject: forbidden/ REJECT } } }
  -o { body_checks = regexp:{ { /^forbidden/ REJECT } } }
qmgr      unix    n     -       n      300    1       qmgr
rewrite   unix    -     -       n      -      -       trivial-rewrite
bounce    unix    -     -       n      -      0       bounce
defer     unix    -     -       n      -      0       bounce
trace     unix    -     -       n      -      0       bounce
verify    unix    -     -       n      -      1       verify
discard   unix    -     -       n      -      -       discard
smtp      unix    -     -       n      -      -       smtp
error     unix    -     -       n      -      -       error
retry     unix    -     -       n      -      -       error
tlsmgr    unix    -     -       n      1000?  1       tlsmgr
anvil     unix    -     -       n      -      1       anvil
proxymap  unix    -     -       n      -      -       proxymap
postlog   unix-dgram n  -       n      -      1       postlogd
"""


@contextlib.contextmanager
def start(
    folder: Path,
    certificates: Certificates,
    ports: t.Mapping[str, int],
    postfix: t.Sequence[Place],
    dovecot: t.Sequence[Place],
) -> t.Iterator[None]:
    """Run Postfix and Dovecot with all their files in the folder."""
    for name in ("etc", "spool", "data", "tls", "dovecot", "home"):
        (folder / name).mkdir()
    os.chown(str(folder / "home"), OWNER, OWNER)
    shutil.copy(str(certificates.ca), str(folder / "tls" / "ca.pem"))
    for name in CERTIFICATES:
        pem = getattr(certificates, name)
        shutil.copy(str(pem.chain), str(folder / "tls" / f"{name}.pem"))
        shutil.copy(str(pem.key), str(folder / "tls" / f"{name}.key"))
    values = {**ports, "folder": folder, "host_name": SERVER_NAME, "trusted": own_host.TRUSTED}
    _fill_in((HERE / "planted_main.cf").read_text(), folder / "etc" / "main.cf", values)
    served = [place for place in postfix if place.planted.service != "middlebox"]
    listeners = [*_healthy_listeners(), *map(_postfix_listener, served)]
    _fill_in("\n".join([*listeners, PROCESSES]), folder / "etc" / "master.cf", values)
    text = [(HERE / "planted_dovecot.conf").read_text(), *_dovecot_listeners(dovecot)]
    _fill_in("\n".join(text), folder / "dovecot" / "dovecot.conf", values)
    (folder / "dovecot" / "users").write_text(
        "".join(
            f"{name}:{{PLAIN}}{PASSWORD}:{OWNER}:{OWNER}::{folder}/home/{name}::{extra}\n"
            for name, extra in USERS.items()
        )
    )
    with ROOM.running(folder, "sh", "-euc", START, "sh", str(folder)):
        server = Server("Postfix and Dovecot", folder, {"smtp": 25})
        await_listeners(server, f"{own_host.SERVERS}.{HEALTHY}")
        await_listeners(server._replace(ports={"lmtp": 24}))
        yield


def postfix_log(folder: Path) -> t.Callable[[Place], str]:
    """Return a function that returns what Postfix has logged of a planted cause."""

    def log_of(place: Place) -> str:
        own = lines_with(folder / "output.txt", f"{_tag(place)}/")
        messages = re.findall(r": ([0-9A-F]{6,}): client=", own)
        return "\n".join([own, *(lines_with(folder / "output.txt", one) for one in messages)])

    return log_of


def dovecot_log(folder: Path) -> t.Callable[[Place], str]:
    """Return a function that returns what Dovecot has logged of a planted cause."""

    def log_of(place: Place) -> str:
        own = lines_with(folder / "output.txt", place.client)
        sessions = re.findall("session=(<[^>]+>)", own)
        return "\n".join([own, *(lines_with(folder / "output.txt", one) for one in sessions)])

    return log_of


def _tag(place: Place) -> str:
    """Return what the log of a listener says in place of "postfix"."""
    return f"planted{place.number}"


def _healthy_listeners() -> t.Iterator[str]:
    address = f"{own_host.SERVERS}.{HEALTHY}"
    xclient = f"smtpd_authorized_xclient_hosts={own_host.TRUSTED}.0/24"
    for port, option in ((25, xclient), (587, xclient), (465, "smtpd_tls_wrappermode=yes")):
        yield f"{address}:{port} inet n - n - - smtpd -o {option}"


def _postfix_listener(place: Place) -> str:
    planted = place.planted
    settings = dict(planted.settings)
    command = planted.service
    process_limit = "1" if command == "postscreen" else "-"
    unprivileged = "n" if command == "spawn" else "-"
    if command == "spawn":
        command = f"spawn user=nobody argv={settings.pop('argv')}"
    elif planted.port == 465:
        settings.setdefault("smtpd_tls_wrappermode", "yes")
    head = f"{place.address}:{planted.port} inet n {unprivileged} n - {process_limit} {command}"
    if planted.service == "spawn":
        return head
    options = [f"  -o {{ {name} = {value} }}" for name, value in settings.items()]
    return "\n".join([head, f"  -o syslog_name={_tag(place)}", *options])


def _dovecot_listeners(places: t.Sequence[Place]) -> t.Iterator[str]:
    for service in ("lmtp", "submission"):
        port = {"lmtp": 24, "submission": 587}[service]
        numbers = {HEALTHY_DOVECOT: ""}
        for place in places:
            if place.planted.service == service:
                haproxy = place.planted.settings.get("haproxy", "no")
                numbers[place.number] = f"haproxy = {haproxy}"
        yield f"service {service if service == 'lmtp' else 'submission-login'} {{"
        for number, option in numbers.items():
            address = f"{own_host.SERVERS}.{number}"
            yield f"  inet_listener {service}{number} {{\n    address = {address}"
            yield f"    port = {port}\n    {option}\n  }}"
        yield "}"
    for place in places:
        settings = {k: v for k, v in place.planted.settings.items() if k != "haproxy"}
        lines = [f"  {name} = {value}" for name, value in settings.items()]
        yield "\n".join([f"local {place.address} {{", *lines, "}"])


def _fill_in(template: str, path: Path, values: t.Mapping[str, t.Any]) -> None:
    path.write_text(string.Template(template).substitute(values), encoding="utf-8")

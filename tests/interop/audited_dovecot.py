# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that are planted in the submission service of Dovecot, and its sound form.

`settings` hold for the address of the listener. See `audited.Fault`.
"""

from __future__ import annotations

import contextlib
import string
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop import audited_own, postfix
from ansible_collections.mailops.smtp.tests.interop.audited import PASSWORD, Fault
from ansible_collections.mailops.smtp.tests.interop.audited_postfix import copy_certificates
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME, Certificates
from ansible_collections.mailops.smtp.tests.interop.server import (
    Server,
    await_listeners,
    free_ports,
)

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.model import Profile
    from ansible_collections.mailops.smtp.tests.interop.audited import Place

ROOM = postfix.ROOM
PROFILES: tuple[Profile, ...] = ("submission",)

START = """
exec dovecot -F -c "$1/dovecot.conf"
"""

CONFIGURATION = """
base_dir = $folder/run
state_dir = $folder/state
log_path = /dev/stdout
protocols = submission
listen = 127.0.0.1
hostname = $host_name
login_greeting = ESMTP
ssl = required
disable_plaintext_auth = yes
ssl_cert = <$folder/tls/good.pem
ssl_key = <$folder/tls/good.key
ssl_min_protocol = TLSv1.2
auth_mechanisms = plain login
auth_username_format = %Ln
mail_location = maildir:~/Maildir
passdb {
  driver = passwd-file
  args = $folder/users
}
userdb {
  driver = passwd-file
  args = $folder/users
}
submission_relay_host = 127.0.0.1
submission_relay_port = $strict
submission_max_mail_size = 100000
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service submission-login {
  process_min_avail = 2
  service_count = 0
$listeners
}
"""

# The servers to which it passes mail on. Dovecot takes over the limit of such a server.
HOPS = {"strict": {"owner": ""}, "lax": {}, "unlimited": {"owner": "", "no size": ""}}


def _certificate(name: str) -> dict[str, str]:
    return {"ssl_cert": f"<$folder/tls/{name}.pem", "ssl_key": f"<$folder/tls/{name}.key"}


# fmt: off
FAULTS: tuple[Fault, ...] = (  # noqa: E128 - a table
    Fault("Dovecot: a login in the clear", "tls-need-auth",
        {"disable_plaintext_auth": "no", "ssl": "yes"}, "submission"),
    Fault("Dovecot: no STARTTLS", "tls-offered", {"disable_plaintext_auth": "no", "ssl": "no"},
        "submission", "authed", {"tls": "never", "allow_plaintext_auth": True}),
    Fault("Dovecot: an expired certificate", "tls-cert", _certificate("expired"), "submission"),
    Fault("Dovecot: a certificate that is not valid yet", "tls-cert",
        _certificate("not_yet_valid"), "submission"),
    Fault("Dovecot: a certificate without the one above it", "tls-cert",
        _certificate("without_intermediate"), "submission"),
    Fault("Dovecot: TLS 1.0", "tls-floor",
        {"ssl_min_protocol": "TLSv1", "ssl_cipher_list": "ALL:@SECLEVEL=0"}, "submission"),
    Fault("Dovecot: no encryption within TLS", "tls-ciphers",
        {"ssl_cipher_list": "eNULL:AES:@SECLEVEL=0"}, "submission"),
    Fault("Dovecot: TLS without a certificate", "tls-anonymous",
        {"ssl_cipher_list": "aNULL:AES:@SECLEVEL=0"}, "submission"),
    Fault("Dovecot: the version in the greeting", "ban-version",
        {"login_greeting": "Dovecot 2.3.19 ready."}, "submission"),
    Fault("Dovecot: an inner name in the greeting", "ban-inner",
        {"hostname": "mail01.corp.local"}, "submission"),
    Fault("Dovecot: a bare name in the greeting", "ban-name", {"hostname": "mail"},
        "submission"),
    Fault("Dovecot: no limit on the size", "li-size-authed",
        {"submission_max_mail_size": "0", "submission_relay_port": "$unlimited"},
        "submission", "authed"),
    Fault("Dovecot: users send in the name of others", "auth-mismatch",
        {"submission_relay_port": "$lax"}, "submission", "authed"),
    Fault("Dovecot: users write in the name of others", "auth-mismatch-from",
        {"submission_relay_port": "$lax"}, "submission", "authed"),
    # Of Dovecot itself, in this version.
    Fault("Dovecot: a bare LF ends a message of a user", "sm-authed", {}, "submission", "authed"),
    Fault("Dovecot: requests of browsers", "cmd-http", {}, "submission"),
)
# fmt: on


@contextlib.contextmanager
def start(folder: Path, certificates: Certificates, places: t.Sequence[Place]) -> t.Iterator[None]:
    """Run Dovecot with all its files in the folder, and the servers to which it passes mail on."""
    (folder / "tls").mkdir()
    copy_certificates(folder / "tls", certificates)
    (folder / "home").mkdir()
    (folder / "home").chmod(0o777)
    (folder / "users").write_text(f"alice:{{PLAIN}}{PASSWORD}:5000:5000::{folder}/home::\n")
    ports = free_ports(*HOPS)
    values = {**ports, "folder": folder, "host_name": SERVER_NAME}
    text = CONFIGURATION.replace("$listeners", "\n".join(map(_listener, places)))
    text = "\n".join([text, *map(_local, places)])
    (folder / "dovecot.conf").write_text(string.Template(text).substitute(values))
    with contextlib.ExitStack() as running:
        for port, settings in HOPS.items():
            running.enter_context(audited_own.next_hop(ports[port], certificates, settings))
        running.enter_context(ROOM.running(folder, "sh", "-euc", START, "sh", str(folder)))
        last = places[-1]
        await_listeners(Server("Dovecot", folder, {"submission": last.port}), last.address)
        yield


def _listener(place: Place) -> str:
    return (
        f"  inet_listener at{place.number} {{\n    address = {place.address}\n"
        f"    port = {place.port}\n  }}"
    )


def _local(place: Place) -> str:
    lines = [f"  {name} = {value}" for name, value in place.settings.items()]
    return "\n".join([f"local {place.address} {{", *lines, "}"])

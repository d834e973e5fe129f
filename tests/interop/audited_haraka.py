# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that are planted in Haraka, and its sound form. See `audited.Fault`.

The plugin audited_haraka.js has the policy of the server, and knows the words of `settings`.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop import haraka
from ansible_collections.mailops.smtp.tests.interop.audited import PASSWORD, USER, Fault
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME, Certificates
from ansible_collections.mailops.smtp.tests.interop.server import Server, await_listeners

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.tests.interop.audited import Place

HERE = Path(__file__).resolve().parent

ROOM = haraka.ROOM


def _with(*faults: str) -> dict[str, str]:
    return {"faults": ",".join(faults)}


# fmt: off
FAULTS: tuple[Fault, ...] = (  # noqa: E128 - a table
    Fault("Haraka: everybody may relay", "relay-02", _with("open"), "relay"),
    Fault("Haraka: senders of the own domain may relay", "relay-17", _with("own senders"), "relay"),
    Fault("Haraka: bounces may be relayed", "relay-01", _with("bounces"), "relay"),
    Fault("Haraka: who says the own domain may relay", "relay-22", _with("helo"), "relay"),
    Fault("Haraka: the percent hack relays", "relay-18", _with("percent"), "relay"),
    Fault("Haraka: the second recipient may be relayed", "relay-25", _with("second"), "relay"),
    Fault("Haraka: it takes mail for unknown recipients", "relay-30", _with("unknown")),
    Fault("Haraka: VRFY tells who has a mailbox", "cmd-vrfy", _with("vrfy")),
    Fault("Haraka: EXPN tells who is on a list", "cmd-expn", _with("expn")),
    Fault("Haraka: ETRN for everybody", "cmd-etrn", _with("etrn")),
    Fault("Haraka: a back door of the past", "cmd-old", _with("debug"), "relay"),
    Fault("Haraka: XCLIENT for everybody", "pr-xclient", _with("xclient")),
    Fault("Haraka: bare names in HELO", "helo-02", _with("bare name")),
    Fault("Haraka: its own name in HELO", "helo-03", _with("own name")),
    Fault("Haraka: an address without brackets in HELO", "helo-05", _with("address")),
    Fault("Haraka: the version in the greeting", "ban-version", _with("version")),
    Fault("Haraka: an inner name in the greeting", "ban-inner", _with("inner")),
    Fault("Haraka: no postmaster", "enum-postmaster", _with("no postmaster")),
    Fault("Haraka: the own domain from outside", "sp-own", _with("own domain")),
    Fault("Haraka: senders of domains that do not exist", "sp-nodomain", _with("no domain")),
    Fault("Haraka: addresses that are not ASCII", "li-utf8", _with("utf8")),
    Fault("Haraka: requests of browsers", "cmd-http", _with("http")),
    Fault("Haraka: two authors", "sp-twofrom", _with("two authors")),
    Fault("Haraka: a forged author", "sp-dmarc", _with("forged")),
    Fault("Haraka: no STARTTLS", "tls-offered", _with("no starttls"), "relay"),
    Fault("Haraka: a login in the clear", "tls-need-auth", _with("auth in the clear"),
        "submission"),
    Fault("Haraka: a login where servers send", "auth-off-25", _with("auth")),
    Fault("Haraka: an obsolete mechanism", "auth-mechs", _with("digest"), "submission"),
    Fault("Haraka: mail of users in the clear", "tls-need-mail",
        _with("mail in the clear", "no login"), "submission"),
    Fault("Haraka: users need no login", "auth-needed", _with("no login"), "submission"),
    Fault("Haraka: users send in the name of others", "auth-mismatch", _with("any sender"),
        "submission", "authed"),
    Fault("Haraka: users write in the name of others", "auth-mismatch-from", _with("any author"),
        "submission", "authed"),
    # Of Haraka itself, in this version.
    Fault("Haraka: STARTTLS within TLS", "tls-twice", {}),
    Fault("Haraka: a login cannot be cancelled", "auth-cancel", {}, "submission"),
    Fault("Haraka: any number of errors", "cmd-flood", {}),
    Fault("Haraka: all mailboxes can be found", "enum-harvest", {}),
    Fault("Haraka: clients that only send", "sy-nopipe", {}),
    Fault("Haraka: a message that comes with DATA", "sy-data", {}),
    Fault("Haraka: commands that follow a message at once", "sy-dot", {}),
)
# fmt: on


@contextlib.contextmanager
def start(folder: Path, certificates: Certificates, places: t.Sequence[Place]) -> t.Iterator[None]:
    """Run Haraka with all its files in the folder."""
    haraka.install(folder)
    listeners = [f"{place.address}:{place.port}" for place in places]
    with haraka.running(
        folder, certificates, listeners, before_start=lambda: _policy(folder, places)
    ):
        last = places[-1]
        await_listeners(Server("Haraka", folder, {"smtp": last.port}), last.address)
        yield


def _policy(folder: Path, places: t.Sequence[Place]) -> None:
    """Write the files in which this Haraka differs from that of the other tests."""
    shutil.copy(str(HERE / "audited_haraka.js"), str(folder / "plugins" / "audited.js"))
    config = folder / "config"
    (config / "plugins").write_text("tls\nauth/flat_file\naudited\n")
    (config / "me").write_text(SERVER_NAME)
    (config / "auth_flat_file.ini").write_text(
        f"[core]\nmethods=PLAIN,LOGIN\nconstrain_sender=false\n[users]\n{USER}={PASSWORD}\n"
    )
    known = {
        place.address: {
            "profile": place.profile,
            "faults": place.settings.get("faults", "").split(","),
        }
        for place in places
    }
    (config / "audited.json").write_text(json.dumps(known))

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remedies: how to check a cause with a command, and what to change on which server.

The catalogue of advice goes to each probing host with the module, so it says little. What only a
reader needs is here, in YAML, with one file for each file of the catalogue.

A remedy has placeholders in capitals, such as CLIENT and DOMAIN (`PLACEHOLDERS`).
"""

from __future__ import annotations

import functools
import typing as t
from collections.abc import Mapping
from pathlib import Path

from .yaml_text import load_yaml

_FOLDER = Path(__file__).parent / "remedies"

# The servers and services that remedies are for, as in the files, and how to write them.
SERVERS: Mapping[str, str] = {
    "postfix": "Postfix",
    "exim": "Exim",
    "sendmail": "Sendmail",
    "opensmtpd": "OpenSMTPD",
    "exchange": "Exchange",
    "google_workspace": "Google Workspace",
    "microsoft_365": "Microsoft 365",
}

# The words in capitals of commands and settings, and what to write in their place.
PLACEHOLDERS: Mapping[str, str] = {
    "ADDRESS": "an IP address of the server, or of a name server",
    "CERTIFICATE": "the file of the certificate to verify",
    "CLIENT": "the address of the probing host as the server sees it (`client.seen_as`)",
    "DOMAIN": "the domain of the mail address: of the sender where SPF, DKIM, DMARC or the sender"
    " is the matter, otherwise of the recipient",
    "FILE": "the file of a certificate, or of a message",
    "ID": "a Message-ID, or the thumbprint of a certificate",
    "INTERFACE": "a network interface",
    "JAIL": "a jail of fail2ban, such as postfix or postfix-sasl",
    "KEY": "the file of a private key, or the key of a look-up",
    "LIST": "the domain of a DNS blocklist",
    "MAILBOX": "a mailbox of Exchange",
    "MESSAGE-ID": "the Message-ID of the message (`message.id`)",
    "NAME": "a DNS name, or the name of a connector, table or action",
    "NETWORK": "the network of the probing host",
    "PASSWORD": "the password of the user",
    "PORT": "the port of the server",
    "RECIPIENT": "the address of the recipient",
    "REVERSED": "CLIENT with its numbers in reverse order",
    "SELECTOR": "the selector of a DKIM signature",
    "SENDER": "the address of the sender",
    "SERVER": "the name or address of the server",
    "TABLE": "a table of Postfix with its type, such as hash:/etc/postfix/access",
    "USER": "a user of the server",
}


class Remedy(t.NamedTuple):
    """How to check a cause, and what to change.

    Each check begins with what to run or to read, in backticks, and says what to look for.
    `change` has a sentence for each server that the cause can lie in. A server that is left out has
    no setting for it, or none that could be verified in its documentation.
    """

    check: tuple[str, ...] = ()
    change: Mapping[str, str] = {}


@functools.lru_cache(maxsize=1)
def remedies() -> Mapping[str, Remedy]:
    """Return all remedies by the id of their cause. Raise ValueError for a wrong file."""
    found: dict[str, Remedy] = {}
    for path in sorted(_FOLDER.glob("*.yml")):
        rows = load_yaml(path.read_text(encoding="utf-8"))
        for name, row in rows.items():
            if name in found:
                raise ValueError(f"{path.name}: {name} has a remedy already")
            found[name] = _remedy(row, f"{path.name}: {name}")
    return found


def _remedy(row: Mapping[str, t.Any], where: str) -> Remedy:
    """Check the types of a row. Raise ValueError."""
    check, change = row.get("check", []), row.get("change", {})
    if row.keys() - {"check", "change"} or not (check or change):
        raise ValueError(f"{where} must have check, change, or both, and nothing else")
    if not isinstance(check, list) or not all(isinstance(one, str) for one in check):
        raise ValueError(f"{where}: check must be a list of texts")
    if not isinstance(change, dict) or not all(isinstance(one, str) for one in change.values()):
        raise ValueError(f"{where}: change must be a dictionary of texts")
    unknown = sorted(change.keys() - SERVERS.keys())
    if unknown:
        raise ValueError(f"{where}: change has {unknown[0]}, which is no server")
    return Remedy(tuple(check), change)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads tables of provoked refusals: what a dialogue shows, and its true cause."""

from __future__ import annotations

import pathlib
import re
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.engine import advise
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Facts

_LINE = re.compile(
    r"(?P<name>\S+): (?P<stage>\w+) (?:(?P<code>\d{3})(?: (?P<enhanced>\d\.\d+\.\d+)(?= |$))?"
    r"|(?P<kind>[a-z]+)) ?(?P<text>.*?)(?: \{(?P<facts>.*)\})? => (?P<cause>[a-z0-9-]+)"
)
_KINDS = {"2": "expectation", "4": "transient", "5": "permanent"}

# What the facts of a plain dialogue are.
_PLAIN: dict[str, t.Any] = {
    "port": 25,
    "host": "relay.example.net",
    "mx": False,
    "protocol": "esmtp",
    "tls": "opportunistic",
    "tls_limits": False,
    "encrypted": False,
    "proxy": False,
    "xclient": False,
    "login": False,
    "helo": "h7.example.com",
    "sender": "ann@example.com",
    "recipient": "bob@example.org",
    "server_address": "10.0.0.5",
    "client_address": "10.1.2.3",
    "seconds": 0.01,
}
_AFTER_GREETING: dict[str, t.Any] = {
    "greeting": "mx.example.org ESMTP",
    "keywords": frozenset(["PIPELINING", "SIZE", "STARTTLS", "8BITMIME", "DSN"]),
}


class Provoked(t.NamedTuple):
    """A refusal with one thing wrong, and the id of its true cause."""

    name: str
    facts: Facts
    cause: str

    @property
    def advised(self) -> list[str]:
        """The ids of the advice on it."""
        return [advice.id for advice in advise(self.facts)]

    @property
    def is_first(self) -> bool:
        """Whether the first advice is on the true cause."""
        return self.advised[0] == self.cause


def provoked(file_name: str) -> list[Provoked]:
    """Read a table of this folder."""
    path = pathlib.Path(__file__).with_name(file_name)
    lines = path.read_text(encoding="ascii").splitlines()
    return [_read(line) for line in lines if line and not line.startswith("#")]


def _read(line: str) -> Provoked:
    row = _LINE.fullmatch(line)
    assert row is not None, line
    known = dict(_PLAIN)
    if row["stage"] not in ("connect", "greeting"):
        known.update(_AFTER_GREETING)
    for word in (row["facts"] or "").split():
        name, _sign, value = word.partition("=")
        known[name] = _value(name, value.replace("_", " "))
    kind: t.Any = row["kind"] or _KINDS[row["code"][0]]
    stage: t.Any = row["stage"]
    code = int(row["code"]) if row["code"] else None
    text = " ".join(word for word in (row["enhanced"], row["text"]) if word)
    return Provoked(
        row["name"], Facts(stage, kind, code, row["enhanced"], text, **known), row["cause"]
    )


def _value(name: str, value: str) -> t.Any:
    """Read the value of a fact."""
    if name == "keywords":
        return frozenset(value.split(",")) - {""}
    if name == "port":
        return int(value)
    if name in ("seconds", "round_trip"):
        return float(value)
    return {"yes": True, "no": False}.get(value, value)

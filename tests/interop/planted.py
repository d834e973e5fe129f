# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planted causes: dialogues that fail because of exactly one thing, which is known.

Each has a server and a client of its own, so that all can be held side by side, and so that a line
of a log belongs to one of them.
"""

from __future__ import annotations

import contextlib
import re
import socket
import time
import types
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.engine import advise
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.request import (
    requests_from,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.side_by_side import (
    diagnose_one,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.facts import facts_of
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record
from ansible_collections.mailops.smtp.tests.interop import own_host, score
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME, Certificates
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS
from ansible_collections.mailops.smtp.tests.unit.settle import result_of, settle

LOG_SECONDS = 5.0

# The last number of a trusted client whose address no router changes.
UNTRANSLATED = 3

Options = t.Mapping[str, t.Any]

NOTHING: Options = types.MappingProxyType({})


class Planted(t.NamedTuple):
    """A planted cause.

    `fails` is the stage and the reply code, or the kind, of the failure; a bar separates two that
    depend on how fast the server is. `causes` are the ids of
    the advice that states the cause: more than one if their sentences say the same. `log` is a
    regular expression for what the server's log says of the cause; it is empty if the server
    cannot know it.

    Exactly one of these is wrong: `settings` of the server, `wrong` options of the dialogue, or the
    `client`. The other columns are as they should be. If the server is wrong, the dialogue passes
    with the settings of `healthy`, the listener that has no settings of its own. Otherwise it
    passes with this server, with `options` alone and from a client that is known.

    In a list of `options` or `wrong`, {number} is that of the place.

    `client` is "trusted", "outside", "nameless" (without a PTR record), "crooked" (its name does
    not lead back) or "translated" (a router gives it another address). `before` is the number of
    dialogues that are held first, and `occupied` is whether another connection of the client stays
    open. `service` is what listens.
    """

    name: str
    fails: str
    causes: str
    log: str
    settings: t.Mapping[str, str] = NOTHING
    options: Options = NOTHING
    wrong: Options = NOTHING
    client: str = "trusted"
    port: int = 25
    before: int = 0
    occupied: bool = False
    service: str = "smtpd"


class Place(t.NamedTuple):
    """A planted cause, with the number that its server, its client and their names have."""

    planted: Planted
    number: int
    certificates: Certificates
    healthy: str
    log: t.Callable[[Place], str]

    @property
    def address(self) -> str:
        """The address of its server."""
        return f"{own_host.SERVERS}.{self.number}"

    @property
    def client(self) -> str:
        """The address of its client."""
        trusted = self.planted.client in ("trusted", "translated")
        return f"{own_host.TRUSTED if trusted else own_host.OUTSIDE}.{self.number}"

    @property
    def client_name(self) -> str:
        """The name of its client."""
        return f"client{self.number}.example.org"

    @property
    def host(self) -> str:
        """The name of its server."""
        return f"mx{self.number}.example.test"

    def options(self, **changed: t.Any) -> dict[str, t.Any]:
        """Return the options of its dialogue."""
        return {
            **DEFAULTS,
            "host": self.host,
            "port": self.planted.port,
            "source_address": self.client,
            "helo": self.client_name,
            "ca_path": str(self.certificates.ca),
            "tls_server_name": SERVER_NAME,
            "mail_from": "bob@example.org",
            "rcpt_to": ["alice@example.test"],
            "timeout": 15.0,
            **{name: self._filled(value) for name, value in self.planted.options.items()},
            **{name: self._filled(value) for name, value in self.planted.wrong.items()},
            **changed,
        }

    def _filled(self, value: t.Any) -> t.Any:
        """Fill in the paths of certificates, and the number in a list of recipients."""
        if isinstance(value, Pem):
            return str(getattr(getattr(self.certificates, value.name), value.part))
        if isinstance(value, list):
            return [str(one).replace("{number}", str(self.number)) for one in value]
        return value


class Pem(t.NamedTuple):
    """A file with a certificate: the name of the certificate, and "chain" or "key"."""

    name: str
    part: str


class Result(t.NamedTuple):
    """What came of a planted cause: the failure, what was said of it, and the server's log.

    `error` is why the trial says nothing of the cause, such as that the dialogue passed.
    """

    trial: score.Trial | None
    error: str = ""
    outcome: str = ""
    diagnosis: t.Mapping[str, t.Any] = {}


def try_out(place: Place) -> Result:
    """Hold the dialogue with the planted cause, have the failure diagnosed, and read the log."""
    planted = place.planted
    healthy = _healthy_dialogue(place)
    if healthy is not None and healthy.failure is not None:
        return Result(None, f"without the cause it fails, too: {_outcome(healthy)}")
    for _number in range(planted.before):
        settle(plan_from(place.options(), check_mode=False))
    with _another_connection(place) if planted.occupied else contextlib.nullcontext():
        record = settle(plan_from(place.options(), check_mode=False))
        if record.failure is None:
            return Result(None, "the dialogue passed", "\n".join(record.transcript.lines))
        words = f"{record.failure.stage} {record.failure.code or record.failure.kind}"
        if words not in planted.fails.split("|"):
            return Result(None, f"it failed otherwise: {_outcome(record)}")
        lack = _missing_in_log(place)
        if lack:
            return Result(None, lack, _outcome(record))
        (request,) = requests_from({**place.options(), "failure": result_of(record)["failure"]})
        diagnosis = diagnose_one(request)
    trial = score.Trial(
        planted.name,
        tuple(planted.causes.split()),
        advise(facts_of(record, record.failure))[0].id,
        diagnosis["cause_id"],
        diagnosis["certainty"],
    )
    return Result(trial, "", _outcome(record), diagnosis)


def _healthy_dialogue(place: Place) -> Record | None:
    """Hold the dialogue without the cause."""
    planted = place.planted
    if not place.healthy:
        return None
    if planted.wrong:
        options = place._replace(planted=planted._replace(wrong={})).options()
    elif planted.client in ("nameless", "crooked"):
        options = place.options(source_address=f"{own_host.TRUSTED}.{place.number}")
    elif planted.client == "translated":
        options = place.options(source_address=f"{own_host.TRUSTED}.{UNTRANSLATED}")
    else:
        options = place.options(host=place.healthy)
    return settle(plan_from(options, check_mode=False))


@contextlib.contextmanager
def _another_connection(place: Place) -> t.Iterator[None]:
    """Hold a connection open. The server may not have seen the end of the one before yet."""
    address, client = (place.address, place.planted.port), (place.client, 0)
    end = time.monotonic() + LOG_SECONDS
    while time.monotonic() < end:
        with socket.create_connection(address, 3.0, client) as connection:
            if connection.recv(512).startswith(b"220"):
                yield
                return
    raise TimeoutError(f"{place.host} takes no connection at all")


def _missing_in_log(place: Place) -> str:
    """Return an empty text once the log says what it should, or what it says instead."""
    end = time.monotonic() + LOG_SECONDS
    while not re.search(place.planted.log, place.log(place)):
        if time.monotonic() > end:
            return f"its log lacks {place.planted.log!r}: {place.log(place)}"
        time.sleep(0.05)
    return ""


def _outcome(record: Record) -> str:
    failure = record.failure
    assert failure is not None
    return f"{failure.stage} {failure.kind} {failure.code} {failure.enhanced_code} {failure.text}"


def lines_with(path: Path, words: str) -> str:
    """Return the lines of a file that have these words."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    return "\n".join(line for line in text.splitlines() if words in line)

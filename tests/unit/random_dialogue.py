# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A dialogue with a server that behaves at random, and what is wrong with its result.

Options and server are drawn from a seed. What must come of the dialogue is the oracle's to say.
"""

from __future__ import annotations

import base64
import json
import random
import ssl
import time
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import printable
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record

from .defaults import DEFAULTS
from .oracle import Verdict, judge
from .random_server import Event, Manner, RandomServer
from .settle import result_of, sentence_of, settle

USER = "ann"
PASSWORD = "Sw0rd+f/sh?"

# How long the client waits for a server that may fall silent, and for one that never does.
IMPATIENT = 0.3
PATIENT = 10.0
DEADLINE = 30.0
# A dialogue may end so much later than its bounds say, on a machine that has other things to do.
SLACK = 10.0


class Authority(t.NamedTuple):
    """A CA of the test's own: where its certificate is, and a server's context with one of it."""

    path: str
    context: ssl.SSLContext


class Outcome(t.NamedTuple):
    """What came of a dialogue: `faults` is what is wrong with it."""

    seed: int
    options: dict[str, t.Any]
    check_mode: bool
    wires: list[list[Event]]
    verdict: Verdict
    result: dict[str, t.Any]
    faults: list[str]

    def __str__(self) -> str:
        """Tell all that is needed to understand the faults."""
        asked = {key: value for key, value in self.options.items() if value != DEFAULTS[key]}
        lines = [f"seed {self.seed}:"]
        lines += [f"  {fault}" for fault in self.faults]
        lines.append(f"  options: {asked}, check mode: {self.check_mode}")
        lines.append(f"  verdict: {self.verdict}")
        lines.append(f"  failure: {self.result.get('failure')}")
        for number, wire in enumerate(self.wires, 1):
            lines.append(f"  connection {number}:")
            lines += [f"    {event.who} {event.data[:200]!r}" for event in wire]
        lines += [f"    {line}" for line in self.result.get("transcript", ())]
        return "\n".join(lines)


def hold(seed: int, authority: Authority | None = None) -> Outcome:
    """Hold the dialogue of a seed, and find out what is wrong with its result."""
    drawn = random.Random(seed)
    silent = drawn.random() < 0.15
    options = _draw_options(drawn, authority, right=is_right(seed))
    options["timeout"] = IMPATIENT if silent and not is_right(seed) else PATIENT
    check_mode = drawn.random() < 0.1
    server = RandomServer(_draw_manner(seed, drawn, options, silent), _context(authority))
    options.update(host=server.host, port=server.port)
    started = time.monotonic()
    try:
        record = settle(plan_from(options, check_mode=check_mode))
    finally:
        seconds = time.monotonic() - started
        server.stop()
    result = result_of(record)
    wires = server.wires
    attempt = wires[min(record.attempts, len(wires)) - 1] if wires else []
    verdict = judge(options, check_mode, attempt, wires[: record.attempts - 1])
    found = [*_against_the_verdict(verdict, record, result), *_always(record, result, server)]
    bound = (DEADLINE + IMPATIENT + PATIENT) * record.attempts + SLACK
    if seconds > bound:
        found.append(f"it took {seconds:.1f} s, more than {bound:g}")
    return Outcome(seed, options, check_mode, wires, verdict, result, found)


def is_right(seed: int) -> bool:
    """Whether the server of this seed does nothing wrong; most others have one fault each."""
    return seed % 4 == 0


def _context(authority: Authority | None) -> ssl.SSLContext | None:
    return None if authority is None else authority.context


def _draw_options(
    drawn: random.Random, authority: Authority | None, right: bool
) -> dict[str, t.Any]:
    """Draw options of the module that do not contradict each other."""

    def is_so(probability: float) -> bool:
        return drawn.random() < probability

    options: dict[str, t.Any] = {
        **DEFAULTS,
        "helo": "client.example.com",
        "protocol": drawn.choice(("esmtp", "esmtp", "esmtp", "smtp", "lmtp")),
        "tls": "never",
        "deadline": DEADLINE,
        "retry_delay": 0.0,
        "retries": int(is_so(0.3)),
        "pipelining": is_so(0.5),
        "chunking": is_so(0.3),
    }
    hello_alone = options["protocol"] == "smtp"
    if authority is not None and is_so(0.3):
        options["tls"] = drawn.choice(
            ("implicit",) if hello_alone else ("opportunistic", "required", "implicit")
        )
        options["ca_path"] = authority.path
    if not hello_alone and is_so(0.25):
        options.update(login_user=USER, login_password=PASSWORD, auth_mechanism="PLAIN")
        options["allow_plaintext_auth"] = True
    if is_so(0.9):
        options["mail_from"] = drawn.choice(("ann@example.com", ""))
        options["rcpt_to"] = [f"bob{i}@example.org" for i in range(drawn.choice((0, 1, 1, 2, 4)))]
        if options["rcpt_to"] and is_so(0.7):
            options["message"] = {"subject": "Random", "body": "One\n.\n..two\n"}
    stages = _stages(options)
    if is_so(0.15):
        options["stop_after"] = drawn.choice([one for one in stages if one in _STOPS])
        stages = [*stages[: stages.index(options["stop_after"]) + 1], "quit"]
    if is_so(0.3):
        options["expect"] = {
            stage: drawn.choice(_PATTERNS.get(stage, _PATTERNS["other"]))
            for stage in drawn.sample(stages, 1 if right else drawn.randrange(1, 3))
            if stage != "connect" and (stage, options["stop_after"]) != ("quit", "connect")
        }
    return options


_STOPS = ("connect", "greeting", "helo", "starttls", "auth", "mail_from", "rcpt_to")

_PATTERNS: dict[str, tuple[list[str], ...]] = {
    "data": (["354"], ["3xx"], ["5xx"]),
    "quit": (["221"], ["2xx"]),
    "other": (["2xx"], ["5xx"], ["4xx", "5xx"], ["550"], ["2xx", "4xx"]),
}


def _stages(options: t.Mapping[str, t.Any]) -> list[str]:
    """Return the stages that a dialogue with these options comes to."""
    stages = ["connect", "greeting", "helo"]
    if options["tls"] == "required":
        stages.append("starttls")
    if options["login_user"]:
        stages.append("auth")
    if options["mail_from"] is not None:
        stages.append("mail_from")
        stages += ["rcpt_to"] if options["rcpt_to"] else []
    if options["message"]:
        stages += ["message"] if options["chunking"] else ["data", "message"]
    return [*stages, "quit"]


def _draw_manner(
    seed: int, drawn: random.Random, options: t.Mapping[str, t.Any], silent: bool
) -> Manner:
    """Draw how the server behaves: one that is right offers what the options cannot do without."""
    right = is_right(seed)
    faults, fault_at = (
        (0.0, None)
        if right
        else drawn.choice(((0.0, drawn.randrange(1, 10)),) * 3 + ((0.2, None),))
    )
    offers = [one for one in ("PIPELINING", "CHUNKING") if drawn.random() < 0.6]
    if options["login_user"] and (right or drawn.random() < 0.9):
        offers.append(drawn.choice(("AUTH PLAIN LOGIN", "AUTH LOGIN PLAIN", "AUTH PLAIN")))
    tls = options["tls"]
    if tls != "implicit":
        offered = tls == "required" or drawn.random() < 0.5
        tls = "offered" if tls != "never" and offered else "never"
    secret = drawn.choice(_forms(PASSWORD)) if options["login_user"] else ""
    return Manner(
        str(seed),
        faults=faults,
        fault_at=fault_at,
        silent=silent and not right,
        tls=tls,
        offers=tuple(offers),
        expect=options["expect"] or {},
        secret=secret,
    )


def _forms(secret: str) -> list[str]:
    """Return how a server may write a secret that it was told."""
    response = base64.b64encode(f"\0{USER}\0{secret}".encode()).decode()
    percent = "".join(f"%{byte:02X}" for byte in secret.encode())
    return [
        secret,
        base64.b64encode(secret.encode()).decode(),
        response,
        secret.encode().hex(),
        percent,
    ]


def _against_the_verdict(
    verdict: Verdict, record: Record, result: dict[str, t.Any]
) -> t.Iterator[str]:
    """Find what the oracle would not have said."""
    passed, failure, reason = result["passed"], result["failure"], verdict.reason
    timed_out = failure is not None and failure["kind"] == "timeout"
    if passed and verdict.passes is False:
        yield f"wrong green: {reason.text}"
    if not passed and verdict.passes and not timed_out:
        yield f"wrong red: {failure}"
    if verdict.changed is not None and record.changed != verdict.changed:
        yield f"changed is {record.changed}, and should be {verdict.changed}"
    if verdict.misconduct:
        yield verdict.misconduct
    if passed or verdict.passes is not False or (timed_out and "timeout" not in reason.kinds):
        return
    if reason.kinds and failure["kind"] not in reason.kinds:
        yield f"wrong kind {failure['kind']}: {reason}"
    elif reason.stage not in (None, failure["stage"]):
        yield f"wrong stage {failure['stage']}: {reason}"
    elif reason.code not in (None, failure["code"]):
        yield f"wrong code {failure['code']}: {reason}"


def _always(record: Record, result: dict[str, t.Any], server: RandomServer) -> t.Iterator[str]:
    """Find what must not be in any result."""
    if result["failure"] and result["failure"]["kind"] in ("internal", "local"):
        yield f"an exception that nobody foresaw: {result['failure']}"
    shown = json.dumps(result) + sentence_of(record)
    for form in _forms(PASSWORD):
        if form.lower() in shown.lower() or json.dumps(form)[1:-1].lower() in shown.lower():
            yield f"the secret is shown: {form}"
    yield from _missing_lines(result["transcript"], server.wires)


def _missing_lines(transcript: list[str], wires: list[list[Event]]) -> t.Iterator[str]:
    """Find lines that went over the wire and are not in the transcript, or the other way round.

    What the client has read is the beginning of what was sent; the last of it may be a part.
    """
    connections: list[list[str]] = []
    for line in [one.partition("] ")[2] for one in transcript]:
        if line.startswith("*: connecting to "):
            connections.append([])
        connections[-1].append(line)
    for shown, wire in zip(connections, wires):
        heard = [line[3:] for line in shown if line.startswith("S: ")]
        sent = b"".join(event.data for event in wire if event.who == "S")
        while heard and b"\n" in sent:
            came, _end, rest = sent.partition(b"\n")
            if not _is_shown(heard[0], printable(came[:-1] if came.endswith(b"\r") else came)):
                break
            heard.pop(0)
            sent = rest
        # What was left when the dialogue ended need not be a line.
        if heard and printable(sent).startswith(heard[0].partition("(not shown)")[0]):
            heard.pop(0)
        if heard:
            yield f"the transcript has lines that nobody sent: {heard}"


def _is_shown(shown: str, line: str) -> bool:
    return shown == line or "(not shown)" in shown

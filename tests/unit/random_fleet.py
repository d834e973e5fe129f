# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random fleets with all that a report can have of a host, for reports in one piece and in many."""

from __future__ import annotations

import dataclasses
import random
import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.diagnosis.attach import by_cell
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.diagnosis.read import (
    Answer,
    read_answers,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import (
    Host,
    matrix_of,
    planned_servers,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.receipts import Receipts
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.plan import Plan
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report

from .reports import (
    CREATED,
    MADE_BY,
    NASTY,
    diagnosis,
    failed,
    passed,
    registered_answers,
    replies,
    unreachable,
)

GROUPS = ("dmz", "web", "db")
VERSIONS = {"collection": "1", "ansible_core": "2", "python": "3"}

FAULTS: tuple[Mapping[str, t.Any], ...] = (
    {"text": "5.7.1 Relay access denied"},
    {"stage": "connect", "kind": "timeout", "code": None, "text": "no answer within 10 s"},
    {"stage": "connect", "kind": "connect", "code": None, "text": "Connection refused"},
    {"stage": "helo", "kind": "transient", "code": 421, "text": "4.7.0 Too many connections"},
    {"stage": "starttls", "kind": "tls", "code": None, "text": "certificate has expired"},
    {"kind": "expectation", "code": 250, "text": "2.1.5 Ok"},
    {"stage": "connect", "kind": "local", "code": None, "text": "Cannot assign the address"},
    {"text": NASTY},
)


class Fleet(t.NamedTuple):
    """Hosts with their results, and what some have found out about their failures."""

    hosts: list[Host]
    answers: list[Answer]

    def report(self, names: Sequence[str] | None = None) -> Report:
        """Return the report of some hosts, or of all."""
        hosts = [host for host in self.hosts if names is None or host.name in names]
        matrix = matrix_of(hosts)
        made = Report.of(matrix, CREATED, MADE_BY, {host.name: host.groups for host in hosts})
        found = by_cell(made, self.answers, {host.name: host.name for host in hosts})
        plan = Plan(planned_servers(hosts, matrix), None, VERSIONS)
        return dataclasses.replace(made, diagnoses=found, plan=plan)


def fleet(seed: int, hosts: int = 12) -> Fleet:
    """Draw a fleet whose hosts were all to ask the same servers."""
    drawn = random.Random(seed)
    servers = _servers(drawn)
    faults = [
        (drawn.choice(GROUPS), drawn.choice(servers), drawn.choice(FAULTS)) for _n in range(3)
    ]
    found = [_host(drawn, f"web{number}", servers, faults) for number in range(hosts)]
    answers = [
        answer
        for host in drawn.sample(found, 3)
        for answer in read_answers(
            registered_answers((host.name, drawn.randrange(len(servers)), _answer(drawn))), "use"
        )
    ]
    return Fleet(found, answers)


def _answer(drawn: random.Random) -> dict[str, t.Any]:
    if drawn.random() < 0.3:
        return {"problem": "the host has returned no diagnosis"}
    return {**diagnosis(), "certainty": drawn.choice(["proven", "consistent"])}


def _servers(drawn: random.Random) -> list[dict[str, t.Any]]:
    servers: list[dict[str, t.Any]] = [
        {"host": f"mx{number}.example.com", "port": drawn.choice([25, 587])}
        for number in range(drawn.randint(2, 5))
    ]
    servers[0]["name"] = drawn.choice(["relay", 'the "relay"', "Zürich"])
    if drawn.random() < 0.5:
        servers.append({"mx": "example.org"})
    if drawn.random() < 0.3:
        servers.append(dict(servers[0]))  # once more
    return servers


def _host(
    drawn: random.Random,
    name: str,
    servers: Sequence[dict[str, t.Any]],
    faults: Sequence[tuple[str, Mapping[str, t.Any], Mapping[str, t.Any]]],
) -> Host:
    groups = drawn.sample(GROUPS, drawn.randint(0, 2))
    fate = drawn.random()
    if fate < 0.08:
        return unreachable(name, servers)._replace(groups=groups)
    if fate < 0.16:
        return Host(name, None, list(servers), left=drawn.random() < 0.5, groups=groups)
    results = [
        result for server in servers for result in _results(drawn, name, groups, server, faults)
    ]
    receipts = Receipts(_receipts(drawn, results)) if drawn.random() < 0.5 else Receipts()
    return Host(
        name, {"results": results}, list(servers), left=False, receipts=receipts, groups=groups
    )


def _results(
    drawn: random.Random,
    name: str,
    groups: Sequence[str],
    server: Mapping[str, t.Any],
    faults: Sequence[tuple[str, Mapping[str, t.Any], Mapping[str, t.Any]]],
) -> t.Iterator[dict[str, t.Any]]:
    fault: Mapping[str, t.Any] | None = None
    for group, where, what in faults:
        if group in groups and server is where:
            fault = what
    if drawn.random() < 0.05:
        fault = drawn.choice(FAULTS)
    items = (
        [{**server, "host": f"mx{n}.example.org"} for n in (1, 2)] if "mx" in server else [server]
    )
    for item in items:
        yield _varied(drawn, name, failed(item, **fault) if fault else passed(item))


def _varied(drawn: random.Random, name: str, result: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return a result with what differs from dialogue to dialogue."""
    network = drawn.choice(["192.0.2", "198.51.100"])
    result["client"] = {
        "helo": f"{name}.example.com",
        "address": f"{network}.{drawn.randrange(200)}",
        "port": drawn.randrange(1024, 65536),
        "seen_as": drawn.choice([None, "203.0.113.7"]),
    }
    result["seconds"] = {
        "connect": drawn.choice([0.002, 0.00001, 1, 0.5]),
        "total": round(drawn.random(), 6),
    }
    result["started"] = f"2026-11-24T11:59:{drawn.randrange(60):02}Z"
    if drawn.random() < 0.2:
        result["tls"] = None
        result["capabilities"] = {"SIZE": ["1000"]}
    if drawn.random() < 0.1:
        result["replies"] = [
            *result["replies"],
            *replies(("quit", 221, drawn.choice(["Grüße", "Bye"]))),
        ]
    if drawn.random() < 0.1:
        result["capabilities"] = {NASTY: [NASTY]}
    if result["passed"]:
        result["transcript"] = []
        if drawn.random() < 0.3:
            token = f"{name}-{drawn.random()}"
            result["message"] = {"id": "<a@b>", "token": token, "bytes": 5, "queue_id": "4XyZ"}
            result["changed"] = True
    if drawn.random() < 0.03:
        result["failure"] = 5
        result["server"] = ["nothing"]
    return result


def _receipts(drawn: random.Random, results: Sequence[Mapping[str, t.Any]]) -> dict[str, t.Any]:
    """Return what mail_receipt has found of the messages of a host."""
    found = []
    for result in results:
        if result["message"] and drawn.random() < 0.8:
            arrived = drawn.random() < 0.7
            found.append(
                {
                    "token": result["message"]["token"],
                    "found": arrived,
                    "mailbox": "INBOX" if arrived else None,
                    "junk": drawn.random() < 0.2,
                    "seconds": round(drawn.random() * 9, 3) if arrived else None,
                    "queue_id": "4XyZ",
                    "hops": [{"from": "a", "by": "b", "delay": 1.5}],
                    "advice": [] if arrived else ["Look into the queue."],
                }
            )
    return {"receipts": found}

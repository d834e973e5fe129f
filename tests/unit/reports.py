# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results as the module returns them, and reports of them, for the tests of reports."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.diagnosis.attach import by_cell
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.diagnosis.read import (
    read_answers,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.collect import (
    Host,
    matrix_of,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report

CREATED = "2026-11-24T12:00:00Z"
MADE_BY = "mailops.smtp 0.2.0, ansible-core 2.19.4"

# All that a server may say to do harm to whoever reads a report: terminal escapes, ends of XML and
# HTML, Jinja, formats, marks that turn the direction, a formula, a comma, quotes.
NASTY = (
    "=cmd|'/C calc'!A0 \x1b[2J\x1b]0;title\x07 ]]> <script>alert(1)</script>"
    " <img src=x onerror=a()> {{ lookup('pipe','id') }} {% raw %} %n%s $(id) `id`"
    " \u202etxt.exe\u202c \udcff \x00\x85\u2028"
    " | a, \"b\" 'c' [x](javascript:a()) <!-- --> &amp; \\n"
)
LONG = "x" * 10_000

# Texts of failures that nobody takes for the same.
UNLIKE = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot")


def replies(*codes: tuple[str, int, str]) -> list[dict[str, t.Any]]:
    """Return replies: of each its stage, code and text."""
    return [
        {
            "stage": stage,
            "command": None if stage == "greeting" else stage.upper(),
            "code": code,
            "enhanced_code": None,
            "lines": [text],
            "seconds": 0.01,
            "accepted": code < 400,
            "tls": False,
            "recipient": "bob@example.net" if stage == "rcpt_to" else None,
        }
        for stage, code, text in codes
    ]


def passed(item: Mapping[str, t.Any], **other: t.Any) -> dict[str, t.Any]:
    """Return the result of a dialogue that passed."""
    return {
        "item": dict(item),
        "passed": True,
        "failure": None,
        "server": {
            "host": item.get("host"),
            "port": item.get("port", 25),
            "address": "192.0.2.25",
            "name": "mx1.example.com",
            "mx_preference": None,
        },
        "client": {
            "helo": "web1.example.com",
            "address": "192.0.2.11",
            "port": 40000,
            "seen_as": None,
        },
        "replies": replies(("greeting", 220, "mx1.example.com ESMTP"), ("helo", 250, "hello")),
        "capabilities": {"PIPELINING": [], "SIZE": ["10240000"], "AUTH": ["PLAIN", "LOGIN"]},
        "tls": {
            "version": "TLSv1.3",
            "cipher": "TLS_AES_256_GCM_SHA384",
            "bits": 256,
            "verified": True,
            "verify_error": None,
            "certificate": {
                "subject": "CN=mx1.example.com",
                "issuer": "CN=R11,O=Let's Encrypt,C=US",
                "names": ["mx1.example.com"],
                "not_before": "2026-10-01T00:00:00Z",
                "not_after": "2026-12-30T23:59:59Z",
                "days_left": 36,
                "serial": "04A1B2C3",
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            },
            "chain": [],
            "dane": None,
        },
        "message": None,
        "seconds": {
            "resolve": 0.001,
            "connect": 0.002,
            "greeting": 0.01,
            "helo": 0.01,
            "total": 0.022,
        },
        "transcript": [
            "[0.001] *: connecting to 192.0.2.25 port 25",
            "[0.013] S: 220 mx1.example.com ESMTP",
            "[0.013] C: EHLO web1.example.com",
        ],
        "attempts": 1,
        "started": "2026-11-24T11:59:58Z",
        "changed": False,
        "failed": False,
        "msg": f"{item.get('host')} port {item.get('port', 25)}: passed",
        **other,
    }


def failed(
    item: Mapping[str, t.Any],
    stage: str = "rcpt_to",
    kind: str = "permanent",
    code: int | None = 550,
    text: str = "no such user",
    **other: t.Any,
) -> dict[str, t.Any]:
    """Return the result of a dialogue that did not pass."""
    given: dict[str, t.Any] = {
        "stage": stage,
        "kind": kind,
        "code": code,
        "enhanced_code": None,
        "text": text,
    }
    given |= {"errno": None, "seconds": 0.01, "round_trip": 0.002, "tcp_info": None}
    said = f"{code} {text} in reply to {stage}" if code else f"{text} at {stage}"
    return passed(
        item,
        **{
            "passed": False,
            "failed": True,
            "failure": {**given, "advice": ["Ask the server's side.", "Look into its log."]},
            "msg": f"{item.get('host')} port {item.get('port', 25)}: {said}",
            **other,
        },
    )


def probed(name: str, *results: Mapping[str, t.Any], left: bool = False) -> Host:
    """Return a host that has held its dialogues."""
    return Host(name, {"results": list(results), "summary": {}}, [], left)


def unreachable(name: str, planned: Sequence[t.Any]) -> Host:
    """Return a host that Ansible could not reach."""
    registered = {
        "unreachable": True,
        "msg": "Failed to connect to the host via ssh",
        "changed": False,
    }
    return Host(name, registered, planned, left=False)


def report(*hosts: Host) -> Report:
    """Return the report of some hosts."""
    return Report.of(matrix_of(hosts), CREATED, MADE_BY)


def diagnosis(cause: str = "The server does not know the recipient.") -> dict[str, t.Any]:
    """Return what a host returns that has proven a cause."""
    return {
        "certainty": "proven",
        "cause": cause,
        "cause_id": "recipient-known",
        "evidence": [
            {"fact": "another recipient", "value": "250 Ok", "says": "it is the recipient"},
            {"fact": "the same dialogue again", "value": "550 no such user", "says": "it fails"},
        ],
        "advice": ["Check the recipient with `postmap -q`."],
        "unasked": [],
        "transcript": ["[0.000] *: the same dialogue again", "[0.001] S: 550 no such user"],
        "connections": 2,
        "seconds": 0.4,
    }


def registered_answers(*answers: tuple[str, int, Mapping[str, t.Any]]) -> dict[str, t.Any]:
    """Return what the task registers that asks hosts: of each its name, the target, the answer."""
    return {
        "results": [
            {
                "ansible_loop_var": "asked",
                "asked": {"host": host, "use": "use", "targets": [{"target": target}]},
                "diagnoses": [answer],
            }
            for host, target, answer in answers
        ]
    }


def with_answers(of: Report, *answers: tuple[str, int, Mapping[str, t.Any]]) -> Report:
    """Return a report with what hosts have found out."""
    found = list(read_answers(registered_answers(*answers), "use"))
    names = {host: host for host in of.hosts}
    return dataclasses.replace(of, diagnoses=by_cell(of, found, names))


def diagnosed_fleet() -> Report:
    """Return the report of the fleet, in which one cause is proven and one was not diagnosed."""
    problem = {"problem": "the host has returned no diagnosis"}
    return with_answers(fleet(), ("app1", 0, diagnosis()), ("app1", 1, problem))


def fleet() -> Report:
    """Return a report with one of each: passed, refused, no answer, unreachable, not run."""
    mx1 = {"host": "mx1.example.com", "name": "relay"}
    mx2 = {"host": "mx2.example.com", "port": 587}
    return report(
        probed("web1", passed(mx1), passed(mx2)),
        probed(
            "app1", failed(mx1), failed(mx2, "connect", "timeout", None, "no answer within 10 s")
        ),
        unreachable("down", [mx1, mx2]),
        Host("late", None, [mx1, mx2], left=False),
    )


def scattered() -> Report:
    """Return a report of six failures that have nothing in common, and so no cause."""
    items = [{"host": f"mx{number}.example.com"} for number in range(3)]
    rows = []
    for host in range(12):
        results = [passed(item) for item in items]
        if host < len(UNLIKE):
            results[host % 3] = failed(items[host % 3], text=UNLIKE[host])
        rows.append(probed(f"web{host}", *results))
    return report(*rows)


def nasty() -> Report:
    """Return a report in which every text is hostile: the server's, the user's, the inventory's."""
    item = {"host": "mx1.example.com", "name": NASTY}
    said = replies(("greeting", 220, NASTY), ("helo", 250, LONG), ("rcpt_to", 550, NASTY))
    refused = failed(item, text=NASTY, replies=said, transcript=[f"[0.001] S: 550 {NASTY}", LONG])
    refused["server"]["name"] = NASTY
    refused["capabilities"] = {NASTY: [NASTY]}
    refused["tls"]["certificate"]["subject"] = f"CN={NASTY}"
    refused["failure"]["advice"] = [NASTY]
    found = report(
        probed("web1", refused), unreachable("down", [item]), probed(escape(NASTY), refused)
    )
    fact = dict.fromkeys(("fact", "value", "says"), NASTY)
    lists = {name: [NASTY, LONG] for name in ("advice", "unasked", "transcript")}
    answer = {**diagnosis(NASTY), "evidence": [fact] * 3, **lists}
    return with_answers(found, ("web1", 0, answer))

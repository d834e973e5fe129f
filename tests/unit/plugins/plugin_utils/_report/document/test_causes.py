# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cause as JSON: whole in the json report, and bounded in the result of the task."""

from __future__ import annotations

import dataclasses
import json

from ansible_collections.mailops.smtp.plugins.plugin_utils._report.causes.model import (
    Cause,
    Causes,
    Diagnosis,
    Evidence,
    WhatToDo,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.document.causes import (
    MAX_CAUSES,
    MAX_NAMES,
    MAX_UNEXPLAINED,
    cause_document,
    causes_result,
    unexplained_document,
)

KEYS = [
    *("sentence", "where", "stage", "kind", "code", "enhanced_code", "hosts", "groups", "servers"),
    *("cells", "certainty", "evidence", "advice", "diagnosis", "to_do"),
]


def cause(size: int, text: str = "no") -> Cause:
    """Return a cause of so many hosts."""
    hosts = tuple(f"web{number}" for number in range(size))
    return Cause(
        sentence=text,
        where="server",
        stage="connect",
        kind="connect",
        code=None,
        enhanced_code=None,
        hosts=hosts,
        groups=("web",),
        servers=(text,),
        cells=tuple((host, text) for host in hosts),
        certainty="consistent",
        evidence=(Evidence("other servers", text, "the hosts work"),),
        advice=(text,),
    )


def test_the_json_report_has_all_of_a_cause() -> None:
    document = cause_document(cause(5_000, "x" * 1_000))
    assert list(document) == KEYS
    assert document["cells"] == len(document["hosts"]) == 5_000
    assert document["sentence"] == "x" * 1_000
    assert document["evidence"] == [
        {"fact": "other servers", "value": "x" * 1_000, "says": "the hosts work"}
    ]


def test_the_result_has_a_bounded_part_of_each_cause_and_says_how_many_there_are() -> None:
    (found,) = causes_result(Causes((cause(5_000, "x" * 1_000),)))
    assert set(found) == {*KEYS, "hosts_total", "servers_total"}
    assert len(found["hosts"]) == MAX_NAMES
    assert (found["hosts_total"], found["servers_total"], found["cells"]) == (5_000, 1, 5_000)
    assert (len(found["sentence"]), len(found["servers"][0]), len(found["advice"][0])) == (
        600,
        200,
        600,
    )
    assert len(json.dumps(found)) < 5_000


def test_a_cause_has_what_a_host_has_found_out() -> None:
    assert cause_document(cause(1))["diagnosis"] is None
    found = Diagnosis("web0", "relay:25", "proven", "It is full.", "full", connections=2)
    document = cause_document(dataclasses.replace(cause(1), diagnosis=found))["diagnosis"]
    assert document == {
        "host": "web0",
        "server": "relay:25",
        "certainty": "proven",
        "cause": "It is full.",
        "cause_id": "full",
        "unasked": (),
        "connections": 2,
        "seconds": None,
        "of_log": False,
        "problem": "",
    }


def test_a_cause_has_what_to_do() -> None:
    to_do = WhatToDo("full", ("`df -i`",), (("postfix", "Set it."),))
    document = cause_document(dataclasses.replace(cause(1), to_do=to_do))["to_do"]
    assert document == {"id": "full", "check": ("`df -i`",), "change": {"postfix": "Set it."}}


def test_the_result_has_so_many_causes_and_no_more() -> None:
    assert len(causes_result(Causes((cause(1),) * 500))) == MAX_CAUSES


def test_cells_without_a_cause_are_counted_and_the_first_are_named() -> None:
    unexplained = tuple((f"web{number}", "relay:25") for number in range(5_000))
    document = unexplained_document(Causes((), unexplained))
    assert document["cells"] == 5_000
    assert len(document["first"]) == MAX_UNEXPLAINED
    assert document["first"][0] == {"host": "web0", "server": "relay:25"}

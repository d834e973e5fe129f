# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The json report is what the published schema says, whatever probing hosts have returned."""

from __future__ import annotations

import copy
import dataclasses
import json
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import KINDS, STAGES
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.baseline import (
    read_baseline,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.compare.compare import compare
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model import receipts
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.verdict import VERDICTS
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.renderers import as_json
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.report import Report
from ansible_collections.mailops.smtp.tests.unit.reports import (
    failed,
    fleet,
    nasty,
    passed,
    probed,
    report,
)
from ansible_collections.mailops.smtp.tests.unit.schema import SCHEMA, problems
from jsonschema import Draft202012Validator

MX1 = {"host": "mx1.example.com"}


def document(given: Report) -> dict[str, t.Any]:
    """Read a report as its readers do."""
    return dict(json.loads("".join(as_json.render(given))))


def closed(schema: t.Any) -> t.Any:
    """Copy a schema so that it takes no key that it does not describe."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and "description" in schema:
        inner["additionalProperties"] = False
    return inner


def compared() -> Report:
    """Return a report that is held against an earlier one, of which everything differs."""
    result = failed(MX1)
    result["tls"]["chain"] = [{"subject": "CN=mx1", "issuer": "CN=R11"}]
    result["tls"]["dane"] = {
        "name": "_25._tcp.mx1.example.com",
        "secure": True,
        "records": ["3 1 1 00"],
        "matched": None,
        "error": "none",
    }
    result["client"]["seen_as"] = "203.0.113.7"
    result["failure"]["errno"] = "ETIMEDOUT"
    result["failure"]["tcp_info"] = {
        "unacked": 3,
        "retransmits": 4,
        "rtt": 0.0213,
        "mss": 1448,
        "path_mtu": 1500,
    }
    result["message"] = {"id": "<a@b>", "token": "t", "bytes": 5, "queue_id": None}
    now = report(probed("web1", result), probed("app1", passed(MX1)))
    before = read_baseline([json.dumps(document(fleet()))])
    return dataclasses.replace(now, comparison=compare(before, now))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("given", [fleet(), nasty(), compared(), report()])
def test_a_report_is_as_the_schema_has_it(given: Report) -> None:
    assert problems(document(given)) == []


@pytest.mark.parametrize("given", [fleet(), nasty(), compared(), report()])
def test_the_schema_describes_every_key(given: Report) -> None:
    assert problems(document(given), closed(SCHEMA)) == []


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("client", "seen_as", ["203.0.113.7"]),
        ("client", "seen_as", {"a": 1}),
        ("failure", "errno", 104),
        ("failure", "seconds", "0.1"),
        ("failure", "seconds", 1e300),
        ("failure", "round_trip", True),
        ("failure", "tcp_info", "unacked"),
        ("failure", "tcp_info", [1]),
    ],
)
def test_a_fact_of_another_type_counts_as_missing(part: str, key: str, value: t.Any) -> None:
    result = failed(MX1)
    result[part][key] = value
    given = document(report(probed("web1", result)))
    assert problems(given) == []
    assert given["cells"][0]["dialogues"][0][part][key] is None


def test_a_number_of_the_connection_is_a_number() -> None:
    result = failed(MX1)
    result["failure"]["tcp_info"] = {"unacked": "3", "rtt": "\u202e", "mss": 1448}
    given = document(report(probed("web1", result)))
    assert problems(given) == []
    assert given["cells"][0]["dialogues"][0]["failure"]["tcp_info"] == {
        "unacked": None,
        "rtt": None,
        "mss": 1448,
    }


def test_the_words_are_those_of_the_module() -> None:
    failure = SCHEMA["$defs"]["dialogue"]["properties"]["failure"]["properties"]
    assert failure["kind"]["examples"] == [*KINDS, *receipts.KINDS]
    assert failure["stage"]["examples"] == [*STAGES, receipts.STAGE]
    assert SCHEMA["$defs"]["verdict"]["enum"] == list(VERDICTS)


def test_a_key_may_be_added_anywhere() -> None:
    given = document(compared())
    dialogue = given["cells"][0]["dialogues"][0]
    for place in (given, given["cells"][0], dialogue, dialogue["failure"], dialogue["tls"]):
        place["added"] = 1
    assert problems(given) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (["format"], 2),
        (["created"], "yesterday"),
        (["counts", "passed"], "1"),
        (["counts", "passed"], -1),
        (["hosts"], ["web1", "web1"]),
        (["cells", 0, "verdict"], "green"),
        (["cells", 0, "reasons"], ["but why"]),
        (["cells", 2, "reasons"], []),
        (["cells", 0, "dialogues"], []),
        (["cells", 0, "dialogues", 0, "passed"], False),
        (["cells", 0, "dialogues", 0, "transcript"], "../passwd.txt"),
        (["cells", 0, "dialogues", 0, "replies", 0, "code"], "220"),
        (["cells", 0, "dialogues", 0, "seconds_range", "total"], [1]),
        (["cells", 0, "dialogues", 0, "tls", "certificate", "days_left"], 1.5),
        (["cells", 7, "verdict"], "passed"),
    ],
)
def test_what_is_wrong_is_found(place: list[t.Any], value: t.Any) -> None:
    given = document(fleet())
    inner: t.Any = given
    for step in place[:-1]:
        inner = inner[step]
    assert inner[place[-1]] != value
    inner[place[-1]] = value
    assert len(problems(given)) >= 1


@pytest.mark.parametrize("key", ["format", "created", "made_by", "counts", "hosts", "cells"])
def test_what_is_left_out_is_found(key: str) -> None:
    given = copy.deepcopy(document(fleet()))
    del given[key]
    assert problems(given)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cause as JSON: in the json report, and shortened in the result of the task. No I/O."""

from __future__ import annotations

import dataclasses
import typing as t

from ..causes.model import Cause, Causes, Diagnosis, WhatToDo

# Limit on the cells without a cause that the json report names. Each cell says whether it has one.
MAX_UNEXPLAINED = 1_000

# Limits on the causes in the result of the task, on the names of hosts and of servers of each, on
# its facts, and on the characters of a text and of a name. Ansible registers the result for every
# host.
MAX_CAUSES = 100
MAX_NAMES = 100
_MAX_EVIDENCE = 10
_MAX_TEXT = 600
_MAX_NAME = 200


def cause_document(cause: Cause) -> dict[str, t.Any]:
    """Return a cause as the json report has it."""
    return {
        "sentence": cause.sentence,
        "where": cause.where,
        "stage": cause.stage,
        "kind": cause.kind,
        "code": cause.code,
        "enhanced_code": cause.enhanced_code,
        "hosts": cause.hosts,
        "groups": cause.groups,
        "servers": cause.servers,
        "cells": len(cause.cells),
        "certainty": cause.certainty,
        "evidence": [dataclasses.asdict(fact) for fact in cause.evidence],
        "advice": cause.advice,
        "diagnosis": _diagnosis(cause.diagnosis),
        "to_do": _to_do(cause.to_do),
    }


def _diagnosis(diagnosis: Diagnosis | None) -> dict[str, t.Any] | None:
    """Return what a host has found out. Its evidence and advice are those of the cause."""
    if diagnosis is None:
        return None
    return {
        "host": diagnosis.host,
        "server": diagnosis.server,
        "certainty": diagnosis.certainty,
        "cause": diagnosis.cause,
        "cause_id": diagnosis.cause_id,
        "unasked": diagnosis.unasked,
        "connections": diagnosis.connections,
        "seconds": diagnosis.seconds,
        "of_log": diagnosis.of_log,
        "problem": diagnosis.problem,
    }


def _to_do(to_do: WhatToDo | None) -> dict[str, t.Any] | None:
    if to_do is None:
        return None
    return {"id": to_do.id, "check": to_do.check, "change": dict(to_do.change)}


def unexplained_document(causes: Causes) -> dict[str, t.Any]:
    """Return the number of cells without a cause, and the first of them."""
    first = causes.unexplained[:MAX_UNEXPLAINED]
    return {
        "cells": len(causes.unexplained),
        "first": [{"host": host, "server": server} for host, server in first],
    }


def causes_result(causes: Causes) -> list[dict[str, t.Any]]:
    """Return the first causes as the result of the task has them, with limits on everything."""
    return [_bounded_document(cause) for cause in causes.found[:MAX_CAUSES]]


def _bounded_document(cause: Cause) -> dict[str, t.Any]:
    return {
        **cause_document(cause),
        "sentence": _cut(cause.sentence, _MAX_TEXT),
        "hosts": _names(cause.hosts),
        "hosts_total": len(cause.hosts),
        "groups": _names(cause.groups),
        "servers": _names(cause.servers),
        "servers_total": len(cause.servers),
        "evidence": [
            {key: _cut(text, _MAX_TEXT) for key, text in dataclasses.asdict(fact).items()}
            for fact in cause.evidence[:_MAX_EVIDENCE]
        ],
        "advice": [_cut(one, _MAX_TEXT) for one in cause.advice],
    }


def _names(names: t.Sequence[str]) -> list[str]:
    return [_cut(name, _MAX_NAME) for name in names[:MAX_NAMES]]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Add what hosts have found out to the causes of a report. No I/O."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..causes.model import Cause, Causes, Diagnosis, Evidence
from ..model.cells import CellKey
from ..model.matrix import Matrix
from .read import Answer

_MAX_ADVICE = 5

# The diagnosis that counts, if two hosts were asked: the surer one.
_ORDER = ("proven", "consistent", "open")


def by_cell(
    matrix: Matrix, answers: Iterable[Answer], names: Mapping[str, str]
) -> dict[CellKey, list[Diagnosis]]:
    """Return the diagnoses of each cell. `names` are the names of hosts in the report."""
    found: dict[CellKey, list[Diagnosis]] = {}
    for host, target, diagnosis in answers:
        name = names.get(host, "")
        servers = list(matrix.by_host.get(name, ()))
        if 0 <= target < len(servers):
            server = servers[target]
            one = dataclasses.replace(diagnosis, host=diagnosis.host or name, server=server)
            found.setdefault((name, server), []).append(one)
    return found


def with_diagnoses(causes: Causes, diagnoses: Mapping[CellKey, Sequence[Diagnosis]]) -> Causes:
    """Return the causes with the diagnoses of their cells."""
    if not diagnoses:
        return causes
    found = tuple(
        _with(cause, [one for key in cause.cells for one in diagnoses.get(key, ())])
        for cause in causes.found
    )
    return dataclasses.replace(causes, found=found)


def _with(cause: Cause, diagnoses: Sequence[Diagnosis]) -> Cause:
    """Return a cause with the surest of its diagnoses."""
    named = sorted(
        (one for one in diagnoses if one.cause and not one.problem),
        key=lambda one: _ORDER.index(one.certainty),
    )
    best = next(iter(named), None) or next(iter(diagnoses), None)
    if best is None:
        return cause
    others = [one for one in diagnoses if one is not best]
    advice = dict.fromkeys((*best.advice, *cause.advice))
    return dataclasses.replace(
        cause,
        certainty=best.certainty if named else cause.certainty,
        evidence=(*best.evidence, *_of_others(best, others), *cause.evidence),
        advice=tuple(advice)[:_MAX_ADVICE],
        diagnosis=best,
    )


def _of_others(best: Diagnosis, others: Iterable[Diagnosis]) -> Iterator[Evidence]:
    """Yield what other hosts have found: the same, or something else, or lines of a log."""
    for one in others:
        if one.of_log and one.problem:
            yield Evidence(f"the log on {one.host}", "not read", one.problem)
        elif one.of_log:
            yield from one.evidence
        elif not one.problem:
            same = one.cause == best.cause
            says = "another host finds the same" if same else "the hosts may have different causes"
            yield Evidence(f"asked from {one.host}", f"{one.certainty}: {one.cause}", says)

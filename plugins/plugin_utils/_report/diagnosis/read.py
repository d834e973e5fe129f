# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what hosts have found out, when they asked servers again. No I/O.

A host may return anything as a diagnosis. Each value is read as the type that it should have, and
is limited, so that the diagnosis of one host costs no other cause its place in the report.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
import typing as t
from collections.abc import Iterable, Iterator, Mapping

from ..causes.model import Certainty, Diagnosis, Evidence
from ..untrusted import integer, mapping, number, one_line, sequence, text

# What an action of the role registers in a loop has the item, and the name of its variable.
_LOOP_VARIABLE = "ansible_loop_var"

_CERTAINTIES: dict[str, Certainty] = {
    "proven": "proven",
    "consistent": "consistent",
    "open": "open",
}
_ID = re.compile(r"[a-z0-9-]{1,60}", re.ASCII)

# Limits on a diagnosis, in characters and in items.
_MAX_SENTENCE = 300
_MAX_TEXT = 600
_MAX_EVIDENCE = 30
_MAX_ADVICE = 5
_MAX_UNASKED = 20
_MAX_LINES = 400
_MAX_LINE = 1_000

# Limits on hosts and on questions, which the report itself has chosen before.
_MAX_HOSTS = 50
_MAX_QUESTIONS = 50


class Answer(t.NamedTuple):
    """The answer to one question: the host by its name in the inventory, and its target.

    The host is the one that has probed, which is not the one that has the log of a server.
    """

    host: str
    target: int
    diagnosis: Diagnosis


def read_answers(registered: t.Any, use: str) -> Iterator[Answer]:
    """Yield the answers that a task has registered. Those of another use of the role do not count.

    The diagnoses have no server yet, and only those of logs have a host.
    """
    for result in itertools.islice(sequence(mapping(registered).get("results")), _MAX_HOSTS):
        found = mapping(result)
        asked = mapping(found.get(one_line(found.get(_LOOP_VARIABLE))))
        host = asked.get("host")
        if asked.get("use") != use or not isinstance(host, str):
            continue
        targets = itertools.islice(sequence(asked.get("targets")), _MAX_QUESTIONS)
        answers = sequence(found.get("diagnoses"))
        problem = _problem(found)
        for position, question in enumerate(targets):
            target = integer(mapping(question).get("target"))
            # A question to the host with a log names the host that has probed.
            probing = mapping(question).get("host")
            log = isinstance(probing, str)
            if target is not None:
                given = answers[position] if position < len(answers) else None
                diagnosis = _diagnosis(mapping(given), problem, one_line(host) if log else "")
                yield Answer(probing if isinstance(probing, str) else host, target, diagnosis)


def _problem(result: Mapping[str, t.Any]) -> str:
    """Return why a host has not answered."""
    reason = text(result.get("problem"), _MAX_TEXT) or text(result.get("msg"), _MAX_TEXT)
    if result.get("unreachable") is True:
        return f"Ansible cannot reach the host: {reason or 'no reason'}"
    return reason or "the host has returned no diagnosis"


def _diagnosis(given: Mapping[str, t.Any], problem: str, log: str) -> Diagnosis:
    """Read a diagnosis. `log` is the host with a log, whose lines may name no cause, or empty."""
    cause = text(given.get("cause"), _MAX_SENTENCE) or ""
    evidence = tuple(_evidence(given.get("evidence")))
    own_problem = text(given.get("problem"), _MAX_TEXT)
    if own_problem is not None or not (cause or (log and evidence)):
        return Diagnosis(log, "", of_log=bool(log), problem=own_problem or problem)
    cause_id = given.get("cause_id")
    certainty = given.get("certainty")
    known_id = isinstance(cause_id, str) and _ID.fullmatch(cause_id)
    return Diagnosis(
        log,
        "",
        _CERTAINTIES.get(certainty, "open") if isinstance(certainty, str) else "open",
        " ".join(cause.split()),
        str(cause_id) if known_id else "",
        evidence,
        tuple(_texts(given.get("advice"), _MAX_ADVICE, _MAX_TEXT)),
        tuple(_texts(given.get("unasked"), _MAX_UNASKED, _MAX_TEXT)),
        tuple(_texts(given.get("transcript"), _MAX_LINES, _MAX_LINE)),
        integer(given.get("connections")),
        number(given.get("seconds")),
        of_log=bool(log),
    )


def diagnosis_of(given: Mapping[str, t.Any], server: str) -> Diagnosis:
    """Read a diagnosis of a server as a json report has it."""
    host = text(given.get("host"), _MAX_TEXT) or ""
    problem = text(given.get("problem"), _MAX_TEXT) or ""
    of_log = given.get("of_log") is True
    found = _diagnosis(
        {**given, "problem": problem or None}, "the report has no diagnosis", host if of_log else ""
    )
    return dataclasses.replace(found, host=host, server=server)


def _evidence(given: t.Any) -> Iterator[Evidence]:
    for one in map(mapping, itertools.islice(sequence(given), _MAX_EVIDENCE)):
        fact, value, says = (text(one.get(name), _MAX_TEXT) for name in ("fact", "value", "says"))
        if fact:
            yield Evidence(fact, value or "", says or "")


def _texts(given: t.Any, most: int, length: int) -> Iterable[str]:
    return filter(None, (text(one, length) for one in itertools.islice(sequence(given), most)))

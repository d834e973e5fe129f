# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make options of smtp_diagnose of what a host has registered, and read its answers. No I/O.

The options are those with which the host itself has probed: the variables of each host may differ.
They are noted on the controller, without secrets. The failures, and the addresses of a server with
several, are what the host has returned, so they may be anything. They only go back to that host.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
import typing as t
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.request import NOT_USED
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import KINDS, STAGES
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.server_text import (
    parse_server,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import (
    OPTIONS as MODULE_OPTIONS,
)

# What the result of a host has its options as, by the positions of its targets.
KEPT = "options"

# The options that make several dialogues of a target.
_SEVERAL = ("mx", "every_address")

# Options that are secret, and those that a diagnosis does not use.
_LEFT_OUT = {
    *NOT_USED,
    *(name for name, option in MODULE_OPTIONS.items() if option.argument.get("no_log")),
}

_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,253}[A-Za-z0-9_.])?", re.ASCII)

# After 421 nobody connects: the server has too many connections, or is about to stop.
_CLOSING = 421

# The documented values of a diagnosis: the texts, and the number of items of each list.
_TEXTS = ("certainty", "cause", "cause_id")
_NUMBERS = ("connections", "seconds")
_LISTS = {"advice": 10, "unasked": 20, "transcript": 400}
_FACTS = ("fact", "value", "says")
_MAX_EVIDENCE = 30
_MAX_CHARACTERS = 1_000
_MAX_TEXT = 4_096


class Request(t.NamedTuple):
    """The options of one target of smtp_diagnose, or why there are none."""

    options: dict[str, t.Any]
    problem: str = ""


def options_to_keep(
    targets: Sequence[Mapping[str, t.Any]], result: Mapping[str, t.Any]
) -> dict[str, dict[str, t.Any]]:
    """Return the options of the targets that have failed, without secrets, by their positions."""
    passed = [_mapping(one).get("passed") is True for one in _sequence(result.get("results"))]
    if all(passed):
        return {}
    several = any(target.get(name) for target in targets for name in _SEVERAL)
    if several or len(passed) != len(targets):
        passed = [False] * len(targets)  # it is not known which result is whose
    return {
        str(position): {name: one for name, one in target.items() if name not in _LEFT_OUT}
        for position, (target, well) in enumerate(zip(targets, passed, strict=True))
        if not well
    }


def requests_of(
    registered: t.Any, use: str, questions: Iterable[Mapping[str, t.Any]]
) -> list[Request]:
    """Return a request for each question, by what a host has registered in this use of the role."""
    found = _mapping(registered)
    if found.get("use") != use:
        return [Request({}, "the host has no results of this run") for _question in questions]
    return [_request(found, question) for question in questions]


def _request(registered: Mapping[str, t.Any], question: Mapping[str, t.Any]) -> Request:
    options = _mapping(registered.get(KEPT)).get(str(question["target"]))
    results = _sequence(registered.get("results"))
    position = question["dialogue"]
    if not isinstance(options, Mapping) or not 0 <= position < len(results):
        return Request({}, "the host has no failed dialogue with this server")
    result = _mapping(results[position])
    failure = _failure(_mapping(result.get("failure")))
    if failure is None:
        return Request({}, "the host does not say why its dialogue has failed")
    if failure["code"] == _CLOSING:
        return Request({}, "the server has answered 421, and is not asked again")
    try:
        return Request({**_of_one_dialogue(options, result), "failure": failure})
    except ValueError:
        return Request({}, "the host does not say which address of the server has failed")


def _failure(found: Mapping[str, t.Any]) -> dict[str, t.Any] | None:
    """Return a failure as the module takes it, or None if it is not valid."""
    stage, kind, code = (found.get(name) for name in ("stage", "kind", "code"))
    if stage not in STAGES or kind not in KINDS:
        return None
    if code is not None and (not isinstance(code, int) or not 100 <= code <= 599):
        return None
    texts = {name: found.get(name) for name in ("enhanced_code", "text", "errno")}
    return {
        "stage": str(stage),
        "kind": str(kind),
        "code": code,
        **{name: str(one)[:_MAX_TEXT] for name, one in texts.items() if isinstance(one, str)},
    }


def _of_one_dialogue(options: Mapping[str, t.Any], result: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the options of a target as those of one of its dialogues. Raise ValueError."""
    one = {name: value for name, value in options.items() if name not in _SEVERAL}
    item = _mapping(result.get("item"))
    if options.get("mx"):
        one["host"] = _host(item.get("host"))
    if options.get("every_address"):
        one = {**parse_server(str(one["host"])), **one}
        name = parse_server(str(one["host"]))["host"]
        one["host"] = str(ipaddress.ip_address(str(item.get("address"))))
        if not _is_address(name):
            one.setdefault("tls_server_name", name)
    return one


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _host(value: t.Any) -> str:
    """Return the name or address of a mail exchanger. Raise ValueError."""
    if isinstance(value, str) and _HOST.fullmatch(value):
        return str(value)
    return str(ipaddress.ip_address(str(value)))


def answers_of(result: Mapping[str, t.Any], number: int) -> Iterator[dict[str, t.Any]]:
    """Yield the documented values of each diagnosis that a host has returned, limited in size."""
    for one in map(_mapping, itertools.islice(_sequence(result.get("results")), number)):
        evidence = itertools.islice(_sequence(one.get("evidence")), _MAX_EVIDENCE)
        yield {
            **{name: _text(one.get(name)) for name in _TEXTS},
            **{name: _number(one.get(name)) for name in _NUMBERS},
            **{name: _list(one.get(name), most) for name, most in _LISTS.items()},
            "evidence": [
                {name: _text(_mapping(fact).get(name)) for name in _FACTS} for fact in evidence
            ],
        }


def _list(value: t.Any, most: int) -> list[str]:
    return [_text(one) for one in itertools.islice(_sequence(value), most)]


def _text(value: t.Any) -> str:
    return escape(str(value)[:_MAX_CHARACTERS]) if isinstance(value, str) else ""


def _number(value: t.Any) -> int | float | None:
    numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if numeric and abs(value) < 1e6 else None


def _mapping(value: t.Any) -> Mapping[str, t.Any]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: t.Any) -> Sequence[t.Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) else ()

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Share out what the whole fleet may ask of one server among hosts and slices. No I/O.

A server sees the dialogues of all hosts together. Ansible lets a number of hosts work at once, and
each of them holds a number of dialogues with one server at once. The product of the two is what the
server sees, times the number of slices if a job is sliced, because slices know nothing of each
other.
"""

from __future__ import annotations

import math
import typing as t
from collections.abc import Iterable, Mapping

from ansible_collections.mailops.smtp.plugins.module_utils._net.option_types import type_problem

from .plan import PREFIX, BadVariable

_SECONDS_OF_MINUTE = 60.0


class FleetLimits(t.NamedTuple):
    """What one slice keeps to.

    `throttle` is the number of hosts at once, or 0 for as many as Ansible has forks. `per_server`
    is the number of dialogues of one host with one server at once, or 0 for the host's own limit.
    `interval` is the number of seconds between two dialogues with one server.
    """

    throttle: int = 0
    per_server: int = 0
    interval: float = 0.0


def fleet_limits(given: Mapping[str, t.Any], at_once: int) -> tuple[FleetLimits, list[str]]:
    """Return the limits of this slice, with warnings. Raise BadVariable.

    `given` has the values of the variables without their prefix, and `at_once` is the number of
    hosts that Ansible would let work at once.
    """
    values = {name: _whole(name, given[name]) for name in ("throttle", "per_server", "rate")}
    slices = _whole("slices", given["slices"], least=1)
    throttle, per_server, rate = values["throttle"], values["per_server"], values["rate"]
    interval = _SECONDS_OF_MINUTE * slices / rate if rate else 0.0
    if not per_server:
        return FleetLimits(throttle, 0, interval), []
    of_slice = max(1, per_server // slices)
    hosts = min(at_once, throttle or at_once, of_slice)
    limits = FleetLimits(hosts, of_slice // hosts, interval)
    if per_server >= slices:
        return limits, []
    problem = f"but each of the {slices} slices holds one dialogue at a time with a server"
    return limits, [f"{PREFIX}per_server is {per_server}, {problem}; make fewer slices"]


def jitter_of(value: t.Any) -> float:
    """Return the number of seconds that a host waits at most. Raise BadVariable.

    Each host may have a value of its own, which nobody has checked before.
    """
    try:
        seconds = float(value or 0)
    except (TypeError, ValueError):
        seconds = math.nan
    if not math.isfinite(seconds):
        raise BadVariable(f"{PREFIX}jitter", type_problem({"type": "int"}, value))
    if seconds < 0:
        raise BadVariable(f"{PREFIX}jitter", f"must be 0 or more, not {value}")
    return seconds


def dialogues_with_one_server(targets: Iterable[Mapping[str, t.Any]]) -> int:
    """Return how many of the targets of a host are the same server, at most."""
    names = ("host", "mx", "socket", "port")
    servers = [tuple(str(target.get(name)) for name in names) for target in targets]
    return max(map(servers.count, set(servers)), default=0)


def _whole(name: str, value: t.Any, least: int = 0) -> int:
    number = int(value)
    if number < least:
        raise BadVariable(f"{PREFIX}{name}", f"must be {least} or more, not {value}")
    return number

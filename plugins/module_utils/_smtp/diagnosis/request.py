# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what is to be diagnosed: the options of a dialogue, and its failure. No I/O but on files.

The options are those of `smtp_handshake`, so that the options of a task can be copied. Those that a
diagnosis does not use are left out before the rest is checked.
"""

from __future__ import annotations

import typing as t

from ..._net.errors import BadOption
from ..options.spec import OPTIONS
from ..options.targets import Target, targets_from, with_secrets
from .failure_reader import read_failure

if t.TYPE_CHECKING:
    from ..model import Failure

Options = t.Mapping[str, t.Any]

# Each of them is a dialogue of its own, with a host of its own.
SEVERAL_DIALOGUES = ("mx", "every_address")

# No password is tried again, no message is sent, nothing is expected, and nothing is retried.
NOT_USED = (
    "login_password",
    "auth_mechanism",
    "allow_plaintext_auth",
    "message",
    "stop_after",
    "cert_min_days",
    "expect",
    "expect_capabilities",
    "forbid_capabilities",
    "max_seconds",
    "retries",
    "retry_delay",
)

_OF_TASK: dict[str, t.Any] = {"concurrency": 1, "per_server": 1}


class Request(t.NamedTuple):
    """A failed dialogue to diagnose. `logs_in` is whether the dialogue had a login."""

    target: Target
    failure: Failure
    logs_in: bool


def requests_from(options: Options) -> list[Request]:
    """Return the requests in order. Raise BadOption, which names the target and the option."""
    targets = options["targets"]
    if targets is not None and not targets:
        raise BadOption("targets", "is empty; name a target, or omit the option")
    given = [options] if targets is None else targets
    where = [""] if targets is None else [f"targets[{index}]." for index in range(len(given))]
    failures = [
        read_failure(f"{path}failure", one.get("failure")) for path, one in zip(where, given)
    ]
    dialogue = _used({**_OF_TASK, **options})
    if targets is not None:
        dialogue["targets"] = [_given(target) for target in targets]
    own = [
        target._replace(plan=target.plan._replace(secrets=_secrets(options, one)))
        for target, one in zip(targets_from(dialogue), given)
    ]
    return [
        Request(target, failure, bool(one.get("login_user") or options.get("login_user")))
        for target, failure, one in zip(with_secrets(own), failures, given)
    ]


def _secrets(options: Options, target: Options) -> tuple[tuple[str, str], ...]:
    """Return the users and passwords. None is sent, but a server that knows it may repeat it."""
    user = options.get("login_user") or ""
    found = [
        (one.get("login_user") or user, one["login_password"])
        for one in (options, target)
        if one.get("login_password")
    ]
    return tuple(dict.fromkeys(found))


def _used(options: Options) -> dict[str, t.Any]:
    """Return the options of the task without those that a diagnosis does not use."""
    defaults = {name: OPTIONS[name].argument.get("default") for name in NOT_USED}
    absent = {"mx": None, "every_address": False, "login_user": None, "targets": None}
    return {**options, **defaults, **absent}


def _given(target: Options) -> dict[str, t.Any]:
    """Return the options of a target without those that a diagnosis does not use."""
    unused = {*NOT_USED, "login_user", "failure"}
    return {name: value for name, value in target.items() if name not in unused}

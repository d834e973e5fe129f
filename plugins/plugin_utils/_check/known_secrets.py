# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mask the passwords of the role in what hosts find out after its dialogues. No I/O.

A diagnosis sends no password, and the log of a server is only read. But a server that was told a
password in the dialogue before may repeat it, in any encoding, to whoever asks next.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import typing as t
from collections.abc import Iterator, Mapping, Sequence

from ansible.errors import AnsibleError
from ansible.template import Templar
from ansible_collections.mailops.smtp.plugins.module_utils._net.redaction import (
    SecretPattern,
    depends_on_user,
    joint_pattern,
)
from ansible_collections.mailops.smtp.plugins.module_utils._net.text import NOT_SHOWN
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.secret_options import (
    secrets_in,
)

# The variables of the role that may have a password, and that of the user.
VARIABLES = ("smtp_check_login_password", "smtp_check_servers", "smtp_check_options")
USER = "smtp_check_login_user"

# What an answer says in words of a server or of a log.
_TEXTS = ("cause", "evidence", "advice", "unasked", "transcript", "problem")

# Limit on the pairs of a user and a short password. With more, that of the last users is looked for
# alone, and not in their responses of AUTH PLAIN.
_MAX_PAIRS = 10_000

# How each line of a transcript begins. A secret may be split over what follows.
_LINE_BEGIN = re.compile(r"(?:\[\d+\.\d{3}\] [CS*]: (?:[1-5]\d\d[ -])?)?", re.ASCII)


def variables_of(
    host: str, variables: Mapping[str, t.Any], templar: Templar
) -> list[dict[str, t.Any]]:
    """Return the variables of the role as a host may have them, templated.

    `variables` and `templar` are those of the task, which may run for another host. Nothing says
    whether a variable of the task is of the play, and thus of all hosts, or of that other host. So
    this returns several values of a variable. One that cannot be templated has been used by nobody.
    """
    known = variables["hostvars"].raw_get(host)
    found = []
    for scope in ({**variables, **known}, {**known, **variables}):
        template = templar.copy_with_new_env(available_variables=scope).template
        for source in (known, variables):
            values = {}
            for name in filter(source.__contains__, (USER, *VARIABLES)):
                with contextlib.suppress(AnsibleError):
                    values[name] = template(source[name])
            found.append(values)
    return found


def pattern_of(known: Sequence[Mapping[str, t.Any]]) -> SecretPattern | None:
    """Return a pattern for the passwords in variables, which are templated. None without any."""
    users = list(dict.fromkeys(_users_in(known))) or [""]
    of_role = [{name: one.get(name) for name in VARIABLES} for one in known]
    secrets = sorted(set().union(*map(secrets_in, of_role)))
    short = list(filter(depends_on_user, secrets))
    users_of_short = users[: max(1, _MAX_PAIRS // (len(short) or 1))]
    pairs = (
        *((users[0], secret) for secret in secrets),
        *itertools.product(users_of_short, short),
    )
    return joint_pattern("", pairs) if pairs else None


def without_secrets(answer: dict[str, t.Any], pattern: SecretPattern | None) -> dict[str, t.Any]:
    """Return an answer with every secret masked in its texts, which no verdict depends on."""
    if pattern is None:
        return answer
    return {
        name: _masked(value, pattern) if name in _TEXTS else value for name, value in answer.items()
    }


def _masked(value: t.Any, pattern: SecretPattern) -> t.Any:
    if isinstance(value, str):
        return pattern.sub(NOT_SHOWN, value)
    if isinstance(value, Mapping):
        return {name: _masked(one, pattern) for name, one in value.items()}
    if not isinstance(value, list):
        return value
    if value and all(isinstance(one, str) for one in value):
        return _masked_lines(value, pattern)
    return [_masked(one, pattern) for one in value]


def _masked_lines(lines: Sequence[str], pattern: SecretPattern) -> list[str]:
    begins = [_LINE_BEGIN.match(line) for line in lines]
    ends = [begin.end() if begin else 0 for begin in begins]
    masked = pattern.sub_lines(
        NOT_SHOWN, [line[end:] for line, end in zip(lines, ends, strict=True)]
    )
    return [line[:end] + shown for line, end, shown in zip(lines, ends, masked, strict=True)]


def _users_in(value: t.Any) -> Iterator[str]:
    """Yield the users that the servers and the options have."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in ("login_user", USER) and inner:
                yield str(inner)
            yield from _users_in(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _users_in(inner)

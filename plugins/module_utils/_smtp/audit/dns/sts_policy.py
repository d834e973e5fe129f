# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the policy of MTA-STS, and compare it with mail exchangers. No I/O.

RFC 8461 section 3.2 has its form.
"""

from __future__ import annotations

import typing as t

MODES = ("enforce", "testing", "none")
MAX_AGE = 31557600

_VERSION = "STSv1"
_MAX_LINES = 500


class BadPolicy(ValueError):
    """Senders ignore the policy. The text says why."""


class Policy(t.NamedTuple):
    """A policy. `patterns` are those of the names of mail exchangers, in lower case."""

    mode: str
    max_age: int
    patterns: tuple[str, ...]

    def permits(self, host: str) -> bool:
        """Return whether a mail exchanger is one of the policy.

        A pattern such as *.example.com stands for exactly one more label (section 4.1).
        """
        parent = host.lower().partition(".")[2]
        return host.lower() in self.patterns or f"*.{parent}" in self.patterns


def policy_from(text: str) -> Policy:
    """Return the policy in a text. Raise BadPolicy. Of several values the first one counts."""
    lines = text.splitlines()
    if len(lines) > _MAX_LINES:
        raise BadPolicy(f"it has more than {_MAX_LINES} lines")
    values: dict[str, str] = {}
    patterns = []
    for line in lines:
        key, colon, value = line.partition(":")
        key, value = key.strip(), value.strip()
        if not colon and line.strip():
            raise BadPolicy(f"a line is no pair of key and value: {line[:60]!r}")
        if key == "mx":
            patterns.append(value.lower().rstrip("."))
        values.setdefault(key, value)
    if values.get("version") != _VERSION:
        raise BadPolicy(f"its version is not {_VERSION}")
    mode = values.get("mode", "")
    if mode not in MODES:
        raise BadPolicy(f"its mode is {mode[:60]!r}, which is none of {', '.join(MODES)}")
    age = values.get("max_age", "")
    if not (age.isascii() and age.isdigit() and len(age) <= 10 and int(age) <= MAX_AGE):
        raise BadPolicy(f"its max_age is {age[:60]!r}, which is no number up to {MAX_AGE}")
    if mode != "none" and not patterns:
        raise BadPolicy("it names no mx")
    return Policy(mode, int(age), tuple(patterns))

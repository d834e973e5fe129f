# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts that would take the place of the role's variables. No I/O.

Whatever module runs on a host, the host may return `ansible_facts` with any names, and Ansible has
them above the role's defaults and the inventory. What a probing host returns never chooses where
the controller writes, nor what counts as broken.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable

from ..untrusted import mapping, one_line

# The variables of the role, and those that it makes for itself.
PREFIXES = ("smtp_check_", "__smtp_check")

_MAX_NAME = 80


def shadowing_facts(known: t.Any) -> list[str]:
    """Return the facts of a host that are called as variables of the role, of all that is known."""
    facts: Iterable[t.Any] = mapping(mapping(known).get("ansible_facts"))
    return [name for name in facts if isinstance(name, str) and name.startswith(PREFIXES)]


def sentence(names: list[str]) -> str:
    """Say in a sentence what a host has done, without its name."""
    first = one_line(names[0])[:_MAX_NAME]
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    return f"has returned the fact {first}{more}, which would take the place of the role's variable"

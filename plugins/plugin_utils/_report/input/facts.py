# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find facts that shadow variables of the roles. No I/O.

A host may return `ansible_facts` with any names from any module, and Ansible prefers them to the
defaults of the role and to the inventory. A probing host must not choose where the controller
writes, or what counts as broken.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable

from ..untrusted import mapping, one_line

# The variables of the roles, and their internal ones.
PREFIXES = ("smtp_check_", "__smtp_check", "smtp_audit_", "__smtp_audit")

_MAX_NAME = 80


def shadowing_facts(known: t.Any) -> list[str]:
    """Return the facts of a host that have the names of variables of the role."""
    facts: Iterable[t.Any] = mapping(mapping(known).get("ansible_facts"))
    return [name for name in facts if isinstance(name, str) and name.startswith(PREFIXES)]


def sentence(names: list[str]) -> str:
    """Return the end of a sentence about a host that returned such facts."""
    first = one_line(names[0])[:_MAX_NAME]
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    return f"has returned the fact {first}{more}, which would take the place of the role's variable"

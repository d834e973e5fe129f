# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to write the rules of a server in few words. No I/O."""

from __future__ import annotations

import re

from ..model import LineKind, Rule


def rule(
    kind: LineKind, pattern: str, cause_id: str | None, cause: str, certain: bool = False
) -> Rule:
    """Return a rule. Upper and lower case are the same in its pattern."""
    return Rule(kind, re.compile(pattern, re.IGNORECASE), cause_id, cause, certain)


def certain(kind: LineKind, pattern: str, cause_id: str, cause: str) -> Rule:
    """Return a rule for lines that name the cause itself."""
    return rule(kind, pattern, cause_id, cause, certain=True)

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns for the tests of expectations."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import STAGES
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.expectation import (
    Pattern,
    Patterns,
)

SPOKEN_STAGES = [stage for stage in STAGES if stage != "connect"]


def patterns(stage: str, *written: str) -> Patterns:
    """Parse patterns as the user writes them."""
    return tuple(Pattern.parse(stage, one) for one in written)

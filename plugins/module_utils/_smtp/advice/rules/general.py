# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The subject of an enhanced code, and the kind: what is true of every failure of that sort."""

from __future__ import annotations

from ..model import Rule
from .groups import REFUSED

# fmt: off
GENERAL: tuple[Rule, ...] = (
    Rule(kind=REFUSED, enhanced="X.1", then="compare-addresses"),
    Rule(kind=REFUSED, enhanced="X.3.1 X.3.2 X.3.3", then="server-health"),
    Rule(kind=REFUSED, enhanced="X.4", then="way-onwards"),
    Rule(kind="permanent", enhanced="X.5", then="refused-command"),
    Rule(kind=REFUSED, enhanced="X.6", then="content-filter"),
    Rule(kind="connect", then="reason-of-system"),
    Rule(kind="timeout", then="raise-timeout"),
    Rule(kind="expectation", then="correct-expectation"),
    Rule(kind=REFUSED, then="log-of-server"),
    Rule(kind="transient", then="try-later"),
)
# fmt: on

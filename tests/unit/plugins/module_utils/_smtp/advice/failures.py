# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures, and the ids of the advice on them."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice import engine
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Facts


def advise(stage, kind, code=None, enhanced_code=None, text=""):
    """Return the ids of the advice on a failure, the most likely cause first."""
    facts = Facts(stage, kind, code, enhanced_code, text)
    return [advice.id for advice in engine.advise(facts)]


def refused(stage, code, enhanced_code, text=""):
    """Advise on a reply that refuses."""
    kind = {4: "transient", 5: "permanent"}[code // 100]
    if enhanced_code:
        text = f"{enhanced_code} {text}"
    return advise(stage, kind, code, enhanced_code, text)


def broken(stage, kind, text=""):
    """Advise on a failure that no reply decided."""
    return advise(stage, kind, text=text)


def unexpected(stage, code=None, enhanced_code=None, text=""):
    """Advise on a good reply, or a good connection, where another was expected."""
    return advise(stage, "expectation", code, enhanced_code, text)


def first(advice):
    """Return the advice on the most likely cause."""
    return advice[0]

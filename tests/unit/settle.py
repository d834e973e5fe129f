# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One dialogue, for tests that want it settled, and what the module makes of it."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._net.network import SYSTEM
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.plan import Plan
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.lookup import resolve_server
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.retry import Attempts
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.runner import Outcome
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.plugins.module_utils._net.network import Network


def settle(plan: Plan, network: Network = SYSTEM) -> Record:
    """Hold a dialogue as often as it takes, without a wait in between."""
    attempts = Attempts(plan, resolve_server(plan), network=network)
    record = None
    while record is None:
        record = attempts.hold()
    return record


def result_of(record: Record) -> dict[str, t.Any]:
    """Return the values that the module returns of a dialogue."""
    return Outcome.of(record, {}).result


def sentence_of(record: Record) -> str:
    """Return the sentence that the module says of a dialogue."""
    return Outcome.of(record, {}).sentence

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One dialogue, for tests that want it settled."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.plan import Plan
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.lookup import resolve_server
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.retry import Attempts
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.record import Record


def settle(plan: Plan) -> Record:
    """Hold a dialogue as often as it takes, without a wait in between."""
    attempts = Attempts(plan, resolve_server(plan))
    record = None
    while record is None:
        record = attempts.hold()
    return record

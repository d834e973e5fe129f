# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that fails each host of the role smtp_check that found a broken server.

Its documentation is in plugins/modules/smtp_check_verdict.py.
"""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._check.verdict import VerdictAction


class ActionModule(VerdictAction):
    """Fail the host if the report has a verdict on it."""

    VARIABLE = "smtp_check_fail"
    ERROR = "hosts found broken servers, or could not ask them"

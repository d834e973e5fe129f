# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin that fails each host of the role smtp_audit that has a finding.

Its documentation is in plugins/modules/smtp_audit_verdict.py.
"""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.plugin_utils._check.verdict import VerdictAction


class ActionModule(VerdictAction):
    """Fail the host if the report has a verdict on it."""

    VARIABLE = "smtp_audit_fail"
    ERROR = "the audit has findings, or proves nothing about some servers"

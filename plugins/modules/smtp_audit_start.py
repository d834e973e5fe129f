#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin smtp_audit_start, a part of the role smtp_audit."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_audit_start
short_description: Check the variables of the role smtp_audit, before anything is connected
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Fails if a variable of the role is invalid or unknown, and says what to write instead. For a
    misspelled name it suggests the nearest name. It also fails if the checks or the baseline cannot
    be read, or if the files of the report cannot be written.
  - This action is a part of the role P(mailops.smtp.smtp_audit#role), and reads its variables
    itself. In your own play, use the role or M(mailops.smtp.smtp_audit).
extends_documentation_fragment:
  - mailops.smtp.attributes
  - mailops.smtp.attributes.role_part
"""

EXAMPLES = r"""
- name: Check the variables of the role
  mailops.smtp.smtp_audit_start:
  run_once: true
"""

RETURN = r"""
use:
  description: Identifier of this use of the role. It is the same for all batches of a play.
  returned: success
  type: str
"""

#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin smtp_check_merge_start, a part of a playbook."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_check_merge_start
short_description: Check the variables of the playbook that merges reports, before anything is read
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Fails if a variable whose name begins with C(smtp_check_) is unknown, or if one of the playbook
    C(mailops.smtp.merge) is invalid, and says what to write instead. Without this check, a
    misspelled C(smtp_check_expected_hosts) would be ignored, and the merge would expect less than
    its user wants.
  - This action is a part of the playbook, and reads its variables itself. In your own play, use
    M(mailops.smtp.smtp_report).
extends_documentation_fragment:
  - mailops.smtp.attributes
  - mailops.smtp.attributes.role_part
"""

EXAMPLES = r"""
- name: Check the variables
  mailops.smtp.smtp_check_merge_start:
"""

RETURN = r"""
# It has no return values of its own.
"""

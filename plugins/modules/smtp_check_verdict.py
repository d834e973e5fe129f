#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin smtp_check_verdict, a part of the role smtp_check."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_check_verdict
short_description: Fail each host of the role smtp_check that found a broken server
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Fails the host with one line if the report of M(mailops.smtp.smtp_report) says that it found a
    broken server, or if a file of the report could not be written.
  - This action is a part of the role P(mailops.smtp.smtp_check#role), which sets all its options.
    In your own play, use the role or M(mailops.smtp.smtp_report).
extends_documentation_fragment:
  - mailops.smtp.attributes
  - mailops.smtp.attributes.role_part
options:
  report:
    description:
      - Name of the variable with the registered result of M(mailops.smtp.smtp_report).
    type: str
    required: true
  fail:
    description:
      - Value of O(mailops.smtp.smtp_check#role:main:smtp_check_fail).
    type: bool
    required: true
"""

EXAMPLES = r"""
- name: Fail the host when a server is broken
  mailops.smtp.smtp_check_verdict:
    report: smtp_check_report
    fail: true
"""

RETURN = r"""
# It has no return values of its own.
"""

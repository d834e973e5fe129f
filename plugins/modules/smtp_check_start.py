#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin smtp_check_start, a part of the role smtp_check."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_check_start
short_description: Check the variables of the role smtp_check, before anything is connected
version_added: 0.2.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Fails if a variable of the role is invalid or unknown, and says what to write instead. For a
    misspelled name it suggests the nearest name. Without this check, a misspelled
    C(smtp_check_rcpt_to) would be ignored, and the role would check less than its user wants.
  - This action is a part of the role P(mailops.smtp.smtp_check#role), which sets all its options.
    In your own play, use the role or M(mailops.smtp.smtp_handshake).
extends_documentation_fragment:
  - mailops.smtp.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  servers:
    description:
      - Value of O(mailops.smtp.smtp_check#role:main:smtp_check_servers).
    type: raw
    required: true
  options:
    description:
      - Value of O(mailops.smtp.smtp_check#role:main:smtp_check_options).
    type: raw
    required: true
  receipt:
    description:
      - Value of O(mailops.smtp.smtp_check#role:main:smtp_check_receipt).
    type: raw
    required: true
  server_logs:
    description:
      - Value of O(mailops.smtp.smtp_check#role:main:smtp_check_server_logs).
    type: raw
    required: true
  throttle:
    description:
      - Value of O(mailops.smtp.smtp_check#role:main:smtp_check_throttle).
    type: int
    required: true
  jitter:
    description:
      - Value of O(mailops.smtp.smtp_check#role:main:smtp_check_jitter), in seconds.
    type: int
    required: true
"""

EXAMPLES = r"""
- name: Check the variables of the role
  mailops.smtp.smtp_check_start:
    servers: [relay.example.com]
    options: {timeout: 10}
    receipt: {}
    throttle: 0
    jitter: 0
  run_once: true
"""

RETURN = r"""
# It has no return values of its own.
"""

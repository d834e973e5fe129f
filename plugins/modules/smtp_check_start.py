#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of an action plugin of smtp_check: are its variables right?."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_check_start
short_description: Check the variables of the role smtp_check, before anything is connected
version_added: 0.2.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Fails where a variable of the role cannot be used as it is, and says what to write, with the
    nearest name where one is misspelt. So a misspelt recipient does not become a check that asks
    for less.
  - It is a part of the role P(mailops.smtp.smtp_check#role), and its options are those that the
    role hands on. In a play of your own, use the role, or M(mailops.smtp.smtp_handshake).
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
      - As O(mailops.smtp.smtp_check#role:main:smtp_check_servers) has it.
    type: raw
    required: true
  variables:
    description:
      - The options of M(mailops.smtp.smtp_handshake) that the role has variables for, by the names
        of the options, null where a variable is not set.
    type: dict
    required: true
  options:
    description:
      - As O(mailops.smtp.smtp_check#role:main:smtp_check_options) has it.
    type: raw
    required: true
  receipt:
    description:
      - As O(mailops.smtp.smtp_check#role:main:smtp_check_receipt) has it.
    type: raw
    required: true
  throttle:
    description:
      - As O(mailops.smtp.smtp_check#role:main:smtp_check_throttle) has it.
    type: int
    required: true
  jitter:
    description:
      - As O(mailops.smtp.smtp_check#role:main:smtp_check_jitter) has it.
    type: int
    required: true
"""

EXAMPLES = r"""
- name: Check that all variables can be used
  mailops.smtp.smtp_check_start:
    servers: [relay.example.com]
    variables: {mail_from: monitoring@example.com}
    options: {timeout: 10}
    receipt: {}
    throttle: 0
    jitter: 0
  run_once: true
"""

RETURN = r"""
# It returns nothing of its own.
"""

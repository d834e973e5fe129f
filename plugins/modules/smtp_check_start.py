#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin smtp_check_start, a part of the role smtp_check."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_check_start
short_description: Check the variables of the role smtp_check, before anything is connected
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Fails if a variable of the role is invalid or unknown, and says what to write instead. For a
    misspelled name it suggests the nearest name. Without this check, a misspelled
    C(smtp_check_rcpt_to) would be ignored, and the role would check less than its user wants.
  - This action is a part of the role P(mailops.smtp.smtp_check#role), and reads its variables
    itself. In your own play, use the role or M(mailops.smtp.smtp_handshake).
extends_documentation_fragment:
  - mailops.smtp.attributes
  - mailops.smtp.attributes.role_part
"""

EXAMPLES = r"""
- name: Check the variables of the role
  mailops.smtp.smtp_check_start:
  run_once: true
  register: limits
"""

RETURN = r"""
throttle:
  description: Maximum number of hosts that work at once, or 0 for as many as Ansible has forks.
  returned: success
  type: int
  sample: 20
per_server:
  description:
    - Maximum number of dialogues of one host with one server at once, or 0 for the limit of the
      module.
  returned: success
  type: int
  sample: 1
interval:
  description: Seconds between the dialogues of two hosts with one server, or 0.
  returned: success
  type: float
  sample: 0.0
"""

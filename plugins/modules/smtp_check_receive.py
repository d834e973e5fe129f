#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of an action plugin of smtp_check: look for the messages of all hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_check_receive
short_description: Look for the messages that the hosts of the role smtp_check have sent
version_added: 0.2.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Runs M(mailops.smtp.mail_receipt) where the mailbox is, with the tokens of all messages that
    servers have accepted from the hosts of the play. What a host has registered and is no token
    costs that host its receipt, and no other.
  - It is a part of the role P(mailops.smtp.smtp_check#role), and its options are those that the
    role hands on. In a play of your own, use the role, or M(mailops.smtp.mail_receipt).
extends_documentation_fragment:
  - mailops.smtp.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  options:
    description:
      - As O(mailops.smtp.smtp_check#role:main:smtp_check_receipt) has it.
    type: dict
    required: true
  use:
    description:
      - Which use of the role the messages are of, as M(mailops.smtp.smtp_report) has named it.
      - When it is left out, no message is looked for, and only the options are checked.
    type: str
"""

EXAMPLES = r"""
- name: Wait for the messages where the mailbox is
  mailops.smtp.smtp_check_receive:
    options: {path: /var/mail/probe}
    use: "{{ smtp_check_report.use }}"
  delegate_to: mailhost
  run_once: true
"""

RETURN = r"""
receipts:
  description: As RV(mailops.smtp.mail_receipt#module:receipts) has them.
  returned: when the mailbox could be looked through
  type: list
  elements: dict
summary:
  description: As RV(mailops.smtp.mail_receipt#module:summary) has it.
  returned: when the mailbox could be looked through
  type: dict
"""

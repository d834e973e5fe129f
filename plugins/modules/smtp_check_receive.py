#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin smtp_check_receive, a part of the role smtp_check."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_check_receive
short_description: Look for the messages that the hosts of the role smtp_check have sent
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Runs M(mailops.smtp.mail_receipt) on the host of the mailbox, with the tokens of all messages
    that servers have accepted from the hosts of the play. If a host has registered an invalid
    token, only the receipts of that host are missing.
  - This action is a part of the role P(mailops.smtp.smtp_check#role), which sets all its options.
    In your own play, use the role or M(mailops.smtp.mail_receipt).
extends_documentation_fragment:
  - mailops.smtp.attributes
  - mailops.smtp.attributes.role_part
options:
  options:
    description:
      - Value of O(mailops.smtp.smtp_check#role:main:smtp_check_receipt).
    type: dict
    required: true
  use:
    description:
      - The RV(mailops.smtp.smtp_report#module:use) of this run of the role. Only messages of this
        run are looked for.
      - If it is left out, no message is looked for, and only O(options) are checked.
    type: str
"""

EXAMPLES = r"""
- name: Wait for the messages in the mailbox
  mailops.smtp.smtp_check_receive:
    options: {path: /var/mail/probe}
    use: "{{ smtp_check_report.use }}"
  delegate_to: mailhost
  run_once: true
"""

RETURN = r"""
receipts:
  description: The RV(mailops.smtp.mail_receipt#module:receipts) of the module.
  returned: when the module could look through the mailbox
  type: list
  elements: dict
summary:
  description: The RV(mailops.smtp.mail_receipt#module:summary) of the module.
  returned: when the module could look through the mailbox
  type: dict
kind:
  description: The RV(mailops.smtp.mail_receipt#module:kind) of the module.
  returned: when the module could not look through the whole mailbox
  type: str
  sample: login
"""

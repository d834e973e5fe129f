#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin smtp_check_server_log, a part of the role smtp_check."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_check_server_log
short_description: Read the log of a server for the causes of a report of the role smtp_check
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Runs M(mailops.smtp.smtp_server_log) on the host with the log of a server, for each failed
    dialogue that M(mailops.smtp.smtp_report) has chosen.
  - Delegate it to that host. In a C(loop), all hosts together have 120 seconds.
  - The task does not fail if the log cannot be read. The answer then says why.
  - This action is a part of the role P(mailops.smtp.smtp_check#role), which sets all its options.
    In your own play, use the role or M(mailops.smtp.smtp_server_log).
extends_documentation_fragment:
  - mailops.smtp.attributes
  - mailops.smtp.attributes.role_part
options:
  asked:
    description:
      - An item of RV(mailops.smtp.smtp_report#module:read_logs).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Read the logs of the servers
  mailops.smtp.smtp_check_server_log:
    asked: "{{ item }}"
  loop: "{{ smtp_check_report.read_logs }}"
  delegate_to: "{{ item.host }}"
  run_once: true
  register: smtp_check_logs
  failed_when: false
  ignore_unreachable: true
"""

RETURN = r"""
diagnoses:
  description:
    - The answers, in the order of C(targets) of O(asked). Each has C(certainty), C(cause),
      C(cause_id), C(evidence), C(advice), and C(unasked) in the form of
      M(mailops.smtp.smtp_diagnose), or C(problem), which says why the log says nothing. The cause
      is empty if no line names one.
  returned: always
  type: list
  elements: dict
  sample:
    - certainty: proven
      cause: The server does not know the recipient.
      cause_id: recipient-known
      evidence:
        - fact: the server's log
          value: "postfix/smtpd[7]: NOQUEUE: reject: RCPT from web1[192.0.2.11]: 550 5.1.1 ..."
          says: ""
      advice: ["Check the recipient's spelling, and that the server knows it."]
      unasked: []
"""

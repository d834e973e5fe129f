#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin smtp_check_diagnose, a part of the role smtp_check."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_check_diagnose
short_description: Ask a host to find out more about the causes of a report of the role smtp_check
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Runs M(mailops.smtp.smtp_diagnose) on a host, for those of its failed dialogues that
    M(mailops.smtp.smtp_report) has chosen, with the options with which the host has held them.
  - Delegate it to the host. In a C(loop), all hosts together have 120 seconds, and no host is asked
    about a cause that another has proven.
  - The task does not fail if the host cannot be asked. The answer then says why.
  - This action is a part of the role P(mailops.smtp.smtp_check#role), which sets all its options.
    In your own play, use the role or M(mailops.smtp.smtp_diagnose).
extends_documentation_fragment:
  - mailops.smtp.attributes
  - mailops.smtp.attributes.role_part
options:
  asked:
    description:
      - An item of RV(mailops.smtp.smtp_report#module:diagnose).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Ask one or two hosts about each cause
  mailops.smtp.smtp_check_diagnose:
    asked: "{{ item }}"
  loop: "{{ smtp_check_report.diagnose }}"
  delegate_to: "{{ item.host }}"
  run_once: true
  register: smtp_check_diagnoses
  failed_when: false
  ignore_unreachable: true
"""

RETURN = r"""
diagnoses:
  description:
    - The answers, in the order of C(targets) of O(asked). Each has the values of a diagnosis of
      M(mailops.smtp.smtp_diagnose), or C(problem), which says why there is no diagnosis.
  returned: always
  type: list
  elements: dict
  sample:
    - certainty: proven
      cause: The server does not know the recipient.
      cause_id: recipient-known
      evidence:
        - fact: RCPT TO postmaster at the same domain
          value: 250 2.1.5 Ok
          says: the domain is accepted, so it is the recipient that is refused
      advice: ["Check the recipient's spelling, and that the server knows it."]
      unasked: []
      transcript: ["[0.000] *: follow-up 1: the same dialogue again"]
      connections: 2
      seconds: 0.412
"""

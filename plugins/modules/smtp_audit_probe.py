#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin smtp_audit_probe, a part of the role smtp_audit."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_audit_probe
short_description: Audit all servers of the role smtp_audit from one host
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Makes options of M(mailops.smtp.smtp_audit) of its options and the variables of the role, such
    as C(smtp_audit_from), and runs the module for one server after the other. If an option is
    invalid, the error names the variable of the role that set it.
  - The result always lists the planned servers. If there is no audit, it says why.
  - This action is a part of the role P(mailops.smtp.smtp_audit#role), which sets all its options.
    In your own play, use the role or M(mailops.smtp.smtp_audit).
extends_documentation_fragment:
  - mailops.smtp.attributes
  - mailops.smtp.attributes.role_part
options:
  servers:
    description:
      - Value of O(mailops.smtp.smtp_audit#role:main:smtp_audit_servers).
    type: raw
    required: true
  options:
    description:
      - Value of O(mailops.smtp.smtp_audit#role:main:smtp_audit_options).
    type: raw
    required: true
  own_checks:
    description:
      - Value of O(mailops.smtp.smtp_audit#role:main:smtp_audit_own_checks).
    type: path
    required: false
  use:
    description:
      - The RV(mailops.smtp.smtp_audit_start#module:use) of this run of the role.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Audit all servers
  mailops.smtp.smtp_audit_probe:
    servers: [relay.example.com]
    options: {timeout: 10}
    use: "{{ smtp_audit_started.use }}"
  register: smtp_audit_result
  failed_when: false
"""

RETURN = r"""
planned:
  description: Identity of each server, in the order of O(servers).
  returned: always
  type: list
  elements: dict
  sample:
    - host: relay.example.com
      from: untrusted
audits:
  description:
    - The result of M(mailops.smtp.smtp_audit) for each server, without what the files of the checks
      say, and without the transcripts of checks that are sound or not applicable. It has only
      C(msg) if the module could not run, or rejected an option.
  returned: always
  type: list
  elements: dict
use:
  description: Value of O(use), so that a report can tell the results of an earlier run of the role.
  returned: always
  type: str
"""

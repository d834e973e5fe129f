#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of an action plugin of smtp_check: hold the dialogues of a host."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_check_probe
short_description: Hold the dialogues of one host with all servers of the role smtp_check
version_added: 0.2.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Makes targets of the variables of the role, and runs M(mailops.smtp.smtp_handshake) with them on
    the host. What is wrong with an option is told by the variable that it came from.
  - Whatever becomes of the host, the result says which servers were planned, and why there is no
    dialogue. Of what the host returns, only what the module documents is kept.
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
  jitter:
    description:
      - As O(mailops.smtp.smtp_check#role:main:smtp_check_jitter) has it.
    type: int
    required: true
"""

EXAMPLES = r"""
- name: Hold the dialogues with all servers
  mailops.smtp.smtp_check_probe:
    servers: [relay.example.com]
    variables: {mail_from: monitoring@example.com}
    options: {timeout: 10}
    jitter: 0
  register: smtp_check_result
  failed_when: false
"""

RETURN = r"""
planned:
  description: What each server is called, in the order of O(servers).
  returned: always
  type: list
  elements: dict
  sample:
    - host: relay.example.com
      port: 587
results:
  description: As RV(mailops.smtp.smtp_handshake#module:results) has them.
  returned: when the module has run
  type: list
  elements: dict
summary:
  description: As RV(mailops.smtp.smtp_handshake#module:summary) has it.
  returned: when the module has run
  type: dict
"""

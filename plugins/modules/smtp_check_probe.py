#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin smtp_check_probe, a part of the role smtp_check."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_check_probe
short_description: Hold the dialogues of one host with all servers of the role smtp_check
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Makes O(mailops.smtp.smtp_handshake#module:targets) from its options and the variables of the
    role, such as C(smtp_check_mail_from), and runs M(mailops.smtp.smtp_handshake) with them on the
    host. If an option is invalid, the error names
    the variable of the role that set it.
  - The result always lists the planned servers. If there is no dialogue, it says why. Of the result
    of the host, this action keeps only the documented return values.
  - This action is a part of the role P(mailops.smtp.smtp_check#role), which sets all its options.
    In your own play, use the role or M(mailops.smtp.smtp_handshake).
extends_documentation_fragment:
  - mailops.smtp.attributes
  - mailops.smtp.attributes.role_part
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
  jitter:
    description:
      - Value of O(mailops.smtp.smtp_check#role:main:smtp_check_jitter), in seconds.
    type: int
    required: true
  per_server:
    description:
      - The RV(mailops.smtp.smtp_check_start#module:per_server) of this run of the role.
    type: int
    required: true
  interval:
    description:
      - The RV(mailops.smtp.smtp_check_start#module:interval) of this run of the role.
    type: float
    required: true
  transcripts:
    description:
      - Which transcripts to keep. V(all) keeps them all. V(failures) keeps those of the first 100
        dialogues that failed, and leaves that of a dialogue that passed empty.
      - The role sets it to O(mailops.smtp.smtp_check#role:main:smtp_check_transcripts), or to
        V(all) if it looks for messages, since the message of such a dialogue may be missing.
    type: str
    choices: [all, failures]
    required: true
  use:
    description:
      - The RV(mailops.smtp.smtp_report#module:use) of this run of the role.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Hold the dialogues with all servers
  mailops.smtp.smtp_check_probe:
    servers: [relay.example.com]
    options: {timeout: 10}
    jitter: 0
    per_server: 0
    interval: 0
    transcripts: failures
    use: "{{ smtp_check_report.use }}"
  register: smtp_check_result
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
      port: 587
use:
  description: Value of O(use), so that a report can tell the results of an earlier run of the role.
  returned: always
  type: str
options:
  description:
    - The options of each server with a dialogue that did not pass, without secrets, by the position
      of the server in O(servers). M(mailops.smtp.smtp_check_diagnose) asks again with them.
  returned: if a dialogue did not pass
  type: dict
  sample: {"0": {"host": "relay.example.com", "port": 587}}
in_container:
  description: Whether the connection is local, and the controller runs in a container.
  returned: if it is true
  type: bool
  sample: true
results:
  description: The RV(mailops.smtp.smtp_handshake#module:results) of the module.
  returned: when the module could run
  type: list
  elements: dict
summary:
  description: The RV(mailops.smtp.smtp_handshake#module:summary) of the module.
  returned: when the module could run
  type: dict
"""

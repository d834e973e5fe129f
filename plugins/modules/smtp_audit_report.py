#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin smtp_audit_report, a part of the role smtp_audit."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_audit_report
short_description: Report on the audits of all hosts of the role smtp_audit
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Shows the findings of all hosts, each with what it means, its evidence, the hosts and vantages
    that have seen it, and what to change. Then it compares the vantages, and counts the verdicts of
    each audit.
  - This action is a part of the role P(mailops.smtp.smtp_audit#role), which sets all its options.
    In your own play, use the role or M(mailops.smtp.smtp_audit).
extends_documentation_fragment:
  - mailops.smtp.attributes
  - mailops.smtp.attributes.role_part
options:
  variable:
    description:
      - Name of the variable in which the hosts have registered the result of
        M(mailops.smtp.smtp_audit_probe).
    type: str
    required: true
  use:
    description:
      - The RV(mailops.smtp.smtp_audit_start#module:use) of this run of the role. Results of an
        earlier run do not count.
    type: str
  own_checks:
    description:
      - Value of O(mailops.smtp.smtp_audit#role:main:smtp_audit_own_checks).
    type: path
    required: false
  dest:
    description:
      - Directory on the controller for the files. Only the owner and group can read them.
    type: path
  formats:
    description:
      - Files to write. Requires O(dest). Files of earlier runs are replaced.
      - V(csv) writes C(audit.csv), with one row for each check, server and host.
      - V(html) writes C(audit.html), one page that needs no network.
      - V(json) writes C(audit.json), which O(baseline) takes. C(format) in it is the version of its
        form, and C(docs/smtp_audit.schema.json) in this collection is its schema.
      - V(junit) writes C(audit.xml), with one test case for each check, server, host and vantage. A
        finding is a failure. What is undecided or not applicable is skipped. A server about which
        nothing is proven is an error.
      - V(markdown) writes C(audit.md), at most 1 MB, for the job summary of GitHub.
    type: list
    elements: str
    choices: [csv, html, json, junit, markdown]
    default: []
  receipts:
    description:
      - Name of the variable with the result of M(mailops.smtp.smtp_audit_receive). A check whose
        message was accepted is then a finding if the message has arrived, and sound if it has not.
        Without it, such a check is undecided.
    type: str
  baseline:
    description:
      - Path on the controller of the V(json) file of an earlier audit, with which
        RV(comparison) compares this one.
      - A check became worse if it is a finding now and was not, or if it is undecided now and was
        sound.
      - A host that the baseline does not have is compared with the worst of its vantage.
    type: path
  fail_on:
    description:
      - What counts in RV(verdicts). V(finding) counts each finding, and each server about which
        nothing is proven. V(undecided) counts each undecided check, too.
      - V(new) counts findings that were none in O(baseline), and servers about which nothing is
        proven any more. It requires O(baseline).
      - V(never) counts nothing.
    type: str
    choices: [finding, undecided, new, never]
    default: finding
seealso:
  - module: mailops.smtp.smtp_audit
"""

EXAMPLES = r"""
- name: Report on all hosts
  mailops.smtp.smtp_audit_report:
    variable: smtp_audit_result
    dest: reports
    formats: [html, json]
  run_once: true
  register: smtp_audit_report
"""

RETURN = r"""
summary:
  description: Number of checks with each verdict, and of audits without a result.
  returned: success
  type: dict
  sample: {"finding": 1, "undecided": 0, "sound": 57, "not_applicable": 4, "no_result": 0}
findings:
  description: The first 100 findings.
  returned: success
  type: list
  elements: dict
  contains:
    check:
      description: The id of the check.
      type: str
      sample: relay-02
    server:
      description: The server, by its title in the report.
      type: str
      sample: relay.example.com:25
    finding:
      description: What the finding means.
      type: str
      sample: The server relays for strangers. It is an open relay.
    proves:
      description: What would be proven if the check were sound.
      type: str
      sample: The server does not relay for strangers.
    risk:
      description: The risk of the check.
      type: int
      sample: 0
    seen:
      description: The hosts that found it, each with its vantage, its evidence, and the reply that
        decided, in the form of RV(mailops.smtp.smtp_audit#module:checks[].reply).
      type: list
      elements: dict
      sample:
        - host: web1
          from: untrusted
          verdict: finding
          evidence: "RCPT TO:<bob@example.net>: 250 2.1.5 Ok"
          reply:
            command: RCPT TO:<bob@example.net>
            code: 250
            enhanced_code: 2.1.5
            text: 2.1.5 Ok
    others:
      description: The hosts with another verdict, in the same form.
      type: list
      elements: dict
      sample: []
    change:
      description: What to change, for each server that is known.
      type: dict
      sample: {"postfix": "Set `mynetworks` to the networks that may relay."}
    references:
      description: RFCs, CVEs and manuals.
      type: list
      elements: str
      sample: [CVE-1999-0512]
    controls:
      description: Items of STIG and CIS that the check bears on.
      type: list
      elements: str
      sample: []
findings_total:
  description: Number of all findings.
  returned: success
  type: int
  sample: 1
vantages:
  description: What a comparison of the vantages of each server shows.
  returned: success
  type: list
  elements: dict
  sample:
    - server: relay.example.com:25
      what: agreement
      claimed: untrusted
      says: "2 hosts said to be untrusted agree that it does not relay for them: web1, web2"
      check: ""
verdicts:
  description:
    - The hosts with something that counts (O(fail_on)), by their inventory names. Each has the
      number of findings, of undecided checks and of servers about which nothing is proven that
      count, and a message of one line.
  returned: success
  type: dict
  sample:
    web1:
      findings: 1
      undecided: 0
      no_result: 0
      message: "web1: 1 finding: relay-02 at relay.example.com:25 (An open relay.)"
comparison:
  description: What became worse and better since O(baseline), or null without it.
  returned: success
  type: dict
  contains:
    since:
      description: When the baseline was made.
      type: str
      sample: "2026-11-23T12:00:00Z"
    worse:
      description: The first 100 checks whose verdict is worse now.
      type: list
      elements: dict
      sample:
        - what: worse
          host: web1
          vantage: untrusted
          server: relay.example.com:25
          check: relay-02
          before: sound
          after: finding
    better:
      description: The first 100 checks whose verdict is better now, in the same form.
      type: list
      elements: dict
      sample: []
lines:
  description: The lines that were shown, without colors.
  returned: success
  type: list
  elements: str
files:
  description: Paths of the files that were written.
  returned: success
  type: list
  elements: str
not_written:
  description: Why some files could not be written, or an empty string.
  returned: success
  type: str
"""

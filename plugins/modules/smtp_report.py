#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of an action plugin: the report on what many hosts have found."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_report
short_description: Report which host gets mail through by which server, and what has changed
version_added: 0.2.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Takes what the hosts of a play have registered from M(mailops.smtp.smtp_handshake), and shows a
    matrix on the terminal, with hosts down and servers across. What is broken is told below it,
    with the stage, the code, the text, and what to check next.
  - Writes the same as files for people and machines (O(formats)).
  - A host that Ansible could not reach, that left the play, or whose module could not run is in the
    report, with the reason. So is a host that the play has not come to yet, when it goes by batches
    (C(serial)). Its cells are then made anew with each batch, and the last report is whole.
  - What one host has returned, however strange, is at worst a row of that host with the reason.
    It costs no other host its report or its verdict, and chooses nothing on the controller.
  - Says what has changed since an earlier run (O(baseline)).
  - The role P(mailops.smtp.smtp_check#role) runs it. By itself it is run once for a play, with
    C(run_once), after a task that does not fail its hosts, as the example shows.
  - It never fails because of what it reports, nor because a file cannot be written. Use
    RV(verdicts) and RV(not_written) for that. It fails for options that cannot be meant as they
    are.
  - It is changed when it has written files, and when there are changes since O(baseline).
requirements:
  - Runs on the controller, and connects to no host.
extends_documentation_fragment:
  - mailops.smtp.attributes
attributes:
  check_mode:
    support: full
    details:
      - Shows the matrix, and writes no file.
  diff_mode:
    support: full
    details:
      - Shows what has changed since O(baseline), as a difference.
options:
  variable:
    description:
      - Name of the variable that the hosts have registered the results in. It may be the result of
        one dialogue, of many O(mailops.smtp.smtp_handshake#module:targets), or of a loop.
      - A host that has no such variable is a row. When no host has it, and some host has another
        one that looks like results, the name is an error. The same goes for O(planned) and
        O(receipts).
    type: str
    required: true
  planned:
    description:
      - Name of a variable that has, for each host, the list of targets that it was meant to probe,
        each with its C(host), C(socket) or C(mx), and its C(port) and C(name) where it has them.
      - So a host without any result has a cell for each of them. Otherwise, and for a host that
        left the play before it had this variable, it has a cell for each server of the others.
    type: str
  hosts:
    description:
      - Names of the hosts to report on.
      - The default is all hosts of the play, with those that have failed or are unreachable.
      - With an empty list there is no report. It is seen whether the other options can be used, and
        whether O(dest) can be written, which is better known before mail is sent.
      - It is also seen whether a host has returned facts whose names begin with C(smtp_check_) or
        C(__smtp_check). They would take the place of variables of the role
        P(mailops.smtp.smtp_check#role), so the task fails then. A report that is made all the same
        writes no file, and the results of such a host do not count.
    type: list
    elements: str
  dest:
    description:
      - Folder on the controller for the files. Relative paths start where C(ansible-playbook) was
        started. Folders that are missing are made, for their owner and group only.
      - It may be a symbolic link. Below it none is followed, and what is one is not written.
      - Required with O(formats).
    type: path
  formats:
    description:
      - The files to write. Each is written whole and then renamed; files of earlier runs are
        replaced. They are for their owner and group only, but that of V(prometheus) is for all,
        since the collector that reads it is another user.
      - V(csv) is C(report.csv), a row for each dialogue.
      - V(html) is C(report.html), one page that needs no network, with the transcripts of what is
        broken.
      - V(json) is C(report.json), as C(docs/smtp_report.schema.json) of the collection describes
        it, and what O(baseline) takes.
      - V(junit) is C(junit.xml), a test case for each cell. Where a server answered and not as it
        should, that is a failure; where no answer came, or the host could not ask, an error; and
        what was not run is skipped.
      - V(markdown) is C(report.md), of 1 MB at most, as for a summary on GitHub.
      - V(prometheus) is C(smtp_handshake.prom), for the textfile collector of node_exporter.
      - V(transcripts) is the folder C(transcripts), with a file C(HOST/SERVER-PORT.txt) or
        C(HOST/SERVER-PORT-NAME.txt) for each dialogue.
    type: list
    elements: str
    choices: [csv, html, json, junit, markdown, prometheus, transcripts]
    default: []
  receipts:
    description:
      - Name of the variable that the hosts have registered in what M(mailops.smtp.mail_receipt) has
        returned for the tokens of their messages. A cell whose message was accepted, and is
        missing, has not passed then. One whose message was found says how long that took, and
        whether it was found among junk.
      - Where the mailbox could not be looked through, nothing is confirmed, and no cell that sent a
        message has passed.
    type: str
  use:
    description:
      - Name of a variable that has, for each host, RV(use) of a task of this plugin that came
        before in the same role or file. What a host has registered counts only where it is the
        same, so that a host that was not reached this time does not come with an older result.
    type: str
  baseline:
    description:
      - Path on the controller of the V(json) file of an earlier run.
      - The report says which cells broke or healed since, which are new or gone, and where codes,
        capabilities, TLS, certificate or greeting differ. A server with a C(name) is the same one
        at another host or port, and has moved; two servers of one name are told apart by host and
        port. A time is told when it is more than twice
        the longest, and a second longer, or less than half the shortest, and a second shorter, that
        was seen in the baseline and in the baselines that it was held against.
    type: path
  fail_on:
    description:
      - What counts in RV(verdicts). V(broken) is every cell that has not passed.
      - V(new) is a cell that is broken and was not in O(baseline), which it needs.
    type: str
    choices: [broken, new]
    default: broken
seealso:
  - module: mailops.smtp.smtp_handshake
  - module: mailops.smtp.mail_receipt
"""

EXAMPLES = r"""
- name: Ask two relays from each host
  mailops.smtp.smtp_handshake:
    targets:
      - host: mx1.example.com
      - host: mx2.example.com
    mail_from: monitoring@example.com
    rcpt_to:
      - postmaster@example.com
  register: handshake
  failed_when: false
  ignore_unreachable: true

- name: Report on all hosts
  mailops.smtp.smtp_report:
    variable: handshake
    dest: reports
    formats:
      - html
      - json
      - junit
  run_once: true
  register: report

- name: Fail the hosts that have something broken
  ansible.builtin.fail:
    msg: "{{ report.verdicts[inventory_hostname].message }}"
  when: inventory_hostname in report.verdicts

- name: Fail when the report could not be written
  ansible.builtin.fail:
    msg: "{{ report.not_written }}"
  when: report.not_written | length > 0
  run_once: true

- name: Say what a change has changed
  mailops.smtp.smtp_report:
    variable: handshake
    baseline: reports/before.json
  run_once: true
  diff: true
"""

RETURN = r"""
summary:
  description: How many cells there are, and what became of them.
  returned: success
  type: dict
  contains:
    total:
      description: All cells. A cell is one host and one server as the user named it.
      type: int
      sample: 150
    passed:
      description: Cells whose every dialogue passed.
      type: int
      sample: 147
    failed:
      description: Cells with a server that answered, and not as it should.
      type: int
      sample: 2
    error:
      description: Cells where no answer came, and those of hosts that could not ask.
      type: int
      sample: 1
    not_run:
      description: Cells of hosts that the play has not come to.
      type: int
      sample: 0
verdicts:
  description:
    - The hosts that have something that counts by O(fail_on), by their names in the inventory. For
      each there is how many of its cells do (C(broken)), how many cells it has (C(total)), and a
      message of a few lines (C(message)).
  returned: success
  type: dict
  sample:
    web1:
      broken: 1
      total: 2
      message: |-
        web1 found 1 of 2 servers broken:
        - mx1.example.com:25: 554 5.7.1 Relay access denied in reply to rcpt_to (permanent)
          check next: Let the server relay for this host ...
matrix:
  description:
    - What was shown on the terminal, line by line and without colors. Callback plugins that print
      the results of tasks, such as P(ansible.builtin.minimal#callback), show it as lines.
  returned: success, but empty with an empty list of O(hosts)
  type: list
  elements: str
  sample:
    - "2 hosts, 1 server: 1 passed, 1 failed"
    - ""
    - "      mx1.example.com:25"
    - "web1  ok"
    - "app1  550"
not_written:
  description:
    - Why files that were asked for are not written; empty when all are. The task does not fail for
      it, so that each host has its verdict. A task that comes after the verdicts should.
  returned: success
  type: str
  sample: "dest: /srv/reports/report.html cannot be written: No space left on device"
comparison:
  description: What has changed since O(baseline).
  returned: success, but null without O(baseline)
  type: dict
  contains:
    since:
      description: When the baseline was made.
      type: str
      sample: "2026-11-23T12:00:00Z"
    counts:
      description: How many changes there are of each sort.
      type: dict
      sample: {"broke": 1, "capabilities": 3}
    changes:
      description: The first 100 changes. All are in the files.
      type: list
      elements: dict
      contains:
        host:
          description: The host.
          type: str
          sample: web1
        server:
          description: The server, as it is called in the matrix.
          type: str
          sample: mx1.example.com:25
        what:
          description:
            - V(broke), V(healed), V(new), V(gone), V(moved), V(failure), V(codes), V(tls),
              V(certificate), V(banner), V(capabilities) or V(time).
          type: str
          sample: broke
        before:
          description: How it was.
          type: str
          sample: ok
        after:
          description: How it is.
          type: str
          sample: 554 5.7.1 Relay access denied in reply to rcpt_to (permanent)
use:
  description:
    - A name for this use of a role or file of tasks. It is the same for all batches of a play, and
      another for another use.
  returned: success
  type: str
  sample: 0242ac11-0002-5a7b-9c3d-000000000011
files:
  description: The files that were written, and the folder of transcripts.
  returned: success
  type: list
  elements: str
  sample:
    - /home/anna/reports/report.html
"""

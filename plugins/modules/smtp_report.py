#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin smtp_report."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_report
short_description: Report which hosts can send mail through which servers, and what has changed
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Collects what the hosts of a play have registered from M(mailops.smtp.smtp_handshake), and
    explains the broken cells by as few causes as possible, such as a server that no host reaches.
  - Shows the causes on the terminal, in at most ten lines, and then a matrix, with hosts as rows
    and servers as columns. Below the matrix, it lists what to check next for each cause, and every
    failure that has no cause.
  - Writes the same report as files for people and programs (O(formats)).
  - Reports what has changed since an earlier run (O(baseline)).
  - Merges the V(json) reports of several runs, such as the slices of a job, into one (O(shards)).
  - A host is in the report, with the reason, even if Ansible could not reach it, if it left the
    play, if its module could not run, or if the play has not come to it yet. With C(serial), the
    play makes a new report after each batch, and the last report is complete.
  - An invalid result of one host becomes a row of that host with the reason. It does not affect the
    report or the verdict of any other host, and it cannot choose what happens on the controller.
  - The role P(mailops.smtp.smtp_check#role) uses this action. To use it in your own play, run it
    with C(run_once), after a task that does not fail its hosts, as in the example.
  - The task does not fail because of what it reports, nor because it cannot write a file. Use
    RV(verdicts) and RV(not_written) to fail. It fails only if an option is invalid.
  - The task is changed if it has written files, or if something has changed since O(baseline).
requirements:
  - It runs on the controller and does not connect to hosts.
extends_documentation_fragment:
  - mailops.smtp.attributes
attributes:
  check_mode:
    support: full
    details:
      - Shows the matrix, but writes no files.
  diff_mode:
    support: full
    details:
      - Shows what has changed since O(baseline), as a difference.
options:
  variable:
    description:
      - Name of the variable in which the hosts have registered their results. The value can be the
        result of one dialogue, of O(mailops.smtp.smtp_handshake#module:targets), or of a C(loop).
      - A host without this variable has a row that says so. If no host has the variable, but a host
        has another variable that looks like results, the name is an error. The same rule applies to
        O(planned) and O(receipts).
      - Required, unless O(shards) is used.
    type: str
  planned:
    description:
      - Name of a variable that contains, for each host, the list of servers that the host was to
        check. Each item has C(host), C(socket), or C(mx), and optionally C(port) and C(name).
      - A host without results then has a cell for each of these servers. If a host does not have
        this variable, it has a cell for each server of the other hosts.
    type: str
  hosts:
    description:
      - Names of the hosts to report on. The default is all hosts of the play, including those that
        failed or are unreachable.
      - If the list is empty, there is no report. The task only checks whether the other options can
        be used and whether it can write to O(dest). Use this to find errors before mail is sent.
      - With an empty list, the task also fails if a host has returned facts whose names begin with
        C(smtp_check_) or C(__smtp_check). Such facts would replace variables of the role
        P(mailops.smtp.smtp_check#role). If a host returns such facts later, the report ignores its
        results, and writes no files.
    type: list
    elements: str
  dest:
    description:
      - Directory on the controller for the files. A relative path starts at the directory in which
        C(ansible-playbook) was started. Missing directories are created, with access for their
        owner and group only.
      - The directory itself may be a symbolic link. Symbolic links in it are not followed, and a
        file that is one is not written.
      - Required with O(formats).
    type: path
  formats:
    description:
      - Files to write. Requires O(dest). Files of earlier runs are replaced. Each file is written
        completely and then renamed.
      - Only the owner and group can read the files. The file of V(prometheus) is readable for
        everyone, because the collector runs as another user.
      - V(csv) writes C(report.csv), with one row for each dialogue, and the number and the sentence
        of the cause if it failed.
      - V(html) writes C(report.html), one page that needs no network. It contains the transcripts
        of the dialogues that did not pass.
      - V(json) writes C(report.json), with the causes before the cells. Its schema is
        C(docs/smtp_report.schema.json) in this collection. O(baseline) takes this file.
      - V(junit) writes C(junit.xml), with one test case for each cell. A test case is a failure if
        a server answered, but not as expected. It is an error if no server answered, or if the host
        could not check the server. It is skipped if the play has not come to the host. The text of
        a failure or an error begins with its cause.
      - V(markdown) writes C(report.md), at most 1 MB, for the job summary of GitHub.
      - V(prometheus) writes C(smtp_handshake.prom), for the textfile collector of node_exporter.
      - V(transcripts) writes the directory C(transcripts), with one file C(HOST/SERVER-PORT.txt) or
        C(HOST/SERVER-PORT-NAME.txt) for each dialogue.
    type: list
    elements: str
    choices: [csv, html, json, junit, markdown, prometheus, transcripts]
    default: []
  receipts:
    description:
      - Name of the variable in which the hosts have registered the result of
        M(mailops.smtp.mail_receipt) for the tokens of their messages.
      - A cell whose message was accepted but not found has not passed. A cell whose message was
        found shows how long that took, and whether it was in a junk mailbox.
      - If M(mailops.smtp.mail_receipt) could not look through the mailbox, no cell that sent a
        message has passed.
    type: str
  use:
    description:
      - Name of a variable that contains, for each host, the RV(use) of an earlier task of this
        action in the same role or file of tasks.
      - Results of a host count only if its value is that of this task. So a host that was not
        reached in this run is not reported with older results.
    type: str
  diagnoses:
    description:
      - Names of the variables in which tasks have registered the results of
        M(mailops.smtp.smtp_check_diagnose), in a C(loop) over RV(diagnose), and of
        M(mailops.smtp.smtp_check_server_log), in a C(loop) over RV(read_logs).
      - The causes then have what the hosts have found out. In RV(causes), that is C(diagnosis), and
        their C(certainty), C(evidence), and C(advice) begin with it.
      - Results of another use of the role do not count.
    type: list
    elements: str
    default: []
  server_logs:
    description:
      - Where the logs of servers are, as a dictionary. A key is a server by its title in the
        matrix, its name, or its host with or without the port. The value is the inventory name of
        the host with its log. RV(read_logs) then says which logs may say more.
    type: dict
    default: {}
  earlier:
    description:
      - Name of the variable in which an earlier task of this action, with the same options, has
        registered its result. It requires O(diagnoses).
      - The terminal then shows only what the hosts have found out, in at most three lines for each
        cause, and not the matrix again. The files are written again.
      - If no host was asked, the task makes no report. It is skipped, and its result is that of the
        earlier task.
    type: str
  advice:
    description:
      - Path on the controller of a YAML file with your own rows of advice, which come first in the
        advice of causes. C(docs/advice.md) in this collection describes the file.
    type: path
  baseline:
    description:
      - Path on the controller of the V(json) file of an earlier run. The report then lists what has
        changed since that run.
      - 'Changes are: a cell that broke, was healed, is new, or is gone, and other reply codes,
        capabilities, TLS, certificate, or greeting.'
      - If a server has a C(name) that no other server of the host has, it is the same server at
        another host or port, and the change is that it has moved.
      - If the earlier run has causes, the report also lists the causes that came and went.
      - A duration is a change if it is far outside the range of the baseline and of the baselines
        before it. That is more than twice and one second above the longest, or less than half and
        one second below the shortest.
    type: path
  shards:
    description:
      - Files on the controller that V(json) has written in other runs, each of which is a shard of
        the report that this task makes of all of them. The report is the same as that of one run
        over all hosts, in every format, with its own causes.
      - A directory stands for its C(report.json) and those in directories at most two levels below.
        A pattern, such as V(slices/*.json), stands for the files and directories that match it. The
        file that this task itself writes in O(dest) is left out.
      - A shard that is missing, cut off, or no report is a row of its own with the reason, and the
        others are merged. It is an error if no shard can be read.
      - If two shards have the same cell, the one of the newest shard counts. RV(shards) names both.
      - The options about what hosts have registered cannot be used with it, such as O(variable),
        O(hosts), and O(receipts).
      - The playbook C(mailops.smtp.merge) uses this option. C(docs/shards.md) in this collection
        describes how to merge a sliced run.
    type: list
    elements: path
  expected_hosts:
    description:
      - Names of the hosts that O(shards) must have. A host that is in no shard is a red row, with a
        cell for each server. The report has these hosts first, in this order.
    type: list
    elements: str
    default: []
  fail_on:
    description:
      - Which cells count in RV(verdicts). V(broken) counts every cell that has not passed.
      - V(new) counts only cells that have not passed, but were not broken in O(baseline). It
        requires O(baseline).
    type: str
    choices: [broken, new]
    default: broken
seealso:
  - module: mailops.smtp.smtp_handshake
  - module: mailops.smtp.mail_receipt
"""

EXAMPLES = r"""
- name: Check two relays from each host
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

- name: Make one report of all slices
  mailops.smtp.smtp_report:
    shards:
      - slices
    expected_hosts: "{{ groups['all'] }}"
    dest: merged
    formats:
      - html
      - json
      - junit
  run_once: true
  register: merged

- name: Show what has changed since an earlier run
  mailops.smtp.smtp_report:
    variable: handshake
    baseline: reports/before.json
  run_once: true
  diff: true
"""

RETURN = r"""
summary:
  description: Number of cells, by their status.
  returned: success
  type: dict
  contains:
    total:
      description: Number of cells. A cell is one host and one server as the user named it.
      type: int
      sample: 150
    passed:
      description: Number of cells in which every dialogue passed.
      type: int
      sample: 147
    failed:
      description: Number of cells in which a server answered, but not as expected.
      type: int
      sample: 2
    error:
      description: Number of cells in which no server answered, or whose host could not check the
        server.
      type: int
      sample: 1
    not_run:
      description: Number of cells of hosts that the play has not come to.
      type: int
      sample: 0
causes:
  description:
    - What explains the broken cells. The cause that explains most of them comes first. It has at
      most 100 causes, with at most 100 names of hosts and of servers each. The files contain all of
      them.
    - V(server), V(host), V(path), V(policy), V(mailbox), V(options), and V(mixed) are the places
      where a cause can lie.
  returned: success
  type: list
  elements: dict
  contains:
    sentence:
      description: What is broken, for which hosts, and how it shows.
      type: str
      sample: no host can connect to relay2.example.com:25 (Connection refused)
    where:
      description: Where it lies, and so who can mend it.
      type: str
      sample: server
    stage:
      description: Stage at which the dialogues ended, or an empty string if the module did not run.
      type: str
      sample: connect
    kind:
      description: Kind of the failures. V(unreachable) or V(no result) if the module did not run.
      type: str
      sample: connect
    code:
      description: Reply code that decided, or null.
      type: int
      sample: 550
    enhanced_code:
      description: Enhanced status code that decided, or null.
      type: str
      sample: 5.7.1
    hosts:
      description: The first 100 hosts.
      type: list
      elements: str
      sample: [web1, web2]
    hosts_total:
      description: Number of all hosts.
      type: int
      sample: 2
    groups:
      description: Inventory groups, or networks, by which the sentence names the hosts.
      type: list
      elements: str
      sample: [dmz]
    servers:
      description: The first 100 servers, by their titles in the matrix.
      type: list
      elements: str
      sample: ["relay2.example.com:25"]
    servers_total:
      description: Number of all servers.
      type: int
      sample: 1
    cells:
      description: Number of cells that it explains.
      type: int
      sample: 2
    certainty:
      description:
        - V(consistent) if it fits all cells and nothing is against it, V(open) if something is
          against it, or if it is only a cell or two. V(proven) if an experiment changed the answer.
        - If a host was asked (O(diagnoses)), it is the certainty of its diagnosis.
      type: str
      sample: consistent
    evidence:
      description: What a host has found out, and what else in the report bears on it.
      type: list
      elements: dict
      contains:
        fact:
          description: What was looked at.
          type: str
          sample: other servers
        value:
          description: What was found.
          type: str
          sample: 48 cells of these hosts at other servers passed
        says:
          description: What that says about the cause.
          type: str
          sample: the hosts work, so it lies with these servers or the path
    advice:
      description: What to check next, most likely cause first.
      type: list
      elements: str
      sample:
        - Check on the server that the mail service runs and listens on this address ...
    diagnosis:
      description:
        - What a host has found out, or null if no host was asked. C(host) and C(server) say which
          host asked which server again, C(cause) is what it has found, C(cause_id) the id of that,
          C(problem) says why there is no diagnosis, and C(of_log) is whether it is what the log of
          the server says, on C(host). C(unasked), C(connections), and C(seconds) are those of
          M(mailops.smtp.smtp_diagnose).
      type: dict
      sample:
        host: web1
        server: mx1.example.com:25
        certainty: proven
        cause: The server does not know the recipient.
        cause_id: recipient-known
        unasked: []
        connections: 2
        seconds: 0.412
        of_log: false
        problem: ""
    to_do:
      description: How to check the most likely cause by commands, and what to change in which
        server, or null if nothing is known. C(id) is the id of that cause in the table of advice.
      type: dict
      sample:
        id: recipient-known
        check: ["`postmap -q ADDRESS TABLE` on the server; no output means that it is unknown."]
        change: {"postfix": "Add the recipient to the table."}
diagnose:
  description:
    - Which hosts can find out more about which causes, by asking the servers again. It names one or
      two hosts for each cause, at most 12 hosts, and at most 10 dialogues for each. It leaves out
      causes that a host cannot investigate, such as invalid options or the reply code 421.
    - It is empty if the strategy of the play is not V(linear), because each host then makes a
      report of its own.
  returned: success
  type: list
  elements: dict
  contains:
    host:
      description: Inventory name of the host.
      type: str
      sample: web1
    targets:
      description: The failed dialogues. C(target) is the position of the server among those of the
        host, C(dialogue) the position of the result, and C(cause) the number of the cause.
      type: list
      elements: dict
      sample: [{"target": 0, "dialogue": 0, "cause": 1}]
    causes:
      description: The numbers of the causes, the first of which is 1.
      type: list
      elements: int
      sample: [1]
    use:
      description: The C(use) of this result.
      type: str
      sample: 2c4d54a1-93c1-4e0b-9a57-000000000007
read_logs:
  description:
    - Which logs may say more about which causes, in the form of RV(diagnose). C(host) is the host
      with the log, and each of C(targets) has C(host), the host whose dialogue failed. It names at
      most 12 logs, and at most 5 dialogues for each.
  returned: success
  type: list
  elements: dict
  sample:
    - host: relay1
      targets: [{"host": "web1", "target": 0, "dialogue": 0, "cause": 1}]
      causes: [1]
      use: 2c4d54a1-93c1-4e0b-9a57-000000000007
unexplained:
  description: Number of broken cells that no cause explains.
  returned: success
  type: int
  sample: 0
verdicts:
  description:
    - The hosts with at least one cell that counts (O(fail_on)), by their inventory names.
    - C(broken) is the number of cells that count, C(total) the number of all cells, and C(message)
      one line that names the causes.
    - With O(shards), only the host that runs this task has a verdict, which is on the whole report.
  returned: success
  type: dict
  sample:
    web1:
      broken: 1
      total: 2
      message: >-
        web1 found 1 of 2 servers broken: cause 1 (no host can connect to relay2.example.com:25
        (Connection refused))
matrix:
  description:
    - The causes and the matrix as they were shown on the terminal, as lines without colors.
    - Callback plugins that print task results, such as P(ansible.builtin.minimal#callback), show
      these lines.
  returned: success, but empty if the list O(hosts) is empty
  type: list
  elements: str
  sample:
    - "2 hosts, 1 server: 1 passed, 1 failed"
    - ""
    - "1. mx1.example.com:25 refuses app1 at rcpt_to (550 5.1.1 No such user) [1 cell]"
    - ""
    - "      mx1.example.com:25"
    - "web1  ok"
    - "app1  550"
not_written:
  description:
    - Why some files could not be written, or an empty string if all files were written. The task
      does not fail because of this, so that each host gets its verdict. Fail in a later task, as in
      the example.
  returned: success
  type: str
  sample: "dest: /srv/reports/report.html cannot be written: No space left on device"
shards:
  description:
    - What the report was merged from, with at most 100 items in each list. The V(json) report has
      all of them.
  returned: success, with O(shards)
  type: dict
  contains:
    files_total:
      description: Number of shards that were merged.
      type: int
      sample: 2
    broken_total:
      description: Number of shards that could not be merged.
      type: int
      sample: 1
    files:
      description: The shards, the newest first. C(slice) is null if nothing says which slice it is.
        C(hosts) and C(cells) count what the report has of the shard.
      type: list
      elements: dict
      sample:
        - file: slices/1/report.json
          created: "2026-11-24T12:00:00Z"
          made_by: mailops.smtp 0.2.0, ansible-core 2.19.4
          slice: {"number": 1, "count": 3}
          hosts: 50
          cells: 150
    broken:
      description: The shards that could not be merged, and why.
      type: list
      elements: dict
      sample: [{"file": "slices/3/report.json", "reason": "it is cut off, or not JSON"}]
    missing_hosts:
      description: The hosts of O(expected_hosts) that are in no shard.
      type: dict
      sample: {"total": 1, "first": ["web7"]}
    doubled:
      description: The cells that are in several shards. The cell of C(taken) counts, and that of
        C(dropped) does not.
      type: dict
      sample:
        cells: 1
        first:
          - host: web1
            server: mx1.example.com:25
            taken: slices/2/report.json
            dropped: slices/1/report.json
    hosts_in_several:
      description: The hosts that are in several shards, with the same servers or with others.
      type: dict
      sample: {"total": 1, "first": ["web1"]}
    moved_names:
      description: Names of servers that stand for different places in the shards, each of which has
        a column of its own.
      type: list
      elements: dict
      sample: [{"name": "relay", "places": ["mx1.example.com:25", "mx2.example.com:25"]}]
comparison:
  description: Changes since O(baseline).
  returned: success, but null without O(baseline)
  type: dict
  contains:
    since:
      description: When the baseline was made.
      type: str
      sample: "2026-11-23T12:00:00Z"
    counts:
      description: Number of changes of each type.
      type: dict
      sample: {"broke": 1, "capabilities": 3}
    changes:
      description: The first 100 changes. The files contain all of them.
      type: list
      elements: dict
      contains:
        host:
          description: The host.
          type: str
          sample: web1
        server:
          description: The server, by its title in the matrix.
          type: str
          sample: mx1.example.com:25
        what:
          description:
            - Type of the change. One of V(broke), V(healed), V(new), V(gone), V(moved), V(failure),
              V(codes), V(tls), V(certificate), V(banner), V(capabilities), and V(time).
          type: str
          sample: broke
        before:
          description: State in the baseline.
          type: str
          sample: ok
        after:
          description: State now.
          type: str
          sample: 554 5.7.1 Relay access denied in reply to rcpt_to (permanent)
    causes_new:
      description: Sentences of the causes that were not there in the baseline, at most 100. Null if
        the baseline has no causes.
      type: list
      elements: str
      sample: ["no host can connect to relay2.example.com:25 (Connection refused)"]
    causes_gone:
      description: Sentences of the causes that are there no more, at most 100. Null if the baseline
        has no causes.
      type: list
      elements: str
      sample: []
use:
  description:
    - Identifier of this use of the role or file of tasks. It is the same for all batches of a play,
      and different for each other use.
  returned: success
  type: str
  sample: 0242ac11-0002-5a7b-9c3d-000000000011
files:
  description: Paths of the files that were written, and of the directory of transcripts.
  returned: success
  type: list
  elements: str
  sample:
    - /home/anna/reports/report.html
"""

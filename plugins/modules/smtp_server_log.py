#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Return what a mail server has logged of one client at one time, and what limits clients there."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_server_log
short_description: Return what a mail server has logged of one client
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Runs on the host of a mail server. Returns the lines of its log for one client at one time, and
    the line among them that says why the server refused.
  - Also returns what else decides over clients there, namely the TCP listeners with their accept
    queues, the settings that limit or refuse clients, the free space for the queue, and the clock.
  - Knows the logs of Postfix, Exim, Dovecot, Sendmail, OpenSMTPD, and Haraka.
  - It only reads, and takes at most about 5 seconds. What it cannot read is in RV(not_read), and
    does not fail the task. For a file of O(path) there is a warning, too.
requirements:
  - Python 3.7 or later on the host that runs the module
  - The permission to read the log, which root or a member of the group C(adm) or
    C(systemd-journal) has.
extends_documentation_fragment:
  - mailops.smtp.attributes
attributes:
  check_mode:
    support: full
    details:
      - Does the same, since it only reads.
  diff_mode:
    support: none
options:
  client:
    description:
      - IP addresses of the client, as the server saw them. Behind NAT this is the public address.
      - M(mailops.smtp.smtp_handshake) returns the address of its own end in
        RV(mailops.smtp.smtp_handshake#module:client.address).
    type: list
    elements: str
    required: true
  client_port:
    description:
      - Source port of the connection. It tells the sessions of one client apart where the server
        logs it. Postfix does so with C(smtpd_client_port_logging), Exim with C(+incoming_port) in
        C(log_selector). postscreen and Haraka always do.
      - Omit it where NAT is between client and server.
    type: int
  since:
    description:
      - When the connection was started. Seconds since 1970, or a time in ISO 8601 such as
        V(2026-11-24T12:00:00Z). A time without a zone is in the local time of the server.
      - The default is 5 minutes before O(until).
    type: str
  until:
    description:
      - When the connection ended, in the form of O(since), and at most a day later. The default is
        now.
    type: str
  slack:
    description:
      - Seconds by which the clocks of client and server may differ, from 0 to 600.
    type: float
    default: 5
  queue_id:
    description: Queue ID of the message, if the server has accepted one.
    type: str
  reply:
    description: The reply that the client got, such as V(554 5.7.1 Relay access denied). It tells
      the sessions of one client apart where the server logs its replies.
    type: str
  sender:
    description: Sender address of the dialogue. It helps to find lines without the port.
    type: str
  recipients:
    description:
      - Recipients of the dialogue, best only those that were refused. They help to find lines
        without the port.
    type: list
    elements: str
  server:
    description: The mail server. V(auto) reads the lines of each that the module knows.
    type: str
    choices: [auto, postfix, exim, dovecot, sendmail, opensmtpd, haraka]
    default: auto
  path:
    description:
      - Log files to read. Files that they were rotated to are read, too, if the time needs it.
      - The default is systemd's journal, and the usual files of servers that log elsewhere. If the
        journal has no line of a mail server, C(/var/log/mail.log) or C(/var/log/maillog) is read.
    type: list
    elements: path
  lines:
    description: Number of lines to return at most, from 1 to 1000.
    type: int
    default: 50
notes:
  - Log lines may have addresses of people and host names. What they may have of a password is
    masked.
seealso:
  - module: mailops.smtp.smtp_handshake
  - module: mailops.smtp.smtp_diagnose
"""

EXAMPLES = r"""
- name: Try the relay
  mailops.smtp.smtp_handshake:
    host: relay.example.com
    mail_from: sender@example.com
    rcpt_to: [recipient@example.com]
  register: dialogue
  ignore_errors: true

- name: Ask the relay why it refused
  mailops.smtp.smtp_server_log:
    client: "{{ dialogue.client.seen_as or dialogue.client.address }}"
    client_port: "{{ dialogue.client.port }}"  # not behind NAT
    since: "{{ dialogue.started }}"
    reply: "{{ dialogue.failure.text }}"
    recipients: [recipient@example.com]
  register: log
  delegate_to: relay.example.com
  become: true
  # A dialogue without a connection is in no log.
  when: dialogue is failed and dialogue.client.address is not none

- name: Say it
  ansible.builtin.debug:
    msg: "{{ log.deciding.cause }} {{ log.deciding.line }}"
  when: log is not skipped and log.deciding is not none
"""

RETURN = r"""
lines:
  description:
    - The lines of the log for this client, port and time, in order, cut to 1,000 characters each.
      If there are more than O(lines), these are the last ones and the deciding one.
    - All text is printable. Unprintable characters are backslash escapes.
  returned: always
  type: list
  elements: str
  sample:
    - "Nov 24 12:00:00 mx postfix/smtpd[137]: connect from unknown[192.0.2.7]"
lines_found:
  description: Number of lines that were found.
  returned: always
  type: int
  sample: 3
sessions:
  description: Number of sessions that fit the options. With more than one it is not known which of
    them is the dialogue.
  returned: always
  type: int
  sample: 1
matched_by:
  description: The options by which the sessions were told from others.
  returned: always
  type: list
  elements: str
  sample: [client, recipients]
deciding:
  description: The line that decides, or null if no line says why.
  returned: always
  type: dict
  contains:
    line:
      description: The line.
      type: str
      sample: >-
        Nov 24 12:00:00 mx postfix/smtpd[137]: NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 554
        5.7.1 <carol@example.net>: Relay access denied
    server:
      description: The mail server that wrote it.
      type: str
      sample: postfix
    time:
      description: When it was written, in seconds since 1970.
      type: float
      sample: 1795521600.0
    kind:
      description:
        - V(refusal) is a reply of the server. V(fault) is something that does not work on the
          server. V(end) is an end of the session without a refusal. V(hint) is something that a
          refusal may be due to.
      type: str
      sample: refusal
    cause:
      description: What the line means, in one sentence.
      type: str
      sample: The server does not relay from this client's address to the recipient's domain.
    cause_id:
      description: The id of the cause in the table of advice, or null if the line does not tell it.
      type: str
      sample: relay-for-address
    certain:
      description: Whether the line names the cause itself. Otherwise several causes lead to it.
      type: bool
      sample: false
    exact:
      description:
        - Whether the line is known to be about this dialogue. It is if one session fits, or if each
          that fits has a line that means the same.
      type: bool
      sample: true
listeners:
  description: The TCP listeners of the host, at most 200.
  returned: always
  type: list
  elements: dict
  contains:
    address:
      description: The address.
      type: str
      sample: 0.0.0.0
    port:
      description: The port.
      type: int
      sample: 25
    queued:
      description: Number of connections that wait in the accept queue.
      type: int
      sample: 0
    queue_limit:
      description: Limit of the accept queue, or null if it is not known.
      type: int
      sample: 100
limits:
  description:
    - The settings that limit or refuse clients, by server. They are from C(postconf), C(exim -bP),
      and C(doveconf -n). A setting of Postfix's C(master.cf) has its service before it.
  returned: always
  type: dict
  sample: {"postfix": {"mynetworks": "127.0.0.0/8", "message_size_limit": "10240000"}}
disk:
  description: The space of the file system with the queue, or null.
  returned: always
  type: dict
  contains:
    path:
      description: The folder of the queue.
      type: str
      sample: /var/spool/postfix
    total_bytes:
      description: Size of the file system.
      type: int
      sample: 42949672960
    free_bytes:
      description: Space that is free for users other than root.
      type: int
      sample: 21474836480
    free_inodes:
      description: Number of files that can still be made, or null.
      type: int
      sample: 2621440
clock:
  description: The time of the host, in seconds since 1970.
  returned: always
  type: float
  sample: 1795521660.5
read:
  description: The logs that had lines of mail servers in this time.
  returned: always
  type: list
  elements: str
  sample: [journal]
not_read:
  description: What could not be read, and why.
  returned: always
  type: list
  elements: str
  sample: ["/var/log/mail.log: Permission denied"]
"""

import time
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._net.caller import end_with_caller
from ansible_collections.mailops.smtp.plugins.module_utils._net.checked_module import CheckedModule
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.collect import collect
from ansible_collections.mailops.smtp.plugins.module_utils._server_log.options import request_from


def argument_spec() -> dict[str, t.Any]:
    """Return the argument spec of the module."""
    return {
        "client": {"type": "list", "elements": "str", "required": True},
        "client_port": {"type": "int"},
        "since": {"type": "str"},
        "until": {"type": "str"},
        "slack": {"type": "float", "default": 5},
        "queue_id": {"type": "str"},
        "reply": {"type": "str"},
        "sender": {"type": "str"},
        "recipients": {"type": "list", "elements": "str"},
        "server": {
            "type": "str",
            "choices": [
                "auto",
                "postfix",
                "exim",
                "dovecot",
                "sendmail",
                "opensmtpd",
                "haraka",
            ],
            "default": "auto",
        },
        "path": {"type": "list", "elements": "path"},
        "lines": {"type": "int", "default": 50},
    }


def main() -> None:
    """Read the options, read the logs, and return the result."""
    module = CheckedModule(argument_spec=argument_spec(), supports_check_mode=True)
    end_with_caller(module)
    try:
        request = request_from(module.params, time.time())
    except BadOption as error:
        module.fail_json(msg=str(error))
    result = collect(request)
    for path in request.paths:
        for reason in result["not_read"]:
            if reason.startswith(f"{escape(path)}: "):
                module.warn(f"path: {reason}")
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()

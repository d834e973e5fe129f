#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look for messages in a mailbox by their tokens, and return how they got there."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mail_receipt
short_description: Confirm that messages have arrived in a mailbox, and tell how they got there
version_added: 0.2.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Looks for messages that M(mailops.smtp.smtp_handshake) has sent, by the token that each of them
    carries, and waits for them. One task looks for all tokens at once, however many dialogues have
    sent them.
  - Returns for each token whether and where the message was found (in the junk folder, too), how
    long it took, each hop that it took with its TLS and its delay, and what the receiving server
    says of SPF, DKIM and DMARC.
  - The task fails when a message is missing, and says where to look for it.
  - It reads a mailbox over IMAP or POP3, or as a Maildir or mbox of the host that runs the module.
    It reads headers alone, marks nothing as seen, and deletes nothing unless O(delete) is true.
requirements:
  - Python 3.7 or later on the host that runs the module
extends_documentation_fragment:
  - mailops.smtp.attributes
attributes:
  check_mode:
    support: full
    details:
      - Looks for the messages in the same way, and deletes none of them.
  diff_mode:
    support: none
options:
  tokens:
    description:
      - The tokens to look for, as M(mailops.smtp.smtp_handshake) returns them in C(message.token).
        Without any there is nothing to do, which the module warns of. In check mode it does not,
        so that an empty list checks the other options.
      - Each is a string, or a dictionary of C(token) and what is known of the message. C(host) is
        the host that has sent it, C(server) the server that has accepted it, C(queue_id) what that
        calls it, and C(accepted) the time of that, such as V(2026-11-24T12:00:00Z).
      - A token is one word of ASCII characters, of 200 at most. A list with anything else in it is
        a bad option, as a message that was not sent has no token to look for.
      - C(host), C(server) and C(queue_id) are returned as they are and named when the message is
        missing. Of C(accepted) the seconds are counted until the message arrived.
    type: list
    elements: raw
    required: true
  imap:
    description:
      - The mailbox to look through, over IMAP.
      - Exactly one of O(imap), O(pop3) and O(path) is required.
      - It is a dictionary, and no text. What is not as documented in it is a bad option, and is
        neither logged nor returned, as it may be a misspelt password.
    type: dict
    suboptions:
      host:
        description:
          - Name or IP address of the server. It may have a port with it (V(mail.example.com:993)),
            and an IPv6 address may be in brackets (V([2001:db8::1]:993)).
          - One dot at the end of a name is no part of it in SNI and in the certificate.
        type: str
        required: true
      port:
        description:
          - Port of the server. The default is 993, or 143 unless O(imap.tls=implicit).
        type: int
      tls:
        description:
          - Whether and how to speak TLS.
          - V(implicit) is TLS from the first byte, V(starttls) is TLS after STARTTLS, and a failure
            where the server refuses that.
          - V(never) is plain text, where whoever listens has the password.
        type: str
        choices: [implicit, starttls, never]
        default: implicit
      login_user:
        description: User to log in as.
        type: str
        required: true
      login_password:
        description:
          - Password of the user. With V(XOAUTH2) it is the token.
          - It is in no result and no message, in whatever form a server or a message shows it.
        type: str
        required: true
      auth_mechanism:
        description:
          - How to log in. V(LOGIN) is with a password, by the command LOGIN, or by AUTHENTICATE
            PLAIN where the server wants that or the password is not ASCII.
        type: str
        choices: [LOGIN, XOAUTH2]
        default: LOGIN
      validate_certs:
        description:
          - Whether the server's certificate must be from a trusted authority, valid in time, and
            for the name of the server.
        type: bool
        default: true
      ca_path:
        description:
          - PEM file, or folder of hashed files, with the authorities to trust instead of the
            system's.
        type: path
      tls_server_name:
        description:
          - Name to ask for (SNI), and to find in the certificate. The default is the host.
        type: str
  pop3:
    description:
      - The mailbox to look through, over POP3, which shows the inbox alone. The newest 2,000
        messages are looked at.
    type: dict
    suboptions:
      host:
        description:
          - Name or IP address of the server. It may have a port with it (V(mail.example.com:993)),
            and an IPv6 address may be in brackets (V([2001:db8::1]:993)).
          - One dot at the end of a name is no part of it in SNI and in the certificate.
        type: str
        required: true
      port:
        description:
          - Port of the server. The default is 995, or 110 unless O(pop3.tls=implicit).
        type: int
      tls:
        description:
          - Whether and how to speak TLS.
          - V(implicit) is TLS from the first byte, V(starttls) is TLS after STLS, and a failure
            where the server refuses that.
          - V(never) is plain text, where whoever listens has the password.
        type: str
        choices: [implicit, starttls, never]
        default: implicit
      login_user:
        description: User to log in as.
        type: str
        required: true
      login_password:
        description:
          - Password of the user. With V(XOAUTH2) it is the token.
          - It is in no result and no message, in whatever form a server or a message shows it.
        type: str
        required: true
      auth_mechanism:
        description:
          - How to log in. V(LOGIN) is with a password, by the commands USER and PASS.
        type: str
        choices: [LOGIN, XOAUTH2]
        default: LOGIN
      validate_certs:
        description:
          - Whether the server's certificate must be from a trusted authority, valid in time, and
            for the name of the server.
        type: bool
        default: true
      ca_path:
        description:
          - PEM file, or folder of hashed files, with the authorities to trust instead of the
            system's.
        type: path
      tls_server_name:
        description:
          - Name to ask for (SNI), and to find in the certificate. The default is the host.
        type: str
  path:
    description:
      - The Maildir or the mbox to look through, on the host that runs the module. Which of both it
        is, is seen from what is there. What is neither, such as a FIFO or a device, is not opened.
    type: path
  mailboxes:
    description:
      - Names of the mailboxes to look through, as people write them.
      - The default is the inbox and what there is for junk. That is what the server says is for
        junk (RFC 6154), or else a mailbox with a usual name, such as C(Junk), C(Spam) or
        C(Junk E-mail).
      - In a Maildir they are subfolders. POP3 and mbox have V(INBOX) alone.
    type: list
    elements: str
  timeout:
    description:
      - Seconds for all of it, connecting and logging in included. The module looks until all
        messages are found, or until then. At most it is a day.
      - A server that cannot let the user in now is waited for, too. It says so by a response code
        such as C(UNAVAILABLE), C(LIMIT) or C(IN-USE), or in words such as
        C(Too many simultaneous connections). A wrong password is never tried a second time.
      - With O(delete) it takes up to 30 seconds more to delete what was found.
    type: float
    default: 120
  delay:
    description:
      - Seconds between two looks. A server that is busy is asked less and less often, up to once a
        minute.
      - Where an IMAP server can tell of new mail (IDLE), the first mailbox is looked at as soon as
        the server does. The others still have to be looked at from time to time.
    type: float
    default: 5
  delete:
    description:
      - Whether to delete the messages that were found, also when others are missing. No other
        message is ever touched, whatever its token or its flags.
      - Over IMAP this needs a server that deletes by UID (UIDPLUS). Another would delete whatever
        anybody has marked as deleted, so nothing is deleted there, and the module warns of it.
      - An mbox is replaced by a file without the messages, with the locks that delivery agents hold
        (fcntl, and a file with C(.lock) to its name). A kill at any moment leaves all other mail as
        it is. What a delivery writes meanwhile into the file that it has opened before is carried
        over. Where the folder of the mbox cannot be written, nothing is deleted, and the module
        warns of it.
    type: bool
    default: false
seealso:
  - module: mailops.smtp.smtp_handshake
  - name: RFC 5321, Simple Mail Transfer Protocol
    description: What a server writes into the header C(Received), in section 4.4.
    link: https://www.rfc-editor.org/rfc/rfc5321#section-4.4
  - name: RFC 8601, Message Header Field for Indicating Message Authentication Status
    description: What the header C(Authentication-Results) says.
    link: https://www.rfc-editor.org/rfc/rfc8601
"""

EXAMPLES = r"""
- name: Send a message
  mailops.smtp.smtp_handshake:
    host: relay.example.com
    mail_from: sender@example.com
    rcpt_to:
      - recipient@example.com
    message: {}
  register: sent

- name: Confirm its receipt, and tidy up
  mailops.smtp.mail_receipt:
    tokens:
      - "{{ sent.message.token }}"
    imap:
      host: imap.example.com
      login_user: recipient@example.com
      login_password: "{{ recipient_password }}"
    delete: true
  register: receipt
  delegate_to: localhost

- name: Show how it got there
  ansible.builtin.debug:
    var: receipt.receipts[0].hops

- name: Wait for the messages of all hosts at once, as long as greylisting may take
  mailops.smtp.mail_receipt:
    tokens:
      - token: 2f1c6b1f8d0d4b8b9d5c8a3f0e7a6b54
        host: web1
        server: relay.example.com
        queue_id: 4XyZ1234abc
        accepted: "2026-11-24T12:00:00Z"
      - token: 7d9a0c55e2b14f0c8a3b6d1e9f402c7b
        host: web2
    imap:
      host: imap.example.com
      login_user: recipient@example.com
      login_password: "{{ recipient_token }}"
      auth_mechanism: XOAUTH2
    mailboxes:
      - INBOX
      - Monitoring/Mail tests
    timeout: 1800
    delay: 15

- name: Look into a Maildir of the mail server itself
  mailops.smtp.mail_receipt:
    tokens:
      - "{{ sent.message.token }}"
    path: /var/mail/vhosts/example.com/recipient
  delegate_to: mail.example.com
"""

RETURN = r"""
receipts:
  description:
    - What was found out of each token, in the order of O(tokens).
    - When the mailbox could not be looked through to its end, only what was found by then. Of the
      other tokens nobody knows.
  returned: when the mailbox could be looked through, or anything was found in it
  type: list
  elements: dict
  contains:
    token:
      description: The token.
      type: str
      sample: 2f1c6b1f8d0d4b8b9d5c8a3f0e7a6b54
    found:
      description: Whether a message with it was found.
      type: bool
      sample: true
    mailbox:
      description: The mailbox that it was found in, or null.
      type: str
      sample: INBOX
    junk:
      description: Whether that mailbox is one for junk.
      type: bool
      sample: false
    uid:
      description:
        - What the message is called there. Its UID with IMAP, its unique id with POP3, the name of
          its file without flags in a Maildir, and null in an mbox.
      type: str
      sample: "4711"
    copies:
      description: How many messages with the token were found. What is told is of the earliest.
      type: int
      sample: 1
    seconds:
      description:
        - How long the message took from its acceptance to its arrival, or null where that is not
          known. Mail has its times in whole seconds. Where it is negative, clocks disagree.
        - It was accepted at the time that is given in O(tokens), or else at that of its first hop.
          It has arrived when the IMAP server says so (INTERNALDATE), when its file was written, or
          with POP3 at the time of its last hop.
      type: float
      sample: 2.4
    hops:
      description:
        - What each server says of how it got the message (the header C(Received)), in the order in
          which the message went. What a header does not tell is null.
        - Only what one's own servers say can be believed. The sender can have written the rest.
      type: list
      elements: dict
      contains:
        from:
          description: What the client called itself.
          type: str
          sample: web1.example.com
        address:
          description: The client's IP address.
          type: str
          sample: 192.0.2.7
        by:
          description: What the server calls itself.
          type: str
          sample: relay.example.com
        with:
          description: The protocol.
          type: str
          sample: ESMTPS
        tls:
          description: Whether the message came over TLS.
          type: bool
          sample: true
        tls_version:
          description: Version of TLS.
          type: str
          sample: TLSv1.3
        tls_cipher:
          description: The cipher suite, as the server names it.
          type: str
          sample: TLS_AES_256_GCM_SHA384
        id:
          description: What the server called the message.
          type: str
          sample: 4XyZ1234abc
        time:
          description: When the server got the message, in UTC.
          type: str
          sample: "2026-11-24T12:00:00Z"
        delay:
          description: Seconds since the hop before, whose server may have another clock.
          type: float
          sample: 1.0
        clock_skew:
          description: Whether the delay is negative, so that the clocks of both servers disagree.
          type: bool
          sample: false
    authentication_results:
      description:
        - What servers say of the sender (the header C(Authentication-Results)), the last first.
        - Only the verdicts of one's own server can be believed.
      type: list
      elements: dict
      contains:
        server:
          description: The server that says so, or null.
          type: str
          sample: mx.example.com
        spf:
          description: Whether the client may send for the sender's domain, or null.
          type: str
          sample: pass
        dkim:
          description: Whether a signature is good (V(pass) when one of several is), or null.
          type: str
          sample: pass
        dmarc:
          description: Whether one of both is for the domain in C(From), or null.
          type: str
          sample: pass
        text:
          description: The header, the first 1,000 characters of it.
          type: str
          sample: mx.example.com; spf=pass smtp.mailfrom=example.com; dkim=pass header.d=example.com
    host:
      description: As it is given in O(tokens), or null.
      type: str
      sample: web1
    server:
      description: As it is given in O(tokens), or null.
      type: str
      sample: relay.example.com
    queue_id:
      description: As it is given in O(tokens), or null.
      type: str
      sample: 4XyZ1234abc
    deleted:
      description: Whether the message, with all its copies, was deleted.
      type: bool
      sample: false
    advice:
      description: Where to look for a message that is missing, most likely first. Otherwise empty.
      type: list
      elements: str
summary:
  description: How many tokens there are, and how many messages were found, are missing, are junk.
  returned: when the mailbox could be looked through
  type: dict
  contains:
    total:
      description: How many tokens there are.
      type: int
      sample: 50
    found:
      description: For how many of them a message was found.
      type: int
      sample: 48
    missing:
      description: For how many of them none was.
      type: int
      sample: 2
    junk:
      description: How many of the messages were found in a mailbox for junk.
      type: int
      sample: 1
kind:
  description:
    - Why the mailbox could not be looked through. V(resolve), V(connect), V(timeout),
      V(disconnect), V(tls) and V(protocol) as in the module M(mailops.smtp.smtp_handshake).
    - V(login) when the server refuses user and password, V(busy) when it says to come back later,
      V(mailbox) when there is no such mailbox or it cannot be read, V(unsupported) when the server
      lacks what is needed.
    - V(local) when the host that runs the module lacks something, such as a route or the file of
      O(imap.ca_path). V(internal) is an error that nobody has foreseen, with its reason.
  returned: when the mailbox could not be looked through to its end
  type: str
  sample: login
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.confirm import Outcome, confirm
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.options import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.typed_options import checked
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.unforeseen import unforeseen


def argument_spec() -> dict[str, t.Any]:
    """Return the options, as AnsibleModule takes them."""
    account = {
        "type": "dict",
        "options": {
            "host": {"type": "str", "required": True},
            "port": {"type": "int"},
            "tls": {
                "type": "str",
                "choices": ["implicit", "starttls", "never"],
                "default": "implicit",
            },
            "login_user": {"type": "str", "required": True},
            "login_password": {"type": "str", "required": True, "no_log": True},
            "auth_mechanism": {"type": "str", "choices": ["LOGIN", "XOAUTH2"], "default": "LOGIN"},
            "validate_certs": {"type": "bool", "default": True},
            "ca_path": {"type": "path"},
            "tls_server_name": {"type": "str"},
        },
    }
    return {
        # They are no secrets: each is in the header of a message.
        "tokens": {"type": "list", "elements": "raw", "required": True, "no_log": False},
        "imap": account,
        "pop3": account,
        "path": {"type": "path"},
        "mailboxes": {"type": "list", "elements": "str"},
        "timeout": {"type": "float", "default": 120},
        "delay": {"type": "float", "default": 5},
        "delete": {"type": "bool", "default": False},
    }


class Module(AnsibleModule):
    """An AnsibleModule that logs and returns nothing of what is not as documented.

    `problem` is what is wrong with the options before Ansible reads them, None where nothing is.
    """

    params: dict[str, t.Any]
    problem: str | None = None

    def _load_params(self) -> None:
        super()._load_params()
        typed = checked(self.params, argument_spec())
        self.params = typed.options
        self.problem = typed.problem

    def fail_json(self, msg: str, **kwargs: t.Any) -> None:
        """Fail; where something was left out of the options, with what was wrong with it."""
        super().fail_json(msg=self.problem or msg, **kwargs)


def main() -> None:
    """Read the options, look for the messages, and return what came of it."""
    stores = ("imap", "pop3", "path")
    module = Module(
        argument_spec=argument_spec(),
        required_one_of=[stores],
        mutually_exclusive=[stores],
        supports_check_mode=True,
    )
    outcome = outcome_of(module)
    for warning in outcome.warnings:
        module.warn(warning)
    if outcome.problem is None:
        module.exit_json(**outcome.result)
    else:
        module.fail_json(msg=outcome.problem, **outcome.result)


def outcome_of(module: Module) -> Outcome:
    """Look for the messages, if the options are good."""
    if module.problem is not None:
        return Outcome({}, module.problem)
    try:
        plan = plan_from(module.params)
    except BadOption as error:
        return Outcome({}, str(error))
    except Exception as error:  # noqa: BLE001 - it is told, and never a traceback
        broken = unforeseen(error)
        return Outcome({"kind": broken.kind}, broken.text)
    return confirm(plan, module.check_mode)


if __name__ == "__main__":
    main()

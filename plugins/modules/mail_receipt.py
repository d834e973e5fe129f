#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look for messages in a mailbox by their tokens, and return how they got there."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mail_receipt
short_description: Confirm that messages arrived in a mailbox, and return the route they took
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Waits for messages that M(mailops.smtp.smtp_handshake) has sent. It finds them by the token in
    their header C(X-SMTP-Handshake-Token). One task looks for the tokens of any number of
    dialogues.
  - Returns for each token whether the message was found, in which mailbox (junk mailboxes
    included), and how long it took. Also returns each hop with its TLS and delay, and the results
    of SPF, DKIM, and DMARC.
  - The task fails if a message is missing, and says where to look for it.
  - Reads the mailbox over IMAP or POP3, or as a Maildir or an mbox on the host that runs the
    module. It reads only headers, does not mark messages as seen, and deletes messages only if
    O(delete) is true.
requirements:
  - Python 3.7 or later on the host that runs the module
extends_documentation_fragment:
  - mailops.smtp.attributes
attributes:
  check_mode:
    support: full
    details:
      - Looks for the messages in the same way, but deletes none of them.
  diff_mode:
    support: none
options:
  tokens:
    description:
      - Tokens to look for. M(mailops.smtp.smtp_handshake) returns them in
        RV(mailops.smtp.smtp_handshake#module:message.token).
      - Each item is a string, or a dictionary with a C(token) and what is known about the message.
        C(host) is the host that sent it, C(server) the server that accepted it, C(queue_id) the
        queue ID there, and C(accepted) the time when it was accepted, such as
        V(2026-11-24T12:00:00Z).
      - A token is one word of at most 200 ASCII characters. Any other value is an error. So the
        task fails if a message was not sent and therefore has no token.
      - C(host), C(server), and C(queue_id) are returned, and named in the error if the message is
        missing. C(accepted) is the start of RV(receipts[].seconds).
      - If the list is empty, the module does nothing and warns. In check mode it does not warn, so
        an empty list can be used to check the other options.
    type: list
    elements: raw
    required: true
  imap:
    description:
      - Mailbox to look through over IMAP, as a dictionary.
      - Exactly one of O(imap), O(pop3), and O(path) is required.
      - An unknown suboption, or a value of another type, is an error. Its value is neither logged
        nor returned, because it could be a password.
    type: dict
    suboptions:
      host:
        description:
          - Name or IP address of the server. The port can be part of it, as in
            V(mail.example.com:993) or V([2001:db8::1]:993).
          - A dot at the end of the name is left out of SNI and of the comparison with the
            certificate.
        type: str
        required: true
      port:
        description:
          - Port of the server, from 1 to 65535. The default is 993 with O(imap.tls=implicit), and
            143 otherwise.
        type: int
      tls:
        description:
          - Whether and how to use TLS.
          - V(implicit) uses TLS from the first byte. V(starttls) uses TLS after the command
            STARTTLS, and fails if the server refuses it.
          - V(never) uses plain text. Everyone who can read the traffic can then read the password.
        type: str
        choices: [implicit, starttls, never]
        default: implicit
      login_user:
        description: User to log in as.
        type: str
        required: true
      login_password:
        description:
          - Password of O(imap.login_user). With O(imap.auth_mechanism=XOAUTH2) it is the token.
          - The module masks it in everything that it returns, even if a server or a message repeats
            it in another encoding.
        type: str
        required: true
      auth_mechanism:
        description:
          - How to log in. V(LOGIN) uses a password, with the command LOGIN. It uses AUTHENTICATE
            PLAIN instead if the server requires it, or if the password is not ASCII.
          - V(XOAUTH2) uses a token.
        type: str
        choices: [LOGIN, XOAUTH2]
        default: LOGIN
      validate_certs:
        description:
          - Whether the certificate of the server must be issued by a trusted authority, be valid
            now, and match the name of the server.
        type: bool
        default: true
      ca_path:
        description:
          - Path of a PEM file, or of a directory of hashed certificates, with the authorities to
            trust. The default is the authorities that the system trusts.
        type: path
      tls_server_name:
        description:
          - Name to ask for in the handshake (SNI), and to find in the certificate. The default is
            O(imap.host).
        type: str
  pop3:
    description:
      - Inbox to look through over POP3, as a dictionary. Only the newest 2,000 messages are looked
        at.
      - Exactly one of O(imap), O(pop3), and O(path) is required.
    type: dict
    suboptions:
      host:
        description:
          - Name or IP address of the server. The port can be part of it, as in
            V(mail.example.com:995) or V([2001:db8::1]:995).
          - A dot at the end of the name is left out of SNI and of the comparison with the
            certificate.
        type: str
        required: true
      port:
        description:
          - Port of the server, from 1 to 65535. The default is 995 with O(pop3.tls=implicit), and
            110 otherwise.
        type: int
      tls:
        description:
          - Whether and how to use TLS.
          - V(implicit) uses TLS from the first byte. V(starttls) uses TLS after the command STLS,
            and fails if the server refuses it.
          - V(never) uses plain text. Everyone who can read the traffic can then read the password.
        type: str
        choices: [implicit, starttls, never]
        default: implicit
      login_user:
        description: User to log in as.
        type: str
        required: true
      login_password:
        description:
          - Password of O(pop3.login_user). With O(pop3.auth_mechanism=XOAUTH2) it is the token.
          - The module masks it in everything that it returns, even if a server or a message repeats
            it in another encoding.
        type: str
        required: true
      auth_mechanism:
        description:
          - How to log in. V(LOGIN) uses a password, with the commands USER and PASS. V(XOAUTH2)
            uses a token.
        type: str
        choices: [LOGIN, XOAUTH2]
        default: LOGIN
      validate_certs:
        description:
          - Whether the certificate of the server must be issued by a trusted authority, be valid
            now, and match the name of the server.
        type: bool
        default: true
      ca_path:
        description:
          - Path of a PEM file, or of a directory of hashed certificates, with the authorities to
            trust. The default is the authorities that the system trusts.
        type: path
      tls_server_name:
        description:
          - Name to ask for in the handshake (SNI), and to find in the certificate. The default is
            O(pop3.host).
        type: str
  path:
    description:
      - Path of the Maildir or mbox to look through, on the host that runs the module. A directory
        is read as a Maildir, and a file as an mbox. Nothing else is opened, such as a FIFO or a
        device.
      - Exactly one of O(imap), O(pop3), and O(path) is required.
    type: path
  mailboxes:
    description:
      - Names of the mailboxes to look through, in plain text and not in modified UTF-7.
      - The default is the inbox and the junk mailboxes. A junk mailbox is one that the server marks
        as such (RFC 6154). If it marks none, it is a mailbox with a usual name, such as C(Junk),
        C(Spam), or C(Junk E-mail). One that cannot be opened is left out with a warning.
      - In a Maildir, mailboxes are subfolders. POP3 and mbox have only V(INBOX).
    type: list
    elements: str
  timeout:
    description:
      - Seconds for the whole task, connecting and logging in included, at most 86400. The module
        looks for messages until it has found all of them, or until this time is over.
      - The module also waits for a server that cannot log the user in now. Such a server sends a
        response code such as C(UNAVAILABLE), C(LIMIT), or C(IN-USE), or a text such as C(Too many
        simultaneous connections). A wrong password is never tried a second time.
      - With O(delete), deleting takes up to 30 seconds more.
    type: float
    default: 120
  delay:
    description:
      - Seconds between two looks into the mailbox, at most 86400. If the server is busy, the
        interval grows up to one minute.
      - If an IMAP server supports IDLE, the first mailbox is looked at as soon as the server
        reports new mail. The other mailboxes are still looked at in this interval.
    type: float
    default: 5
  delete:
    description:
      - Whether to delete the messages that were found, even if others are missing. No other message
        is ever deleted.
      - Over IMAP this needs a server that can expunge single messages by UID (UIDPLUS, RFC 4315).
        Without it, EXPUNGE would also delete messages that other clients have marked. In that case
        nothing is deleted, and the module warns.
      - An mbox is replaced by a new file without the messages. Meanwhile the module holds the locks
        that delivery agents use (fcntl, and a file with the suffix C(.lock)). All other mail
        survives, even if the module is killed, or if a delivery agent still writes to the old file.
      - If the module cannot write to the directory of the mbox, nothing is deleted, and the module
        warns.
    type: bool
    default: false
seealso:
  - module: mailops.smtp.smtp_handshake
  - name: RFC 5321, Simple Mail Transfer Protocol
    description: What the header C(Received) contains (section 4.4).
    link: https://www.rfc-editor.org/rfc/rfc5321#section-4.4
  - name: RFC 8601, Message Header Field for Indicating Message Authentication Status
    description: What the header C(Authentication-Results) contains.
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

- name: Confirm its receipt, and delete it
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

- name: Show the route that it took
  ansible.builtin.debug:
    var: receipt.receipts[0].hops

- name: Wait for the messages of all hosts at once, for as long as greylisting can take
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

- name: Look through a Maildir on the mail server itself
  mailops.smtp.mail_receipt:
    tokens:
      - "{{ sent.message.token }}"
    path: /var/mail/vhosts/example.com/recipient
  delegate_to: mail.example.com
"""

RETURN = r"""
receipts:
  description:
    - The result for each token, in the order of O(tokens).
    - If the module could not look through the whole mailbox, this list has only the tokens that it
      had found by then. The other messages may or may not be there.
  returned: when the module could look through the mailbox, or found a message in it
  type: list
  elements: dict
  contains:
    token:
      description: The token.
      type: str
      sample: 2f1c6b1f8d0d4b8b9d5c8a3f0e7a6b54
    found:
      description: Whether a message with this token was found.
      type: bool
      sample: true
    mailbox:
      description: Mailbox in which it was found, or null.
      type: str
      sample: INBOX
    junk:
      description: Whether that mailbox is a junk mailbox.
      type: bool
      sample: false
    uid:
      description:
        - Identifier of the message in its mailbox. This is the UID with IMAP, the unique ID with
          POP3, the file name without flags in a Maildir, and null in an mbox.
      type: str
      sample: "4711"
    copies:
      description: Number of messages with this token, at most 20. All other keys describe the
        earliest.
      type: int
      sample: 1
    seconds:
      description:
        - Seconds from the acceptance of the message to its arrival, or null if that is not known.
          Most times in mail are whole seconds. A negative value means that clocks disagree.
        - The time of acceptance is C(accepted) of the token in O(tokens), or the time of the first
          hop. The time of arrival is INTERNALDATE with IMAP, the time of the last hop with POP3,
          and the time at which the file was written in a Maildir.
      type: float
      sample: 2.4
    hops:
      description:
        - The hops of the message, from its headers C(Received), in the order of the route.
        - Trust only the hops of your own servers. The sender could have written all others.
      type: list
      elements: dict
      contains:
        from:
          description: Name with which the client identified itself, or null.
          type: str
          sample: web1.example.com
        address:
          description: IP address of the client, or null.
          type: str
          sample: 192.0.2.7
        by:
          description: Name of the server, or null.
          type: str
          sample: relay.example.com
        with:
          description: Protocol with which the server received the message, or null.
          type: str
          sample: ESMTPS
        tls:
          description: Whether the server received the message over TLS.
          type: bool
          sample: true
        tls_version:
          description: Version of TLS, or null.
          type: str
          sample: TLSv1.3
        tls_cipher:
          description: Cipher suite, by the name that the server uses for it, or null.
          type: str
          sample: TLS_AES_256_GCM_SHA384
        id:
          description: Queue ID of the message on that server, or null.
          type: str
          sample: 4XyZ1234abc
        time:
          description: When the server received the message, in UTC, or null.
          type: str
          sample: "2026-11-24T12:00:00Z"
        delay:
          description: Seconds since the previous hop, by the clocks of the two servers, or null.
          type: float
          sample: 1.0
        clock_skew:
          description: Whether the delay is negative, because the clocks of the two servers
            disagree.
          type: bool
          sample: false
    authentication_results:
      description:
        - The results of sender authentication, from the headers C(Authentication-Results), the
          newest first.
        - Trust only the results of your own servers. The sender could have written all others.
      type: list
      elements: dict
      contains:
        server:
          description: Server that made the check, or null.
          type: str
          sample: mx.example.com
        spf:
          description: Result of SPF, or null. V(pass) means that the client may send for the
            domain.
          type: str
          sample: pass
        dkim:
          description: Result of DKIM, or null. V(pass) means that at least one signature is valid.
          type: str
          sample: pass
        dmarc:
          description:
            - Result of DMARC, or null. V(pass) means that SPF or DKIM passed for the domain in
              C(From).
          type: str
          sample: pass
        text:
          description: The first 1,000 characters of the header.
          type: str
          sample: mx.example.com; spf=pass smtp.mailfrom=example.com; dkim=pass header.d=example.com
    host:
      description: The C(host) of the token in O(tokens), or null.
      type: str
      sample: web1
    server:
      description: The C(server) of the token in O(tokens), or null.
      type: str
      sample: relay.example.com
    queue_id:
      description: The C(queue_id) of the token in O(tokens), or null.
      type: str
      sample: 4XyZ1234abc
    deleted:
      description: Whether the message and all its copies were deleted.
      type: bool
      sample: false
    advice:
      description:
        - Where to look for the message if it is missing, most likely cause first. Empty if the
          message was found.
      type: list
      elements: str
summary:
  description: Number of messages that were found and that are missing.
  returned: when the module could look through the mailbox
  type: dict
  contains:
    total:
      description: Number of tokens.
      type: int
      sample: 50
    found:
      description: Number of tokens for which a message was found.
      type: int
      sample: 48
    missing:
      description: Number of tokens for which no message was found.
      type: int
      sample: 2
    junk:
      description: Number of messages that were found in a junk mailbox.
      type: int
      sample: 1
kind:
  description:
    - Why the module could not look through the mailbox.
    - V(resolve), V(connect), V(timeout), V(disconnect), V(tls), and V(protocol) have the meanings
      of RV(mailops.smtp.smtp_handshake#module:failure.kind).
    - V(login) means that the server refuses the user or the password. V(busy) means that the server
      asks to try again later. V(mailbox) means that the mailbox does not exist or cannot be read.
      V(unsupported) means that the server does not offer what the module needs.
    - V(local) means that the host that runs the module lacks something, such as a route or the file
      of O(imap.ca_path). V(internal) means that the module itself failed. The error has the reason.
  returned: when the module could not look through the whole mailbox
  type: str
  sample: login
"""

import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._net.caller import end_with_caller
from ansible_collections.mailops.smtp.plugins.module_utils._net.checked_module import CheckedModule
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.confirm import Outcome, confirm
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.internal_error import (
    internal_error,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.options import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.raw_options import checked


def argument_spec() -> dict[str, t.Any]:
    """Return the argument spec of the module."""
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
        # Tokens are not secret: each is in the header of a message.
        "tokens": {"type": "list", "elements": "raw", "required": True, "no_log": False},
        "imap": account,
        "pop3": account,
        "path": {"type": "path"},
        "mailboxes": {"type": "list", "elements": "str"},
        "timeout": {"type": "float", "default": 120},
        "delay": {"type": "float", "default": 5},
        "delete": {"type": "bool", "default": False},
    }


class Module(CheckedModule):
    """A CheckedModule that does not log or return values of undocumented options."""

    def _look_for_secrets(self) -> None:
        raw = checked(self.params, argument_spec())
        self.params, self.problem = raw.options, raw.problem


def main() -> None:
    """Read the options, look for the messages, and return the result."""
    stores = ("imap", "pop3", "path")
    module = Module(
        argument_spec=argument_spec(),
        required_one_of=[stores],
        mutually_exclusive=[stores],
        supports_check_mode=True,
    )
    end_with_caller(module)
    outcome = outcome_of(module)
    for warning in outcome.warnings:
        module.warn(warning)
    if outcome.problem is None:
        module.exit_json(**outcome.result)
    else:
        module.fail_json(msg=outcome.problem, **outcome.result)


def outcome_of(module: Module) -> Outcome:
    """Check the options, and look for the messages. Never raise an exception."""
    try:
        plan = plan_from(module.params)
    except BadOption as error:
        return Outcome({}, str(error))
    except Exception as error:  # noqa: BLE001 - the module returns it instead of a traceback
        failure = internal_error(error)
        return Outcome({"kind": failure.kind}, failure.text)
    return confirm(plan, module.check_mode)


if __name__ == "__main__":
    main()

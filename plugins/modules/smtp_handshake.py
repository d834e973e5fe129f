#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold the SMTP dialogue with one server, and return its replies."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_handshake
short_description: Hold the SMTP dialogue with mail servers, and return every reply
version_added: 0.1.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Does what a person does with telnet to find out whether a mail server accepts mail from this
    host. It connects, waits for the greeting, sends EHLO, names a sender and recipients, sends a
    message if O(message) is set, and sends QUIT.
  - Returns each reply with its code, its enhanced status code, its text, and the time it took. Also
    returns a transcript of the dialogue.
  - If the dialogue did not pass, returns the stage and the kind of the failure, and what to check
    next.
  - The task fails if a reply is not the expected one. Without O(expect), a reply is expected to be
    2xx, or 3xx where SMTP defines one (354 to DATA, 334 during AUTH).
  - With O(targets), O(mx), or O(every_address), one task holds many dialogues side by side.
  - Supports STARTTLS, TLS from the first byte, AUTH, the PROXY protocol, XCLIENT, and LMTP over TCP
    and UNIX sockets.
requirements:
  - Python 3.7 or later on the host that runs the module
  - dnspython on that host, only for O(dane) and O(mx)
extends_documentation_fragment:
  - mailops.smtp.attributes
  - mailops.smtp.dialogue
attributes:
  check_mode:
    support: full
    details:
      - Holds the same dialogue, but ends it before DATA. No message is sent, and the expectations
        in O(expect.data) and O(expect.message) are ignored.
  diff_mode:
    support: none
options:
  mx:
    description:
      - Domain whose mail exchangers to check. The module holds one dialogue with each mail
        exchanger, in order of preference. A domain without MX records is its own mail exchanger
        (RFC 5321 section 5.1).
      - The mail exchangers are looked up by the resolver of the host that runs the module. This
        needs dnspython on that host.
      - If the domain does not exist, or accepts no mail (null MX), the result is one failure of
        kind V(resolve).
      - One domain becomes at most 100 dialogues, also with O(every_address). If there would be
        more, an additional result says so, with a failure of kind V(resolve).
      - One of O(host), O(socket), O(mx), and O(targets) is required. O(host), O(socket), and O(mx)
        are mutually exclusive.
    type: str
    version_added: 1.0.0
  every_address:
    description:
      - Whether to hold one dialogue with each address of the server. Otherwise there is only one
        dialogue, with the first address that answers.
      - One name becomes at most 100 dialogues. If there would be more, an additional result says
        so, with a failure of kind V(resolve).
    type: bool
    version_added: 1.0.0
    default: false
  targets:
    description:
      - Several servers for one task. Each item is a string or a dictionary.
      - 'A string is a server as people write it: V(relay), V(relay:587), V([2001:db8::1]:25),
        V(smtp://relay:587), V(smtps://relay) (TLS from the first byte), V(lmtp://host:24), or
        V(lmtp:/run/socket). O(host) accepts the same forms.'
      - A dictionary has any options of this module, except for O(targets), O(concurrency), and
        O(per_server). It may also have a C(name), a label for the reader of the results.
      - An option that a target does not have is taken from the task. A target that has C(host),
        C(socket), or C(mx) takes none of these three from the task.
      - The dialogues are held side by side, and each is judged by itself. Their results are in
        RV(results), in the order of the targets.
      - If an option of a target does not exist or contradicts another, the task fails before it
        connects to any server.
      - If the host lacks something that one target needs, such as a file, a library, or a cipher,
        only that target fails, with a failure of kind V(local).
    type: list
    elements: raw
    version_added: 1.0.0
  concurrency:
    description:
      - Maximum number of dialogues that this host holds at once, from 1 to 500.
      - The module uses fewer, and warns, if the host does not allow enough open files.
    type: int
    version_added: 1.0.0
    default: 20
  per_server:
    description:
      - Maximum number of dialogues that this host holds at once with one address and port, from 1
        to 500. Many servers refuse a client that opens too many connections.
    type: int
    version_added: 1.0.0
    default: 2
seealso:
  - module: mailops.smtp.mail_receipt
  - module: mailops.smtp.smtp_report
  - name: RFC 5321, Simple Mail Transfer Protocol
    description: What the commands and the reply codes mean.
    link: https://www.rfc-editor.org/rfc/rfc5321
  - name: RFC 3463, Enhanced Mail System Status Codes
    description: What the enhanced status codes mean.
    link: https://www.rfc-editor.org/rfc/rfc3463
"""

EXAMPLES = r"""
- name: Check that the relay answers, and find out what it offers
  mailops.smtp.smtp_handshake:
    host: relay.example.com
  register: relay

- name: Show the dialogue as in a telnet session
  ansible.builtin.debug:
    var: relay.transcript

- name: Check that the relay accepts mail from this host for another domain, without sending any
  mailops.smtp.smtp_handshake:
    host: relay.example.com
    mail_from: monitoring@example.com
    rcpt_to:
      - postmaster@example.net

- name: Send a message
  mailops.smtp.smtp_handshake:
    host: relay.example.com
    mail_from: sender@example.com
    rcpt_to:
      - recipient@example.com
    message:
      subject: How to send mail via SMTP
      body: |
        Please follow step by step.

- name: Check that the relay refuses to relay for this host (an outage is not a refusal)
  mailops.smtp.smtp_handshake:
    host: relay.example.com
    mail_from: monitoring@example.com
    rcpt_to:
      - postmaster@example.net
    expect:
      rcpt_to:
        - 5.7.1

- name: Check that this user can submit mail over TLS, with a certificate that is valid for 14 days
  mailops.smtp.smtp_handshake:
    host: smtp.example.com
    port: 587
    tls: required
    cert_min_days: 14
    login_user: monitoring
    login_password: "{{ monitoring_password }}"
    mail_from: monitoring@example.com
    rcpt_to:
      - postmaster@example.net

- name: Check that this host cannot reach the relay, because a firewall drops its packets
  mailops.smtp.smtp_handshake:
    host: relay.example.com
    connect_timeout: 3
    expect:
      connect:
        - timeout

- name: Check that the relay offers STARTTLS, takes 30 MiB, and is fast (retry after greylisting)
  mailops.smtp.smtp_handshake:
    host: relay.example.com
    mail_from: monitoring@example.com
    mail_parameters:
      - SIZE=31457280
    rcpt_to:
      - postmaster@example.com
    expect_capabilities:
      - STARTTLS
    max_seconds: 5
    retries: 3
    retry_delay: 60

- name: Check many servers in one task
  mailops.smtp.smtp_handshake:
    mail_from: monitoring@example.com
    rcpt_to:
      - postmaster@example.com
    targets:
      - relay1.example.com
      - smtps://relay2.example.com
      - host: relay2.example.com:587
        tls: required
      - name: relaying is refused
        host: relay1.example.com
        rcpt_to:
          - postmaster@example.net
        expect:
          rcpt_to:
            - 5.7.1

- name: Check every address of every mail exchanger of a domain
  mailops.smtp.smtp_handshake:
    mx: example.com
    every_address: true
    mail_from: ""
    rcpt_to:
      - postmaster@example.com
"""

RETURN = r"""
results:
  description:
    - The result of each dialogue, in the order of the targets.
    - Each item has all the keys below, and RV(ignore:item), RV(ignore:failed), RV(ignore:changed),
      and RV(ignore:msg), as if a C(loop) had registered it.
  returned: with O(targets), O(mx), or O(every_address), instead of all other keys below
  type: list
  elements: dict
  contains:
    item:
      description:
        - The target as it was given, with its password masked. With O(mx), its C(host) is the mail
          exchanger. With O(every_address), its C(address) is the address.
      type: dict
      sample: {"host": "relay1.example.com"}
    msg:
      description: The result of the dialogue in one sentence.
      type: str
      sample: "relay1.example.com port 25: passed"
summary:
  description: Number of dialogues that passed and failed, and of failures of each kind.
  returned: with O(targets), O(mx), or O(every_address)
  type: dict
  contains:
    total:
      description: Number of dialogues.
      type: int
      sample: 50
    passed:
      description: Number of dialogues that passed.
      type: int
      sample: 48
    failed:
      description: Number of dialogues that failed.
      type: int
      sample: 2
    kinds:
      description: Number of failures of each kind.
      type: dict
      sample: {"timeout": 1, "permanent": 1}
passed:
  description: Whether the dialogue went as expected.
  returned: always
  type: bool
  sample: false
failure:
  description: Why the dialogue did not pass.
  returned: always, but null if the dialogue passed
  type: dict
  contains:
    stage:
      description:
        - The stage at which the dialogue failed. One of V(connect), V(proxy), V(greeting), V(helo),
          V(starttls), V(xclient), V(auth), V(mail_from), V(rcpt_to), V(data), V(message), and
          V(quit).
      type: str
      sample: rcpt_to
    kind:
      description:
        - V(resolve) means that the server has no address, V(connect) that the connection was
          refused or could not be made, V(timeout) that nothing answered in time, and V(disconnect)
          that the server closed the connection.
        - V(tls) means that the TLS handshake failed or the certificate is not valid. V(protocol)
          means that the server sent something that is not SMTP, or a reply that is not allowed at
          that stage.
        - V(transient) is a 4yz reply, and V(permanent) is a 5yz reply.
        - V(expectation) means that a positive reply was not the expected one, that a capability or
          the certificate did not meet an expectation, or that the dialogue was too slow.
        - V(unsupported) means that the server does not offer what the options need.
        - V(local) means that this host lacks something, such as a route, a file, a library, or a
          file descriptor. It says nothing about the server.
        - V(internal) means that the module itself failed in this dialogue. Please report it, with
          the transcript.
      type: str
      sample: permanent
    code:
      description: Code of the reply that decided, or null if there was none.
      type: int
      sample: 554
    enhanced_code:
      description: Enhanced status code of that reply, or null.
      type: str
      sample: 5.7.1
    text:
      description: Text of that reply, or a description of what happened.
      type: str
      sample: "5.7.1 <bob@example.net>: Relay access denied"
    errno:
      description:
        - Name of the error number of the system, or null if it reported no error. It reports none
          if the server closes the connection in order, or if the time of the module is over.
      type: str
      sample: ECONNREFUSED
    seconds:
      description:
        - Seconds from the last bytes that the module sent to the reply or error that decided. At
          stage V(connect) they begin with the connection to the last address that decided, and at
          stage V(greeting) when the connection was made.
        - Null if neither a reply nor an error of the connection decided, for example if a
          capability is missing.
      type: float
      sample: 0.0021
    round_trip:
      description:
        - Shortest round trip to the server in seconds, or null if it is not known, such as without
          a connection. On Linux, the kernel measures it. Elsewhere it is the time that the TCP
          handshake took.
        - A reset in less time after a command does not answer this command, which cannot have
          reached the server yet. Something on the way sent it, or the server did so before.
      type: float
      sample: 0.0194
    tcp_info:
      description:
        - State of the connection when it timed out or was lost, or null if it is not known, such as
          on a system other than Linux or on a UNIX socket.
        - If a server is silent, it has acknowledged all segments. If the network loses packets,
          some are not acknowledged.
      type: dict
      contains:
        unacked:
          description: Number of segments that the server has not acknowledged. It says nothing
            after a reset, when the kernel has discarded them.
          type: int
          sample: 3
        retransmits:
          description: How often the oldest of them was sent again.
          type: int
          sample: 4
        rtt:
          description: Smoothed round trip in seconds, or null if it was not measured.
          type: float
          sample: 0.0213
        mss:
          description: Size of a segment in bytes.
          type: int
          sample: 1448
        path_mtu:
          description: Size of the largest packet that the path allows, in bytes, as far as the
            kernel knows.
          type: int
          sample: 1500
    advice:
      description: What to check next, most likely cause first.
      type: list
      elements: str
server:
  description: The server of the dialogue.
  returned: always
  type: dict
  contains:
    host:
      description: Name or address of the server, or null with O(socket).
      type: str
      sample: relay.example.com
    port:
      description: Port of the server, or null with O(socket).
      type: int
      sample: 25
    address:
      description:
        - IP address that the module connected to, or the last that it tried. Null if the name has
          no address.
      type: str
      sample: 192.0.2.25
    name:
      description: Name that the server has for itself in its reply to EHLO or in its greeting, or
        null.
      type: str
      sample: mx1.example.com
    mx_preference:
      description: Preference of the mail exchanger, or null without O(mx).
      type: int
client:
  description: The client of the dialogue, which is the host that runs the module.
  returned: always
  type: dict
  contains:
    helo:
      description: Name that the client sent in EHLO, HELO, or LHLO, or null if it sent none of
        them.
      type: str
      sample: web1.example.com
    address:
      description: Source IP address of the connection, or null.
      type: str
      sample: 192.0.2.7
    port:
      description: Source port of the connection, or null.
      type: int
      sample: 49152
    seen_as:
      description:
        - IP address that the server says it sees as the client, or null if it does not say so in a
          way that is certain. It comes from the reply to EHLO, for example of Exim, Sendmail,
          OpenSMTPD, and Exchange, or from a refusal, for example of Postfix.
        - If it is not RV(client.address), something between translates addresses (NAT, or a proxy).
          With O(proxy) or O(xclient), it is the address that these present.
        - An address that the module itself sent in EHLO does not count, because many servers repeat
          it.
      type: str
      sample: 203.0.113.7
replies:
  description: Every reply, in the order in which the server sent them.
  returned: always
  type: list
  elements: dict
  contains:
    stage:
      description: Stage of the dialogue.
      type: str
      sample: rcpt_to
    command:
      description:
        - Command that the reply answers. V(.) is the end of the message. Null for the greeting, and
          for a 421 that the server sent without a command. For AUTH, only the mechanism is shown.
      type: str
      sample: RCPT TO:<bob@example.net>
    code:
      description: Reply code.
      type: int
      sample: 554
    enhanced_code:
      description: Enhanced status code, or null.
      type: str
      sample: 5.7.1
    lines:
      description: Text of each line, without the reply code.
      type: list
      elements: str
      sample: ["5.7.1 <bob@example.net>: Relay access denied"]
    seconds:
      description: Seconds until the last line of the reply arrived.
      type: float
      sample: 0.0021
    accepted:
      description: Whether the reply lets the dialogue continue.
      type: bool
      sample: false
    tls:
      description: Whether the reply arrived over TLS.
      type: bool
      sample: false
    recipient:
      description:
        - Recipient of the RCPT TO that the reply answers, or null. With LMTP, also the recipient of
          each reply to the message.
      type: str
      sample: bob@example.net
capabilities:
  description: What the server offers in its last reply to EHLO, as keywords with their parameters.
  returned: always
  type: dict
  sample: {"PIPELINING": [], "SIZE": ["10240000"], "AUTH": ["PLAIN", "LOGIN"]}
tls:
  description: The TLS session, or what is known of it if the handshake failed.
  returned: always, but null if the dialogue was in plain text
  type: dict
  contains:
    version:
      description: Version of TLS, or null if the handshake failed.
      type: str
      sample: TLSv1.3
    cipher:
      description: Name of the cipher suite, or null if the handshake failed.
      type: str
      sample: TLS_AES_256_GCM_SHA384
    bits:
      description: Key length of the cipher in bits, or null if the handshake failed.
      type: int
      sample: 256
    verified:
      description:
        - Whether the certificate is issued by a trusted authority, valid now, and matches the name
          of the server. This is also reported if the certificate is not validated. Null if it is
          not known, for example because the handshake failed earlier.
        - With Python 3.7, one connection does not always show enough of the certificate. The module
          then connects a second time, and the transcript says so. It does so if a certificate was
          refused, or if it was not validated and its issuer is unknown.
      type: bool
      sample: true
    verify_error:
      description: Why the certificate is not valid, in the words of OpenSSL, or null.
      type: str
      sample: certificate has expired
    certificate:
      description: Contents of the server's certificate, or null if the server showed none.
      type: dict
      contains:
        subject:
          description: Subject of the certificate.
          type: str
          sample: CN=mx1.example.com
        issuer:
          description: Issuer of the certificate.
          type: str
          sample: CN=R11,O=Let's Encrypt,C=US
        names:
          description: DNS names and IP addresses for which it is valid, at most 100.
          type: list
          elements: str
          sample: [mx1.example.com]
        not_before:
          description: Start of its validity, in UTC.
          type: str
          sample: "2026-10-01T00:00:00Z"
        not_after:
          description: End of its validity, in UTC.
          type: str
          sample: "2026-12-30T23:59:59Z"
        days_left:
          description: Number of whole days until the end of its validity. Negative if it has
            expired.
          type: int
          sample: 36
        serial:
          description: Serial number, in hexadecimal.
          type: str
          sample: 04A1B2C3
        sha256:
          description: SHA-256 fingerprint.
          type: str
          sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    chain:
      description:
        - Certificates that the server sent, its own first, at most 10. With Python 3.7, only its
          own is known.
      type: list
      elements: dict
      contains:
        subject:
          description: Subject of the certificate.
          type: str
          sample: CN=mx1.example.com
        issuer:
          description: Issuer of the certificate.
          type: str
          sample: CN=R11,O=Let's Encrypt,C=US
    dane:
      description: Result of the check of O(dane), or null without it.
      type: dict
      contains:
        name:
          description: Name of the TLSA records.
          type: str
          sample: _25._tcp.mx1.example.com
        secure:
          description: Whether the resolver says that the records are secured by DNSSEC.
          type: bool
          sample: true
        records:
          description: The records. A very long record is cut.
          type: list
          elements: str
          sample: ["3 1 1 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
        matched:
          description: The record that the certificate matches, or null.
          type: str
          sample: 3 1 1 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        error:
          description: Why no record matches, or null.
          type: str
          sample: "DANE: there is no TLSA record at _25._tcp.mx1.example.com"
message:
  description: The message that was sent. The server accepted it only if RV(ignore:changed) is true.
  returned: always, but null if no message was sent
  type: dict
  contains:
    id:
      description: Message-ID of the message.
      type: str
      sample: <2f1c6b1f8d0d4b8b9d5c8a3f0e7a6b54@web1.example.com>
    token:
      description: Value of the header C(X-SMTP-Handshake-Token).
      type: str
      sample: 2f1c6b1f8d0d4b8b9d5c8a3f0e7a6b54
    bytes:
      description: Size of the message in bytes, before dot-stuffing.
      type: int
      sample: 512
    queue_id:
      description: Queue ID that the server names in its reply to the message, or null.
      type: str
      sample: 4XyZ1234abc
seconds:
  description:
    - Duration in seconds of each stage that took place.
    - C(resolve) is the duration of name resolution, and C(tls) that of the TLS handshake, which is
      also part of its stage. C(total) is the sum of all stages, without C(resolve). O(max_seconds)
      limits C(total).
  returned: always
  type: dict
  sample:
    resolve: 0.0011
    connect: 0.0009
    greeting: 0.0042
    helo: 0.0007
    quit: 0.0004
    total: 0.0062
transcript:
  description:
    - The lines that a telnet session would show, each with the seconds since the start. C(S:) is a
      line from the server, C(C:) a line from this host, and C(*:) an event of the connection.
    - Only the first 50 lines of a message are included. After retries, the transcript has every
      attempt.
  returned: always
  type: list
  elements: str
  sample:
    - "[0.001] *: connecting to 192.0.2.25 port 25"
    - "[0.013] S: 220 mx1.example.com ESMTP"
    - "[0.013] C: EHLO web1.example.com"
attempts:
  description: Number of times that the dialogue was held.
  returned: always
  type: int
  sample: 1
started:
  description:
    - When the dialogue began, in UTC, by the clock of the host that runs the module. This is the
      time V([0.000]) of RV(transcript). After retries, it is the start of the first attempt.
  returned: always
  type: str
  sample: "2026-11-24T12:00:00Z"
"""

import typing as t

from ansible.module_utils.basic import missing_required_lib
from ansible_collections.mailops.smtp.plugins.module_utils._net.caller import end_with_caller
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption, HostLacks
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.dialogue_module import (
    DialogueModule,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import (
    OPTIONS_OF_TASK,
    argument_spec,
    dialogue_spec,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.target_types import (
    TargetTypes,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.targets import targets_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.run.runner import (
    Outcome,
    run_dialogues,
    summary,
)

# The number of failures in the message of the task. The results have all of them.
MAX_SENTENCES = 3


def main() -> None:
    """Check the options, hold the dialogues, and return their results."""
    module = DialogueModule(
        argument_spec=argument_spec(),
        required_one_of=[("host", "socket", "mx", "targets")],
        mutually_exclusive=[("host", "socket", "mx")],
        supports_check_mode=True,
    )
    end_with_caller(module)
    options = dict(module.params)  # a copy, as Ansible returns the params as the user wrote them
    try:
        if options["targets"] is not None:
            options["targets"] = TargetTypes(dialogue_spec(), OPTIONS_OF_TASK).converted(
                options["targets"]
            )
        targets = targets_from(options, check_mode=module.check_mode)
    except HostLacks as error:
        if error.option in ("mx", "dane"):
            check_dnspython(module)
        module.fail_json(msg=str(error))
    except BadOption as error:
        module.fail_json(msg=str(error))
    outcomes = run_dialogues(targets, options["concurrency"], options["per_server"], module.warn)
    if options["targets"] is None and not options["mx"] and not options["every_address"]:
        (outcome,) = outcomes
        result = dict(outcome.result, changed=outcome.changed)
    else:
        result = result_of_many(outcomes)
    if all(outcome.passed for outcome in outcomes):
        module.exit_json(**result)
    module.fail_json(msg=failure_message(outcomes), **result)


def result_of_many(outcomes: t.Sequence[Outcome]) -> dict[str, t.Any]:
    """Return the result of several dialogues, in the form in which Ansible registers a loop."""
    results = [
        dict(
            outcome.result,
            item=outcome.item,
            changed=outcome.changed,
            failed=not outcome.passed,
            msg=outcome.sentence,
        )
        for outcome in outcomes
    ]
    changed = any(outcome.changed for outcome in outcomes)
    return {"results": results, "summary": summary(outcomes), "changed": changed}


def failure_message(outcomes: t.Sequence[Outcome]) -> str:
    """Return the message of a task that failed: how many dialogues failed, and the first ones."""
    failed = [outcome.sentence for outcome in outcomes if not outcome.passed]
    if len(outcomes) == 1:
        return failed[0]
    more = f"; and {len(failed) - MAX_SENTENCES} more" if len(failed) > MAX_SENTENCES else ""
    shown = "; ".join(failed[:MAX_SENTENCES])
    return f"{len(failed)} of {len(outcomes)} dialogues failed: {shown}{more}"


def check_dnspython(module: DialogueModule) -> None:
    """Fail with the standard message of Ansible if dnspython is missing."""
    from ansible_collections.mailops.smtp.plugins.module_utils._net import dns as dnspython

    if dnspython.MISSING is not None:
        module.fail_json(msg=missing_required_lib("dnspython"), exception=dnspython.MISSING)


if __name__ == "__main__":
    main()

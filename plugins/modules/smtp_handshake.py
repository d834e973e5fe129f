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
attributes:
  check_mode:
    support: full
    details:
      - Holds the same dialogue, but ends it before DATA. No message is sent, and the expectations
        in O(expect.data) and O(expect.message) are ignored.
  diff_mode:
    support: none
options:
  host:
    description:
      - Name or IP address of the mail server.
      - The port can be part of it, as in V(relay:587) or V([2001:db8::1]:25). A URL such as
        V(smtps://relay) is accepted, too. See O(targets) for all forms.
      - If the name has several addresses, the module tries them in the order in which the resolver
        returns them, and uses the first one that answers.
      - One of O(host), O(socket), O(mx), and O(targets) is required. O(host), O(socket), and O(mx)
        are mutually exclusive.
    type: str
  port:
    description:
      - Port of the mail server, from 1 to 65535.
      - The default is 25, or 465 with O(tls=implicit).
      - Required with O(protocol=lmtp), except for a O(socket). RFC 2033 forbids LMTP on port 25, so
        there is no default.
    type: int
  socket:
    description:
      - Path of a UNIX socket on the host that runs the module, usually the socket of an LMTP
        server.
      - Mutually exclusive with O(host) and O(mx). Cannot be used together with O(source_address),
        O(proxy), or O(dane).
    type: path
    version_added: 0.2.0
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
      - Mutually exclusive with O(host) and O(socket).
    type: str
    version_added: 0.2.0
  every_address:
    description:
      - Whether to hold one dialogue with each address of the server. Otherwise there is only one
        dialogue, with the first address that answers.
      - One name becomes at most 100 dialogues. If there would be more, an additional result says
        so, with a failure of kind V(resolve).
    type: bool
    version_added: 0.2.0
    default: false
  address_family:
    description:
      - Which addresses of the server to use. V(any) uses all of them, in the order in which the
        resolver returns them.
    type: str
    choices: [any, ipv4, ipv6]
    default: any
  source_address:
    description:
      - IP address of this host to connect from. Addresses of the server that belong to the other
        family are not tried.
      - Cannot be used together with O(socket).
    type: str
  protocol:
    description:
      - Protocol to speak, and so the command with which the client identifies itself.
      - V(esmtp) sends EHLO. If the server answers 500, 502, or 504, it sends HELO.
      - V(smtp) sends only HELO, so no extension can be used.
      - V(lmtp) sends LHLO (RFC 2033), for the delivery agents of mail servers. An LMTP server
        replies to a message once for each recipient.
    type: str
    choices: [esmtp, smtp, lmtp]
    default: esmtp
  helo:
    description:
      - Name with which this host identifies itself in EHLO, HELO, or LHLO.
      - The default is the fully qualified domain name of the host. If the host has no such name, or
        the resolver does not return it within 2 seconds, the default is the source address of the
        connection as an address literal, such as V([192.0.2.1]).
    type: str
  proxy:
    description:
      - Send a header of HAProxy's PROXY protocol before anything else, as a load balancer does.
      - A suboption that is left out has the value of the real connection.
      - Cannot be used together with O(socket).
    type: dict
    version_added: 0.2.0
    suboptions:
      version:
        description: Version of the PROXY protocol. V(1) is the text format, V(2) the binary format.
        type: int
        choices: [1, 2]
        default: 1
      source:
        description: IP address of the client that the server is to see.
        type: str
      source_port:
        description: Port of that client.
        type: int
      destination:
        description: IP address that the client connected to.
        type: str
      destination_port:
        description: Port that the client connected to.
        type: int
  xclient:
    description:
      - Attributes for XCLIENT, as a dictionary. A Postfix server that trusts this host then treats
        it as the client that the attributes describe.
      - The names are V(NAME), V(ADDR), V(PORT), V(PROTO), V(HELO), V(LOGIN), V(DESTADDR),
        V(DESTPORT), and V(REVERSE_NAME). Use the value V([UNAVAILABLE]) for an attribute that the
        client does not have.
      - If the server does not offer XCLIENT, or does not offer one of the attributes, the dialogue
        fails with a failure of kind V(unsupported).
      - Cannot be used together with O(protocol=smtp).
    type: dict
    version_added: 0.2.0
  tls:
    description:
      - Whether and how to use TLS. After the module has sent STARTTLS, it never returns to plain
        text.
      - V(opportunistic) uses STARTTLS if the server offers it. The certificate is reported, but an
        invalid certificate is not a failure.
      - V(required) uses STARTTLS, and fails if the server does not offer it. The certificate is
        validated.
      - V(implicit) uses TLS from the first byte, as on port 465. The certificate is validated.
      - V(never) uses plain text, even if the server offers STARTTLS.
    type: str
    version_added: 0.2.0
    choices: [opportunistic, required, implicit, never]
    default: opportunistic
  validate_certs:
    description:
      - Whether the certificate of the server must be issued by a trusted authority, be valid now,
        and match the name of the server.
      - Only used with O(tls=required) and O(tls=implicit). O(dane) takes its place.
    type: bool
    version_added: 0.2.0
    default: true
  ca_path:
    description:
      - Path of a PEM file, or of a directory of hashed certificates, with the authorities to trust.
      - The default is the authorities that the system trusts.
    type: path
    version_added: 0.2.0
  client_cert:
    description:
      - Path of a PEM file with a client certificate and its chain, to show to the server.
    type: path
    version_added: 0.2.0
  client_key:
    description:
      - Path of a PEM file with the private key of O(client_cert). The key must have no passphrase.
      - Not needed if the file of O(client_cert) contains the key. Requires O(client_cert).
    type: path
    version_added: 0.2.0
  tls_server_name:
    description:
      - Name to ask for in the handshake (SNI), and to find in the certificate. The default is
        O(host), or the mail exchanger with O(mx).
      - Required if the certificate is validated and the server is a O(socket), and with O(dane) if
        O(host) is an IP address.
    type: str
    version_added: 0.2.0
  tls_min_version:
    description:
      - Oldest version of TLS to accept. The default is that of the system's OpenSSL.
    type: str
    version_added: 0.2.0
    choices: [TLSv1, TLSv1.1, TLSv1.2, TLSv1.3]
  tls_ciphers:
    description:
      - Ciphers to offer for TLS 1.2 and earlier, by the names that OpenSSL has for them.
    type: list
    elements: str
    version_added: 0.2.0
  cert_min_days:
    description:
      - Minimum number of days for which the certificate must remain valid.
      - If it does not, or if there is no TLS, the dialogue fails with a failure of kind
        V(expectation).
      - Cannot be used together with O(tls=never).
    type: int
    version_added: 0.2.0
  dane:
    description:
      - Whether the certificate of the server must match the TLSA records of its name (RFC 7672).
        This takes the place of O(validate_certs).
      - Requires O(tls=required) or O(tls=implicit), and dnspython on the host that runs the module.
        Cannot be used together with O(socket).
      - The records are looked up for O(port) and for O(tls_server_name), or O(host) if that is not
        set. If there are no records, if the certificate matches none of them, or if they are not
        secured by DNSSEC, the dialogue fails with a failure of kind V(tls) that says so.
      - The module does not validate DNSSEC itself. It trusts the resolver of the host that runs the
        module, so that resolver must validate, and the network path to it must be secure.
      - With O(mx), the answer for the MX records of the domain must be secured by DNSSEC, too, even
        if there are none. If it is not, the dialogue fails with a failure of kind V(tls) that says
        so.
      - The usages DANE-TA (2) and DANE-EE (3) are supported. For DANE-TA, the server must send the
        certificate of the authority, and the module cannot see that certificate with Python 3.7.
        With DANE-TA, the certificate of the server must match the name of the records. Instead, it
        may match O(host) if that is an alias of this name, or the domain of O(mx).
    type: bool
    version_added: 0.2.0
    default: false
  login_user:
    description:
      - User to log in as. If it is left out, there is no login.
      - Required together with O(login_password). Cannot be used together with O(protocol=smtp).
    type: str
    version_added: 0.2.0
  login_password:
    description:
      - Password of O(login_user). For V(XOAUTH2) and V(OAUTHBEARER) it is the token.
      - The result contains neither the password nor the responses and challenges of the AUTH
        exchange.
    type: str
    version_added: 0.2.0
  auth_mechanism:
    description:
      - SASL mechanism to log in with. Requires O(login_user).
      - V(auto) uses the first of V(SCRAM-SHA-256), V(SCRAM-SHA-1), V(CRAM-MD5), V(PLAIN), and
        V(LOGIN) that the server offers and that may be used. It never uses a mechanism that takes a
        token.
    type: str
    version_added: 0.2.0
    choices:
      - auto
      - PLAIN
      - LOGIN
      - CRAM-MD5
      - SCRAM-SHA-1
      - SCRAM-SHA-256
      - XOAUTH2
      - OAUTHBEARER
    default: auto
  allow_plaintext_auth:
    description:
      - Whether V(PLAIN), V(LOGIN), V(XOAUTH2), and V(OAUTHBEARER) may be used without TLS. Everyone
        who can read the traffic can then read the password or token.
    type: bool
    version_added: 0.2.0
    default: false
  mail_from:
    description:
      - Address of the sender, without angle brackets. V('') is the null sender of bounces.
      - If it is left out, the dialogue ends with QUIT after EHLO, or after AUTH if there is a
        login.
      - Required with O(rcpt_to) and O(mail_parameters).
    type: str
  mail_parameters:
    description:
      - ESMTP parameters of MAIL FROM, such as V(SIZE=1000000), V(BODY=8BITMIME), or V(RET=HDRS).
      - If the server does not offer the extension that a parameter belongs to, the dialogue fails
        with a failure of kind V(unsupported), and MAIL FROM is not sent.
      - The module adds V(SMTPUTF8) if an address is not ASCII, and V(BODY=8BITMIME) if the message
        is not ASCII.
    type: list
    elements: str
  rcpt_to:
    description:
      - Addresses of the recipients, without angle brackets. Requires O(mail_from).
      - The module sends RCPT TO for each recipient, even if another was refused, and returns each
        reply. It stops only after a 421.
      - If it is left out, the dialogue ends with QUIT after MAIL FROM.
    type: list
    elements: str
  rcpt_parameters:
    description:
      - ESMTP parameters of each RCPT TO, such as V(NOTIFY=NEVER). Requires O(rcpt_to).
      - If the server does not offer the extension that a parameter belongs to, the dialogue fails
        with a failure of kind V(unsupported), and RCPT TO is not sent.
    type: list
    elements: str
  message:
    description:
      - Message to send. Requires O(rcpt_to). V({}) sends a short message with default headers and
        text.
      - If it is left out, the dialogue ends with QUIT after the last RCPT TO, and no mail is sent.
      - The message is sent only if the server accepted every recipient.
      - The message has a C(Message-ID), and a header C(X-SMTP-Handshake-Token) with a token that no
        other message has. M(mailops.smtp.mail_receipt) finds it in a mailbox by this token.
    type: dict
    suboptions:
      subject:
        description:
          - Subject of the message. The default is C(SMTP handshake).
          - Mutually exclusive with O(message.src).
        type: str
      body:
        description:
          - Text of the message. The default is one sentence about this collection.
          - Text that is not ASCII is sent as 8-bit text if the server offers 8BITMIME, and as
            quoted-printable otherwise.
          - Mutually exclusive with O(message.src).
        type: str
      headers:
        description:
          - Additional headers, as a dictionary of names and values. They replace the default
            C(From), C(To), C(Date), C(Message-ID), and C(Auto-Submitted).
          - A C(Content-Type) must be C(text/*). The module itself sets
            C(Content-Transfer-Encoding), C(MIME-Version), and C(X-SMTP-Handshake-Token).
          - Mutually exclusive with O(message.src).
        type: dict
      src:
        description:
          - Path of a file with a complete message (RFC 5322), on the host that runs the module.
          - The module sends it with CRLF as line ends, and adds the token, and a C(Message-ID) if
            there is none. Otherwise it changes nothing, unless the message has 8-bit text and the
            server does not offer 8BITMIME.
          - Mutually exclusive with all other suboptions of O(message).
        type: path
      size:
        description:
          - Size in bytes up to which to fill the message, headers included, before dot-stuffing.
            The largest size is 134217728 (128 MiB).
          - Mutually exclusive with O(message.src).
        type: int
  pipelining:
    description:
      - Whether to send MAIL FROM and all RCPT TO without waiting for the replies, if the server
        offers PIPELINING (RFC 2920).
    type: bool
    version_added: 0.2.0
    default: false
  chunking:
    description:
      - Whether to send the message with BDAT instead of DATA, if the server offers CHUNKING
        (RFC 3030).
    type: bool
    version_added: 0.2.0
    default: false
  stop_after:
    description:
      - Stage after which to end the dialogue, even if other options would continue it. The other
        options must include that stage, so V(rcpt_to) requires O(rcpt_to).
      - V(connect) closes the connection as soon as it is established, and does not read the
        greeting. All other stages end with QUIT.
      - V(helo) ends the dialogue after the first EHLO, HELO, or LHLO, V(starttls) after the TLS
        handshake, and V(rcpt_to) after the last RCPT TO.
      - With V(starttls) and O(tls=opportunistic) the dialogue ends after EHLO if the server does
        not offer STARTTLS.
      - Expectations that would never be judged are refused, such as O(cert_min_days) with V(helo).
    type: str
    choices: [connect, greeting, helo, starttls, xclient, auth, mail_from, rcpt_to]
  expect:
    description:
      - Patterns for the reply at a stage, as a dictionary of stages. The reply must match one of
        the patterns of its stage. A stage without patterns expects a positive reply.
      - 'A pattern is one of the following: a reply code (V(550), or V(5xx), where C(x) is any
        digit), an enhanced status code (V(5.7.1), V(5.7.x)), both codes (V(550 5.7.1)), or a
        regular expression between slashes (V(/relay(ing\)? denied/)). The regular expression is
        searched for in the text of the reply, and ignores case.'
      - If a refusal is expected and the server refuses, the dialogue has passed, and ends with
        QUIT.
      - If the dialogue ends before a stage for which there are patterns, it has not passed.
      - The kind of a failure describes what happened, not what was expected. If 550 is expected and
        the server replies 450, the kind is V(transient). If the server cannot be reached, the kind
        is V(connect) or V(timeout).
    type: dict
    suboptions:
      connect:
        description:
          - How connecting must fail. Use it to test that this host must not reach the server.
          - V(timeout) means that nothing answers, as behind a packet filter that drops. V(connect)
            means that the connection is refused. V(resolve) means that the name does not exist.
            V(tls) means that the TLS handshake of O(tls=implicit) fails. V(/text/) matches the
            reason.
          - Connecting to every address of the server must fail in this way.
          - A failure that this host causes never counts. Examples are a missing route, no IPv6, a
            resolver that does not answer, and a time limit that another address has used up.
        type: list
        elements: str
      greeting:
        description: Patterns for the greeting.
        type: list
        elements: str
      helo:
        description: Patterns for the last reply to EHLO, HELO, or LHLO.
        type: list
        elements: str
      starttls:
        description: Patterns for the reply to STARTTLS.
        type: list
        elements: str
        version_added: 0.2.0
      xclient:
        description: Patterns for the reply to XCLIENT.
        type: list
        elements: str
        version_added: 0.2.0
      auth:
        description: Patterns for the last reply to AUTH.
        type: list
        elements: str
        version_added: 0.2.0
      mail_from:
        description: Patterns for the reply to MAIL FROM.
        type: list
        elements: str
      rcpt_to:
        description: Patterns for the reply to each RCPT TO.
        type: list
        elements: str
      data:
        description: Patterns for the reply to DATA.
        type: list
        elements: str
      message:
        description: Patterns for the reply to the message.
        type: list
        elements: str
      quit:
        description: Patterns for the reply to QUIT.
        type: list
        elements: str
  expect_capabilities:
    description:
      - Capabilities that the server must offer in its last reply to EHLO, such as V(STARTTLS),
        V(SIZE), or V(AUTH PLAIN). With TLS, this is the reply after the TLS handshake.
      - V(STARTTLS) counts as offered if the module has used it.
      - Cannot be used together with O(protocol=smtp).
    type: list
    elements: str
  forbid_capabilities:
    description:
      - Capabilities that the server must not offer in its last reply to EHLO. The rules are those
        of O(expect_capabilities).
    type: list
    elements: str
  max_seconds:
    description:
      - Maximum duration of the dialogue in seconds, from connecting to the end, at most 86400. A
        slower dialogue fails with a failure of kind V(expectation).
      - The time for name resolution does not count, and each retry is measured by itself.
    type: float
  connect_timeout:
    description:
      - Seconds to wait for a connection to one address, at most 86400.
    type: float
    default: 10
  timeout:
    description:
      - Seconds to wait for one complete reply, at most 86400.
    type: float
    default: 30
  deadline:
    description:
      - Seconds for the whole dialogue, name resolution included, at most 86400. It also ends the
        dialogue with a server that sends its replies very slowly.
      - With O(mx), all look-ups for the domain together also take at most this time.
    type: float
    default: 120
  retries:
    description:
      - How many times to repeat the dialogue after a failure that can be temporary. Those are
        failures of kind V(transient), V(timeout), V(connect), V(disconnect), or V(local).
      - The dialogue is never repeated after the server accepted a message, nor after a failure of
        kind V(timeout) or V(disconnect) at the stage V(message). The message could otherwise be
        delivered twice.
      - While a dialogue waits for its next attempt, other dialogues take its place.
    type: int
    default: 0
  retry_delay:
    description:
      - Seconds to wait before each retry, from 0 to 86400.
    type: float
    default: 5
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
      - If the host lacks something that one target needs, such as a file or a library, only that
        target fails, with a failure of kind V(local).
    type: list
    elements: raw
    version_added: 0.2.0
  concurrency:
    description:
      - Maximum number of dialogues that this host holds at once, from 1 to 500.
      - The module uses fewer, and warns, if the host does not allow enough open files.
    type: int
    version_added: 0.2.0
    default: 20
  per_server:
    description:
      - Maximum number of dialogues that this host holds at once with one address and port, from 1
        to 500. Many servers refuse a client that opens too many connections.
    type: int
    version_added: 0.2.0
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

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption, HostLacks
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.secret_options import (
    hide_structured_passwords,
    secrets_in,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import (
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


class Module(AnsibleModule):
    """An AnsibleModule that finds all secrets before it logs or returns anything.

    Ansible itself does not know the options of the targets, so it would show their passwords. It
    would also show the value of a misspelled option.
    """

    def _load_params(self) -> None:
        super()._load_params()
        self.no_log_values.update(secrets_in(self.params))
        self.bad_passwords = list(hide_structured_passwords(self.params))


def main() -> None:
    """Check the options, hold the dialogues, and return their results."""
    module = Module(
        argument_spec=argument_spec(),
        required_one_of=[("host", "socket", "mx", "targets")],
        mutually_exclusive=[("host", "socket", "mx")],
        supports_check_mode=True,
    )
    options = dict(module.params)  # a copy, as Ansible returns the params as the user wrote them
    try:
        for option, problem in module.bad_passwords:
            raise BadOption(option, problem)
        if options["targets"] is not None:
            options["targets"] = TargetTypes(dialogue_spec()).converted(options["targets"])
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


def check_dnspython(module: AnsibleModule) -> None:
    """Fail with the standard message of Ansible if dnspython is missing."""
    from ansible_collections.mailops.smtp.plugins.module_utils._net import dns as dnspython

    if dnspython.MISSING is not None:
        module.fail_json(msg=missing_required_lib("dnspython"), exception=dnspython.MISSING)


if __name__ == "__main__":
    main()

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
  - Does what a person does with telnet to find out whether a mail server takes mail from this host.
    It connects, waits for the greeting, says EHLO, names a sender and recipients, sends a message
    when it is given one, and says QUIT.
  - Returns each reply with its code, its enhanced status code, its text and the time it took, a
    transcript of the whole, and, when the dialogue did not pass, at which stage it failed, of what
    kind the failure is, and what to check next.
  - The task fails when a reply is not the one that was expected. Without O(expect) that is any
    reply other than 2xx or 3xx.
  - With O(targets), O(mx) or O(every_address) one task holds many dialogues, side by side.
  - It speaks TLS from the first byte or after STARTTLS, logs in, stands in for a load balancer
    (PROXY protocol) or another client (XCLIENT), and speaks LMTP, over TCP and UNIX sockets.
requirements:
  - Python 3.7 or later on the host that runs the module
  - dnspython on that host, for O(dane) and O(mx) only
extends_documentation_fragment:
  - mailops.smtp.attributes
attributes:
  check_mode:
    support: full
    details:
      - Holds the same dialogue and ends it before DATA, so that no message is sent. Expectations
        for V(data) and V(message) are not judged.
  diff_mode:
    support: none
options:
  host:
    description:
      - Name or IP address of the mail server, alone or with its port, as in V(relay:587) or
        V([2001:db8::1]:25), or as a URL such as V(smtps://relay). See O(targets).
      - Of a name with several addresses, the first that answers is used, in the order of the
        resolver of the host that runs the module.
      - One of O(host), O(socket), O(mx) and O(targets) is required.
    type: str
  port:
    description:
      - Port of the mail server. The default is 25, or 465 with O(tls=implicit).
      - Required for O(protocol=lmtp) with O(host), which RFC 2033 keeps off port 25.
    type: int
  socket:
    description:
      - Path of a UNIX socket on the host that runs the module, instead of O(host). Most often it is
        that of an LMTP server.
    type: path
    version_added: 0.2.0
  mx:
    description:
      - Domain whose mail exchangers to speak with, one dialogue for each, in the order of their
        preference. A domain that has none is its own mail exchanger. It takes the place of O(host).
      - With O(every_address) or without, one domain becomes 100 dialogues at most. Where there
        would be more, another result says so, with a failure of kind V(resolve).
      - A domain that does not exist, or that takes no mail (null MX), is a result with a failure of
        kind V(resolve).
      - The mail exchangers are those that the resolver of the host that runs the module sees.
        dnspython is needed there.
    type: str
    version_added: 0.2.0
  every_address:
    description:
      - Whether to hold one dialogue with each address of a name, and not with the first alone that
        answers.
      - One name becomes 100 dialogues at most. Where there would be more, another result says so,
        with a failure of kind V(resolve).
    type: bool
    version_added: 0.2.0
    default: false
  address_family:
    description:
      - Which of the server's addresses to use. V(any) is all of them, in the resolver's order.
    type: str
    choices: [any, ipv4, ipv6]
    default: any
  source_address:
    description:
      - IP address of this host to connect from. Addresses of the other family are not tried.
    type: str
  protocol:
    description:
      - How to say hello.
      - V(esmtp) is EHLO, and HELO when the server answers EHLO with 500, 502 or 504.
      - V(smtp) is HELO alone, as servers without extensions know it.
      - V(lmtp) is LHLO, for the delivery agents of mail servers. A message is answered once for
        each recipient.
    type: str
    choices: [esmtp, smtp, lmtp]
    default: esmtp
  helo:
    description:
      - What this host calls itself in EHLO or HELO.
      - The default is the host's fully qualified name. When it has none, or the resolver does not
        tell it within two seconds, it is the address that the connection is made from, as an
        address literal such as V([192.0.2.1]).
    type: str
  proxy:
    description:
      - A header of HAProxy's PROXY protocol, sent before anything else, as a load balancer does.
      - What is left out is as it is on the connection.
    type: dict
    version_added: 0.2.0
    suboptions:
      version:
        description: Version of the protocol. 1 is text, 2 is binary.
        type: int
        choices: [1, 2]
        default: 1
      source:
        description: IP address of the client that the server is to see.
        type: str
      source_port:
        description: Its port.
        type: int
      destination:
        description: IP address that this client has connected to.
        type: str
      destination_port:
        description: Its port.
        type: int
  xclient:
    description:
      - Attributes for XCLIENT, which asks a Postfix that trusts this host how it would treat
        another client. The names are V(NAME), V(ADDR), V(PORT), V(PROTO), V(HELO), V(LOGIN),
        V(DESTADDR), V(DESTPORT) and V(REVERSE_NAME). V([UNAVAILABLE]) is the value of what the
        client would not have.
      - When the server does not offer XCLIENT, or not an attribute, the dialogue fails with a
        failure of kind V(unsupported).
    type: dict
    version_added: 0.2.0
  tls:
    description:
      - Whether and how to speak TLS. Once TLS was asked for, the dialogue never goes on in plain
        text.
      - V(opportunistic) is STARTTLS where the server offers it. The certificate is reported and not
        judged.
      - V(required) is STARTTLS, and a failure where it is not offered. The certificate is judged.
      - V(implicit) is TLS from the first byte, as on port 465. The certificate is judged.
      - V(never) is plain text, even where STARTTLS is offered.
    type: str
    version_added: 0.2.0
    choices: [opportunistic, required, implicit, never]
    default: opportunistic
  validate_certs:
    description:
      - Whether the server's certificate must be from a trusted authority, valid in time, and for
        the name of the server, with O(tls=required) and O(tls=implicit).
    type: bool
    version_added: 0.2.0
    default: true
  ca_path:
    description:
      - PEM file, or folder of hashed files, with the authorities to trust instead of the system's.
    type: path
    version_added: 0.2.0
  client_cert:
    description:
      - PEM file with a certificate to show to the server, and its chain.
    type: path
    version_added: 0.2.0
  client_key:
    description:
      - PEM file with the key of O(client_cert), when it is not in that file.
    type: path
    version_added: 0.2.0
  tls_server_name:
    description:
      - Name to ask for (SNI), and to find in the certificate. The default is O(host).
    type: str
    version_added: 0.2.0
  tls_min_version:
    description:
      - The oldest version of TLS to speak. The default is the system's.
    type: str
    version_added: 0.2.0
    choices: [TLSv1, TLSv1.1, TLSv1.2, TLSv1.3]
  tls_ciphers:
    description:
      - Ciphers to offer up to TLS 1.2, in OpenSSL's words.
    type: list
    elements: str
    version_added: 0.2.0
  cert_min_days:
    description:
      - For so many days the certificate must still be valid. When it is not, or when there is no
        TLS, the dialogue fails with a failure of kind V(expectation).
    type: int
    version_added: 0.2.0
  dane:
    description:
      - Whether the server's certificate must match the TLSA records of its name (RFC 7672), which
        takes the place of O(validate_certs). It needs O(tls=required) or O(tls=implicit).
      - The records are those of O(port) and O(tls_server_name), or else O(host). Where there are
        none, where the certificate matches none, or where DNSSEC does not vouch for them, the
        dialogue fails with a failure of kind V(tls) that says so.
      - That DNSSEC vouches for them is taken from the resolver of the host that runs the module, so
        that resolver has to validate, and the way to it has to be safe.
      - With O(mx), DNSSEC has to vouch for the MX records of the domain, too, or for there being
        none. Where it does not, the dialogue fails with a failure of kind V(tls) that says so.
      - Of usages there are DANE-TA (2) and DANE-EE (3). For the former the server has to send the
        certificate of the authority, and Python 3.7 cannot see it. There the server's certificate
        may be for the name of the records, for O(host) where that is an alias of that name, or for
        the domain of O(mx).
    type: bool
    version_added: 0.2.0
    default: false
  login_user:
    description:
      - User to log in as.
    type: str
    version_added: 0.2.0
  login_password:
    description:
      - Password of the user. For V(XOAUTH2) and V(OAUTHBEARER) it is the token.
      - Neither the password nor anything of the exchange is in the result.
    type: str
    version_added: 0.2.0
  auth_mechanism:
    description:
      - Mechanism to log in with. V(auto) takes the strongest that both sides know, but never one of
        those that take a token.
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
      - Whether V(PLAIN), V(LOGIN), V(XOAUTH2) and V(OAUTHBEARER) may be used without TLS, where
        whoever listens has the password.
    type: bool
    version_added: 0.2.0
    default: false
  mail_from:
    description:
      - Address of the sender, without angle brackets. V('') is the null sender of bounces.
      - When it is left out, the dialogue ends after EHLO, with QUIT.
    type: str
  mail_parameters:
    description:
      - ESMTP parameters of MAIL FROM, such as V(SIZE=1000000), V(BODY=8BITMIME) or V(RET=HDRS).
      - When the server does not offer the extension that one of them belongs to, the dialogue fails
        with a failure of kind V(unsupported), and MAIL FROM is not sent.
      - V(SMTPUTF8) is added by itself when an address needs it, and V(BODY=8BITMIME) when the
        message does.
    type: list
    elements: str
  rcpt_to:
    description:
      - Addresses of the recipients, without angle brackets. Each is asked for, even when another
        has been refused, and each reply is returned.
      - When it is left out, the dialogue ends after MAIL FROM, with QUIT.
    type: list
    elements: str
  rcpt_parameters:
    description:
      - ESMTP parameters of every RCPT TO, such as V(NOTIFY=NEVER), under the same rules as
        O(mail_parameters).
    type: list
    elements: str
  message:
    description:
      - The message to send. When it is left out, the dialogue ends after the last RCPT TO, with
        QUIT, and no mail is sent. V({}) sends a short message with default headers and text.
      - It is sent only when every recipient was accepted.
      - It carries a Message-ID, a date, and a header C(X-SMTP-Handshake-Token) with a token of its
        own, by which it can be found in a mailbox.
    type: dict
    suboptions:
      subject:
        description:
          - Subject of the message.
        type: str
      body:
        description:
          - Text of the message. It is sent as 8-bit text where the server offers 8BITMIME, and
            encoded otherwise.
        type: str
      headers:
        description:
          - Further headers, from name to value. They take the place of the default C(From), C(To),
            C(Date), C(Message-ID) and C(Auto-Submitted).
          - A C(Content-Type) must be of C(text/*).
        type: dict
      src:
        description:
          - Path of a file with a whole message (RFC 5322), on the host that runs the module. It is
            sent with line ends of CRLF and with the token added, and otherwise unchanged, unless it
            holds 8-bit text and the server does not offer 8BITMIME.
          - Cannot be used together with the other suboptions.
        type: path
      size:
        description:
          - Fill the message up to this size in bytes, headers included, as it is before
            dot-stuffing.
        type: int
  pipelining:
    description:
      - Send MAIL FROM and RCPT TO without waiting for each reply, where the server offers
        PIPELINING.
    type: bool
    version_added: 0.2.0
    default: false
  chunking:
    description:
      - Send the message with BDAT instead of DATA, where the server offers CHUNKING.
    type: bool
    version_added: 0.2.0
    default: false
  stop_after:
    description:
      - End the dialogue after this stage, although the other options would take it further.
      - V(connect) closes as soon as the connection stands, without reading the greeting. All others
        end with QUIT, V(helo) after the first EHLO, HELO or LHLO, V(starttls) once TLS stands,
        V(rcpt_to) after the last RCPT TO.
    type: str
    choices: [connect, greeting, helo, starttls, xclient, auth, mail_from, rcpt_to]
  expect:
    description:
      - What the reply at a stage must be like, for the stages where that is not 2xx or 3xx. The
        reply must match one of the patterns.
      - 'A pattern is a reply code (V(550), or V(5xx), where C(x) is any digit), an enhanced status
        code (V(5.7.1), V(5.7.x)), both (V(550 5.7.1)), or a regular expression between slashes that
        is searched for in the text, in upper or lower case (V(/relay(ing\)? denied/)).'
      - When a refusal was expected and came, the dialogue has passed, and ends with QUIT. When the
        dialogue ends before a stage with an expectation, that expectation is not met.
      - The kind of a failure is always that of what came. When 550 was expected and 450 came, it is
        V(transient), and when the server could not be reached, it is V(connect) or V(timeout).
    type: dict
    suboptions:
      connect:
        description:
          - How connecting must fail. V(timeout) when nobody must answer, as behind a packet filter
            that drops, V(connect) when the connection must be refused, V(resolve) when the name
            must not exist, V(tls) when the handshake of O(tls=implicit) must fail, or V(/text/) to
            match the reason.
          - Every address that this host can try must fail so. What this host lacks is never taken
            for that, be it a route, IPv6, a resolver that answers, or time that another address has
            used up.
        type: list
        elements: str
      greeting:
        description: Patterns for the greeting.
        type: list
        elements: str
      helo:
        description: Patterns for the last reply to EHLO, HELO or LHLO.
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
      - What the last reply to EHLO (after TLS, where TLS is used) must offer, such as V(STARTTLS),
        V(SIZE) or V(AUTH PLAIN).
    type: list
    elements: str
  forbid_capabilities:
    description:
      - What the last reply to EHLO must not offer. STARTTLS counts as offered when it was taken.
    type: list
    elements: str
  max_seconds:
    description:
      - A dialogue that takes longer, from connecting to its end, fails with a failure of kind
        V(expectation). The resolver's time and retries do not count.
    type: float
  connect_timeout:
    description:
      - Seconds to wait for a connection to one address.
    type: float
    default: 10
  timeout:
    description:
      - Seconds to wait for one reply, until the last line of it.
    type: float
    default: 30
  deadline:
    description:
      - Seconds for the whole dialogue, its look-ups included, however slowly the server drips its
        replies. With O(mx), all look-ups of the domain together take no longer than that.
    type: float
    default: 120
  retries:
    description:
      - How often to hold the dialogue again after a failure that may pass (of kind V(transient),
        V(timeout), V(connect), V(disconnect) or V(local)).
      - Never after a time-out or a lost connection at the stage V(message), and never after a
        message was accepted, since that could deliver it twice.
      - While one dialogue waits for its next attempt, others are held in its stead.
    type: int
    default: 0
  retry_delay:
    description:
      - Seconds to wait before each retry.
    type: float
    default: 5
  targets:
    description:
      - Several targets for one task. Each is a dictionary of any options of this module but
        C(targets), O(concurrency) and O(per_server), and a C(name), which is there for the reader
        of the results.
      - A text is a server as people write it. Examples are V(relay), V(relay:587),
        V([2001:db8::1]:25), V(smtp://relay:587), V(smtps://relay) (TLS from the first byte),
        V(lmtp://host:24) or V(lmtp:/run/socket). O(host) takes the same.
      - What a target leaves out comes from the task. One that has C(host), C(socket) or C(mx) takes
        none of these three from the task.
      - The dialogues are held side by side, and each target is judged by itself. Their results are
        in RV(results), in the order of the targets.
      - An option that does not exist, or contradicts another, fails the task before anything is
        connected. What only this host lacks for one target, such as a file or a library, is a
        failure of kind V(local) of that target alone.
    type: list
    elements: raw
    version_added: 0.2.0
  concurrency:
    description:
      - How many dialogues this host holds at once, from 1 to 500.
    type: int
    version_added: 0.2.0
    default: 20
  per_server:
    description:
      - How many dialogues this host holds at once with one address and port. Many servers refuse a
        client that has too many connections.
    type: int
    version_added: 0.2.0
    default: 2
seealso:
  - name: RFC 5321, Simple Mail Transfer Protocol
    description: What the commands and the reply codes mean.
    link: https://www.rfc-editor.org/rfc/rfc5321
  - name: RFC 3463, Enhanced Mail System Status Codes
    description: What the enhanced status codes mean.
    link: https://www.rfc-editor.org/rfc/rfc3463
"""

EXAMPLES = r"""
- name: See whether the relay answers, and what it offers
  mailops.smtp.smtp_handshake:
    host: relay.example.com
  register: relay

- name: Show the dialogue as in a telnet session
  ansible.builtin.debug:
    var: relay.transcript

- name: See whether the relay takes mail from this host for another domain, without sending any
  mailops.smtp.smtp_handshake:
    host: relay.example.com
    mail_from: monitoring@example.com
    rcpt_to:
      - postmaster@example.net

- name: Send a message, as in the eight steps of the telnet session
  mailops.smtp.smtp_handshake:
    host: relay.example.com
    mail_from: sender@example.com
    rcpt_to:
      - recipient@example.com
    message:
      subject: How to send mail via SMTP
      body: |
        Please follow step by step.

- name: The relay must refuse this host, and say so; an outage is not a refusal
  mailops.smtp.smtp_handshake:
    host: relay.example.com
    mail_from: monitoring@example.com
    rcpt_to:
      - postmaster@example.net
    expect:
      rcpt_to:
        - 5.7.1

- name: The submission port takes this user's mail, over TLS that is judged
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

- name: This segment must not reach the relay at all
  mailops.smtp.smtp_handshake:
    host: relay.example.com
    connect_timeout: 3
    expect:
      connect:
        - timeout

- name: The relay must offer STARTTLS, take 30 MB, and answer quickly; greylisting may pass
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

- name: Ask many servers in one task
  mailops.smtp.smtp_handshake:
    mail_from: monitoring@example.com
    rcpt_to:
      - postmaster@example.com
    targets:
      - relay1.example.com
      - smtps://relay2.example.com
      - host: relay2.example.com:587
        tls: required
      - name: what must be refused
        host: relay1.example.com
        rcpt_to:
          - postmaster@example.net
        expect:
          rcpt_to:
            - 5.7.1

- name: Every address of every mail exchanger of a domain
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
    - What came of each dialogue, in the order of the targets.
    - Each has all the keys below, and RV(ignore:item), RV(ignore:failed), RV(ignore:changed) and
      RV(ignore:msg), as a loop would register them.
  returned: with O(targets), O(mx) or O(every_address), instead of all keys below
  type: list
  elements: dict
  contains:
    item:
      description:
        - The target as it was given, its password not shown. With O(mx) its C(host) is the mail
          exchanger, and with O(every_address) its C(address) the address.
      type: dict
      sample: {"host": "relay1.example.com"}
    msg:
      description: What came of the dialogue, in one sentence.
      type: str
      sample: "relay1.example.com port 25: passed"
summary:
  description: How many dialogues passed, how many failed, and of which kind the failures are.
  returned: with O(targets), O(mx) or O(every_address)
  type: dict
  contains:
    total:
      description: How many dialogues there were.
      type: int
      sample: 50
    passed:
      description: How many passed.
      type: int
      sample: 48
    failed:
      description: How many did not.
      type: int
      sample: 2
    kinds:
      description: How many failures there were of each kind.
      type: dict
      sample: {"timeout": 1, "permanent": 1}
passed:
  description: Whether the dialogue went as expected.
  returned: always
  type: bool
  sample: false
failure:
  description: Why the dialogue did not pass.
  returned: always, but null when it passed
  type: dict
  contains:
    stage:
      description:
        - The stage at which it failed. One of V(connect), V(proxy), V(greeting), V(helo),
          V(starttls), V(xclient), V(auth), V(mail_from), V(rcpt_to), V(data), V(message) and
          V(quit).
      type: str
      sample: rcpt_to
    kind:
      description:
        - V(resolve) when the name has no address, V(connect) when the connection was refused,
          V(timeout) when nobody answered in time, V(disconnect) when the server hung up,
          V(tls) when TLS or its certificate failed, V(protocol) when what came was not SMTP or not
          a legal answer at that stage.
        - V(transient) for a reply 4yz and V(permanent) for a reply 5yz.
        - V(expectation) when a good reply was not the expected one, a capability was missing, or
          the dialogue was too slow.
        - V(unsupported) when the server does not offer what was asked for.
        - V(local) when this host lacks what it needs for the dialogue, such as a route, a file, a
          library or a descriptor, so that nothing is known of the server.
        - V(internal) when the module itself failed in this one dialogue. Please report it, with the
          transcript.
      type: str
      sample: permanent
    code:
      description: The code of the reply that decided, or null.
      type: int
      sample: 554
    enhanced_code:
      description: Its enhanced status code, or null.
      type: str
      sample: 5.7.1
    text:
      description: Its text, or what happened.
      type: str
      sample: "5.7.1 <bob@example.net>: Relay access denied"
    advice:
      description: What to check next, most likely first.
      type: list
      elements: str
server:
  description: The server that was spoken to.
  returned: always
  type: dict
  contains:
    host:
      description: The option O(host), null with O(socket).
      type: str
      sample: relay.example.com
    port:
      description: The port, null with O(socket).
      type: int
      sample: 25
    address:
      description:
        - The IP address that was connected to, or the last that was tried. Null when none was.
      type: str
      sample: 192.0.2.25
    name:
      description: What the server calls itself, or null.
      type: str
      sample: mx1.example.com
    mx_preference:
      description: The preference of the mail exchanger, or null where the server is none.
      type: int
client:
  description: Who spoke.
  returned: always
  type: dict
  contains:
    helo:
      description: The name that was given in EHLO or HELO, or null when it did not come to that.
      type: str
      sample: web1.example.com
    address:
      description: The IP address that the connection was made from, or null.
      type: str
      sample: 192.0.2.7
    port:
      description: The port that the connection was made from, or null.
      type: int
      sample: 49152
replies:
  description: Every reply, in the order in which they came.
  returned: always
  type: list
  elements: dict
  contains:
    stage:
      description: The stage of the dialogue.
      type: str
      sample: rcpt_to
    command:
      description:
        - The command that was answered. Null for the greeting and for a 421 that came unasked,
          V(.) for the message. Of AUTH only the mechanism is shown.
      type: str
      sample: RCPT TO:<bob@example.net>
    code:
      description: The reply code.
      type: int
      sample: 554
    enhanced_code:
      description: The enhanced status code, or null.
      type: str
      sample: 5.7.1
    lines:
      description: The text of each line, without the code.
      type: list
      elements: str
      sample: ["5.7.1 <bob@example.net>: Relay access denied"]
    seconds:
      description: How long the reply took, until its last line.
      type: float
      sample: 0.0021
    accepted:
      description: Whether the reply lets the dialogue go on.
      type: bool
      sample: false
    tls:
      description: Whether the reply came over TLS.
      type: bool
      sample: false
    recipient:
      description:
        - The recipient that was asked for. With LMTP also the one that the reply to the message is
          for. Otherwise null.
      type: str
      sample: bob@example.net
capabilities:
  description: What the server offers in its reply to EHLO, from keyword to parameters.
  returned: always
  type: dict
  sample: {"PIPELINING": [], "SIZE": ["10240000"], "AUTH": ["PLAIN", "LOGIN"]}
tls:
  description: How TLS stands, or how far its handshake came.
  returned: always, but null when the dialogue was in plain text
  type: dict
  contains:
    version:
      description: Version of TLS, null when the handshake failed.
      type: str
      sample: TLSv1.3
    cipher:
      description: Name of the cipher suite, null when the handshake failed.
      type: str
      sample: TLS_AES_256_GCM_SHA384
    bits:
      description: Bits of the cipher's key, null when the handshake failed.
      type: int
      sample: 256
    verified:
      description:
        - Whether the certificate is trusted, in time, and for the server's name, also where that is
          not judged. Null where the handshake failed before that.
        - Python 3.7 does not always show in one connection what there is to say of a certificate.
          There the module connects a second time, as the transcript tells, when a certificate was
          refused, or was not judged and nobody known has issued it.
      type: bool
      sample: true
    verify_error:
      description: Why the certificate does not verify, in OpenSSL's words, or null.
      type: str
      sample: certificate has expired
    certificate:
      description: What the server's certificate says, or null when none was seen.
      type: dict
      contains:
        subject:
          description: Whose it is.
          type: str
          sample: CN=mx1.example.com
        issuer:
          description: Who issued it.
          type: str
          sample: CN=R11,O=Let's Encrypt,C=US
        names:
          description: The DNS names and IP addresses that it is for, the first 100 of them.
          type: list
          elements: str
          sample: [mx1.example.com]
        not_before:
          description: From when it is valid, in UTC.
          type: str
          sample: "2026-10-01T00:00:00Z"
        not_after:
          description: Until when it is valid, in UTC.
          type: str
          sample: "2026-12-30T23:59:59Z"
        days_left:
          description: For how many whole days it is still valid; negative once it has expired.
          type: int
          sample: 36
        serial:
          description: Its serial number, in hexadecimal.
          type: str
          sample: 04A1B2C3
        sha256:
          description: Its SHA-256 fingerprint.
          type: str
          sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    chain:
      description:
        - The certificates that the server sent, its own first. With Python 3.7 it is the only one.
      type: list
      elements: dict
      contains:
        subject:
          description: Whose it is.
          type: str
          sample: CN=mx1.example.com
        issuer:
          description: Who issued it.
          type: str
          sample: CN=R11,O=Let's Encrypt,C=US
    dane:
      description: What came of O(dane), or null.
      type: dict
      contains:
        name:
          description: The name of the TLSA records.
          type: str
          sample: _25._tcp.mx1.example.com
        secure:
          description: Whether the resolver says that DNSSEC vouches for them.
          type: bool
          sample: true
        records:
          description: The records. Of a very long one, the beginning.
          type: list
          elements: str
          sample: ["3 1 1 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
        matched:
          description: The record that the certificate matches, or null.
          type: str
          sample: 3 1 1 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        error:
          description: Why none matches, or null.
          type: str
          sample: "DANE: there is no TLSA record at _25._tcp.mx1.example.com"
message:
  description: The message that was sent. The server has accepted it only if C(changed) is true.
  returned: always, but null when none was sent
  type: dict
  contains:
    id:
      description: Its Message-ID.
      type: str
      sample: <2f1c6b1f8d0d4b8b9d5c8a3f0e7a6b54@web1.example.com>
    token:
      description: The value of its header C(X-SMTP-Handshake-Token).
      type: str
      sample: 2f1c6b1f8d0d4b8b9d5c8a3f0e7a6b54
    bytes:
      description: Its size, as it is before dot-stuffing.
      type: int
      sample: 512
    queue_id:
      description: What the server calls it in its reply, or null.
      type: str
      sample: 4XyZ1234abc
seconds:
  description:
    - How long each stage took that took place, how long the resolver took (C(resolve)), how long
      of that the TLS handshake took (C(tls)), and how long all stages took together (C(total),
      which O(max_seconds) is held against).
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
    - What a telnet session would have shown, with the seconds since the start. C(S:) is the server,
      C(C:) this host, and C(*:) tells what happened to the connection.
    - Of a long message it has the first 50 lines. After retries it has every attempt.
  returned: always
  type: list
  elements: str
  sample:
    - "[0.001] *: connecting to 192.0.2.25 port 25"
    - "[0.013] S: 220 mx1.example.com ESMTP"
    - "[0.013] C: EHLO web1.example.com"
attempts:
  description: How many times the dialogue was held.
  returned: always
  type: int
  sample: 1
started:
  description:
    - When the dialogue began, in UTC, by the clock of the host that runs the module. It is the
      moment V([0.000]) of RV(transcript), and after retries that of the first attempt.
  returned: always
  type: str
  sample: "2026-11-24T12:00:00Z"
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption, HostLacks
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import EXPECTED, STOPS
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.secret_options import (
    hide_structures,
    secrets_in,
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

# Of many failures, so many are told in the message of the task; all are in the results.
SENTENCES = 3


class Module(AnsibleModule):
    """An AnsibleModule that knows all secrets before it logs or returns anything.

    To Ansible, the targets are values of any type, since it would have each option that they can
    have documented twice. And of a misspelt option it would show the value.
    """

    def _load_params(self) -> None:
        super()._load_params()
        self.no_log_values.update(secrets_in(self.params))
        self.bad_passwords = list(hide_structures(self.params))


def argument_spec() -> dict[str, t.Any]:
    """Return the options, as AnsibleModule takes them."""
    return {
        **dialogue_spec(),
        "targets": {"type": "list", "elements": "raw"},
        "concurrency": {"type": "int", "default": 20},
        "per_server": {"type": "int", "default": 2},
    }


def dialogue_spec() -> dict[str, t.Any]:
    """Return the options that a target can have of its own."""
    string = {"type": "str"}
    strings = {"type": "list", "elements": "str"}
    path = {"type": "path"}
    no = {"type": "bool", "default": False}
    return {
        "host": string,
        "port": {"type": "int"},
        "socket": path,
        "mx": string,
        "every_address": no,
        "address_family": {"type": "str", "choices": ["any", "ipv4", "ipv6"], "default": "any"},
        "source_address": string,
        "protocol": {"type": "str", "choices": ["esmtp", "smtp", "lmtp"], "default": "esmtp"},
        "helo": string,
        "proxy": {
            "type": "dict",
            "options": {
                "version": {"type": "int", "choices": [1, 2], "default": 1},
                "source": string,
                "source_port": {"type": "int"},
                "destination": string,
                "destination_port": {"type": "int"},
            },
        },
        "xclient": {"type": "dict"},
        "tls": {
            "type": "str",
            "choices": ["opportunistic", "required", "implicit", "never"],
            "default": "opportunistic",
        },
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": path,
        "client_cert": path,
        "client_key": path,
        "tls_server_name": string,
        "tls_min_version": {
            "type": "str",
            "choices": ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"],
        },
        "tls_ciphers": strings,
        "cert_min_days": {"type": "int"},
        "dane": no,
        "login_user": string,
        "login_password": {"type": "str", "no_log": True},
        "auth_mechanism": {
            "type": "str",
            "choices": [
                "auto",
                "PLAIN",
                "LOGIN",
                "CRAM-MD5",
                "SCRAM-SHA-1",
                "SCRAM-SHA-256",
                "XOAUTH2",
                "OAUTHBEARER",
            ],
            "default": "auto",
        },
        "allow_plaintext_auth": no,
        "mail_from": string,
        "mail_parameters": strings,
        "rcpt_to": strings,
        "rcpt_parameters": strings,
        "message": {
            "type": "dict",
            "options": {
                "subject": string,
                "body": string,
                "headers": {"type": "dict"},
                "src": path,
                "size": {"type": "int"},
            },
        },
        "pipelining": no,
        "chunking": no,
        "stop_after": {"type": "str", "choices": list(STOPS)},
        "expect": {"type": "dict", "options": dict.fromkeys(EXPECTED, strings)},
        "expect_capabilities": strings,
        "forbid_capabilities": strings,
        "max_seconds": {"type": "float"},
        "connect_timeout": {"type": "float", "default": 10},
        "timeout": {"type": "float", "default": 30},
        "deadline": {"type": "float", "default": 120},
        "retries": {"type": "int", "default": 0},
        "retry_delay": {"type": "float", "default": 5},
    }


def main() -> None:
    """Read the options, hold the dialogues, and return what came of them."""
    module = Module(
        argument_spec=argument_spec(),
        required_one_of=[("host", "socket", "mx", "targets")],
        mutually_exclusive=[("host", "socket", "mx")],
        supports_check_mode=True,
    )
    options = dict(module.params)  # what was given is returned, and not what was made of it
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
        result = many(outcomes)
    if all(outcome.passed for outcome in outcomes):
        module.exit_json(**result)
    module.fail_json(msg=sentence(outcomes), **result)


def many(outcomes: t.Sequence[Outcome]) -> dict[str, t.Any]:
    """Return the result of several dialogues, as a loop would register it."""
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


def sentence(outcomes: t.Sequence[Outcome]) -> str:
    """Say what failed: of many dialogues how many, and the first few."""
    failed = [outcome.sentence for outcome in outcomes if not outcome.passed]
    if len(outcomes) == 1:
        return failed[0]
    more = f"; and {len(failed) - SENTENCES} more" if len(failed) > SENTENCES else ""
    told = "; ".join(failed[:SENTENCES])
    return f"{len(failed)} of {len(outcomes)} dialogues failed: {told}{more}"


def check_dnspython(module: AnsibleModule) -> None:
    """Fail where dnspython is missing, in Ansible's own words."""
    from ansible_collections.mailops.smtp.plugins.module_utils._net import dns as dnspython

    if dnspython.MISSING is not None:
        module.fail_json(msg=missing_required_lib("dnspython"), exception=dnspython.MISSING)


if __name__ == "__main__":
    main()

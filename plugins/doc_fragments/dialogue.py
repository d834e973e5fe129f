# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of one dialogue, for each module that holds dialogues."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation that is shared by more than one plugin."""

    DOCUMENTATION = r"""
options:
  host:
    description:
      - Name or IP address of the mail server.
      - The port can be part of it, as in V(relay:587) or V([2001:db8::1]:25). A URL such as
        V(smtps://relay) is accepted, too. See O(targets) for all forms.
      - If the name has several addresses, the module tries them in the order in which the resolver
        returns them, and uses the first one that answers.
      - Mutually exclusive with O(socket).
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
      - Absolute path of a UNIX socket on the host that runs the module, usually the socket of an
        LMTP server.
      - Mutually exclusive with O(host). Cannot be used together with O(source_address),
        O(proxy), or O(dane).
    type: path
    version_added: 1.0.0
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
    version_added: 1.0.0
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
        V(DESTPORT), and V(REVERSE_NAME). Use the value V("[UNAVAILABLE]") for an attribute that the
        client does not have. It needs the quotes, since YAML would read a list.
      - If the server does not offer XCLIENT, or does not offer one of the attributes, the dialogue
        fails with a failure of kind V(unsupported).
      - Cannot be used together with O(protocol=smtp).
    type: dict
    version_added: 1.0.0
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
    version_added: 1.0.0
    choices: [opportunistic, required, implicit, never]
    default: opportunistic
  validate_certs:
    description:
      - Whether the certificate of the server must be issued by a trusted authority, be valid now,
        and match the name of the server.
      - Only used with O(tls=required) and O(tls=implicit). O(dane) takes its place.
    type: bool
    version_added: 1.0.0
    default: true
  ca_path:
    description:
      - Path of a PEM file, or of a directory of hashed certificates, with the authorities to trust.
      - The default is the authorities that the system trusts.
    type: path
    version_added: 1.0.0
  client_cert:
    description:
      - Path of a PEM file with a client certificate and its chain, to show to the server. It cannot
        be used with O(tls=never).
    type: path
    version_added: 1.0.0
  client_key:
    description:
      - Path of a PEM file with the private key of O(client_cert). The key must have no passphrase.
      - Not needed if the file of O(client_cert) contains the key. Requires O(client_cert).
    type: path
    version_added: 1.0.0
  tls_server_name:
    description:
      - Name to ask for in the handshake (SNI), and to find in the certificate. The default is
        O(host), or the mail exchanger with O(mailops.smtp.smtp_handshake#module:mx).
      - Required if the certificate is validated and the server is a O(socket), and with O(dane) if
        O(host) is an IP address.
    type: str
    version_added: 1.0.0
  tls_min_version:
    description:
      - Oldest version of TLS to accept. The default is that of the system's OpenSSL.
    type: str
    version_added: 1.0.0
    choices: [TLSv1, TLSv1.1, TLSv1.2, TLSv1.3]
  tls_ciphers:
    description:
      - Ciphers to offer for TLS 1.2 and earlier, by the names that OpenSSL has for them.
      - The OpenSSL of the host ignores names of ciphers that it does not have. A list that selects
        none of its ciphers is an error, as is a word that cannot be a name of ciphers.
    type: list
    elements: str
    version_added: 1.0.0
  cert_min_days:
    description:
      - Minimum number of days for which the certificate must remain valid, from 0 to 1000000.
      - If it does not, or if there is no TLS, the dialogue fails with a failure of kind
        V(expectation). This includes a dialogue that ends before TLS because the server refuses as
        expected, but not one in which connecting fails as O(expect.connect) says.
      - Cannot be used together with O(tls=never).
    type: int
    version_added: 1.0.0
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
      - With O(mailops.smtp.smtp_handshake#module:mx), the answer for the MX records of the
        domain must be secured by DNSSEC, too, even if there are none. If it is not, the dialogue
        fails with a failure of kind V(tls) that says so.
      - The usages DANE-TA (2) and DANE-EE (3) are supported. For DANE-TA, the server must send the
        certificate of the authority, and the module cannot see that certificate with Python 3.7.
        With DANE-TA, the certificate of the server must match the name of the records. Instead, it
        may match O(host) if that is an alias of this name, or the domain of
        O(mailops.smtp.smtp_handshake#module:mx).
    type: bool
    version_added: 1.0.0
    default: false
  login_user:
    description:
      - User to log in as. If it is left out, there is no login.
      - Required together with O(login_password). Cannot be used together with O(protocol=smtp).
    type: str
    version_added: 1.0.0
  login_password:
    description:
      - Password of O(login_user). For V(XOAUTH2) and V(OAUTHBEARER) it is the token.
      - The result contains neither the password nor the responses and challenges of the AUTH
        exchange.
    type: str
    version_added: 1.0.0
  auth_mechanism:
    description:
      - SASL mechanism to log in with. Requires O(login_user).
      - V(auto) uses the first of V(SCRAM-SHA-256), V(SCRAM-SHA-1), V(CRAM-MD5), V(PLAIN), and
        V(LOGIN) that the server offers and that may be used. It never uses a mechanism that takes a
        token.
    type: str
    version_added: 1.0.0
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
    version_added: 1.0.0
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
      - ESMTP parameters of each RCPT TO, such as V(NOTIFY=NEVER). Requires O(rcpt_to). A parameter
        with a comma must be an item of a list, in quotes, as in V(["NOTIFY=SUCCESS,FAILURE"]).
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
          - A value such as V(true), V(1.10), or a date needs quotes, since YAML would read no text.
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
    version_added: 1.0.0
    default: false
  chunking:
    description:
      - Whether to send the message with BDAT instead of DATA, if the server offers CHUNKING
        (RFC 3030).
    type: bool
    version_added: 1.0.0
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
        searched for in the text of the reply as it came, and ignores case.'
      - If a refusal is expected and the server refuses, the dialogue has passed, and ends with
        QUIT.
      - If the dialogue ends before a stage for which there are patterns, it has not passed. A stage
        that the other options rule out is an error before the module connects, such as
        O(expect.message) without O(message).
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
        version_added: 1.0.0
      xclient:
        description: Patterns for the reply to XCLIENT.
        type: list
        elements: str
        version_added: 1.0.0
      auth:
        description: Patterns for the last reply to AUTH.
        type: list
        elements: str
        version_added: 1.0.0
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
      - A dialogue that ends before EHLO is accepted, because the server refuses as expected, has
        not met the expectation. If connecting fails as O(expect.connect) says, none is judged.
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
      - With O(mailops.smtp.smtp_handshake#module:mx), all look-ups for the domain together
        also take at most this time.
    type: float
    default: 120
  retries:
    description:
      - How many times to repeat the dialogue after a failure that can be temporary, from 0 to 1000.
        Those are failures of kind V(transient), V(timeout), V(connect), V(disconnect), or V(local).
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
"""

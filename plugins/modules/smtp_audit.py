#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prove what a mail server refuses and accepts, by short dialogues with it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_audit
short_description: Prove that a mail server refuses what it must refuse
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Holds short dialogues with one mail server. Each is a check that proves one thing, such as that
    strangers cannot relay, and has a verdict with its evidence.
  - What a refusal proves depends on who sees it. O(from) says whether the server should trust the
    host that runs the module. A check is made only where it is valid, and a control shows whether
    the server relays for this host.
  - A server that refuses everything, or a dead one, is not sound. As long as a positive control has
    not passed, a refusal is undecided.
  - Audit only servers that you are responsible for. By default, no message is sent. The module
    makes at most 40 connections, one at a time, and at most 30 in a minute. After a reply 421 it
    asks no more.
  - The checks of the group V(dns) hold no dialogue. They ask the resolver of the host about the
    server and O(own_domain), at most 60 questions in 30 seconds. If the domain announces an MTA-STS
    policy, they fetch it over HTTPS.
  - The task does not fail because of a finding. It fails if an option, or a check of your own, is
    wrong.
requirements:
  - Python 3.7 or later on the host that runs the module
  - dnspython on that host, only for the checks of the group V(dns), and for V(tls-dane). Without
    it, they are not applicable.
extends_documentation_fragment:
  - mailops.smtp.attributes
attributes:
  check_mode:
    support: full
    details:
      - Makes the checks of risk 0 only.
  diff_mode:
    support: none
options:
  host:
    description:
      - Name or IP address of the mail server. The port can be part of it, as in V(relay:587).
      - Exactly one of O(host) and O(socket) is required.
    type: str
  port:
    description:
      - Port of the mail server. The default is 25, or 465 with O(tls=implicit).
    type: int
  socket:
    description:
      - Path of a UNIX socket on the host that runs the module, usually the socket of an LMTP
        server.
    type: path
  address_family:
    description:
      - Which addresses of the server to use.
    type: str
    choices: [any, ipv4, ipv6]
    default: any
  source_address:
    description:
      - IP address of this host to connect from.
    type: str
  helo:
    description:
      - Name of the client for EHLO. The default is the name of the host, or its address literal.
    type: str
  protocol:
    description:
      - Protocol to speak, and so the command with which the client identifies itself.
    type: str
    choices: [esmtp, smtp, lmtp]
    default: esmtp
  proxy:
    description:
      - Send a header of the PROXY protocol first, so that the server sees another client. The
        vantage is then that of the other client.
    type: dict
    suboptions:
      version:
        description: Version of the protocol.
        type: int
        choices: [1, 2]
        default: 1
      source:
        description: IP address of the client to present.
        type: str
      source_port:
        description: Port of the client to present.
        type: int
      destination:
        description: IP address of the server to present.
        type: str
      destination_port:
        description: Port of the server to present.
        type: int
  xclient:
    description:
      - Attributes of another client to present with XCLIENT, such as V(ADDR). The vantage is then
        that of the other client.
    type: dict
  tls:
    description:
      - How checks that say hello use TLS, as in M(mailops.smtp.smtp_handshake).
    type: str
    choices: [opportunistic, required, implicit, never]
    default: opportunistic
  validate_certs:
    description:
      - With O(tls=required) and O(tls=implicit), whether the certificate must be valid.
    type: bool
    default: true
  ca_path:
    description:
      - File or directory with the certificates of the authorities to trust.
    type: path
  client_cert:
    description:
      - File with the certificate of the client.
    type: path
  client_key:
    description:
      - File with the key of O(client_cert).
    type: path
  tls_server_name:
    description:
      - Name for which the certificate must be valid. The default is the name of the server.
    type: str
  tls_min_version:
    description:
      - Oldest version of TLS to use.
    type: str
    choices: [TLSv1, TLSv1.1, TLSv1.2, TLSv1.3]
  tls_ciphers:
    description:
      - Ciphers to offer, in the words of OpenSSL.
    type: list
    elements: str
  dane:
    description:
      - Whether the certificate must match the TLSA records of the server.
    type: bool
    default: false
  login_user:
    description:
      - User that checks with a login log in as.
    type: str
  login_password:
    description:
      - Password of O(login_user).
    type: str
  auth_mechanism:
    description:
      - SASL mechanism of the login. V(auto) takes the strongest that both sides know.
    type: str
    choices: [auto, PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-1, SCRAM-SHA-256, XOAUTH2, OAUTHBEARER]
    default: auto
  allow_plaintext_auth:
    description:
      - Whether the password may be sent without TLS.
    type: bool
    default: false
  connect_timeout:
    description:
      - Limit in seconds on connecting to one address.
    type: float
    default: 10
  timeout:
    description:
      - Limit in seconds on one reply.
    type: float
    default: 30
  deadline:
    description:
      - Limit in seconds on one connection.
    type: float
    default: 120
  from:
    description:
      - The vantage of this host. V(untrusted) has no relay rights, V(trusted) has, and V(authed)
        has them after the login.
      - It is measured, too. RV(vantage) has both.
    type: str
    choices: [untrusted, trusted, authed]
    default: untrusted
  profile:
    description:
      - What the server is. V(relay) sends the mail of its clients on, V(mx) takes the mail of its
        domains from everywhere, and V(submission) takes the mail of users that log in.
      - V(none) is a host that is to be no mail server. Its ports for mail must refuse connections.
    type: str
    choices: [relay, mx, submission, none]
    default: relay
  max_risk:
    description:
      - The highest risk that is allowed. V(0) sends no message. V(1) may send one message for each
        check, to O(other_user) or O(user). V(2) may send odd bytes, or much.
      - A check of risk 1 or 2 is made only if O(checks) names it or its group, too.
    type: int
    choices: [0, 1, 2]
    default: 0
  checks:
    description:
      - Ids of the checks to make, or names of groups, such as V(relay). The default is all checks
        of risk 0. The controls are always made.
    type: list
    elements: str
    default: []
  skip:
    description:
      - Ids of checks to leave out, or names of groups.
    type: list
    elements: str
    default: []
  own_checks:
    description:
      - YAML file on the controller with checks of your own, whose group is V(own).
    type: path
  own_domain:
    description:
      - A domain that the server takes mail for.
    type: str
  user:
    description:
      - An existing recipient of O(own_domain) that belongs to you. A local part is enough.
    type: str
  second_user:
    description:
      - Another existing address of O(own_domain).
    type: str
  other_domain:
    description:
      - A domain of yours that the server does not take mail for.
    type: str
  other_user:
    description:
      - A recipient of O(other_domain). It must be a mailbox of yours if O(max_risk) is not V(0).
      - The default has a local part that needs no mailbox.
    type: str
  stranger:
    description:
      - A sender of O(other_domain). The default has a local part that needs no mailbox.
    type: str
  sends_from:
    description:
      - The IP addresses that the server sends mail from, at most 6. The default is its own public
        addresses.
    type: list
    elements: str
    default: []
  dnsbl:
    description:
      - Blocklists to ask for O(sends_from), each the name of its zone, at most 6. The operators of
        the lists see the question. None is asked by default.
    type: list
    elements: str
    default: []
  dns_view:
    description:
      - A name for what this host sees of the DNS, such as V(inside). The role
        P(mailops.smtp.smtp_audit#role) compares the answers that hosts with the same name get.
    type: str
    default: ""
  null_mx_domain:
    description:
      - A domain with a null MX record, which says that it takes no mail. Without it, the checks
        that need it are not applicable. The same holds for the next two options.
      - The records of others may change, so look them up before, or use a domain of yours.
        C(example.com) has had a null MX, an SPF record that ends in C(-all), and the DMARC policy
        C(p=reject).
    type: str
  spf_domain:
    description:
      - A domain whose SPF record ends in C(-all), and does not name this host.
    type: str
  dmarc_domain:
    description:
      - A domain with the DMARC policy C(p=reject).
    type: str
  wanted_size:
    description:
      - The size in bytes of the largest message that the server is to take.
    type: int
  connections:
    description:
      - The most connections to make to the server, from 1 to 40.
    type: int
    default: 40
  audit_deadline:
    description:
      - Limit in seconds on the whole audit.
    type: float
    default: 600
  definitions:
    description:
      - The checks themselves. The action plugin sets them; do not set them yourself.
    type: list
    elements: dict
seealso:
  - module: mailops.smtp.smtp_handshake
"""

EXAMPLES = r"""
- name: Prove that strangers cannot relay
  mailops.smtp.smtp_audit:
    host: relay.example.com
    from: untrusted
    profile: relay
    own_domain: example.com
    user: postmaster
    other_domain: example.net
  register: audit

- name: Show the findings
  ansible.builtin.debug:
    msg: "{{ audit.checks | selectattr('verdict', 'eq', 'finding') | map(attribute='evidence') }}"

- name: Send a message, to find out with mail_receipt whether it is also sent on
  mailops.smtp.smtp_audit:
    host: relay.example.com
    own_domain: example.com
    other_domain: example.net
    other_user: my-mailbox
    max_risk: 1
    checks: [relay-29]
"""

RETURN = r"""
checks:
  description: The checks, in the order of their files.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The id of the check.
      returned: always
      type: str
      sample: relay-02
    verdict:
      description:
        - V(sound) if the server answered as it must, V(finding) if it did not, V(undecided) if the
          answer does not tell, and V(not_applicable) if the check was not made.
      returned: always
      type: str
      sample: sound
    evidence:
      description: What the verdict rests on.
      returned: always
      type: str
      sample: "RCPT TO:<x@example.net>: 554 5.7.1 Relay access denied"
    reply:
      description: The reply that decided, or null.
      returned: always
      type: dict
      contains:
        command:
          description: The command before it.
          returned: always
          type: str
        code:
          description: The reply code.
          returned: always
          type: int
        enhanced_code:
          description: The enhanced status code, or null.
          returned: always
          type: str
        text:
          description: The text.
          returned: always
          type: str
    transcript:
      description:
        - Every line, in the form of M(mailops.smtp.smtp_handshake). For a check of the DNS, every
          question with its answer.
      returned: always
      type: list
      elements: str
    seconds:
      description: Duration of the check.
      returned: always
      type: float
    connections:
      description: Number of connections over which the check was held. Checks may share one.
      returned: always
      type: int
    token:
      description:
        - The token of the message that the check has sent, or null. M(mailops.smtp.mail_receipt)
          finds the message by it.
      returned: always
      type: str
    group:
      description: The group of the check.
      returned: always
      type: str
      sample: relay
    proves:
      description: What is proven if the check is sound.
      returned: always
      type: str
    finding:
      description: What it means if it is not.
      returned: always
      type: str
    risk:
      description: The risk of the check.
      returned: always
      type: int
    change:
      description: What to change, for each server that is known.
      returned: always
      type: dict
    references:
      description: RFCs, CVEs and manuals.
      returned: always
      type: list
      elements: str
    controls:
      description: Items of STIG and CIS that the check bears on.
      returned: always
      type: list
      elements: str
summary:
  description: The number of checks with each verdict.
  returned: always
  type: dict
  sample: {"finding": 0, "undecided": 1, "sound": 28, "not_applicable": 3}
vantage:
  description: The vantage of this host.
  returned: always
  type: dict
  contains:
    claimed:
      description: The vantage that O(from) says.
      returned: always
      type: str
    measured:
      description:
        - Whether the server relays for this host without a login. One of V(relays),
          V(relays for own senders), V(does not relay) and V(unknown).
        - From one host alone, a server that relays for everybody cannot be told from one that
          trusts this host. Compare the values of two hosts.
      returned: always
      type: str
    controls_passed:
      description: The ids of the positive controls that passed.
      returned: always
      type: list
      elements: str
    controls_failed:
      description: The ids of the positive controls that did not.
      returned: always
      type: list
      elements: str
server:
  description: The server.
  returned: always
  type: dict
  contains:
    host:
      description: Its name, or its socket.
      returned: always
      type: str
    port:
      description: Its port.
      returned: always
      type: int
facts:
  description: What the report compares between hosts.
  returned: always
  type: dict
  contains:
    addresses:
      description: The addresses of the server that answered.
      returned: always
      type: list
      elements: dict
      contains:
        ip:
          description: The address.
          returned: always
          type: str
        greeting:
          description: The text of the greeting.
          returned: always
          type: str
        keywords:
          description: The keywords in the first reply to EHLO, or null.
          returned: always
          type: list
          elements: str
        seen_as:
          description: The address of this host, as the server says that it sees it, or null.
          returned: always
          type: str
    dns_view:
      description: The option O(dns_view).
      returned: always
      type: str
    dns:
      description: What the DNS answered, by question, if the check V(dn-split) was made.
      returned: always
      type: dict
      sample: {"example.com MX": ["10 mx.example.com"]}
connections:
  description: Number of connections that were made to the server.
  returned: always
  type: int
  sample: 14
seconds:
  description: Duration of the audit, in seconds.
  returned: always
  type: float
  sample: 4.318
ended_early:
  description: Why the audit ended before all checks were made, or null.
  returned: always
  type: str
  sample: the server replied 421 4.7.0 too many errors
"""

from ansible_collections.mailops.smtp.plugins.module_utils._net.caller import end_with_caller
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.audit import audit_server
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.audit.request import (
    argument_spec,
    request_from,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.dialogue_module import (
    DialogueModule,
)


def main() -> None:
    """Check the options, audit the server, and return the verdicts."""
    module = DialogueModule(
        argument_spec=argument_spec(),
        required_one_of=[("host", "socket")],
        mutually_exclusive=[("host", "socket")],
        supports_check_mode=True,
    )
    end_with_caller(module)
    try:
        request = request_from(module.params, module.check_mode)
    except BadOption as error:
        module.fail_json(msg=str(error))
    result = audit_server(request)
    sent = any(one["token"] is not None for one in result["checks"])
    module.exit_json(changed=sent, **result)


if __name__ == "__main__":
    main()

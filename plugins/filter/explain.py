# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter mailops.smtp.explain."""

from __future__ import annotations

DOCUMENTATION = r"""
name: explain
short_description: Explain a reply of a mail server, and what to check and to change
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Takes a reply that someone has at hand, from a terminal, a log, or a bounce. Returns what its
    codes mean and what its likely causes are, the most likely cause first.
  - Each cause has advice, commands to check it with, and what to change in Postfix, Exim, Sendmail,
    OpenSMTPD, Exchange, Google Workspace, and Microsoft 365, where that differs or applies.
  - It also takes a result of M(mailops.smtp.smtp_handshake), or the C(failure) in one. A result has
    more facts than a reply, such as the port and the capabilities, so that its causes are more
    certain.
  - It connects to nothing. The text of the server is not in what it returns.
positional: stage
options:
  _input:
    description:
      - A reply, such as V(550 5.7.1 Relaying denied). It can have several lines, each with its
        code, or only a code. It can be a line of a transcript or of the log of Postfix or Exim, or
        the C(Diagnostic-Code) of a bounce.
      - Or a result of M(mailops.smtp.smtp_handshake) for one server, or the C(failure) in one. For
        O(mailops.smtp.smtp_handshake#module:targets), use C(map) with its C(results).
    type: raw
    required: true
  stage:
    description:
      - The stage of the dialogue at which the reply came. V(greeting) is when the connection was
        made, and V(message) is after the message was sent.
      - If it is not set, the stage is the one that the log or bounce names. Otherwise it is V(auth)
        for a code that only a login has, and V(rcpt_to) for any other code.
      - A result has its own stage, so that this option cannot be used with one.
    type: str
    choices:
      - connect
      - proxy
      - greeting
      - helo
      - starttls
      - xclient
      - auth
      - mail_from
      - rcpt_to
      - data
      - message
      - quit
  advice:
    description:
      - Your own rows of advice, which are tried before those of the collection. They are a list of
        rows, or the path on the controller of a YAML file with such a list.
      - A relative path starts at the directory in which Ansible was started.
      - C(docs/advice.md) in this collection describes the rows.
    type: raw
seealso:
  - module: mailops.smtp.smtp_handshake
"""

EXAMPLES = r"""
- name: Explain a reply
  ansible.builtin.debug:
    var: "'550 5.7.1 Relaying denied' | mailops.smtp.explain(stage='rcpt_to')"

# {
#   "code": 550,
#   "enhanced_code": "5.7.1",
#   "kind": "permanent",
#   "causes": [
#     {
#       "id": "relay-for-address",
#       "cause": "This client's address is not allowed to relay.",
#       "change": {
#         "postfix": "Add the network to `mynetworks` and run `postfix reload`. ...",
#         ...

- name: Explain a line of the mail log, whose stage is in its text
  ansible.builtin.debug:
    msg: "{{ (line | mailops.smtp.explain).causes | map(attribute='cause') }}"
  vars:
    line: >-
      host mx.example.com[192.0.2.25] said: 550 5.1.1 <bob@example.com>: Recipient address rejected
      (in reply to RCPT TO command)

- name: Hold a dialogue
  mailops.smtp.smtp_handshake:
    host: relay.example.com
    mail_from: alice@example.com
    rcpt_to: [bob@example.net]
  register: dialogue
  failed_when: false

- name: Show what to change in Postfix, the most likely cause first
  ansible.builtin.debug:
    msg: "{{ causes | map(attribute='change.postfix', default='') }}"
  vars:
    causes: "{{ (dialogue | mailops.smtp.explain).causes }}"

- name: Explain a reply of a gateway that the collection does not know
  ansible.builtin.debug:
    var: "'554 Policy 17' | mailops.smtp.explain(advice=rows)"
  vars:
    rows:
      - id: gateway-policy-17
        cause: The gateway takes mail from registered hosts only.
        advice: Register this host at the service desk, with its address and its owner.
        code: 554
        text: policy 17
        source: https://wiki.example.com/mail-gateway
"""

RETURN = r"""
_value:
  description: What the reply means, and its causes.
  type: dict
  contains:
    code:
      description: The reply code, or null for a failure without a reply, and for a result that
        passed.
      type: int
      sample: 550
    enhanced_code:
      description: The enhanced status code, or null.
      type: str
      sample: 5.7.1
    meaning:
      description: What the reply code means by its RFC, and what the enhanced status code means by
        the registry of IANA, or null without a reply.
      type: str
      sample: >-
        550: the mailbox is not available, or a policy refuses. 5.7.1: a policy refuses the
        delivery.
    kind:
      description: The kind of the failure, as in M(mailops.smtp.smtp_handshake), or null for a
        positive reply and for a result that passed.
      type: str
      sample: permanent
    causes:
      description: The likely causes, the most likely cause first. Empty if the reply is positive or
        the result passed.
      type: list
      elements: dict
      contains:
        id:
          description: Name of the cause, which stays the same when the texts change.
          type: str
          sample: relay-for-address
        cause:
          description: The cause, in a sentence.
          type: str
          sample: This client's address is not allowed to relay.
        advice:
          description: What to check next.
          type: str
        check:
          description: Commands that check the cause, each with what to look for.
          type: list
          elements: str
        change:
          description: What to change where. The keys are C(postfix), C(exim), C(sendmail),
            C(opensmtpd), C(exchange), C(google_workspace), and C(microsoft_365), and those of your
            own rows. A key is missing if there is nothing to change.
          type: dict
        source:
          description: Where the facts are from.
          type: str
          sample: postconf(5) mynetworks
"""

import typing as t
from collections.abc import Callable, Mapping

from ansible.errors import AnsibleFilterError
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import sentence
from ansible_collections.mailops.smtp.plugins.module_utils._net.nearest import nearest
from ansible_collections.mailops.smtp.plugins.module_utils._net.text import escape
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import STAGES
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.explain import (
    NotAResult,
    explain_reply,
    explain_result,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.own_rows import (
    NO_ROWS,
    BadRow,
    OwnRows,
    read_rows,
    rows_from,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.reply_text import NoReply
from jinja2 import Undefined

_MAX_SHOWN = 60


def explain(given: t.Any, stage: t.Any = None, advice: t.Any = None) -> dict[str, t.Any]:
    """Return what a reply, or a result of smtp_handshake, means. Raise AnsibleFilterError."""
    if isinstance(given, Undefined):
        given._fail_with_undefined_error()
    own_rows = _own_rows(advice)
    if isinstance(given, Mapping):
        if stage is not None:
            raise _wrong("stage", "cannot be used with a result, which has its own stage")
        try:
            return explain_result(given, own_rows)
        except NotAResult as error:
            raise _wrong("the input", str(error)) from None
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        kind = type(given).__name__
        raise _wrong(
            "the input", f"must be a reply, such as '550 5.7.1 Relaying denied', not a {kind}"
        )
    try:
        return explain_reply(str(given), _stage(stage), own_rows)
    except NoReply as error:
        raise _wrong("the input", str(error)) from None


def _stage(stage: t.Any) -> t.Any:
    """Return the stage. Raise AnsibleFilterError for one that is unknown."""
    if stage is None or stage in STAGES:
        return stage
    near = nearest(stage, STAGES)
    hint = f"did you mean {near}?" if near else f"choose one of {', '.join(STAGES)}"
    raise _wrong("stage", f"cannot be '{escape(str(stage))[:_MAX_SHOWN]}'; {hint}")


def _own_rows(advice: t.Any) -> OwnRows:
    """Return the rows of the option `advice`. Raise AnsibleFilterError."""
    if advice is None or advice == "":
        return NO_ROWS
    try:
        return read_rows(advice) if isinstance(advice, str) else rows_from(advice)
    except BadRow as error:
        raise _wrong("advice", str(error)) from None


def _wrong(what: str, problem: str) -> AnsibleFilterError:
    return AnsibleFilterError(f"mailops.smtp.explain: {sentence(what, problem)}")


class FilterModule:
    """The filter, as Ansible looks for it."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"explain": explain}

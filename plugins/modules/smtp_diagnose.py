#!/usr/bin/python

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find out why an SMTP dialogue has failed, by asking the server again."""

from __future__ import annotations

DOCUMENTATION = r"""
module: smtp_diagnose
short_description: Find out why an SMTP dialogue has failed
version_added: 1.0.0
author:
  - The mailops.smtp maintainers (@mailops)
description:
  - Takes a dialogue that M(mailops.smtp.smtp_handshake) has held and that has failed, and finds out
    why. It holds the same dialogue again, then with one thing changed, such as the sender, and
    compares the replies. It also asks the network, the DNS, and this host.
  - Run it on the same host and with the same options. O(failure) is what the dialogue has returned
    under that name.
  - For one failure it makes at most 6 connections and takes about 10 seconds. It never goes past
    RCPT TO, so no mail is sent. It never sends a password. After a reply 421 it does not connect.
  - The task does not fail if the cause remains open. It fails if an option is wrong.
requirements:
  - Python 3.7 or later on the host that runs the module
  - dnspython on that host, for the questions to the DNS. Without it, RV(unasked) names them.
extends_documentation_fragment:
  - mailops.smtp.attributes
  - mailops.smtp.dialogue
attributes:
  check_mode:
    support: full
    details:
      - Asks the same questions, since they change nothing.
  diff_mode:
    support: none
options:
  failure:
    description:
      - The failure of the dialogue, as M(mailops.smtp.smtp_handshake) has returned it. Of its keys,
        C(stage), C(kind), C(code), C(enhanced_code), C(text), C(errno), C(seconds),
        C(round_trip), and C(tcp_info) are used. Only C(stage) and C(kind) are required.
      - A dialogue that has passed has no failure, so there is nothing to diagnose. Leave the task
        out then, with C(when).
      - Required, unless each of the O(targets) has its own.
    type: dict
  targets:
    description:
      - Several failed dialogues to diagnose side by side. Each item is a dictionary of the options
        of this module, among them its own C(failure). An option that an item does not have is taken
        from the task. It may also have a C(name).
      - Servers are asked side by side. Failures of one server (the same address and port) are
        diagnosed one after the other, within 30 seconds. After a reply 421 the rest of them
        is not asked about.
    type: list
    elements: dict
notes:
  - All options of a dialogue are accepted, so that those of a task can be copied. A diagnosis does
    not use O(login_password), O(auth_mechanism), O(allow_plaintext_auth), O(message),
    O(pipelining), O(chunking), O(stop_after), O(cert_min_days), O(expect), O(expect_capabilities),
    O(forbid_capabilities), O(max_seconds), O(retries), and O(retry_delay).
  - With O(login_user), the follow-ups end before AUTH.
seealso:
  - module: mailops.smtp.smtp_handshake
"""

EXAMPLES = r"""
- name: Try the relay
  mailops.smtp.smtp_handshake: &dialogue
    host: relay.example.com
    mail_from: sender@example.com
    rcpt_to: [recipient@example.com]
  register: dialogue
  ignore_errors: true

- name: Find out why it failed
  mailops.smtp.smtp_diagnose:
    <<: *dialogue
    failure: "{{ dialogue.failure }}"
  register: diagnosis
  when: dialogue is failed

- name: Say it
  ansible.builtin.debug:
    msg: "{{ diagnosis.certainty }}: {{ diagnosis.cause }}"
  when: dialogue is failed
"""

RETURN = r"""
results:
  description: The diagnoses, in the order of O(targets). Each has the keys below, and its C(item).
  returned: with O(targets), instead of all other keys below
  type: list
  elements: dict
  contains:
    item:
      description: The target as given, without its failure, and with its secrets masked.
      returned: always
      type: dict
      sample: {"host": "relay.example.com"}
certainty:
  description:
    - How sure the cause is.
    - V(proven) means that one change has changed the answer, or that a measurement admits no other
      cause. V(consistent) means that the facts fit the cause, and nothing contradicts it. V(open)
      means that the facts do not decide; the cause is then the most likely one.
  returned: always
  type: str
  sample: proven
cause:
  description: The cause, in one sentence.
  returned: always
  type: str
  sample: The server does not know the recipient.
cause_id:
  description: The id of the cause in the table of advice.
  returned: always
  type: str
  sample: recipient-known
evidence:
  description: What was found, beginning with what speaks for the cause.
  returned: always
  type: list
  elements: dict
  contains:
    fact:
      description: What was asked.
      returned: always
      type: str
      sample: postmaster of the same domain
    value:
      description: The answer.
      returned: always
      type: str
      sample: 250 2.1.5 Ok
    says:
      description: What the answer means.
      returned: always
      type: str
      sample: the domain is accepted, so it is this recipient
advice:
  description: What to do, beginning with the cause that was found.
  returned: always
  type: list
  elements: str
  sample: ["Check the recipient's spelling, and that the server knows it."]
unasked:
  description: What was not asked, and why.
  returned: always
  type: list
  elements: str
  sample: ["domain of sender: dnspython is not installed on this host"]
transcript:
  description: Every line of the follow-ups, in the form of M(mailops.smtp.smtp_handshake).
  returned: always
  type: list
  elements: str
  sample: ["[0.000] *: follow-up 1: the same dialogue again"]
connections:
  description: Number of connections that were made to the server.
  returned: always
  type: int
  sample: 3
seconds:
  description: Duration of the diagnosis, in seconds.
  returned: always
  type: float
  sample: 1.204
"""

import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._net.caller import end_with_caller
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.request import (
    SEVERAL_DIALOGUES,
    requests_from,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.side_by_side import (
    diagnose_all,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.dialogue_module import (
    DialogueModule,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.spec import dialogue_spec
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.target_types import (
    TargetTypes,
)

_FAILURE: dict[str, t.Any] = {"type": "dict"}


def spec_of_one() -> dict[str, t.Any]:
    """Return the argument spec of one request: a dialogue, and its failure."""
    spec = {
        name: argument
        for name, argument in dialogue_spec().items()
        if name not in SEVERAL_DIALOGUES
    }
    return {**spec, "failure": _FAILURE}


def argument_spec() -> dict[str, t.Any]:
    """Return the argument spec of the module."""
    return {**spec_of_one(), "targets": {"type": "list", "elements": "dict"}}


def main() -> None:
    """Check the options, diagnose the failures, and return the results."""
    module = DialogueModule(
        argument_spec=argument_spec(),
        required_one_of=[("host", "socket", "targets")],
        mutually_exclusive=[("host", "socket")],
        supports_check_mode=True,
    )
    end_with_caller(module)
    options = dict(module.params)
    try:
        if options["targets"] is not None:
            options["targets"] = TargetTypes(spec_of_one()).converted(options["targets"])
        requests = requests_from(options)
    except BadOption as error:
        module.fail_json(msg=str(error))
    results = diagnose_all(requests)
    if options["targets"] is None:
        module.exit_json(changed=False, **results[0])
    items = [dict(result, item=one.target.item) for result, one in zip(results, requests)]
    module.exit_json(changed=False, results=items)


if __name__ == "__main__":
    main()

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which experiments tell the causes of a failure apart, the most decisive one first."""

from __future__ import annotations

import typing as t

from .experiments.blocklist import named_blocklist
from .experiments.capabilities import offered_extensions
from .experiments.certificate import certificate_of_server
from .experiments.client_names import names_of_client
from .experiments.clock import clock_of_this_host
from .experiments.control import same_dialogue
from .experiments.encryption import login_over_tls, with_tls, without_tls
from .experiments.headers_before import without_proxy_header, without_xclient
from .experiments.hello_name import another_name
from .experiments.large_packets import burst_of_commands, small_segments, state_at_time_out
from .experiments.listener import kind_of_listener
from .experiments.mail_domains import (
    dmarc_of_sender,
    domain_of_recipient,
    domain_of_sender,
    spf_of_sender,
)
from .experiments.other_address import other_addresses
from .experiments.other_port import other_port
from .experiments.parameters import without_message_size, without_parameters
from .experiments.path import where_path_ends
from .experiments.patience import one_retry
from .experiments.ports import addresses_of_server, other_mail_ports
from .experiments.protocol import another_protocol
from .experiments.recipient import another_recipient
from .experiments.resolver import answers_of_name_servers
from .experiments.sender import another_sender
from .experiments.tls_versions import any_tls_version
from .experiments.translation import translated_address

if t.TYPE_CHECKING:
    from ..model import Kind, Stage
    from .investigation import Investigation
    from .model import Finding

    Experiment = t.Callable[[Investigation], t.Iterator[Finding]]


class Question(t.NamedTuple):
    """Failures, and the experiments that tell their causes apart. An empty column always holds."""

    experiments: tuple[Experiment, ...]
    stages: str = ""
    kinds: str = ""
    codes: str = ""

    def holds(self, stage: Stage, kind: Kind, code: int | None) -> bool:
        """Return whether the question is about such a failure."""
        return _has(self.stages, stage) and _has(self.kinds, kind) and _has(self.codes, str(code))


def _has(column: str, word: str) -> bool:
    return not column or word in column.split()


# What the reply to EHLO, and the DNS, say of this client. It costs no further connection.
_CLIENT: tuple[Experiment, ...] = (translated_address, names_of_client, named_blocklist)

_ENVELOPE = "mail_from rcpt_to data message"

# The stages at which the server waits for what this host sends, and may wait in vain.
_SENT = "helo starttls mail_from rcpt_to data message"

# The control comes first, as every change is compared with it.
QUESTIONS: tuple[Question, ...] = (
    Question((without_proxy_header,), "connect proxy greeting", "timeout disconnect protocol"),
    Question((without_proxy_header,), "greeting", "permanent transient"),
    # Each of them has a control of its own.
    Question((answers_of_name_servers,), kinds="resolve"),
    Question((kind_of_listener,), "greeting", "timeout disconnect"),
    Question((state_at_time_out,), kinds="timeout"),
    Question((burst_of_commands,), "data message", "timeout disconnect"),
    Question((same_dialogue,), "greeting helo starttls xclient auth mail_from rcpt_to"),
    # A time-out says the same again, after seconds that other questions need.
    Question((same_dialogue,), "connect", "connect disconnect tls"),
    Question((addresses_of_server,), "connect", "timeout connect expectation"),
    Question((where_path_ends,), "connect", "timeout connect disconnect local"),
    Question((other_mail_ports, answers_of_name_servers), "connect", "timeout connect"),
    Question((one_retry,), kinds="transient"),
    Question((offered_extensions,), "starttls auth mail_from rcpt_to"),
    Question((offered_extensions,), kinds="unsupported"),
    Question(_CLIENT, "greeting helo mail_from rcpt_to", "transient permanent"),
    Question((small_segments,), _SENT, "timeout"),
    Question((small_segments,), "connect", "timeout"),
    Question((clock_of_this_host, certificate_of_server), kinds="tls expectation"),
    Question((any_tls_version,), kinds="tls"),
    Question((without_tls,), "starttls"),
    Question((login_over_tls,), "auth", "unsupported"),
    Question((without_xclient,), "xclient helo mail_from rcpt_to"),
    Question((another_protocol,), "helo", codes="500 501 502 503 504 550 554"),
    Question((another_name,), "helo"),
    Question((without_message_size, without_parameters), "mail_from"),
    Question((without_parameters,), "rcpt_to"),
    Question((with_tls,), "mail_from rcpt_to", "transient permanent"),
    Question((domain_of_sender, spf_of_sender, dmarc_of_sender), _ENVELOPE, "transient permanent"),
    Question((domain_of_recipient,), "rcpt_to", "transient permanent"),
    Question((another_recipient,), "rcpt_to", "transient permanent"),
    Question((another_sender, another_name), "mail_from rcpt_to", "transient permanent"),
    Question((other_port,), f"starttls auth helo {_ENVELOPE}"),
    Question((other_addresses,), "greeting helo starttls mail_from rcpt_to"),
)


def experiments_for(investigation: Investigation) -> list[Experiment]:
    """Return the experiments for a failure, each once."""
    failure = investigation.failure
    found = [
        experiment
        for question in QUESTIONS
        if question.holds(failure.stage, failure.kind, failure.code)
        for experiment in question.experiments
    ]
    return list(dict.fromkeys(found))

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Investigations of a server in memory: a script for each follow-up, in their order."""

from __future__ import annotations

import socket
import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._net.addresses import Address
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.investigation import (
    Investigation,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.model import Finding
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.parse import plan_from
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.session.lookup import ServerLookup
from ansible_collections.mailops.smtp.tests.unit.defaults import DEFAULTS
from ansible_collections.mailops.smtp.tests.unit.memory import HOST, PORT, MemoryNetwork

__all__ = ["REFUSED", "Finding", "Investigation", "findings_of", "investigation_of"]

if t.TYPE_CHECKING:
    Experiment = t.Callable[[Investigation], t.Iterator[Finding]]

DIALOGUE: dict[str, t.Any] = {
    **DEFAULTS,
    "host": HOST,
    "port": PORT,
    "helo": "client.example.com",
    "mail_from": "ann@example.com",
    "rcpt_to": ["bob@example.org"],
}

REFUSED = Failure("rcpt_to", "permanent", "5.7.1 Relaying denied", 550, "5.7.1")


def investigation_of(
    *scripts: str, failure: Failure = REFUSED, logs_in: bool = False, **options: t.Any
) -> tuple[Investigation, MemoryNetwork]:
    """Return an investigation, and the network that plays a script for each connection."""
    network = MemoryNetwork(*scripts)
    plan = plan_from({**DIALOGUE, **options})
    lookup = ServerLookup((Address(socket.AF_INET, (HOST, PORT)),))
    return Investigation(plan, failure, lookup, network, logs_in), network


def findings_of(
    experiment: Experiment,
    *scripts: str,
    failure: Failure = REFUSED,
    **options: t.Any,
) -> list[Finding]:
    """Make one experiment. Each script must have been followed to its end."""
    investigation, network = investigation_of(*scripts, failure=failure, **options)
    findings = list(experiment(investigation))
    network.join()
    return findings

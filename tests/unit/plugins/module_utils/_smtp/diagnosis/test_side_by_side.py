# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several failures are diagnosed at once, each with a server of its own."""

from __future__ import annotations

import typing as t

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.request import (
    requests_from,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.side_by_side import (
    diagnose_all,
)
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_RCPT
from ansible_collections.mailops.smtp.tests.unit.investigations import DIALOGUE
from ansible_collections.mailops.smtp.tests.unit.scripted import closed_port

REFUSED = {"stage": "connect", "kind": "connect", "text": "Connection refused"}


def test_results_are_in_the_order_of_the_requests(scripted: t.Any) -> None:
    server = scripted(TO_RCPT + END)
    targets = [
        {"host": "127.0.0.1", "port": closed_port(), "failure": REFUSED},
        {"host": server.host, "port": server.port, "failure": REFUSED},
    ]

    refused, passed = diagnose_all(requests_from({**DIALOGUE, "targets": targets}))

    assert any("Connection refused" in one["value"] for one in refused["evidence"])
    assert passed["evidence"][0]["value"] == "passed"
    assert passed["connections"] == 1


def test_a_name_that_does_not_resolve_is_diagnosed_too() -> None:
    failure = {"stage": "connect", "kind": "resolve", "text": "no such name"}
    options = {**DIALOGUE, "host": "relay.invalid", "failure": failure}

    (result,) = diagnose_all(requests_from(options))

    assert result["certainty"] in ("open", "consistent", "proven")
    assert result["cause_id"]

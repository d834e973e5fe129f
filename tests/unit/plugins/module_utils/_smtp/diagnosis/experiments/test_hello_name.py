# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another name in EHLO is accepted where the name was the reason."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    hello_name,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import Failure
from ansible_collections.mailops.smtp.tests.unit.dialogues import END
from ansible_collections.mailops.smtp.tests.unit.investigations import findings_of

GREETS = "S: 220 mx.example.org ESMTP"
REFUSES = f"{GREETS}\nC: EHLO client.example.com\nS: 550 5.7.1 Bad name{END}"
FAILURE = Failure("helo", "permanent", "5.7.1 Bad name", 550, "5.7.1")
ONLY_HELLO = {"mail_from": None, "rcpt_to": None}


@pytest.fixture(autouse=True)
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a DNS without a name for this host."""
    monkeypatch.setattr(hello_name, "name_of", lambda _ip, _budget: None)


def test_an_address_literal_is_accepted_instead() -> None:
    accepts = f"{GREETS}\nC: EHLO [127.0.0.1]\nS: 250 mx.example.org{END}"

    (finding,) = findings_of(
        hello_name.another_name, REFUSES, accepts, failure=FAILURE, **ONLY_HELLO
    )

    assert finding.evidence.fact == "EHLO [127.0.0.1] instead of client.example.com"
    assert finding.conclusion == ("helo-name", "proven")


def test_the_name_in_the_dns_is_tried_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hello_name, "name_of", lambda _ip, _budget: "host.example.net")
    refuses = f"{GREETS}\nC: EHLO host.example.net\nS: 550 5.7.1 Bad name{END}"

    (finding,) = findings_of(
        hello_name.another_name, REFUSES, refuses, failure=FAILURE, **ONLY_HELLO
    )

    assert finding.excludes == ("helo-name",)


def test_the_same_name_is_not_tried_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hello_name, "name_of", lambda _ip, _budget: "client.example.com")

    assert findings_of(hello_name.another_name, REFUSES, failure=FAILURE, **ONLY_HELLO) == []

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The address that the server sees, or this host's own."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    _seen,
)
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, TO_RCPT, offering
from ansible_collections.mailops.smtp.tests.unit.investigations import investigation_of

EXIM = offering("SIZE").replace("250-mx.example.org", "250-mx.example.org Hello c [198.51.100.7]")


@pytest.mark.parametrize("password", ["secret", "Hello"])
def test_the_server_says_it(password: str) -> None:
    investigation, network = investigation_of(
        EXIM + END, mail_from=None, rcpt_to=None, login_user="ann", login_password=password
    )

    assert _seen.address_of_client(investigation.control) == "198.51.100.7"
    network.join()


def test_the_server_does_not_say_it() -> None:
    investigation, network = investigation_of(TO_RCPT + END)

    assert _seen.seen_by_server(investigation.control) is None
    assert _seen.address_of_client(investigation.control) == "127.0.0.1"
    network.join()

# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only proxies and filters may do: a sound server, and one at fault."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.tests.unit.audits import HELLO
from ansible_collections.mailops.smtp.tests.unit.checks import made, verdict_of


@pytest.mark.parametrize(
    ("identity", "command", "keyword"),
    [
        ("pr-xclient", "XCLIENT NAME=localhost ADDR=127.0.0.1", "XCLIENT NAME ADDR"),
        ("pr-xforward", "XFORWARD ADDR=192.0.2.1", "XFORWARD NAME ADDR"),
    ],
)
def test_a_stranger_that_wants_to_be_somebody_else(
    identity: str, command: str, keyword: str
) -> None:
    offers = HELLO.replace("250 mx", "250-mx") + f"\nS: 250 {keyword}"

    assert verdict_of(identity, f"{HELLO}\nC: {command}\nS: 550 5.7.0 not for you") == "sound"
    assert verdict_of(identity, f"{offers}\nC: {command}\nS: 550 5.7.0 no") == "finding"
    assert verdict_of(identity, f"{HELLO}\nC: {command}\nS: 220 mx.example.com") == "finding"


def test_a_port_between_the_server_and_its_filters() -> None:
    """The network refuses each connection for which there is no script."""
    closed = made("pr-reinject")
    assert closed.verdict.name == "sound"

    open_to_all = made("pr-reinject", "S: 220 [127.0.0.1] ESMTP amavisd-new service ready")
    assert open_to_all.verdict.name == "finding"
    assert open_to_all.verdict.evidence == "port 10024: the server accepts connections"

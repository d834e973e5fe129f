# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server sees another address than this host has."""

from __future__ import annotations

from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    translation,
)
from ansible_collections.mailops.smtp.tests.unit.dialogues import END, offering
from ansible_collections.mailops.smtp.tests.unit.investigations import findings_of


def script(seen: str) -> str:
    hello = f"250-mx.example.org Hello client.example.com [{seen}]"
    return f"""{offering("SIZE").replace("250-mx.example.org", hello)}
C: MAIL FROM:<ann@example.com>
S: 250 2.1.0 Ok
C: RCPT TO:<bob@example.org>
S: 550 5.7.1 Relaying denied{END}"""


def test_an_address_translation_is_on_the_way() -> None:
    (finding,) = findings_of(translation.translated_address, script("198.51.100.7"))

    assert finding.evidence.value == "198.51.100.7"
    assert (
        finding.evidence.says
        == "this host has 127.0.0.1: an address translation (NAT) is on the way"
    )
    assert finding.conclusion == ("address-translated", "consistent")


def test_the_server_sees_this_host() -> None:
    (finding,) = findings_of(translation.translated_address, script("127.0.0.1"))

    assert finding.conclusion is None
    assert finding.excludes == ("address-translated",)

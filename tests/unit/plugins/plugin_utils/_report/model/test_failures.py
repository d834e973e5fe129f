# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stage and a kind are those of the module, or none: a probing host may name any."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.model import KINDS, STAGES
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model import receipts
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.model.failures import (
    Failure,
    without_server,
)


def failure(stage: str, kind: str) -> Failure:
    return Failure(stage, kind, None, None, "", ())


@pytest.mark.parametrize("stage", [*STAGES, "receipt"])
def test_each_stage_of_the_module_is_known_and_so_is_the_one_after_it(stage: str) -> None:
    assert failure(stage, "tls").known_stage == stage


@pytest.mark.parametrize("kind", [*KINDS, *receipts.KINDS])
def test_each_kind_of_the_module_is_known_and_so_are_those_of_a_receipt(kind: str) -> None:
    assert failure("connect", kind).known_kind == kind


@pytest.mark.parametrize("odd", ["", "yaml", "Connect", "connect ", "x" * 1000])
def test_a_word_of_the_hosts_own_is_not_known(odd: str) -> None:
    assert failure(odd, "tls").known_stage is None
    assert failure("connect", odd).known_kind is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("192.0.2.1 port 25: Connection refused", "Connection refused"),
        ("ssh: connect to host 192.0.2.1 port 22: refused", None),
        ("Relay access denied", None),
    ],
)
def test_a_text_is_told_without_the_server_that_it_begins_with(text: str, rest: str | None) -> None:
    assert without_server(text) == (rest or text)

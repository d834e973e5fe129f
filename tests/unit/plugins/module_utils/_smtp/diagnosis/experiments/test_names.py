# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and addresses are looked up in little time, and a failure is no answer."""

from __future__ import annotations

import socket
import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.budget import Budget
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.experiments import (
    _names,
)


def budget() -> Budget:
    """Return a budget that is not spent."""
    return Budget(lambda: 0.0)


def test_an_address_is_its_own() -> None:
    assert _names.addresses_of("192.0.2.1", budget()) == ["192.0.2.1"]


@pytest.mark.parametrize("name", ["name.invalid", "a" * 300, "x..y", "\ud800"])
def test_a_name_without_an_answer_has_no_address(name: str) -> None:
    assert _names.addresses_of(name, budget()) == []


def test_a_hostile_name_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getnameinfo", lambda *_given: ("evil\x1b[2J.example.org", "0"))

    assert _names.name_of("192.0.2.1", budget()) == r"evil\x1b[2J.example.org"


def test_an_address_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: t.Any) -> t.Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getnameinfo", fail)

    assert _names.name_of("192.0.2.1", budget()) is None
